import { isChangeSet, type Plan, type PlannedItem, type PlannedOperation } from './plan.ts';
import { isNest, type ReceivedItem } from './received-item.ts';

/**
 * The item that a part's id names; undefined where it names none, `'conflict'` where its ids name two.
 *
 * @param place the part's place in the answer
 */
export type NamedItem = (part: ReceivedItem, place: number) => number | undefined | 'conflict';

/** Prepares the reading of ids at top level: an id names an item if it was sent for it, a member's id names its change set. */
export function compileItemNames({ items, service }: Plan): NamedItem {
  let itemOfId: ReadonlyMap<string, number> | undefined;
  const itemWith = (given: string | undefined, place: number, member: number): number | undefined => {
    if (given === undefined) return undefined;
    const id = service?.sentId?.(given) ?? given;
    // Nearly all answers come in the order of the requests: then the other ids need not be looked at.
    const expected = plannedAt(items[place], member);
    if (expected?.idSent && expected.id === id) return place;
    itemOfId ??= indexIds(items);
    return itemOfId.get(id);
  };

  return (part, place) => {
    if (!isNest(part)) return itemWith(part.id, place, 0);
    let named: number | undefined;
    for (const [member, { id }] of part.entries()) {
      const item = itemWith(id, place, member);
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

function indexIds(items: readonly PlannedItem[]): Map<string, number> {
  const itemOfId = new Map<string, number>();
  for (const [index, item] of items.entries()) {
    for (const { id, idSent } of isChangeSet(item) ? item : [item]) if (idSent) itemOfId.set(id, index);
  }
  return itemOfId;
}
