import { isFailedDependency } from '../batch/failed-dependency.ts';
import type { Operation } from '../batch/operation.ts';
import { type Subject, unknown } from '../batch/outcome.ts';
import type { OperationResult } from '../batch/result.ts';
import type { BatchError } from '../errors.ts';
import { type Failure, type FailureKind, mayHaveHappened, maySendAgain } from '../transport/send-again.ts';
import { largestOf } from './batch-size.ts';
import { type FailureRules, failureOfResult, mayHaveRun } from './failure-of-result.ts';
import type { SentResult } from './sent-result.ts';
import { trueResult } from './true-result.ts';
import { type Entry, entriesOf, makeUnit, type SendItem, type Unit } from './unit.ts';
import { notSent, unsent } from './unsent.ts';

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
export interface JudgingRules extends FailureRules {
  readonly maxAttempts: number;
  readonly maxRetryAfterMs: number;
  /** Whether an operation does the same when it is done twice. */
  readonly isRepeatable: (entry: Entry, result: OperationResult) => boolean;
  /** Whether nothing is sent any more. */
  readonly isOver: boolean;
}

/** What is to be done about a batch. */
export interface Judgement {
  /** Results that stand. */
  readonly settled: readonly SentResult[];
  /** What is to be sent again. */
  readonly again: readonly UnitAgain[];
  /** Units of which nobody knows whether the service is at work on them. */
  readonly lost: readonly Unit[];
  /** Whether an operation was refused, and is not sent again. */
  readonly hasFailed: boolean;
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
  recordAnswers(entriesOf(units), exchange, rules);
  let at = 0;
  const verdicts = units.map((unit) => {
    const items = unit.items.map((item) => {
      const own = results.slice(at, at + item.entries.length);
      at += item.entries.length;
      return judgeItem(item, own, exchange.failure, rules, unit);
    });
    return { unit, items: keepTargets(withDependants(items)) };
  });

  const settled: SentResult[] = [];
  const again: UnitAgain[] = [];
  let hasFailed = false;
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
    hasFailed ||= left.some(isRefusal);
    again.push(...unitAgain(unit, left));
  }
  const isLost = ({ results: own }: ItemVerdict) => own.some(({ outcome }) => outcome === 'unknown');
  const lost = verdicts.filter(({ items }) => items.some(isLost)).map(({ unit }) => unit);
  return {
    settled: settled.sort((a, b) => a.index - b.index),
    again: again.reverse(),
    lost,
    hasFailed,
  };
}

/** By its answer, whatever that leaves open. */
function isRefusal({ results, again }: ItemVerdict): boolean {
  return (
    again === undefined && results.some(({ outcome }) => outcome === 'failed' || outcome === 'rolled-back')
  );
}

function judgeItem(
  item: SendItem,
  results: readonly OperationResult[],
  whole: Failure | undefined,
  rules: JudgingRules,
  { hasNewCredentials }: Unit,
): ItemVerdict {
  const failures = results.map((result) => failureOfResult(result, whole, rules));
  const happened = results.map((result, index) => mayHaveRun(result, failures[index]));
  const verdict = { item, results, mayHaveRun: happened.includes(true) };
  if (rules.isOver) return verdict;
  // A change set is sent again as a whole or not at all.
  const isAgain = item.entries.every((entry, index) => {
    const result = results[index] as OperationResult;
    const failure = failures[index];
    if (result.outcome === 'not-executed' && failure === undefined) return true;
    if (failure === undefined) return false;
    if (failure.kind === 'unauthorized' && !hasNewCredentials) return false;
    const isRepeatable = rules.isRepeatable(entry, result);
    const { maxAttempts, maxRetryAfterMs } = rules;
    return maySendAgain({ failure, attempts: entry.failures, maxAttempts, maxRetryAfterMs, isRepeatable });
  });
  if (!isAgain) return verdict;
  return { ...verdict, again: failures.find((failure) => failure !== undefined) ?? NOT_SENT };
}

/** What has another try with something changed: the token, the size. */
const NOT_COUNTED: readonly FailureKind[] = ['unauthorized', 'too-large'];

/** Keeps what each operation was answered, and counts a try that was for nothing. */
function recordAnswers(
  entries: readonly Entry[],
  { results, failure: whole }: Exchange,
  rules: FailureRules,
): void {
  for (const [index, entry] of entries.entries()) {
    const result = results[index] as OperationResult;
    const failure = failureOfResult(result, whole, rules);
    const word = trueResult(entry, result, rules);
    entry.word = word;
    if (failure === undefined) continue;
    if (mayHaveRun(result, failure)) entry.doubt = word;
    if (!NOT_COUNTED.includes(failure.kind)) entry.failures++;
  }
}

/** What was not executed only because of items that go again goes again with them: later it would have nothing to refer to. */
function withDependants(items: readonly ItemVerdict[]): readonly ItemVerdict[] {
  const goingAgain = new Set<SendItem>();
  return items.map((verdict) => {
    const { item, results, again } = verdict;
    const waited = item.targets.some((target) => goingAgain.has(target)) && results.every(isFailedDependency);
    const kept = again === undefined && waited ? { ...verdict, again: NOT_SENT } : verdict;
    if (kept.again !== undefined) goingAgain.add(item);
    return kept;
  });
}

const NOT_SENT: Failure = { kind: 'not-sent' };

/** What refers to an item of its unit that is not sent again has nothing to refer to. */
function keepTargets(items: readonly ItemVerdict[]): readonly ItemVerdict[] {
  const goingAgain = new Set<SendItem>();
  return items.map((verdict) => {
    const { item, again } = verdict;
    if (again === undefined) return verdict;
    if (!item.targets.every((target) => goingAgain.has(target))) return { ...verdict, again: undefined };
    goingAgain.add(item);
    return verdict;
  });
}

function unitAgain(unit: Unit, items: readonly ItemVerdict[]): UnitAgain[] {
  const left = items.filter(({ again }) => again !== undefined);
  if (left.length === 0) return [];
  const isWhole = left.length === unit.items.length;
  const rest = isWhole ? unit : restOf(unit, left);
  const waits = left.map(({ again }) => again?.retryAfterMs ?? 0);
  return [{ unit: rest, retryAfterMs: largestOf(waits) || undefined }];
}

function restOf(unit: Unit, left: readonly ItemVerdict[]): Unit {
  const items = left.map(({ item }) => item);
  return Object.assign(makeUnit(behind(unit.sequence), items), { hasNewCredentials: unit.hasNewCredentials });
}

/** Before the next unit, but behind this one: the service may still be at work on what is not sent again. */
function behind(sequence: number): number {
  return (sequence + Math.floor(sequence) + 1) / 2;
}

function settle({ item, again, isSuperseded }: ItemVerdict): SentResult[] {
  if (again !== undefined) return [];
  return item.entries.map((entry) =>
    Object.assign(unsent(entry, undefined), isSuperseded && { superseded: true as const }),
  );
}
