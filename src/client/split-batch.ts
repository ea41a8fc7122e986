import { assignIds } from '../batch/assign-ids.ts';
import { ENCODE_OPTIONS, type EncodeBatchRequestOptions } from '../batch/encode-options.ts';
import { flattenBatch } from '../batch/flatten-batch.ts';
import { Issues, usageError } from '../batch/issues.ts';
import type { Batch } from '../batch/operation.ts';
import { BatchUsageError, type UsageErrorCode } from '../errors.ts';
import { expectOptions, type NamesOf, type OptionNames } from '../expect-options.ts';
import { operationsFor } from '../transport/request-cost.ts';
import { BATCH_LIMITS, type BatchLimits, type CompleteLimits, completeBatchLimits } from './batch-limits.ts';
import { encodedSize, frameSize } from './encoded-size.ts';
import { fillBatches, type Piece } from './fill-batches.ts';
import { type ItemsTogether, itemsTogether } from './items-together.ts';
import { relocateIssues } from './relocate-issues.ts';

/** How a batch is split. */
export interface SplitBatchOptions extends EncodeBatchRequestOptions {
  /** What one batch may hold. Default what `service` takes. */
  readonly batchLimits?: BatchLimits | undefined;
  /**
   * Requests that the budget can give now: the first batch counts for no more than that, as long as that is enough for
   * anything. Default any number.
   */
  readonly available?: number | undefined;
}

/** The names of those that only splitting has. */
const SPLIT_OPTIONS: OptionNames = {
  batchLimits: BATCH_LIMITS,
  available: true,
} satisfies NamesOf<Omit<SplitBatchOptions, keyof EncodeBatchRequestOptions>>;

/**
 * Splits a batch into batches that its service takes, in the same order and each as full as it can be. A change set stays whole,
 * and a reference in one batch with what it refers to.
 *
 * The operations are the caller's own objects; an empty batch gives none. Octets are counted as the batch is written with the same options.
 *
 * Throws BatchUsageError where that can't be done: `too-many-operations` or `batch-too-large` for a change set, or for
 * operations that refer to each other, and do not fit into one batch together; `reference-without-id` for a reference by a
 * number, which would mean another operation in another batch; what encoding throws, where octets are limited.
 *
 * @example
 * for (const batch of splitBatch(updates, { service })) await queue.add(encodeBatchRequest(batch, { service }));
 */
export function splitBatch<B extends Batch>(batch: B, options: SplitBatchOptions = {}): B[number][][] {
  expectOptions(options, ENCODE_OPTIONS, SPLIT_OPTIONS);
  const { batchLimits, available = Number.POSITIVE_INFINITY, ...encoding } = options;
  const limits = completeBatchLimits(batchLimits, encoding.service);
  if (typeof available !== 'number' || Number.isNaN(available)) {
    throw usageError('options.available', 'invalid-option', 'expected a number');
  }
  if (Array.isArray(batch) && batch.length === 0) return [];
  const issues = new Issues();
  const places = flattenBatch(batch, issues);
  const ids = assignIds(places, issues);
  issues.throwIfAny();

  const { groups, numberReferences } = itemsTogether(places, ids, batch.length);
  const hasMaxBytes = Number.isFinite(limits.maxBytes);
  const pieces = hasMaxBytes
    ? groups.map((group) => weigh(group, batch, encoding, issues))
    : groups.map((group) => count(group, batch));
  issues.throwIfAny();
  for (const piece of pieces) checkPiece(piece, batch, limits, issues);
  issues.throwIfAny();

  const frame = hasMaxBytes ? frameSize(encoding) : 0;
  const beside = pieces.map((piece) => ({ ...piece, bytes: piece.bytes - frame }));
  const first = operationsFor(available, encoding.service?.limits);
  const filled = fillBatches(beside, { ...limits, maxBytes: limits.maxBytes - frame }, first);
  const batches = hasMaxBytes
    ? filled.flatMap((full) => halveUntilFitting(full, batch, limits.maxBytes, encoding))
    : filled.map((full) => itemsOf(full, batch));

  for (const { place, id } of batches.length > 1 ? numberReferences : []) {
    const message = `the batch is split, and "$${id}" would mean another operation then: give that one an id`;
    issues.add(place.name, 'reference-without-id', message);
  }
  issues.throwIfAny();
  return batches as B[number][][];
}

function itemsOf(pieces: readonly ItemsTogether[], batch: Batch): Batch {
  return batch.slice(pieces[0]?.from, pieces.at(-1)?.to);
}

function count(group: ItemsTogether, batch: Batch): Piece {
  return { ...group, operations: itemsOf([group], batch).flat().length, bytes: 0 };
}

/** The octets of a batch of these items alone; the issues have what encoding has to say against it. */
function weigh(
  group: ItemsTogether,
  batch: Batch,
  options: EncodeBatchRequestOptions,
  issues: Issues,
): Piece {
  const piece = count(group, batch);
  try {
    return { ...piece, bytes: encodedSize(itemsOf([group], batch), options) };
  } catch (error) {
    if (!(error instanceof BatchUsageError)) throw error;
    const places = Array.from({ length: group.to - group.from }, (_, item) => group.from + item);
    for (const { issue } of relocateIssues(error.issues, places)) {
      issues.add(issue.path, issue.code, issue.message, error.cause);
    }
    return piece;
  }
}

/** Tells what fits into no batch. */
function checkPiece(piece: Piece, batch: Batch, limits: CompleteLimits, issues: Issues): void {
  const { from, to, operations, bytes } = piece;
  const check = (item: number, code: UsageErrorCode, actual: number, maximum: number, what: string) => {
    if (actual <= maximum) return;
    issues.add(`batch[${item}]`, code, `${reason(piece)}${actual} ${what}, and at most ${maximum} are taken`);
  };
  check(from, 'too-many-operations', operations, limits.maxOperations, 'operations in one batch');
  check(from, 'too-many-operations', to - from, limits.maxItems, 'operations or change sets in one batch');
  check(from, 'batch-too-large', bytes, limits.maxBytes, 'octets in one batch');
  for (const [offset, item] of itemsOf([piece], batch).entries()) {
    const members = Array.isArray(item) ? item.length : 0;
    const { maxOperationsPerChangeSet } = limits;
    check(
      from + offset,
      'too-many-operations',
      members,
      maxOperationsPerChangeSet,
      'operations in one change set',
    );
  }
}

/** Why several items are in one batch. */
function reason({ from, to, because }: ItemsTogether): string {
  if (because === undefined) return '';
  const { item, target } = because;
  return `batch[${from}] to batch[${to - 1}] stay together, since batch[${item}] refers to batch[${target}]: `;
}

/** Ids with more digits, or a longer boundary, can make a batch larger than its pieces promised: then it is cut in two. */
function halveUntilFitting(
  pieces: readonly Piece[],
  batch: Batch,
  maxBytes: number,
  options: EncodeBatchRequestOptions,
): Batch[] {
  const items = itemsOf(pieces, batch);
  if (pieces.length === 1 || encodedSize(items, options) <= maxBytes) return [items];
  const middle = Math.ceil(pieces.length / 2);
  return [pieces.slice(0, middle), pieces.slice(middle)].flatMap((half) =>
    halveUntilFitting(half, batch, maxBytes, options),
  );
}
