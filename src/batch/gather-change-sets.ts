import { compilePartNames } from './compile-item-names.ts';
import { isChangeSet, type Plan } from './plan.ts';
import { isNest, type ReceivedItem, type ReceivedPart } from './received-item.ts';

/**
 * Puts the answers of a flat message into the change sets that they belong to: by id, by the name of the set, else by what
 * they call their set themselves. A set stands where its first answer stood.
 *
 * @param isPartial whether answers are still to come, so that a set may lack some: it is then left out, because nobody knows
 *   what became of it
 */
export function gatherChangeSets(
  received: readonly ReceivedItem[],
  plan: Plan | undefined,
  isPartial = false,
): ReceivedItem[] {
  const setOf = compileSets(received, plan);
  const nests = new Map<number | string, ReceivedPart[]>();
  const gathered: ReceivedItem[] = [];
  for (const item of received) {
    const set = isNest(item) ? undefined : setOf(item);
    if (set === undefined || isNest(item)) {
      gathered.push(item);
      continue;
    }
    const nest = nests.get(set) ?? [];
    if (nest.length === 0) gathered.push(nest);
    nest.push(item);
    nests.set(set, nest);
  }
  if (!isPartial) return gathered;
  const incomplete = new Set<unknown>();
  for (const [set, nest] of nests) {
    const planned = typeof set === 'number' ? plan?.items[set] : undefined;
    if (planned !== undefined && isChangeSet(planned) && nest.length < planned.length) incomplete.add(nest);
  }
  return gathered.filter((item) => !incomplete.has(item));
}

/** Tells the change set of an answer: its place in the plan, or its own word for it. */
function compileSets(
  received: readonly ReceivedItem[],
  plan: Plan | undefined,
): (part: ReceivedPart) => number | string | undefined {
  if (plan === undefined) return ({ group }) => group;
  const namedBy = compilePartNames(plan);
  // The answers of a set call it by one name; one that is known tells what the name stands for.
  const itemOfGroup = new Map<string, number>();
  for (const part of received.flat()) {
    const item = namedBy(part);
    if (item !== undefined && part.group !== undefined) itemOfGroup.set(part.group, item);
  }
  return (part) => {
    const item = namedBy(part) ?? (part.group === undefined ? undefined : itemOfGroup.get(part.group));
    const planned = item === undefined ? undefined : plan.items[item];
    if (planned === undefined) return part.group;
    return isChangeSet(planned) ? item : undefined;
  };
}
