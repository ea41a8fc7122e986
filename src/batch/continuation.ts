import { defineUnprinted } from '../define-unprinted.ts';
import type { ResultItem } from './correlate.ts';
import { isBatchError } from './is-batch-error.ts';
import { usageError } from './issues.ts';
import { isChangeSet, type Plan, type PlannedItem } from './plan.ts';
import type { OperationResult } from './result.ts';
import { rollBack } from './settle-change-set.ts';

/** What a batch is still to be told: a plan of the operations that are pending at one monitor, and results to put them into. */
export class Continuation {
  /** Of the pending operations only, in the order of the batch: the later answer has theirs and no others. */
  readonly plan: Plan;
  readonly #whole: Plan;
  readonly #results: readonly ResultItem[];

  /**
   * @param monitor the monitor that was asked; needed where results are pending at more than one
   * @param url the URL that the answer came from, which tells the monitor as well
   */
  constructor(results: unknown, whole: Plan, monitor: string | undefined, url: string | undefined) {
    this.#whole = whole;
    this.#results = checkResults(results, whole);
    const asked = monitorAsked(this.#results, monitor, url);
    const isPending = new Set(pendingAt(this.#results, asked).map(({ index }) => index));
    const items = whole.items.flatMap((item): PlannedItem[] => {
      if (!isChangeSet(item)) return isPending.has(item.index) ? [item] : [];
      const members = item.filter(({ index }) => isPending.has(index));
      return members.length === 0 ? [] : [members];
    });
    this.plan = { ...whole, items, monitor: asked };
  }

  /** All results, with those that the later answer gave. */
  merge(found: readonly unknown[]): ResultItem[] {
    const later = new Map((found as readonly ResultItem[]).flat().map((result) => [result.index, result]));
    const newest = (result: OperationResult) => later.get(result.index) ?? result;
    return this.#results.map((item, place) => {
      if (!Array.isArray(item)) return newest(item);
      const members = this.#whole.items[place];
      const merged = item.map(newest);
      const isAtomic = this.#whole.service?.atomicChangeSets !== false;
      // A change set that came in two halves fails as one all the same (S-03).
      return isAtomic && members !== undefined && isChangeSet(members) ? rollBack(members, merged) : merged;
    });
  }

  /** The error of reading the later answer, with all results. */
  complete(error: unknown): unknown {
    if (!isBatchError(error) || error.results === undefined) return error;
    return defineUnprinted(error, { results: this.merge(error.results) });
  }
}

function checkResults(results: unknown, { items }: Plan): readonly ResultItem[] {
  const fits =
    Array.isArray(results) &&
    results.length === items.length &&
    items.every((item, place) => {
      const given: unknown = results[place];
      if (!isChangeSet(item)) return isResult(given);
      return Array.isArray(given) && given.length === item.length && given.every(isResult);
    });
  if (fits) return results;
  throw usageError('results', 'invalid-option', 'expected the results of this very batch');
}

function isResult(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'outcome' in value;
}

/** The monitor that the answer came from: the only one, or the one that is named. */
function monitorAsked(
  results: readonly ResultItem[],
  given: string | undefined,
  url: string | undefined,
): string {
  const pending = results.flat().filter((result) => result.outcome === 'pending');
  const monitors = new Set(pending.map(({ monitor }) => monitor));
  const [only] = monitors;
  if (only === undefined) throw usageError('results', 'invalid-option', 'none of the results is pending');
  if (given !== undefined) {
    if (monitors.has(given)) return given;
    throw usageError('options.monitor', 'invalid-option', 'expected the monitor of a pending result');
  }
  if (monitors.size === 1) return only;
  if (url !== undefined && monitors.has(url)) return url;
  throw usageError(
    'options.monitor',
    'invalid-option',
    `expected which of ${monitors.size} monitors answered`,
  );
}

function pendingAt(results: readonly ResultItem[], monitor: string): OperationResult[] {
  return results.flat().filter((result) => result.outcome === 'pending' && result.monitor === monitor);
}
