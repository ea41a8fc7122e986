import { callbackFailure } from '../batch/issues.ts';
import { unknown } from '../batch/outcome.ts';
import type { PlannedOperation } from '../batch/plan.ts';
import type { OperationResult } from '../batch/result.ts';
import { defineUnprinted } from '../define-unprinted.ts';
import { type BatchError, BatchResponseError } from '../errors.ts';
import type { EncodedBatchRequest } from '../formats/encode-batch-request.ts';
import { isRepeatable } from '../http/repeatable-request.ts';
import type { AbortSignalLike } from '../transport/abort-signal.ts';
import type { Lease } from '../transport/budget.ts';
import { untilAborted } from '../transport/until-aborted.ts';
import { Access } from './access.ts';
import { afterAnswer, afterTimeout, type BatchSize, sumOf } from './batch-size.ts';
import { CredentialSource, type Credentials } from './credentials.ts';
import { encodeUnits, type RefusedUnits } from './encode-units.ts';
import { exchangeBatch } from './exchange-batch.ts';
import type { FailureRules } from './failure-of-result.ts';
import { type Exchange, type JudgingRules, judgeBatch } from './judge-batch.ts';
import { Pacing, type UnitToWait } from './pacing.ts';
import { refusedUnits, unexecuted } from './refused-units.ts';
import type { BatchEvent } from './send-options.ts';
import type { SendSettings } from './send-settings.ts';
import type { SentResult } from './sent-result.ts';
import { trueResult } from './true-result.ts';
import { type Entry, entriesOf, type Unit } from './unit.ts';
import type { UnitSizes } from './unit-sizes.ts';
import { allUnsent, notSent, subjectOf } from './unsent.ts';

/** What came of a batch, for the run as a whole. */
export interface Settlement {
  /** Results that stand. */
  readonly settled: readonly SentResult[];
  /** What is to be sent again. */
  readonly again: readonly UnitToWait[];
  /** Units that the service may still be at work on. */
  readonly lost: readonly Unit[];
  /** Why the service takes nothing from us, where it has not answered anything before. */
  readonly refusal?: BatchError | undefined;
  /** Nothing more is to be sent. */
  readonly stop?: { readonly cause: BatchError | undefined } | undefined;
  /** Before the next batch so many milliseconds are to pass. */
  readonly pauseMs?: number | undefined;
}

/** A batch that was sent. */
interface SentBatch {
  readonly units: readonly Unit[];
  readonly entries: readonly Entry[];
  readonly encoded: EncodedBatchRequest;
  /** How often in a row the service could not be reached before. */
  readonly refusalsInARow: number;
}

const NOTHING: Settlement = { settled: [], again: [], lost: [] };

/** Talks to the service about one batch at a time, or several, and keeps in mind what it said. */
export class BatchConversation {
  readonly #settings: SendSettings;
  readonly #signal: AbortSignalLike;
  readonly #sizes: UnitSizes;
  readonly #credentials: CredentialSource;
  readonly #pacing: Pacing;
  readonly #access: Access;
  readonly #sent = new WeakSet<readonly Unit[]>();
  /** What was answered to batches that were sent, until it is judged. */
  readonly #answers = new WeakMap<readonly Unit[], readonly OperationResult[]>();
  #size: BatchSize;
  /** Whether the service has ever answered with results. */
  #isAnswered = false;
  #isOver = false;

  constructor(settings: SendSettings, signal: AbortSignalLike, sizes: UnitSizes) {
    this.#settings = settings;
    this.#signal = signal;
    this.#sizes = sizes;
    this.#credentials = new CredentialSource(settings.headers);
    this.#pacing = new Pacing(settings);
    this.#access = new Access(settings);
    const { maxOperations } = settings.limits;
    this.#size = { operations: maxOperations, maximum: maxOperations };
  }

  /** How many operations the next batch may have. */
  get size(): BatchSize {
    return this.#size;
  }

  /** Why nothing of the last batch that was answered happened; undefined where something did, or may have. */
  get lastRefusal(): BatchError | undefined {
    return this.#access.lastRefusal;
  }

  /** What is known of a batch that is under way. */
  knownOf(units: readonly Unit[], cause: BatchError): SentResult[] {
    const answers = this.#answers.get(units);
    if (answers === undefined) return allUnsent(units, cause);
    return entriesOf(units).map((entry, place) => {
      const known = answers[place] ?? unknown(subjectOf(entry), cause);
      return Object.assign(trueResult(entry, known, this.#failureRules), { attempts: entry.attempts });
    });
  }

  /** From now on all results stand. */
  end(): void {
    this.#isOver = true;
  }

  /** Sends a batch. Throws BatchUsageError where a function of the caller's throws, or an option is wrong. */
  async hold(units: readonly Unit[], lease: Lease): Promise<Settlement> {
    try {
      return await this.#hold(units, lease);
    } catch (error) {
      if (this.#sent.has(units)) throw error;
      lease.release(0);
      // The time was over before anything went out.
      if (!this.#isOver || !this.#signal.aborted) throw error;
      return { ...NOTHING, settled: allUnsent(units, this.#signal.reason as BatchError) };
    }
  }

  async #hold(units: readonly Unit[], lease: Lease): Promise<Settlement> {
    const credentials = await this.#credentials.next(this.#signal);
    const encoded = encodeUnits(units, credentials.headers, this.#settings);
    if ('refused' in encoded) {
      lease.release(0);
      return this.#refuse(units, encoded);
    }
    const entries = entriesOf(units);
    await this.#journal('sending', entries, []);
    if (this.#signal.aborted) throw this.#signal.reason;
    for (const entry of entries) entry.attempts++;
    this.#sent.add(units);
    this.#answers.set(units, []);
    const { refusalsInARow } = this.#access;
    const exchange = await exchangeBatch(entries, encoded, this.#settings, this.#signal);
    this.#answers.set(units, exchange.results);
    lease.release(exchange.failure?.kind === 'not-sent' ? 0 : undefined);
    const given = await this.#withNewCredentials(units, exchange, credentials);
    return this.#judge({ units, entries, encoded, refusalsInARow }, given);
  }

  /** What can't be encoded is not executed, and the rest of the batch goes again at once. */
  #refuse(units: readonly Unit[], { refused, isTooLarge }: RefusedUnits): Settlement {
    const rules = this.#failureRules;
    const refusal = (entry: Entry, reason: BatchError | undefined) =>
      Object.assign(trueResult(entry, notSent(subjectOf(entry), reason), rules), {
        attempts: entry.attempts,
      });
    const atOnce = (unit: Unit) => ({ unit, waitMs: 0 });
    if (isTooLarge) {
      const octets = units.reduce((sum, unit) => sum + this.#sizes.of(unit), 0);
      this.#sizes.tooLarge(octets);
      return { ...NOTHING, again: units.map(atOnce) };
    }
    return {
      ...NOTHING,
      settled: units.flatMap((unit) =>
        refused.has(unit) ? entriesOf([unit]).map((entry) => refusal(entry, refused.get(unit))) : [],
      ),
      again: units.filter((unit) => !refused.has(unit)).map(atOnce),
    };
  }

  /** Where the service refused the credentials, what it refused them for is sent again with new ones, once. */
  async #withNewCredentials(
    units: readonly Unit[],
    exchange: Exchange,
    credentials: Credentials,
  ): Promise<Exchange> {
    const { refusalOf } = this.#settings;
    const refused = refusedUnits(units, exchange, refusalOf);
    if (refused.length === 0) {
      if (exchange.failure?.kind !== 'not-sent') this.#credentials.accept(credentials);
      for (const unit of units) unit.hasNewCredentials = false;
      return exchange;
    }
    const isSecondTime = refused.some(({ hasNewCredentials }) => hasNewCredentials);
    const isUseful = this.#credentials.reject(credentials, isSecondTime) && !this.#isOver;
    const renewed = new Set(isUseful ? refused.filter(({ hasNewCredentials }) => !hasNewCredentials) : []);
    for (const unit of units) unit.hasNewCredentials = renewed.has(unit);
    if (renewed.size > 0) {
      await this.#refresh(credentials);
      return { ...exchange, results: unexecuted(units, renewed, exchange.results, refusalOf) };
    }
    return exchange.failure?.kind === 'unauthorized'
      ? { ...exchange, failure: { kind: 'refused' } }
      : exchange;
  }

  /** Asks for new credentials; when the time is over meanwhile nobody needs them any more. */
  async #refresh(credentials: Credentials): Promise<void> {
    try {
      await this.#credentials.refresh(credentials, this.#signal);
    } catch (error) {
      if (!this.#isOver || !this.#signal.aborted) throw error;
    }
  }

  async #judge({ units, entries, encoded, refusalsInARow }: SentBatch, given: Exchange): Promise<Settlement> {
    const exchange = this.#adapt(units, encoded, given);
    const { failure, error } = exchange;
    const { settled, again, lost, hasFailed } = judgeBatch(units, exchange, this.#rules(entries, encoded));
    this.#answers.delete(units);
    this.#access.note(exchange, refusalsInARow);
    const waits = this.#pacing.after(exchange, again, this.#access.refusalsInARow);
    const isFirst = !this.#isAnswered;
    this.#isAnswered ||= failure === undefined;
    // What is too large by itself says nothing of the others.
    const isRefusal = given.failure?.kind === 'refused' || isNoBatch(error);
    if (isFirst && isRefusal && error !== undefined && !this.#isOver) {
      // What the service would not have is not in doubt.
      if (failure?.kind === 'refused') await this.#journal('settled', entries, []);
      return { ...NOTHING, refusal: error };
    }

    const stop = this.#stop(exchange, hasFailed);
    const isLast = stop !== undefined || this.#isOver;
    // Nothing was sent behind it, nor will be: whoever takes the run up again can send it.
    const standing = isLast ? settled.filter(({ outcome }) => outcome !== 'not-executed') : settled;
    await this.#journal('settled', entries, standing);
    return { settled, lost, stop, ...waits };
  }

  /** Changes the size of the next batches by what came of this one. */
  #adapt(units: readonly Unit[], { body }: EncodedBatchRequest, exchange: Exchange): Exchange {
    const kind = exchange.failure?.kind;
    const sizes = units.map(({ operations }) => operations);
    if (kind === undefined) this.#size = afterAnswer(this.#size, sizes);
    if (kind === 'timed-out') this.#size = afterTimeout(this.#size, sumOf(sizes));
    if (kind !== 'too-large') return exchange;
    this.#sizes.tooLarge(body.length);
    // One alone can't be split.
    return units.length > 1 ? exchange : { ...exchange, failure: { kind: 'refused' } };
  }

  #rules(entries: readonly Entry[], { plan }: EncodedBatchRequest): JudgingRules {
    const { maxAttempts, maxRetryAfterMs, repeatable } = this.#settings;
    const planned: readonly PlannedOperation[] = plan.items.flat();
    const placeOf = new Map(entries.map((entry, place) => [entry, place]));
    return {
      ...this.#failureRules,
      maxAttempts,
      maxRetryAfterMs,
      isRepeatable: (entry) => {
        if (entry.repeatability !== undefined) return true;
        const own = planned[placeOf.get(entry) ?? -1];
        const sent = own?.sentAs === undefined ? own : planned[own.sentAs];
        if (sent === undefined) return false;
        const { method, url } = sent;
        return isRepeatable({ method, url, body: entry.operation.body }, repeatable);
      },
      isOver: this.#isOver,
    };
  }

  get #failureRules(): FailureRules {
    const { retryable, refusalOf, clock } = this.#settings;
    return { retryable, refusalOf, now: clock.now() };
  }

  #stop(exchange: Exchange, hasFailed: boolean): Settlement['stop'] {
    if (this.#access.isClosedAfter(exchange)) return { cause: exchange.error };
    return this.#settings.encoding.continueOnError === false && hasFailed ? { cause: undefined } : undefined;
  }

  async #journal(
    phase: BatchEvent['phase'],
    entries: readonly Entry[],
    results: readonly SentResult[],
  ): Promise<void> {
    const { onBatch } = this.#settings.options;
    if (onBatch === undefined) return;
    const operations = entries.map(({ operation, index, path, attempts }) => {
      const facts = { index, path, attempts: phase === 'sending' ? attempts + 1 : attempts };
      return defineUnprinted(facts, { operation });
    });
    const event = defineUnprinted({ phase, operations }, { results });
    const telling = (async () => onBatch(event))();
    try {
      await untilAborted(telling, this.#signal);
    } catch (error) {
      if (!this.#signal.aborted) throw callbackFailure(error);
      if (!this.#isOver || phase === 'sending') throw this.#signal.reason;
      // When the time is over results are written down all the same.
      await telling.catch((failure) => {
        throw callbackFailure(failure);
      });
    }
  }
}

/** Whether the service answered as if all was well, but with something that is no batch. */
function isNoBatch(error: BatchError | undefined): boolean {
  return error instanceof BatchResponseError && error.status !== undefined && error.status < 400;
}
