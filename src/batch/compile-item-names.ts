import { compileIdKeys, type IdKeys } from './id-keys.ts';
import { isChangeSet, type Plan, type PlannedItem, type PlannedOperation, writtenId } from './plan.ts';
import { isNest, type ReceivedItem, type ReceivedPart } from './received-item.ts';

/**
 * The item that one answer names; undefined where it names none.
 *
 * @param place its place in the answer, and in its change set, where they are known
 */
export type NamedBy = (part: ReceivedPart, place?: number, member?: number) => number | undefined;

/**
 * The item that a part's id names; undefined where it names none, `'conflict'` where it stands for several: its ids name two, or
 * it is a nest of answers that the service nested in its own way, and not those of all.
 *
 * @param place the part's place in the answer
 */
export type NamedItem = (part: ReceivedItem, place: number) => number | undefined | 'conflict';

/**
 * Prepares the reading of ids at top level: an id names an item if it was sent for it, a member's id names its change set, and
 * so does the name of the set.
 */
export function compilePartNames({ items, service }: Plan): NamedBy {
  const keys = compileIdKeys(service);
  let names: ItemNames | undefined;
  return ({ id: given, group }, place = -1, member = 0) => {
    if (given === undefined && group === undefined) return undefined;
    const id = given === undefined ? undefined : keys.received(given);
    // Nearly all answers come in the order of the requests: then the other ids need not be looked at.
    const expected = plannedAt(items[place], member);
    const expectedId = expected && writtenId(expected);
    if (expectedId !== undefined && keys.sent(expectedId) === id) return place;
    names ??= indexNames(items, keys);
    const named = id === undefined ? undefined : names.byId.get(id);
    return named ?? (group === undefined ? undefined : names.byGroup.get(group));
  };
}

/** The same for parts that may be change sets. */
export function compileItemNames(plan: Plan): NamedItem {
  const namedBy = compilePartNames(plan);
  const hasNests = plan.service?.nestsLikeBatch !== false || plan.items.some(isChangeSet);
  return (part, place) => {
    if (!isNest(part)) return namedBy(part, place);
    if (!hasNests) return 'conflict';
    let named: number | undefined;
    for (const [index, member] of part.entries()) {
      const item = namedBy(member, place, index);
      if (item === undefined) continue;
      if (named !== undefined && named !== item) return 'conflict';
      named = item;
    }
    return named;
  };
}

function plannedAt(item: PlannedItem | undefined, member: number): PlannedOperation | undefined {
  return item !== undefined && isChangeSet(item) ? item[member] : item;
}

/** The items that ids and names of change sets stand for. */
interface ItemNames {
  readonly byId: ReadonlyMap<string, number>;
  readonly byGroup: ReadonlyMap<string, number>;
}

function indexNames(items: readonly PlannedItem[], keys: IdKeys): ItemNames {
  const byId = new Map<string, number>();
  const byGroup = new Map<string, number>();
  for (const [index, item] of items.entries()) {
    for (const planned of isChangeSet(item) ? item : [item]) {
      const id = writtenId(planned);
      if (id !== undefined) byId.set(keys.sent(id), index);
      if (planned.atomicityGroup !== undefined) byGroup.set(planned.atomicityGroup, index);
    }
  }
  return { byId, byGroup };
}
