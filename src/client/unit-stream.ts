import { assignIds } from '../batch/assign-ids.ts';
import { flattenBatch, type Place } from '../batch/flatten-batch.ts';
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
    const chain = new Chain();
    const isGroup = to - from > 1;
    for (const [offset, item] of batch.slice(from, to).entries()) {
      const targets = isGroup ? chain.targetsOf(item) : [];
      chain.add(item, maker.make(item, given[from + offset] as Item, targets));
    }
    yield { unit: makeUnit(from, chain.made) };
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
  #chain = new Chain();

  constructor(keysOf: KeysOf) {
    this.#maker = new ItemMaker(keysOf);
  }

  /** Takes the next item; returns the units that are complete. */
  next(item: Item): readonly SourcedUnit[] {
    const chained = this.#standing(item);
    const units = chained === 'apart' || chained === 'astray' ? this.end() : [];
    const targets = chained === 'joined' ? this.#chain.targetsOf(item) : [];
    const made = this.#maker.make(stable(item), item, targets);
    if (chained === 'astray') return [...units, { unit: this.#unit([made]), refusal: outOfScope(made) }];
    this.#chain.add(item, made);
    return this.#chain.canBeReferredTo ? units : [...units, ...this.end()];
  }

  /** Whether an item refers to the chain, to nothing, or to something else. */
  #standing(item: Item): 'joined' | 'apart' | 'astray' {
    // Nearly all items are like that.
    const isNew = this.#chain.made.length === 0;
    if (isNew && !Array.isArray(item) && isPlain(item as Operation)) return 'apart';
    const references = outside(item, referencesOf);
    if (references.length === 0 && isNew) return 'apart';
    if (!references.every((target) => this.#chain.has(target))) return 'astray';
    return outside(item, everywhere).some((target) => this.#chain.has(target)) ? 'joined' : 'apart';
  }

  /** The chain that was open. */
  end(): readonly SourcedUnit[] {
    const { made } = this.#chain;
    if (made.length === 0) return [];
    this.#chain = new Chain();
    return [{ unit: this.#unit(made) }];
  }

  #unit(items: readonly SendItem[]): Unit {
    return makeUnit(this.#sequence++, items);
  }
}

/** Items of which some refer to others, in their order. */
class Chain {
  readonly made: SendItem[] = [];
  /** What items can be referred to by: their operations and the ids of these. */
  readonly #byName = new Map<unknown, SendItem>();
  canBeReferredTo = false;

  has(target: unknown): boolean {
    return this.#byName.has(target);
  }

  add(item: Item, made: SendItem): void {
    this.made.push(made);
    for (const name of names(item)) this.#byName.set(name, made);
    this.canBeReferredTo ||= [item].flat().some(isNamed);
  }

  /** The items of the chain that an item refers to or depends on. */
  targetsOf(item: Item): readonly SendItem[] {
    const targets = outside(item, everywhere).map((target) => this.#byName.get(target));
    // A number that the codec gave may be that of any.
    return targets.includes(undefined) ? [...this.made] : [...new Set(targets as SendItem[])];
  }
}

/** What an item refers to besides its own operations. */
function outside(item: Item, targets: (place: Place) => unknown[]): unknown[] {
  const own = names(item);
  return flattenBatch([item], new Issues())
    .flatMap(targets)
    .filter((target) => !own.has(target));
}

const everywhere = (place: Place): unknown[] => targetsOf(place, { texts: true, objects: true });

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

/** What an item can be referred to by. */
function names(item: Item): ReadonlySet<unknown> {
  const operations = [item].flat();
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

  make(item: Item, given: Item, targets: readonly SendItem[]): SendItem {
    const place = this.#items++;
    const isChangeSet = Array.isArray(item);
    const givens = [given].flat();
    const entries = [item].flat().map((encodable, member): Entry => {
      const operation = givens[member] as Operation;
      const path = isChangeSet ? ([place, member] as const) : ([place] as const);
      return { operation, encodable, index: this.#operations++, path, attempts: 0, failures: 0 };
    });
    return { entries, isChangeSet, targets, keys: this.#keysOf(item) };
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
