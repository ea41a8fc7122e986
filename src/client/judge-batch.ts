import type { Operation } from '../batch/operation.ts';
import { notExecuted, type Subject, unknown } from '../batch/outcome.ts';
import type { NotExecuted, OperationResult } from '../batch/result.ts';
import { BatchError } from '../errors.ts';
import {
  type Failure,
  type FailureKind,
  failureOfOperation,
  failureOfStatus,
  mayHaveHappened,
  maySendAgain,
  type RetryableStatus,
} from '../transport/send-again.ts';
import { largestOf } from './batch-size.ts';
import type { SendingFacts, SentResult } from './sent-result.ts';
import { type Entry, entriesOf, makeUnit, type SendItem, type Unit } from './unit.ts';

/** What came of a batch. */
export interface Exchange {
  /** One result for each operation, in order: what is known of it after this batch. */
  readonly results: readonly OperationResult[];
  /** What went wrong with the batch as a whole; undefined where the service answered it. */
  readonly failure?: Failure | undefined;
  /** The same, for people. */
  readonly error?: BatchError | undefined;
}

/** All operations share what became of their batch. */
export function wholeFailure(
  subjects: readonly Subject<Operation>[],
  failure: Failure,
  error: BatchError,
): Exchange {
  const outcome = mayHaveHappened(failure) ? unknown : notSent;
  return { results: subjects.map((subject) => outcome(subject, error)), failure, error };
}

/** What a batch is judged by. */
export interface JudgingRules {
  readonly maxAttempts: number;
  readonly retryable: readonly RetryableStatus[];
  /** Whether an operation does the same when it is done twice. */
  readonly isRepeatable: (entry: Entry, result: OperationResult) => boolean;
  /** Whether nothing is sent any more. */
  readonly isOver: boolean;
  readonly now: number;
}

type FailureRules = Pick<JudgingRules, 'retryable' | 'now'>;

/** What is to be done about a batch. */
export interface Judgement {
  /** Results that stand. */
  readonly settled: readonly SentResult[];
  /** What is to be sent again. */
  readonly again: readonly UnitAgain[];
  /** Units of which nobody knows whether the service is at work on them. */
  readonly lost: readonly Unit[];
}

/** A unit, or what is left of one, that is to be sent again. */
export interface UnitAgain {
  readonly unit: Unit;
  /** How long the service asks to wait, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
}

/** What is to be done about one item. */
interface ItemVerdict {
  readonly item: SendItem;
  readonly results: readonly OperationResult[];
  /** Why it is to be sent again; undefined where its results stand. */
  readonly again?: Failure | undefined;
  /** Whether it may have happened. */
  readonly mayHaveRun: boolean;
  readonly isSuperseded?: boolean | undefined;
}

/**
 * Tells which results of a batch stand and which operations are sent again. Nothing is that may have happened and does more when it
 * happens twice, and nothing that is older than something that may have happened with the same key.
 */
export function judgeBatch(units: readonly Unit[], exchange: Exchange, rules: JudgingRules): Judgement {
  const { results } = exchange;
  let at = 0;
  const verdicts = units.map((unit) => {
    const items = unit.items.map((item) => {
      const own = results.slice(at, at + item.entries.length);
      at += item.entries.length;
      return judgeItem(item, own, exchange.failure, rules);
    });
    return { unit, items: keepTargets(items) };
  });

  const settled: SentResult[] = [];
  const again: UnitAgain[] = [];
  // From the end: what stands behind an operation, and may have happened, keeps it from being sent again.
  const keysBehind = new Set<string>();
  for (const { unit, items } of [...verdicts].reverse()) {
    // What has the same key may stand in the same unit, too.
    const judged = [...items].reverse().map((verdict) => {
      const { item, again: failure, mayHaveRun } = verdict;
      const isOvertaken = failure !== undefined && item.keys.some((key) => keysBehind.has(key));
      if (mayHaveRun) for (const key of item.keys) keysBehind.add(key);
      return isOvertaken ? { ...verdict, again: undefined, isSuperseded: true } : verdict;
    });
    const left = keepTargets(judged.reverse());
    for (const verdict of left) for (const result of settle(verdict)) settled.push(result);
    again.push(...unitAgain(unit, left));
  }
  const isLost = ({ results: own }: ItemVerdict) => own.some(({ outcome }) => outcome === 'unknown');
  const lost = verdicts.filter(({ items }) => items.some(isLost)).map(({ unit }) => unit);
  return {
    settled: settled.sort((a, b) => a.index - b.index),
    again: again.reverse(),
    lost,
  };
}

function judgeItem(
  item: SendItem,
  results: readonly OperationResult[],
  whole: Failure | undefined,
  rules: JudgingRules,
): ItemVerdict {
  const failures = results.map((result) => failureOf(result, whole, rules));
  const happened = results.map((result, index) => mayHaveRun(result, failures[index]));
  const verdict = { item, results, mayHaveRun: happened.includes(true) };
  if (rules.isOver) return verdict;
  // A change set is sent again as a whole or not at all.
  const isAgain = item.entries.every((entry, index) => {
    const result = results[index] as OperationResult;
    const failure = failures[index];
    if (result.outcome === 'not-executed' && failure === undefined) return true;
    if (failure === undefined) return false;
    const isRepeatable = rules.isRepeatable(entry, result);
    return maySendAgain({ failure, attempts: entry.failures, maxAttempts: rules.maxAttempts, isRepeatable });
  });
  if (!isAgain) return verdict;
  return { ...verdict, again: failures.find((failure) => failure !== undefined) ?? { kind: 'not-sent' } };
}

/** What went wrong with one operation; undefined where its result is the last word, and where the service stopped before it. */
function failureOf(
  result: OperationResult,
  whole: Failure | undefined,
  { retryable, now }: FailureRules,
): Failure | undefined {
  if (result.outcome === 'failed') return failureOfOperation(result, retryable, now);
  if (result.outcome === 'unknown') return whole ?? { kind: 'lost' };
  if (result.outcome === 'not-executed') return whole ?? failureOfBatch(result, now);
  if (result.outcome !== 'rolled-back') return undefined;
  const failure = failureOfOperation(result.cause, retryable, now);
  // It was undone: as if it had never been sent.
  return failure && { ...failure, kind: 'throttled' };
}

/** What the one answer to a whole batch says, none of which was executed. */
function failureOfBatch({ cause }: NotExecuted, now: number): Failure | undefined {
  const failure = cause && failureOfStatus(cause, now);
  return failure && mayHaveHappened(failure) ? { ...failure, kind: 'throttled' } : failure;
}

/** The result of something that was not sent, or not taken, and why. */
function notSent(
  subject: Subject<Operation>,
  reason: BatchError | undefined,
): NotExecuted & Pick<SendingFacts, 'reason'> {
  return { ...notExecuted(subject), ...(reason !== undefined && { reason }) };
}

/** What has another try with something changed: the token, the size. */
const NOT_COUNTED: readonly FailureKind[] = ['unauthorized', 'too-large'];

/** Counts a try that was for nothing; whoever judges the batch does so before. */
export function countFailures(
  entries: readonly Entry[],
  { results, failure }: Exchange,
  rules: FailureRules,
): void {
  for (const [index, entry] of entries.entries()) {
    const result = results[index] as OperationResult;
    const own = failureOf(result, failure, rules);
    if (own !== undefined && !NOT_COUNTED.includes(own.kind)) entry.failures++;
    if (result.outcome === 'unknown') entry.loss = result.cause;
  }
}

function mayHaveRun(result: OperationResult, failure: Failure | undefined): boolean {
  if (result.outcome === 'not-executed' || result.outcome === 'rolled-back') return false;
  return failure === undefined || mayHaveHappened(failure);
}

/** What refers to an item of its unit that is not sent again has nothing to refer to. */
function keepTargets(items: readonly ItemVerdict[]): readonly ItemVerdict[] {
  if (items.every(({ again }) => again !== undefined)) return items;
  return items.map((verdict) => (verdict.item.refersBack ? { ...verdict, again: undefined } : verdict));
}

function unitAgain(unit: Unit, items: readonly ItemVerdict[]): UnitAgain[] {
  const left = items.filter(({ again }) => again !== undefined);
  if (left.length === 0) return [];
  const isWhole = left.length === unit.items.length;
  const rest = isWhole
    ? unit
    : makeUnit(
        behind(unit.sequence),
        left.map(({ item }) => item),
      );
  const waits = left.map(({ again }) => again?.retryAfterMs ?? 0);
  return [{ unit: rest, retryAfterMs: largestOf(waits) || undefined }];
}

/** Before the next unit, but behind this one: the service may still be at work on what is not sent again. */
function behind(sequence: number): number {
  return (sequence + Math.floor(sequence) + 1) / 2;
}

function settle({ item, results, again, isSuperseded }: ItemVerdict): SentResult[] {
  if (again !== undefined) return [];
  return item.entries.map((entry, index) => {
    const result = truthOf(entry, results[index] as OperationResult);
    return Object.assign(result, {
      attempts: entry.attempts,
      ...(isSuperseded && { superseded: true as const }),
    });
  });
}

/** What reads only can't have done anything. */
const READS: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];

/** The last answer, unless an answer was lost before it: then a refusal does not say that nothing happened. */
export function truthOf(entry: Entry, result: OperationResult): OperationResult {
  const { loss, operation } = entry;
  if (loss === undefined) return result;
  if (result.outcome === 'not-executed') return unknown(result, loss);
  if (result.outcome !== 'failed' && result.outcome !== 'rolled-back') return result;
  if (READS.includes(operation.method)) return result;
  const status = result.outcome === 'failed' ? result.status : result.cause.status;
  const message = `answered ${status}, after an attempt whose answer was lost: it may have happened then`;
  return unknown(result, new BatchError('ambiguous-answer', message, { cause: loss }));
}

/** The result of something that is not sent, or not taken. */
export function unsent(entry: Entry, cause: BatchError | undefined): SentResult {
  const { operation, index, path, attempts } = entry;
  const id = (operation as Operation | undefined)?.id;
  const result = notSent({ operation, id, index, path }, cause);
  return Object.assign(truthOf(entry, result), { attempts });
}

/** One result for each operation of units, all for one reason. */
export function allUnsent(units: readonly Unit[], cause: BatchError | undefined): SentResult[] {
  return entriesOf(units).map((entry) => unsent(entry, cause));
}
