import { parseUrlReference } from '../odata/content-id.ts';
import type { Issues } from './issues.ts';
import type { PreparedOperations } from './prepare-operations.ts';
import { referencesInBody, referencesInConditions } from './references-in.ts';

/** Operations with the numbers that they have on the wire. */
export interface NumberedOperations {
  /** By place in the flattened batch. */
  readonly wireIds: readonly (string | undefined)[];
  /** By place in the flattened batch, references as `$number`. */
  readonly urls: readonly (string | undefined)[];
}

/**
 * Numbers operations from 1 in the order in which they are sent, and turns references in URLs into numbers. A reference to
 * a renumbered id in a header or a body is refused: nothing there is changed.
 */
export function numberOperations(
  { places, urls, coalesced }: Pick<PreparedOperations, 'places' | 'urls' | 'coalesced'>,
  ids: readonly string[],
  issues: Issues,
): NumberedOperations {
  const wireIds: string[] = [];
  const sent = places.filter(({ index }) => (coalesced.get(index)?.[0] ?? index) === index);
  for (const [number, { index }] of sent.entries()) wireIds[index] = String(number + 1);
  const wireIdOf = new Map(ids.map((id, index) => [id, wireIds[index] ?? id]));
  const numbers = new Set(wireIds);
  const renumbered = new Set(
    places.flatMap(({ given: { id }, index }) => (id === undefined || id === wireIds[index] ? [] : [id])),
  );

  // What is no id of the caller's must not become one of ours either.
  const changes = (id: string) => (wireIdOf.get(id) ?? (numbers.has(id) ? '' : id)) !== id;
  for (const place of places) {
    for (const [name, id] of referencesInConditions(place.given.headers)) {
      if (changes(id)) refuse(`${place.name}.headers.${name}`, id, issues);
    }
    const id =
      renumbered.size === 0
        ? undefined
        : referencesInBody(place.given.body).find((one) => renumbered.has(one));
    if (id !== undefined) refuse(`${place.name}.body`, id, issues);
  }
  return { wireIds, urls: urls.map((url) => withNumber(url, wireIdOf)) };
}

function refuse(path: string, id: string, issues: Issues): void {
  const message = `the service numbers the operations itself, so that "$${id}" would mean another one, or none`;
  issues.add(path, 'renumbered-reference', message);
}

function withNumber(url: string | undefined, wireIdOf: ReadonlyMap<string, string>): string | undefined {
  const reference = url === undefined ? undefined : parseUrlReference(url);
  if (reference === undefined) return url;
  return `$${wireIdOf.get(reference.id) ?? reference.id}${reference.rest}`;
}
