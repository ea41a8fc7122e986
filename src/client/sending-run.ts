import { isBatchError } from '../batch/is-batch-error.ts';
import { callbackFailure } from '../batch/issues.ts';
import { BatchError, BatchTransportError, BatchUsageError } from '../errors.ts';
import { makeController } from '../transport/abort-signal.ts';
import type { Ask, Lease } from '../transport/budget.ts';
import { BatchConversation, type Settlement } from './batch-conversation.ts';
import { Change } from './change.ts';
import { ProgressCount, type WaitReason } from './progress.ts';
import type { SendSettings } from './send-settings.ts';
import type { SentResult } from './sent-result.ts';
import { entriesOf, type Unit } from './unit.ts';
import type { UnitFeed } from './unit-feed.ts';
import { UnitSizes } from './unit-sizes.ts';
import type { SourcedUnit } from './unit-stream.ts';
import { allUnsent } from './unsent.ts';
import { WaitingUnits } from './waiting-units.ts';

/** How long a batch that is not full waits for more operations, in milliseconds. */
const LINGER_MS = 50;

/** What has to happen before the next batch can be made. */
interface Wait {
  /** Undefined where it is the caller who has to take results. */
  readonly reason: WaitReason | undefined;
  /** When time alone brings it. */
  readonly at: number;
}

/**
 * Sends units in batches until there are no more, and tells the results as they stand.
 *
 * One batch is made at a time, and one lease asked for, so that runs that share a budget take turns.
 */
export class SendingRun {
  readonly #settings: SendSettings;
  readonly #feed: UnitFeed;
  readonly #total: number | undefined;
  readonly #sizes: UnitSizes;
  readonly #waiting: WaitingUnits;
  readonly #conversation: BatchConversation;
  readonly #controller = makeController();
  /** Aborted when nothing more is sent, what is under way apart. */
  readonly #asking = makeController();
  readonly #change = new Change();
  readonly #progress: ProgressCount;
  /** Batches under way. */
  readonly #underWay = new Set<readonly Unit[]>();
  /** Results that nobody has taken yet. */
  #results: SentResult[] = [];
  #lingerUntil: number | undefined;
  #pausedUntil = Number.NEGATIVE_INFINITY;
  /** Why nothing more is sent; the rest is not executed. */
  #stop: { readonly cause: BatchError | undefined } | undefined;
  /** What the call ends with. */
  #failure: BatchError | undefined;
  #isFinished = false;
  #cleanUp: () => void = () => {};

  /**
   * @param makeFeed makes what units come from, and is told how to say that there are more
   * @param total how many operations there are, where anybody knows
   */
  constructor(
    settings: SendSettings,
    makeFeed: (ahead: number, onChange: (failure?: { readonly cause: unknown }) => void) => UnitFeed,
    total: number | undefined,
  ) {
    const { encoding, limits, clock } = settings;
    this.#settings = settings;
    this.#total = total;
    this.#sizes = new UnitSizes(encoding, limits.maxBytes);
    this.#waiting = new WaitingUnits((unit) => this.#sizes.of(unit), isOrdered(settings));
    this.#conversation = new BatchConversation(settings, this.#controller.signal, this.#sizes);
    this.#progress = new ProgressCount(clock.now());
    this.#feed = makeFeed(this.#highWater, (failure) => {
      if (failure !== undefined) this.#fail(callbackFailure(failure.cause));
      this.#change.notify();
    });
  }

  /** Operations that are looked at ahead, so that batches are full although some have to wait for others. */
  get #highWater(): number {
    const { concurrency, limits } = this.#settings;
    return Math.min(20_000, 2 * (concurrency + 1) * limits.maxOperations);
  }

  start(): void {
    const { options, clock, totalTimeoutMs } = this.#settings;
    const { signal } = options;
    const onAbort = () => {
      this.#fail(new BatchError('aborted', 'the caller gave up', { cause: signal?.reason }));
    };
    const cancel = Number.isFinite(totalTimeoutMs)
      ? clock.schedule(() => this.#end(totalTimeoutMs), totalTimeoutMs)
      : () => {};
    this.#cleanUp = () => {
      cancel();
      signal?.removeEventListener('abort', onAbort);
    };
    if (signal?.aborted) onAbort();
    else signal?.addEventListener('abort', onAbort);
    void this.#run();
  }

  /**
   * The next results; undefined when there are no more. Throws what the call ends with, with the results that nobody has taken
   * and those of the operations that have none yet.
   */
  async next(): Promise<readonly SentResult[] | undefined> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#results.length > 0) {
        const results = this.#results;
        this.#results = [];
        this.#change.notify();
        return results;
      }
      if (this.#isFinished) return undefined;
      await this.#change.next;
    }
  }

  /** Gives up: nobody wants the rest. */
  leave(): void {
    this.#fail(new BatchError('aborted', 'the caller left'));
  }

  /** Results that nobody has taken, and of operations that were taken from the source and have none yet. */
  rest(): SentResult[] {
    const cause = this.#failure ?? new BatchError('aborted', 'given up');
    const underWay = [...this.#underWay].flatMap((units) => this.#conversation.knownOf(units, cause));
    return [...this.#results, ...underWay, ...allUnsent(this.#waiting.clear(), cause)];
  }

  /** Why operations that were never taken from the source were not sent. */
  get stopCause(): BatchError | undefined {
    return this.#stop?.cause ?? this.#failure;
  }

  async #run(): Promise<void> {
    try {
      while (this.#failure === undefined) {
        if (this.#stop === undefined) this.#fill();
        const isDone = this.#feed.isEnded && this.#waiting.operations === 0 && this.#underWay.size === 0;
        if (isDone) break;
        const wait = this.#whatToWaitFor();
        if (wait === undefined) await this.#sendNext();
        else await this.#pass(wait);
      }
    } catch (error) {
      this.#fail(toBatchError(error));
    }
    this.#isFinished = true;
    this.#cleanUp();
    this.#change.notify();
  }

  #fill(): void {
    this.#receive(this.#feed.pull(this.#highWater - this.#waiting.operations));
  }

  #receive(units: Iterable<SourcedUnit>): void {
    for (const sourced of units) {
      const refusal = sourced.refusal ?? this.#tooLarge(sourced);
      if (sourced.unit.operations === 0) continue;
      if (refusal === undefined) this.#waiting.add(sourced.unit);
      else this.#deliver(allUnsent([sourced.unit], refusal));
    }
  }

  #tooLarge({ unit }: SourcedUnit): BatchUsageError | undefined {
    const { capacity } = this.#settings.budget;
    const cost = this.#costOf(unit.operations);
    if (cost <= capacity) return undefined;
    const message = `what goes in one batch counts for ${cost} requests, and the budget gives ${capacity} at once`;
    const path = `batch[${unit.items[0]?.entries[0]?.path[0]}]`;
    return new BatchUsageError([{ path, code: 'budget-too-small', message }]);
  }

  #costOf(operations: number): number {
    const { isDirect, budget } = this.#settings;
    return operations === 1 && isDirect ? 1 : budget.costOf(operations);
  }

  /** Undefined where a batch can be made now. */
  #whatToWaitFor(): Wait | undefined {
    const { clock, concurrency } = this.#settings;
    const now = clock.now();
    const never = Number.POSITIVE_INFINITY;
    if (this.#stop !== undefined) return { reason: 'answers', at: never };
    if (this.#underWay.size >= concurrency) return { reason: 'connection', at: never };
    if (this.#results.length > this.#highWater) return { reason: undefined, at: never };
    if (now < this.#pausedUntil) return { reason: 'back-off', at: this.#pausedUntil };

    const { operations: wanted } = this.#conversation.size;
    const { operations, wakeAt } = this.#waiting.ready(wanted, now);
    const mayCome = !this.#feed.isEnded && this.#waiting.operations < this.#highWater;
    if (operations === 0) {
      const reason = Number.isFinite(wakeAt) ? 'back-off' : mayCome ? 'operations' : 'answers';
      return { reason, at: wakeAt };
    }
    if (operations >= wanted || !(mayCome || wakeAt < now + LINGER_MS)) return undefined;
    this.#lingerUntil ??= now + LINGER_MS;
    return now < this.#lingerUntil ? { reason: 'operations', at: this.#lingerUntil } : undefined;
  }

  /** Waits for time or for something to happen. */
  async #pass({ reason, at }: Wait): Promise<void> {
    const { clock } = this.#settings;
    if (reason !== undefined) this.#report(reason);
    const cancel = Number.isFinite(at)
      ? clock.schedule(() => this.#change.notify(), at - clock.now())
      : () => {};
    await this.#change.next;
    cancel();
  }

  async #sendNext(): Promise<void> {
    const { budget, clock } = this.#settings;
    const ready = this.#waiting.ready(this.#conversation.size.operations, clock.now());
    const ask = this.#ask(ready.operations, ready.first);
    if (budget.available() < (ask.atLeast ?? 0)) this.#report(budget.waitingFor());
    let lease: Lease;
    try {
      lease = await budget.acquire(ask, { signal: this.#asking.signal });
    } catch (error) {
      if (this.#asking.signal.aborted) return;
      throw error;
    }
    const units = this.#take(lease);
    this.#lingerUntil = undefined;
    if (units.length === 0) {
      lease.release(0);
      return;
    }
    lease.trim(this.#costOf(entriesOf(units).length));
    this.#underWay.add(units);
    void this.#converse(units, lease);
  }

  /** As many requests as the next batch may need, at least half of what it needs now: a small batch is dear. */
  #ask(ready: number, first: number): Ask {
    const { budget } = this.#settings;
    const { operations } = this.#conversation.size;
    const half = Math.min(this.#costOf(Math.ceil(ready / 2)), budget.capacity);
    const most = Math.min(this.#costOf(Math.max(operations, first)), budget.capacity);
    const least = Math.max(this.#costOf(first), half);
    return { atMost: Math.max(most, least), atLeast: least };
  }

  #take(lease: Lease): Unit[] {
    const { budget, clock, limits, isDirect } = this.#settings;
    const now = clock.now();
    const { operations: wanted } = this.#conversation.size;
    const { first } = this.#waiting.ready(wanted, now);
    const paid = Math.max(budget.operationsFor(lease.requests), isDirect && lease.requests > 0 ? 1 : 0);
    const operations = Math.min(paid, Math.max(wanted, first));
    return this.#waiting.take({ operations, items: limits.maxItems, bytes: this.#sizes.room }, now);
  }

  async #converse(units: readonly Unit[], lease: Lease): Promise<void> {
    try {
      const settlement = await this.#conversation.hold(units, lease);
      if (this.#failure === undefined) this.#settle(units, settlement);
    } catch (error) {
      this.#fail(toBatchError(error));
    } finally {
      lease.release();
      this.#change.notify();
    }
  }

  #settle(units: readonly Unit[], { settled, again, lost, refusal, stop, pauseMs }: Settlement): void {
    const { clock, quarantineMs } = this.#settings;
    const now = clock.now();
    if (refusal !== undefined) {
      this.#fail(refusal);
      return;
    }
    this.#underWay.delete(units);
    for (const unit of units) this.#waiting.free(unit);
    for (const unit of lost) this.#waiting.hold(unit, now + quarantineMs);
    for (const { unit, waitMs } of again) {
      unit.notBefore = now + waitMs;
      if (this.#stop === undefined) this.#waiting.add(unit);
      else this.#deliver(allUnsent([unit], this.#stop.cause));
    }
    if (pauseMs !== undefined) this.#pausedUntil = Math.max(this.#pausedUntil, now + pauseMs);
    this.#deliver(settled);
    if (stop !== undefined) this.#stopSending(stop.cause);
    this.#report(undefined);
  }

  #deliver(results: readonly SentResult[]): void {
    this.#progress.add(results);
    for (const result of results) this.#results.push(result);
    this.#change.notify();
  }

  /** Lets come to an end what is under way, and sends nothing more. */
  #stopSending(cause: BatchError | undefined): void {
    if (this.#stop !== undefined) return;
    this.#stop = { cause };
    this.#asking.abort();
    this.#receive(this.#feed.close());
    this.#deliver(allUnsent(this.#waiting.clear(), cause));
  }

  /** The time is over: what is under way is given up, and its results stand. */
  #end(ms: number): void {
    const late = new BatchTransportError(`not all was answered within ${ms} ms`, { code: 'timed-out' });
    this.#conversation.end();
    // Where nothing gets through any more, that is why.
    this.#stopSending(this.#conversation.lastRefusal ?? late);
    this.#controller.abort(late);
  }

  #fail(error: BatchError): void {
    if (this.#failure !== undefined || this.#isFinished) return;
    this.#failure = error;
    this.#receive(this.#feed.close());
    this.#cleanUp();
    this.#asking.abort();
    this.#controller.abort(error);
    this.#change.notify();
  }

  #report(waitingFor: WaitReason | undefined): void {
    const { options, clock } = this.#settings;
    if (options.onProgress === undefined || this.#failure !== undefined) return;
    const { operations } = this.#conversation.size;
    const progress = this.#progress.at(clock.now(), this.#total, operations, waitingFor);
    const onFailure = (error: unknown) => this.#fail(callbackFailure(error));
    try {
      const told: unknown = options.onProgress(progress);
      // Nobody waits for it, but what it fails with has to be heard.
      if (told instanceof Promise) told.catch(onFailure);
    } catch (error) {
      onFailure(error);
    }
  }
}

/** Whether the service works on a batch in order: in the JSON format it need not, unless it says so. */
function isOrdered({ encoding, service }: SendSettings): boolean {
  return service?.ordered ?? (encoding.format ?? service?.format ?? 'multipart') === 'multipart';
}

/** Only functions of the caller's throw anything else. */
function toBatchError(error: unknown): BatchError {
  return isBatchError(error) ? (error as BatchError) : callbackFailure(error);
}
