import { callbackFailure, usageError } from '../batch/issues.ts';
import { defineUnprinted } from '../define-unprinted.ts';
import { BatchError, BatchTransportError } from '../errors.ts';
import type { AbortSignalLike } from '../transport/abort-signal.ts';
import { startTimeLimit, type TimeLimit } from '../transport/time-limit.ts';
import { untilAborted } from '../transport/until-aborted.ts';
import { type Deferred, deferred } from './deferred.ts';
import { type ExchangeTools, exchange } from './exchange.ts';
import { fillPart } from './fill-part.ts';
import type { Job, JobEnd, JobResult, JobState, JobTicket, RunOptions, TicketPart } from './job.ts';
import { JobReport } from './job-report.ts';
import { jobResults } from './job-results.ts';
import { CANCELLED, type JobRun, notExecuted, type PartEnd, partEnd, unknownOutcome } from './job-run.ts';
import type { ItemReading, JobAnswer, JobPlan, JobRequest } from './job-service.ts';
import { copyOfTicket } from './job-ticket.ts';
import { pollPart } from './poll-part.ts';
import { runCall } from './run-call.ts';
import { Sleepers } from './sleepers.ts';
import { type Submission, submitPart } from './submit-part.ts';

/** A job that can begin. */
export interface PreparedJob<I, V> {
  readonly inputs: readonly I[];
  readonly plan: JobPlan<V>;
  readonly ticket: JobTicket;
}

/** A job that runs in this process: its parts one after another. */
export class RunningJob<I, V> implements Job<I, V> {
  readonly started: Promise<JobTicket>;
  readonly done: Promise<JobEnd<I, V>>;
  readonly #tools: ExchangeTools;
  readonly #options: RunOptions;
  readonly #started = deferred<JobTicket>();
  readonly #prepared = deferred<void>();
  readonly #jobReport: JobReport;
  readonly #results: JobResult<I, V>[] = [];
  readonly #sleepers = new Sleepers();
  /** Kept when there are more results, or the job has ended. */
  #more: Deferred<void> = deferred();
  #hasEnded = false;
  #ticket: JobTicket;
  #isCancelled = false;
  #isCancelAgreed = false;
  #cancelCall: Promise<unknown> | undefined;
  #memory: unknown;
  /** The part under way, and whether the service has it. */
  #current = 0;
  #submission: Promise<unknown> | undefined;
  #plan: JobPlan<V> | undefined;
  #limit: TimeLimit | undefined;

  constructor(
    service: string,
    tools: ExchangeTools,
    options: RunOptions,
    prepare: () => Promise<PreparedJob<I, V>>,
  ) {
    this.#tools = tools;
    this.#options = options;
    this.#jobReport = new JobReport(options.onProgress, () => this.#sleepers.wake());
    const createdAt = tools.clock.now();
    this.#ticket = { format: 1, service, createdAt, inputs: { count: 0, digest: '' }, parts: [] };
    this.started = this.#started.promise;
    this.done = this.#run(prepare);
    // Whoever looks at one of them learns of a failure; the others are not to end the process for it.
    for (const promise of [this.started, this.done, this.#prepared.promise]) promise.catch(() => {});
  }

  get ticket(): JobTicket {
    return copyOfTicket(this.#ticket);
  }

  get state(): JobState {
    return this.#jobReport.state;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<JobResult<I, V>> {
    for (let index = 0; ; index++) {
      while (index >= this.#results.length && !this.#hasEnded) await this.#more.promise;
      const result = this.#results[index];
      if (result === undefined) break;
      yield result;
    }
    // Rejects where the job did.
    await this.done;
  }

  async cancel(): Promise<void> {
    if (this.#hasEnded) return;
    this.#isCancelled = true;
    await this.#prepared.promise;
    // Whoever waits to send something need not wait for that; whoever waits for an answer will, until it is cancelled.
    if (!this.#isWithService) this.#sleepers.wake();
    await this.#submission;
    const plan = this.#plan as JobPlan<V>;
    const part = this.#ticket.parts[this.#current];
    if (this.#hasEnded || part === undefined || !this.#isWithService) return;
    const call = plan.cancel?.(part, this.#memory);
    if (call === undefined) {
      throw usageError(
        '',
        'cancel-not-supported',
        'the service has no way to cancel a job; no more is sent to it',
      );
    }
    this.#cancelCall = runCall(
      call,
      (request) => this.#send(request),
      () => this.#tools.clock.now(),
    );
    await this.#cancelCall;
    this.#isCancelAgreed = true;
    this.#sleepers.wake();
  }

  get #isWithService(): boolean {
    const state = this.#ticket.parts[this.#current]?.state;
    return state === 'submitted' || state === 'started';
  }

  async #run(prepare: () => Promise<PreparedJob<I, V>>): Promise<JobEnd<I, V>> {
    try {
      const prepared = await this.#untilAborted(prepare());
      this.#plan = prepared.plan;
      this.#ticket = prepared.ticket;
      this.#limit = this.#startLimit(prepared.plan);
      this.#prepared.resolve();
      const state = await this.#runParts(prepared);
      this.#started.resolve(this.ticket);
      this.#jobReport.state = state;
      return { state, results: this.#results, warnings: this.#jobReport.warnings };
    } catch (error) {
      this.#prepared.reject(error);
      this.#started.reject(error);
      throw error;
    } finally {
      this.#hasEnded = true;
      this.#limit?.close();
      this.#sleepers.wake();
      this.#more.resolve();
    }
  }

  async #runParts(prepared: PreparedJob<I, V>): Promise<JobState> {
    const { plan } = prepared;
    const run = this.#context(plan);
    let state: JobState = 'done';
    /** Set when nothing more is to be sent. */
    let ending: { readonly state: JobState; readonly rest: ItemReading<V> } | undefined;
    for (const index of this.#ticket.parts.keys()) {
      this.#current = index;
      const part = run.part(index);
      const isUnsent = part.state === 'prepared' || (part.state === 'finished' && part.sentAt === undefined);
      if (ending === undefined && this.#isCancelled) ending = { state: 'cancelled', rest: CANCELLED };
      if (ending !== undefined && isUnsent) {
        if (state === 'done') state = ending.state;
        // Whoever finds the ticket does not send what was called off.
        if (ending.state === 'cancelled') await run.change(index, { state: 'finished' });
        this.#settle(prepared, index, partEnd(ending.state, ending.rest));
        continue;
      }
      const end = await this.#runPart(run, index);
      if (end.refusal !== undefined && index === 0) throw this.#refusedAll(prepared, end, end.refusal);
      if (state === 'done') state = end.state;
      this.#settle(prepared, index, end);
      ending ??= this.#endingAfter(plan, end);
    }
    return state;
  }

  /** What becomes of the parts behind one, where they are not to be sent. */
  #endingAfter(plan: JobPlan<V>, end: PartEnd<V>): { state: JobState; rest: ItemReading<V> } | undefined {
    if (this.#isCancelled || end.state === 'cancelled') return { state: 'cancelled', rest: CANCELLED };
    if (end.refusal !== undefined) return { state: 'failed', rest: notExecuted(end.refusal) };
    if (this.#limit?.isOver) {
      const error = new BatchTransportError('the deadline came before it was sent', { code: 'timed-out' });
      return { state: end.state, rest: notExecuted(error) };
    }
    if (!plan.stopsAtFailure) return undefined;
    const { from = 0, to = 0 } = this.#ticket.parts[this.#current] ?? {};
    const succeeded = [...end.items.values()].filter(({ outcome }) => outcome === 'succeeded');
    return succeeded.length === to - from ? undefined : { state: end.state, rest: notExecuted() };
  }

  async #runPart(run: JobRun<V>, index: number): Promise<PartEnd<V>> {
    try {
      const { state } = run.part(index);
      let submission: Submission<V> = { isTaken: true };
      if (state === 'prepared' || state === 'sending' || (state === 'submitted' && run.plan.itemwise)) {
        this.#report('submitting', 0);
        const sending = run.plan.itemwise ? fillPart(run, index, run.plan.itemwise) : submitPart(run, index);
        this.#submission = sending.catch(() => {});
        submission = await sending;
      } else if (state === 'finished' && run.part(index).sentAt === undefined) {
        return partEnd('cancelled', CANCELLED);
      }
      if (!submission.isTaken) return submission.end;
      this.#started.resolve(this.ticket);
      return await pollPart(run, index, submission.reading);
    } catch (error) {
      if (!run.signal.aborted) {
        if (!(error instanceof BatchError) || error.code === 'callback-failed') throw error;
        return this.#brokenOff(run.part(index), error);
      }
      if (!this.#limit?.isOver) throw run.signal.reason;
      const message = 'the deadline came before the service had taken it';
      return this.#brokenOff(run.part(index), new BatchTransportError(message, { code: 'timed-out' }));
    }
  }

  /** A part that was left while it was being sent. */
  #brokenOff({ state }: TicketPart, cause: BatchError): PartEnd<V> {
    const isItemwise = this.#plan?.itemwise !== undefined;
    if (state === 'prepared') return partEnd('preparing', notExecuted(cause));
    // Nothing is done in a job before it is started, which comes behind `submitted`.
    if (isItemwise && state === 'sending') return partEnd('submitting', notExecuted(cause));
    const message = 'the service may have taken the part: there is no answer';
    return partEnd('unknown', unknownOutcome(new BatchError('submission-unknown', message, { cause })));
  }

  #settle({ inputs, plan }: PreparedJob<I, V>, index: number, end: PartEnd<V>): void {
    for (const result of jobResults(inputs, plan, this.#ticket, index, end)) this.#results.push(result);
    this.#report(end.state, 0);
    const { resolve } = this.#more;
    this.#more = deferred();
    resolve();
  }

  /** The service did not have the first part: there is no job. */
  #refusedAll(prepared: PreparedJob<I, V>, end: PartEnd<V>, error: BatchError): BatchError {
    const { inputs, plan } = prepared;
    const results = [...this.#ticket.parts.keys()].flatMap((index) =>
      jobResults(
        inputs,
        plan,
        this.#ticket,
        index,
        index === 0 ? end : partEnd('failed', notExecuted(error)),
      ),
    );
    this.#jobReport.state = 'failed';
    return defineUnprinted(error, { results });
  }

  #context(plan: JobPlan<V>): JobRun<V> {
    const { random = Math.random, concurrency = 1, resubmit = false } = this.#options;
    const job = this;
    return {
      plan,
      clock: this.#tools.clock,
      maxRetryAfterMs: this.#tools.maxRetryAfterMs,
      random,
      signal: this.#signal,
      concurrency,
      resubmit,
      get isOver() {
        return job.#limit?.isOver === true;
      },
      get isCancelled() {
        return job.#isCancelled;
      },
      get isCancelAgreed() {
        return job.#isCancelAgreed;
      },
      untilCancelAnswered: async () => {
        await this.#cancelCall?.catch(() => {});
      },
      remember: (memory) => {
        this.#memory = memory;
      },
      part: (index) => this.#ticket.parts[index] as TicketPart,
      change: (index, changes) => this.#change(index, changes),
      send: (request, beforeSending) => this.#send(request, beforeSending),
      pause: (ms) => this.#pause(ms),
      report: (state, settled) => this.#report(state, settled),
      warn: (warnings) => this.#jobReport.warn(warnings),
    };
  }

  get #signal(): AbortSignalLike {
    return (this.#limit as TimeLimit).signal;
  }

  #startLimit({ deadlineMs, scheduledAt }: JobPlan<V>): TimeLimit {
    const { deadline = deadlineMs, signal } = this.#options;
    const { clock } = this.#tools;
    const untilDate = Math.max(0, (scheduledAt ?? 0) - clock.now());
    return startTimeLimit(
      clock,
      untilDate + deadline,
      () => new BatchTransportError('the deadline is over', { code: 'timed-out' }),
      signal,
    );
  }

  async #send(request: JobRequest, beforeSending?: () => void): Promise<JobAnswer> {
    return exchange(this.#tools, request, this.#signal, beforeSending);
  }

  async #change(index: number, changes: Partial<TicketPart>): Promise<void> {
    const parts = this.#ticket.parts.map((part, place) => (place === index ? { ...part, ...changes } : part));
    this.#ticket = { ...this.#ticket, parts };
    const kept = this.#keepTicket();
    // At the deadline nobody waits, for this neither.
    if (this.#limit?.isOver) kept.catch(() => {});
    else await untilAborted(kept, this.#signal);
  }

  async #keepTicket(): Promise<void> {
    try {
      await this.#options.onTicket?.(this.ticket);
    } catch (error) {
      throw callbackFailure(error);
    }
  }

  #pause(ms: number): Promise<void> {
    return this.#sleepers.sleep(this.#tools.clock, ms, this.#signal);
  }

  #report(state: JobState, settled: number): void {
    this.#jobReport.tell(state, this.#ticket, this.#results.length + settled);
  }

  async #untilAborted<T>(promise: Promise<T>): Promise<T> {
    const { signal } = this.#options;
    return signal === undefined ? promise : untilAborted(promise, signal);
  }
}
