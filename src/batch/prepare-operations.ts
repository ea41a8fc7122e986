import type { Place } from './flatten-batch.ts';
import { type HeaderPair, headerPairs } from './header-pairs.ts';
import { type Issues, placeName } from './issues.ts';
import type { Rewrite } from './plan.ts';
import type { GivenOperation, PreparedBatch, Service } from './service.ts';
import type { UsageWarning } from './usage-warning.ts';

/** Operations on their way to the wire. */
export interface PreparedOperations {
  readonly places: readonly Place[];
  /** By place in the flattened batch, references as `$id`; undefined where a URL is unusable, which the issues say. */
  readonly urls: readonly (string | undefined)[];
  /** What the service's rules changed, by place in the flattened batch. */
  readonly rewrites: ReadonlyMap<number, Rewrite>;
  /** Header fields that the service puts before the caller's, by place in the flattened batch. */
  readonly fields: ReadonlyMap<number, readonly HeaderPair[]>;
  /** Where several operations go as one, by the place of each: the places of all, the one that is sent first. */
  readonly coalesced: ReadonlyMap<number, readonly number[]>;
}

/** What is known of the operations beside their places. */
export interface PlaceFacts {
  readonly ids: readonly string[];
  readonly urls: readonly (string | undefined)[];
  /** Places that others refer to or depend on. */
  readonly targets: ReadonlySet<number>;
  readonly serviceRoot: string | undefined;
}

/** The operations as their service wants them sent; tells what it refuses and what it doubts. */
export function prepareOperations(
  places: readonly Place[],
  service: Service | undefined,
  facts: PlaceFacts,
  issues: Issues,
  warnings: UsageWarning[],
): PreparedOperations {
  const { urls, serviceRoot } = facts;
  if (service?.prepare === undefined)
    return { places, urls, rewrites: new Map(), fields: new Map(), coalesced: new Map() };
  const stable = places.map(withStableHeaders);
  const operations = stable.flatMap((place) => givenOperation(place, facts));
  const prepared = service.prepare({ operations, serviceRoot });
  report(prepared, places, issues, warnings);
  return rewritten(stable, urls, prepared, issues);
}

/** What has no method or no URL is refused anyway, and is nothing that a service could look at. */
function givenOperation(
  { index, path, given: { method, headers, body, dependsOn } }: Place,
  { ids, urls, targets }: PlaceFacts,
): GivenOperation[] {
  const url = urls[index];
  if (url === undefined || typeof method !== 'string') return [];
  const isDependent = dependsOn !== undefined && dependsOn.length > 0;
  const id = ids[index] ?? '';
  return [{ index, path, id, method, url, headers, body, isDependent, isTarget: targets.has(index) }];
}

function report(
  prepared: PreparedBatch,
  places: readonly Place[],
  issues: Issues,
  warnings: UsageWarning[],
): void {
  const pathOf = (index: number | undefined, property: string | undefined) => {
    const place = index === undefined ? 'batch' : placeName('batch', places[index]?.path ?? []);
    return property === undefined ? place : `${place}.${property}`;
  };
  for (const { index, property, code, message } of prepared.issues) {
    issues.add(pathOf(index, property), code, message);
  }
  for (const { index, property, code, message } of prepared.warnings) {
    warnings.push({ path: pathOf(index, property), code, message });
  }
}

function rewritten(
  places: readonly Place[],
  givenUrls: readonly (string | undefined)[],
  prepared: PreparedBatch,
  issues: Issues,
): PreparedOperations {
  const operations = new Map(
    prepared.operations.flatMap((operation) => operation.members.map((index) => [index, operation])),
  );
  const urls = [...givenUrls];
  const rewrites = new Map<number, Rewrite>();
  const fields = new Map<number, readonly HeaderPair[]>();
  const coalesced = new Map<number, readonly number[]>();
  const kept = places.map((place): Place => {
    const { index, name } = place;
    const operation = operations.get(index);
    if (operation === undefined) return place;
    const { members, method, url, body, headers, rule } = operation;
    if (members.length > 1) coalesced.set(index, members);
    if (rule !== undefined) rewrites.set(index, { rule, from: urls[index] ?? '', to: url });
    if (headers.length > 0) fields.set(index, headerPairs(headers, `${name}.headers`, issues));
    urls[index] = url;
    return { ...place, given: { ...place.given, method, body } };
  });
  // What is refused for its URL is not judged again by what else a URL must be.
  for (const { index, property } of prepared.issues) {
    if (index !== undefined && property === 'url') urls[index] = undefined;
  }
  return { places: kept, urls, rewrites, fields, coalesced };
}

/** An iterator can be read once, and the service and the plan both have to read it. */
function withStableHeaders(place: Place): Place {
  const { headers } = place.given;
  const isIterable = typeof headers === 'object' && headers !== null && Symbol.iterator in headers;
  return isIterable ? { ...place, given: { ...place.given, headers: Array.from(headers) } } : place;
}
