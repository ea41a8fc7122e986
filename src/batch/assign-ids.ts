import { isContentId, isReservedId } from '../odata/content-id.ts';
import type { Place } from './flatten-batch.ts';
import type { Issues, Name } from './issues.ts';

/**
 * Gives each operation its Content-ID: the caller's, else a number by its place in the flattened batch, from 1, skipping
 * numbers that the caller uses. Unique in the whole batch (B-18), whatever the version asks for.
 */
export function assignIds(places: readonly Place[], issues: Issues): string[] {
  const taken = new Map<string, Name>();
  for (const {
    given: { id },
    name,
  } of places) {
    if (id === undefined) continue;
    checkId(id, name, taken, issues);
    taken.set(id, name);
  }

  let last = 0;
  return places.map(({ given: { id }, index }) => {
    if (id !== undefined) return id;
    last = Math.max(index + 1, last + 1);
    while (taken.size > 0 && taken.has(String(last))) last++;
    return String(last);
  });
}

function checkId(id: unknown, name: Name, taken: ReadonlyMap<string, Name>, issues: Issues): void {
  if (typeof id !== 'string' || !isContentId(id)) {
    issues.add(
      `${name}.id`,
      'invalid-content-id',
      'expected a text of letters, digits, "-", ".", "_" and "~"',
    );
  } else if (isReservedId(id)) {
    issues.add(
      `${name}.id`,
      'reserved-content-id',
      `"$${id}" means something else in OData: choose another id`,
    );
  } else if (taken.has(id)) {
    issues.add(`${name}.id`, 'duplicate-content-id', `"${id}" is the id of ${taken.get(id)} already`);
  }
}
