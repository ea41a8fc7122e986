import { isChangeSet, type Plan } from './plan.ts';
import { isNest, type ReceivedItem } from './received-item.ts';

/** The item that a part's id names; undefined where it names none, `'conflict'` where its ids name two. */
export type NamedItem = (part: ReceivedItem) => number | undefined | 'conflict';

/** Prepares the reading of ids at top level: an id names an item if it was sent for it, a member's id names its change set. */
export function compileItemNames({ items, service }: Plan): NamedItem {
  // Made for the first answer with an id: at top level most services write none.
  let itemOfId: ReadonlyMap<string, number> | undefined;
  const itemNamed = (id: string | undefined): number | undefined => {
    if (id === undefined) return undefined;
    itemOfId ??= indexIds(items);
    return itemOfId.get(service?.sentId?.(id) ?? id);
  };
  return (part) => {
    if (!isNest(part)) return itemNamed(part.id);
    let named: number | undefined;
    for (const { id } of part) {
      const item = itemNamed(id);
      if (item === undefined) continue;
      if (named !== undefined && named !== item) return 'conflict';
      named = item;
    }
    return named;
  };
}

function indexIds(items: Plan['items']): ReadonlyMap<string, number> {
  const itemOfId = new Map<string, number>();
  for (const [index, item] of items.entries()) {
    for (const { id, idSent } of isChangeSet(item) ? item : [item]) if (idSent) itemOfId.set(id, index);
  }
  return itemOfId;
}
