import type { Operation } from '../batch/operation.ts';
import type { OperationResult } from '../batch/result.ts';

/** One operation on its way. */
export interface Entry {
  /** The caller's own object. */
  readonly operation: Operation;
  /** What is encoded: the same, but that its headers can be read more than once. */
  readonly encodable: Operation;
  /** Place among all operations, from 0. */
  readonly index: number;
  readonly path: readonly [number] | readonly [number, number];
  /** How often it was sent. */
  attempts: number;
  /** How often it was tried for nothing: that the service stopped before it does not count. */
  failures: number;
  /** What is told of it unless it is sent again: the last answer, as far as earlier ones leave that true. */
  word?: OperationResult | undefined;
  /** What is known of the last attempt in which it may have happened, though it did not succeed. */
  doubt?: OperationResult | undefined;
  /** The fields by which the service knows it again (OData Repeatable Requests 1.0). */
  repeatability?: readonly (readonly [name: string, value: string])[] | undefined;
}

/** An operation, or the operations of a change set. */
export interface SendItem {
  readonly entries: readonly Entry[];
  readonly isChangeSet: boolean;
  /** The items before it that it refers to or depends on: it can't be sent without them. */
  readonly targets: readonly SendItem[];
  /** Two items that share one are never in two batches at once. */
  readonly keys: readonly string[];
}

/** Items that are sent in one batch: mostly one, several where some refer to others. */
export interface Unit {
  /** Units go in this order, as far as they are in each other's way. */
  readonly sequence: number;
  readonly items: readonly SendItem[];
  readonly keys: ReadonlySet<string>;
  readonly operations: number;
  /** Ids of the caller's: no batch has one twice. */
  readonly ids: readonly string[];
  /** When it may be sent again; milliseconds since 1970. */
  notBefore: number;
  /** Whether it was refused for its credentials last, and there are new ones since. */
  hasNewCredentials: boolean;
}

export function makeUnit(sequence: number, items: readonly SendItem[]): Unit {
  const [only] = items;
  const isOne = items.length === 1 && only !== undefined;
  const entries = isOne ? only.entries : items.flatMap((item) => item.entries);
  return {
    sequence,
    items,
    keys: new Set(isOne ? only.keys : items.flatMap(({ keys }) => keys)),
    operations: entries.length,
    ids: entries.flatMap(({ operation }) => (operation?.id === undefined ? [] : [operation.id])),
    notBefore: Number.NEGATIVE_INFINITY,
    hasNewCredentials: false,
  };
}

export function entriesOf(units: readonly Unit[]): Entry[] {
  const all: Entry[] = [];
  for (const { items } of units)
    for (const { entries } of items) for (const entry of entries) all.push(entry);
  return all;
}
