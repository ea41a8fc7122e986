import { assignIds } from '../batch/assign-ids.ts';
import { flattenBatch } from '../batch/flatten-batch.ts';
import { Issues, usageError } from '../batch/issues.ts';
import type { Batch, Operation } from '../batch/operation.ts';
import type { BatchUsageError } from '../errors.ts';
import { isReferenced } from '../odata/reference.ts';
import type { KeysOf } from './compile-keys.ts';
import { itemsTogether, referencesOf, targetsOf } from './items-together.ts';
import { readMoreThanOnce } from './read-more-than-once.ts';
import { type Entry, makeUnit, type SendItem, type Unit } from './unit.ts';

/** A unit, or one that can't be sent, and why. */
export interface SourcedUnit {
  readonly unit: Unit;
  readonly refusal?: BatchUsageError | undefined;
}

type Item = Batch[number];

/**
 * The units of a batch that is all there.
 *
 * @param batch what is encoded
 * @param given the caller's own objects, in the same places
 */
export function* unitsOfBatch(
  batch: Batch,
  given: Batch,
  keysOf: KeysOf,
): Generator<SourcedUnit, void, undefined> {
  const issues = new Issues();
  const places = flattenBatch(batch, issues);
  const { groups } = itemsTogether(places, assignIds(places, issues), batch.length);
  const maker = new ItemMaker(keysOf);
  for (const { from, to } of groups) {
    const isGroup = to - from > 1;
    const items = batch.slice(from, to).map((item, offset) => {
      return maker.make(item, given[from + offset] as Item, isGroup && refersBack(item));
    });
    yield { unit: makeUnit(from, items) };
  }
}

/**
 * The units of items that come one by one. An item that others can refer to, because it has an id, waits for the item behind it;
 * a chain of references has to be without gaps. What refers to anything else is refused.
 */
export class UnitStream {
  readonly #maker: ItemMaker;
  #sequence = 0;
  /** The chain that may go on. */
  #chain: Item[] = [];
  #made: SendItem[] = [];

  constructor(keysOf: KeysOf) {
    this.#maker = new ItemMaker(keysOf);
  }

  /** Takes the next item; returns the units that are complete. */
  next(item: Item): readonly SourcedUnit[] {
    const chained = this.#standing(item);
    const units = chained === 'apart' || chained === 'astray' ? this.end() : [];
    const made = this.#maker.make(stable(item), item, chained === 'joined');
    if (chained === 'astray') return [...units, { unit: this.#unit([made]), refusal: outOfScope(made) }];
    this.#chain.push(item);
    this.#made.push(made);
    const canBeReferredTo = this.#chain.flat().some(isNamed);
    return canBeReferredTo ? units : [...units, ...this.end()];
  }

  /** Whether an item refers to the chain, to nothing, or to something else. */
  #standing(item: Item): 'joined' | 'apart' | 'astray' {
    // Nearly all items are like that.
    if (this.#chain.length === 0 && !Array.isArray(item) && isPlain(item as Operation)) return 'apart';
    const places = flattenBatch([item], new Issues());
    const own = names([item]);
    const references = places.flatMap(referencesOf).filter((target) => !own.has(target));
    if (references.length === 0 && this.#chain.length === 0) return 'apart';
    const known = names(this.#chain);
    if (!references.every((target) => known.has(target))) return 'astray';
    const targets = places.flatMap((place) => targetsOf(place, EVERYWHERE));
    return targets.some((target) => known.has(target)) ? 'joined' : 'apart';
  }

  /** The chain that was open. */
  end(): readonly SourcedUnit[] {
    if (this.#made.length === 0) return [];
    const unit = this.#unit(this.#made);
    this.#chain = [];
    this.#made = [];
    return [{ unit }];
  }

  #unit(items: readonly SendItem[]): Unit {
    return makeUnit(this.#sequence++, items);
  }
}

const EVERYWHERE = { texts: true, objects: true };

/** Whether a later operation can refer to this one: by its id, or by a reference that was made already. */
function isNamed(operation: Operation): boolean {
  return operation?.id !== undefined || isReferenced(operation);
}

function outOfScope({ entries }: SendItem): BatchUsageError {
  const message =
    'in a stream an operation can refer to those directly before it only, which need ids for that, or to its own change set';
  return usageError(`batch[${entries[0]?.path[0]}]`, 'reference-out-of-scope', message);
}

/** Whether an operation can be seen to refer to nothing at first sight. */
function isPlain(operation: Operation): boolean {
  return (
    typeof operation?.url === 'string' && !operation.url.startsWith('$') && operation.dependsOn === undefined
  );
}

/** Whether an item refers to another one. */
function refersBack(item: Item): boolean {
  const own = names([item]);
  const places = flattenBatch([item], new Issues());
  return places.some((place) => targetsOf(place, EVERYWHERE).some((target) => !own.has(target)));
}

/** What items can be referred to by. */
function names(items: readonly Item[]): ReadonlySet<unknown> {
  const operations = items.flat();
  const ids = operations.flatMap((operation) => (operation?.id === undefined ? [] : [operation.id]));
  return new Set<unknown>([...operations, ...ids]);
}

/** Numbers operations through. */
class ItemMaker {
  readonly #keysOf: KeysOf;
  #items = 0;
  #operations = 0;

  constructor(keysOf: KeysOf) {
    this.#keysOf = keysOf;
  }

  make(item: Item, given: Item, refers: boolean): SendItem {
    const place = this.#items++;
    const isChangeSet = Array.isArray(item);
    const givens = [given].flat();
    const entries = [item].flat().map((encodable, member): Entry => {
      const operation = givens[member] as Operation;
      const path = isChangeSet ? ([place, member] as const) : ([place] as const);
      return { operation, encodable, index: this.#operations++, path, attempts: 0, failures: 0 };
    });
    return { entries, isChangeSet, refersBack: refers, keys: this.#keysOf(item) };
  }
}

function stable(item: Item): Item {
  return Array.isArray(item) ? item.map(rereadable) : rereadable(item as Operation);
}

/** What is sent again is encoded again. */
export function rereadable(operation: Operation): Operation {
  const headers = readMoreThanOnce(operation?.headers);
  return headers === operation?.headers ? operation : { ...operation, headers };
}
