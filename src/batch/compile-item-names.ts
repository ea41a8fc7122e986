import { isChangeSet, type Plan } from './plan.ts';
import { isNest, type ReceivedItem, type ReceivedPart } from './received-item.ts';

/** The item that a part's id names; undefined where it names none, `'conflict'` where its ids name two. */
export type NamedItem = (part: ReceivedItem) => number | undefined | 'conflict';

/** Prepares the reading of ids at top level: an id names an item if it was sent for it, a member's id names its change set. */
export function compileItemNames({ items, service }: Plan): NamedItem {
  const itemOfId = new Map<string, number>();
  for (const [index, item] of items.entries()) {
    for (const { id, idSent } of isChangeSet(item) ? item : [item]) if (idSent) itemOfId.set(id, index);
  }
  return (part) => {
    const members: readonly ReceivedPart[] = isNest(part) ? part : [part];
    let named: number | undefined;
    for (const { id } of members) {
      const item = id === undefined ? undefined : itemOfId.get(service?.sentId?.(id) ?? id);
      if (item === undefined) continue;
      if (named !== undefined && named !== item) return 'conflict';
      named = item;
    }
    return named;
  };
}
