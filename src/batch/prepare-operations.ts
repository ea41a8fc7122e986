import type { Place } from './flatten-batch.ts';
import { type Issues, placeName } from './issues.ts';
import type { Rewrite } from './plan.ts';
import type { GivenOperation, PreparedBatch, PreparedOperation, Service } from './service.ts';
import type { UsageWarning } from './usage-warning.ts';

/** Operations on their way to the wire. */
export interface PreparedOperations {
  readonly places: readonly Place[];
  /** By place in the flattened batch, references as `$id`; undefined where a URL is unusable, which the issues say. */
  readonly urls: readonly (string | undefined)[];
  /** What the service's rules changed, by place in the flattened batch. */
  readonly rewrites: ReadonlyMap<number, Rewrite>;
}

/** What is known of the operations beside their places. */
export interface PlaceFacts {
  readonly urls: readonly (string | undefined)[];
  /** Places that others refer to or depend on. */
  readonly targets: ReadonlySet<number>;
  readonly serviceRoot: string | undefined;
}

const NOTHING: ReadonlyMap<number, Rewrite> = /* @__PURE__ */ new Map();

/** The operations as their service wants them sent; tells what it refuses and what it doubts. */
export function prepareOperations(
  places: readonly Place[],
  service: Service | undefined,
  { urls, targets, serviceRoot }: PlaceFacts,
  issues: Issues,
  warnings: UsageWarning[],
): PreparedOperations {
  if (service?.prepare === undefined) return { places, urls, rewrites: NOTHING };
  const operations = places.flatMap((place) => givenOperation(place, urls[place.index], targets));
  const prepared = service.prepare({ operations, serviceRoot });
  report(prepared, places, issues, warnings);
  return rewritten(places, urls, prepared);
}

/** What has no method or no URL is refused anyway, and is nothing that a service could look at. */
function givenOperation(
  { index, path, given: { method, headers, body, dependsOn } }: Place,
  url: string | undefined,
  targets: ReadonlySet<number>,
): GivenOperation[] {
  if (url === undefined || typeof method !== 'string') return [];
  const isDependent = dependsOn !== undefined && dependsOn.length > 0;
  return [{ index, path, method, url, headers, body, isDependent, isTarget: targets.has(index) }];
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
  { operations, issues }: PreparedBatch,
): PreparedOperations {
  const changed = new Map<number, PreparedOperation>();
  for (const operation of operations)
    if (operation.rule !== undefined) changed.set(operation.index, operation);
  const urls = [...givenUrls];
  const rewrites = new Map<number, Rewrite>();
  const kept = places.map((place): Place => {
    const operation = changed.get(place.index);
    if (operation?.rule === undefined) return place;
    const { method, url, body, rule } = operation;
    rewrites.set(place.index, { rule, from: urls[place.index] ?? '', to: url });
    urls[place.index] = url;
    return { ...place, given: { ...place.given, method, body } };
  });
  // What is refused for its URL is not judged again by what else a URL must be.
  for (const { index, property } of issues) {
    if (index !== undefined && property === 'url') urls[index] = undefined;
  }
  return { places: kept, urls, rewrites };
}
