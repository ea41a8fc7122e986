import { isContentId, isReservedId } from '../odata/content-id.ts';
import type { Place } from './flatten-batch.ts';
import type { Issues } from './issues.ts';

/**
 * Gives each operation its Content-ID: the caller's, else a number by its place in the flattened batch, from 1, skipping
 * numbers that the caller uses. Unique in the whole batch (B-18), whatever the version asks for.
 */
export function assignIds(places: readonly Place[], issues: Issues): string[] {
  const given = new Map<string, string>();
  for (const { operation, name } of places) {
    if (operation.id === undefined) continue;
    checkId(operation.id, `${name}.id`, given, issues);
    given.set(operation.id, name);
  }

  let last = 0;
  return places.map(({ operation, index }) => {
    if (operation.id !== undefined) return operation.id;
    last = Math.max(index + 1, last + 1);
    while (given.has(String(last))) last++;
    return String(last);
  });
}

function checkId(id: unknown, path: string, given: ReadonlyMap<string, string>, issues: Issues): void {
  if (typeof id !== 'string' || !isContentId(id)) {
    issues.add(path, 'invalid-content-id', 'expected a text of letters, digits, "-", ".", "_" and "~"');
  } else if (isReservedId(id)) {
    issues.add(path, 'reserved-content-id', `"$${id}" means something else in OData: choose another id`);
  } else if (given.has(id)) {
    issues.add(path, 'duplicate-content-id', `"${id}" is the id of ${given.get(id)} already`);
  }
}
