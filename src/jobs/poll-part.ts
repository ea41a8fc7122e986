import { BatchError, BatchTransportError } from '../errors.ts';
import { retryAfterMs } from '../http/retry-after.ts';
import { backOffMs } from '../transport/back-off.ts';
import { asksTooMuch, failureOfStatus } from '../transport/send-again.ts';
import { refusal } from './exchange.ts';
import { type JobRun, type PartEnd, PENDING, partEnd, unknownOutcome } from './job-run.ts';
import type { ItemReading, JobAnswer, StatusReading } from './job-service.ts';

/** How often a service is asked how far it is: every half second at first, every half minute at last. */
const BACK_OFF = { base: 1000, maximum: 30_000 };

/** Asks how far a part is until it is finished. */
export async function pollPart<V>(
  run: JobRun<V>,
  index: number,
  first: StatusReading<V> | undefined,
): Promise<PartEnd<V>> {
  const poll = new Poll(run, index, first);
  return poll.untilFinished();
}

class Poll<V> {
  readonly #run: JobRun<V>;
  readonly #index: number;
  /** The last answer that could be read. */
  #last: StatusReading<V> | undefined;
  /** What is wrong with the answers since then. */
  #problem: BatchError | undefined;
  #waits = 0;
  #notFound = 0;

  constructor(run: JobRun<V>, index: number, first: StatusReading<V> | undefined) {
    this.#run = run;
    this.#index = index;
    this.#last = first;
  }

  async untilFinished(): Promise<PartEnd<V>> {
    const { plan } = this.#run;
    try {
      if (this.#last === undefined && !this.#canAsk()) return await this.#answeredBefore();
      if (this.#last !== undefined) {
        this.#report();
        if (this.#last.next === 'finished') return await this.#finish();
        await this.#keep(this.#last);
        if (this.#last.next === 'wait') await this.#wait(undefined);
      }
      for (;;) {
        await this.#run.untilCancelAnswered();
        if (plan.endsWhenCancelled && this.#run.isCancelAgreed) return await this.#cancelled();
        const end = await this.#ask();
        if (end !== undefined) return end;
      }
    } catch (error) {
      if (this.#run.isOver) return this.#leave();
      throw error;
    }
  }

  /** What the part ended with; undefined where it has not, after having waited. */
  async #ask(): Promise<PartEnd<V> | undefined> {
    const { plan, isCancelled } = this.#run;
    const part = this.#run.part(this.#index);
    let answer: JobAnswer;
    try {
      answer = await this.#run.send(plan.encodeStatus(part, this.#last?.memory));
    } catch (error) {
      if (this.#run.signal.aborted || !(error instanceof BatchTransportError)) throw error;
      if (error.isPermanent) return partEnd('unknown', unknownOutcome(error));
      this.#problem = error;
      await this.#wait(undefined);
      return undefined;
    }
    const failure = failureOfStatus(answer, this.#run.clock.now());
    if (failure !== undefined) {
      const isFinal = failure.kind === 'refused' || failure.kind === 'unauthorized';
      return this.#refused(answer, isFinal || asksTooMuch(failure, this.#run.maxRetryAfterMs));
    }
    try {
      const moment = { now: this.#run.clock.now(), isCancelled };
      this.#last = plan.readStatus(part, this.#last?.memory, answer, moment);
      this.#problem = undefined;
    } catch (error) {
      if (!(error instanceof BatchError) || error.code === 'callback-failed') throw error;
      this.#problem = error;
      await this.#wait(answer);
      return undefined;
    }
    this.#run.warn(this.#last.warnings);
    this.#report();
    if (this.#last.next === 'finished') return this.#finish();
    await this.#keep(this.#last);
    if (this.#last.next === 'wait') await this.#wait(answer);
    return undefined;
  }

  async #keep({ memory, nextId }: StatusReading<V>): Promise<void> {
    this.#run.remember(memory);
    const isNew = nextId !== undefined && nextId !== this.#run.part(this.#index).next;
    if (isNew) await this.#run.change(this.#index, { next: nextId });
  }

  /** A service that takes items one by one knows the job by what the caller calls it. */
  #canAsk(): boolean {
    return this.#run.plan.itemwise !== undefined || this.#run.part(this.#index).id !== undefined;
  }

  /** The service told everything at once, to another process, and gave nothing to ask for it with. */
  async #answeredBefore(): Promise<PartEnd<V>> {
    await this.#run.change(this.#index, { state: 'finished' });
    const message = 'the service answered at once, and what it said is gone with the process that was told';
    return this.#known('expired', unknownOutcome(new BatchError('job-expired', message)));
  }

  /** What was not told by then never will be. */
  async #cancelled(): Promise<PartEnd<V>> {
    await this.#run.change(this.#index, { state: 'finished' });
    const message = 'the job was cancelled, and the service does not say how far it was';
    return this.#known('cancelled', unknownOutcome(new BatchError('job-cancelled', message)));
  }

  async #refused(answer: JobAnswer, isFinal: boolean): Promise<PartEnd<V> | undefined> {
    const cause = refusal(answer);
    this.#problem = cause;
    const isGone = answer.status === 404 || answer.status === 410;
    if (isGone && this.#takeOther()) return undefined;
    // Being cancelled is what it is gone for.
    if (isGone && this.#run.isCancelled && this.#run.plan.endsWhenCancelled) return this.#cancelled();
    if (isGone && ++this.#notFound > (this.#run.plan.notFoundRetries ?? 0)) {
      const message = 'the service does not know the job any more';
      return this.#known('expired', unknownOutcome(new BatchError('job-expired', message, { cause })));
    }
    // Asking goes on where an answer may come: a token that is not taken is for the caller to change.
    if (isFinal && !isGone) return this.#known('unknown', unknownOutcome(cause));
    await this.#wait(answer);
    return undefined;
  }

  /** Whether there is another place to ask. */
  #takeOther(): boolean {
    const memory = this.#run.plan.whenGone?.(this.#run.part(this.#index), this.#last?.memory);
    if (memory === undefined) return false;
    this.#last = { state: 'running', items: new Map(), next: 'wait', memory };
    return true;
  }

  /** What the last answers told stays told. */
  #known(state: PartEnd<V>['state'], rest: ItemReading<V>): PartEnd<V> {
    return { state, items: settledOf(this.#last), rest };
  }

  async #finish(): Promise<PartEnd<V>> {
    await this.#run.change(this.#index, { state: 'finished' });
    const { state, items } = this.#last as StatusReading<V>;
    const message = 'the service did not say what became of this item';
    return { state, items, rest: unknownOutcome(new BatchError('correlation-failed', message)) };
  }

  /** Nobody waits any longer. */
  #leave(): PartEnd<V> {
    if (this.#last === undefined || this.#problem !== undefined || !isStillAtWork(this.#last)) {
      const cause = this.#problem;
      const message = 'the service did not say in time what became of this item';
      const error = new BatchTransportError(message, { code: 'timed-out', ...(cause && { cause }) });
      return this.#known('unknown', unknownOutcome(error));
    }
    return this.#known(this.#last.state, PENDING);
  }

  async #wait(answer: JobAnswer | undefined): Promise<void> {
    const { clock, random, maxRetryAfterMs } = this.#run;
    const value = answer?.headers.get('Retry-After') ?? this.#last?.retryAfter;
    const asked = retryAfterMs(value, clock.now(), answer?.headers.get('Date')) ?? 0;
    const untilDate = this.#untilDate();
    // Behind its date a job is asked for as one that has just begun.
    this.#waits = untilDate > 0 ? 0 : this.#waits + 1;
    const ours = untilDate > 0 ? untilDate : backOffMs(this.#waits, random, BACK_OFF);
    await this.#run.pause(Math.max(Math.min(asked, maxRetryAfterMs), ours));
  }

  /** How long a job that waits for its date has nothing to tell; 0 where it does not. */
  #untilDate(): number {
    const { plan, clock, isCancelled } = this.#run;
    const isWaiting = this.#last?.state === 'scheduled' && this.#problem === undefined && !isCancelled;
    return isWaiting ? (plan.scheduledAt ?? 0) - clock.now() : 0;
  }

  #report(): void {
    if (this.#last === undefined) return;
    // A job that is over is so for its caller when its items are read.
    const state = this.#last.next === 'ask' ? 'running' : this.#last.state;
    this.#run.report(state, settledOf(this.#last).size);
  }
}

/** Whether the service says that it has not finished. */
function isStillAtWork({ state, next }: StatusReading<unknown>): boolean {
  return state !== 'unknown' && next === 'wait';
}

/** Items of which the service has told how they ended. */
function settledOf<V>(reading: StatusReading<V> | undefined): ReadonlyMap<number, ItemReading<V>> {
  if (reading === undefined) return new Map();
  return new Map([...reading.items].filter(([, { outcome }]) => outcome !== 'pending'));
}
