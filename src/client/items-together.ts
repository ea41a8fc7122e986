import type { Place } from '../batch/flatten-batch.ts';
import { referencesInBody, referencesInConditions } from '../batch/references-in.ts';
import { replaceReferences } from '../batch/replace-references.ts';
import { parseUrlReference } from '../odata/content-id.ts';
import { isReference, isReferenced, type Reference } from '../odata/reference.ts';

/** Neighbouring items of a batch that have to stay in one batch, because some refer to others. */
export interface ItemsTogether {
  /** Place of the first item. */
  readonly from: number;
  /** Place behind the last one. */
  readonly to: number;
  /** Which item refers to which, where that is why there are several. */
  readonly because?: { readonly item: number; readonly target: number } | undefined;
}

/** A reference by a number that the codec gave, which is another one in another batch. */
export interface NumberReference {
  readonly place: Place;
  readonly id: string;
}

/** What belongs together in a batch. */
export interface Togetherness {
  readonly groups: readonly ItemsTogether[];
  readonly numberReferences: readonly NumberReference[];
}

/**
 * Finds where a batch can be cut so that its order stays and no reference is separated from what it refers to: in URLs,
 * `dependsOn`, conditions and bodies.
 */
export function itemsTogether(
  places: readonly Place[],
  ids: readonly string[],
  itemCount: number,
): Togetherness {
  const byOperation = new Map<unknown, number>(places.map(({ operation, path }) => [operation, path[0]]));
  const byId = new Map(places.map(({ path }, index) => [ids[index], path[0]]));
  const searched = {
    texts: places.some(({ given: { id } }) => id !== undefined),
    objects: places.some(({ operation }) => isReferenced(operation)),
  };
  const given = new Set(places.flatMap(({ given: { id } }) => (id === undefined ? [] : [id])));
  const targetOf: (number | undefined)[] = [];
  const numberReferences: NumberReference[] = [];

  for (const place of places) {
    const item = place.path[0];
    for (const target of targetsOf(place, searched)) {
      const isId = typeof target === 'string';
      const found = isId ? byId.get(target) : byOperation.get(target);
      if (found === undefined) continue;
      if (isId && !given.has(target)) numberReferences.push({ place, id: target });
      // What refers forward, or to itself, is refused when it is encoded.
      if (found < item) targetOf[item] = Math.min(targetOf[item] ?? found, found);
    }
  }
  return { groups: groupsOf(targetOf, itemCount), numberReferences };
}

/** Operations that an operation refers to in its URL or as dependencies, or their ids. */
export function referencesOf({ given: { url, dependsOn } }: Place): unknown[] {
  const id = typeof url === 'string' ? parseUrlReference(url)?.id : undefined;
  const targets = isReference(url) ? [url.target] : id === undefined ? [] : [id];
  return [...targets, ...(Array.isArray(dependsOn) ? dependsOn : [])];
}

/** Where else than in URLs and dependencies references are searched. */
export interface ReferenceSearch {
  /** In conditions and bodies for ids; only an id of the caller's can be in a text of the caller's. */
  readonly texts: boolean;
  /** In bodies for references to objects. */
  readonly objects: boolean;
}

/** The same, and what conditions and bodies refer to. */
export function targetsOf(place: Place, { texts, objects }: ReferenceSearch): unknown[] {
  const { headers, body } = place.given;
  const targets = referencesOf(place);
  const takeObject = ({ target }: Reference) => {
    if (typeof target === 'string') return undefined;
    targets.push(target);
    return '';
  };
  const text = objects ? replaceReferences(body, takeObject) : body;
  if (texts) targets.push(...conditionsOf(headers), ...referencesInBody(text));
  return targets;
}

function conditionsOf(headers: Place['given']['headers']): string[] {
  // An iterator can be read once, and encoding has to read it.
  if (headers === undefined || 'next' in headers) return [];
  return referencesInConditions(headers).map(([, id]) => id);
}

/** Items from a reference's target to the reference stay together, and groups that overlap are one. */
function groupsOf(targetOf: readonly (number | undefined)[], itemCount: number): ItemsTogether[] {
  const groups: ItemsTogether[] = [];
  for (let item = 0; item < itemCount; item++) {
    const target = targetOf[item];
    let from = item;
    let because: ItemsTogether['because'];
    for (
      let last = groups.at(-1);
      target !== undefined && last !== undefined && last.to > target;
      last = groups.at(-1)
    ) {
      from = last.from;
      because = { item, target };
      groups.pop();
    }
    groups.push({ from, to: item + 1, because });
  }
  return groups;
}
