import { parseUrlReference, type UrlReference } from '../odata/content-id.ts';
import { isReference, isReferenced, type Reference, separatePath } from '../odata/reference.ts';
import type { Place } from './flatten-batch.ts';
import type { Issues, Name } from './issues.ts';
import type { Operation } from './operation.ts';
import { replaceReferences } from './replace-references.ts';

/** What references may refer to. */
export interface ReferenceRules {
  readonly scope: 'batch' | 'change-set';
  /** Whether ids go on the wire at all. */
  readonly idsAreSent: boolean;
}

/** The URLs of a batch as text, and the operations that others need. */
export interface ResolvedReferences {
  /** By place in the flattened batch; undefined where the URL is unusable, which the issues say. */
  readonly urls: readonly (string | undefined)[];
  /** Places in the flattened batch. */
  readonly targets: ReadonlySet<number>;
  /** For each operation the places that its `dependsOn` names. */
  readonly dependencies: readonly (readonly number[])[];
  /** For each operation the place that its URL refers to. */
  readonly referents: readonly (number | undefined)[];
  /** For each operation the places that references in its body name by object. */
  readonly bodyReferents: readonly (readonly number[])[];
  /** The operations, with these references as `$id`. */
  readonly places: readonly Place[];
}

/** Turns URLs into text, references into `$id`, and tells which references lead nowhere. */
export function resolveReferences(
  places: readonly Place[],
  ids: readonly string[],
  rules: ReferenceRules,
  issues: Issues,
): ResolvedReferences {
  const targets = new Set<number>();
  // Made for the first reference: most batches have none.
  let indexes: Indexes | undefined;

  /** Checks one reference; returns the place of its target. */
  const refer = (target: Operation | string, from: Place, property: string): number | undefined => {
    const path = `${from.name}.${property}`;
    indexes ??= indexesOf(places, ids);
    const index = typeof target === 'string' ? indexes.byId.get(target) : indexes.byOperation.get(target);
    const to = index === undefined ? undefined : places[index];
    if (index === undefined || to === undefined) {
      const which = typeof target === 'string' ? `no operation has the id "${target}"` : NOT_IN_BATCH;
      issues.add(path, 'unknown-reference', which);
      return undefined;
    }
    if (index >= from.index) {
      issues.add(path, 'forward-reference', `${to.name} does not come before ${from.name}`);
    } else if (rules.scope === 'change-set' && !inSameChangeSet(from, to)) {
      issues.add(
        path,
        'reference-out-of-scope',
        `this version of OData refers inside one change set only, not to ${to.name}`,
      );
    } else if (!rules.idsAreSent) {
      issues.add(
        path,
        'reference-needs-content-id',
        'a reference needs Content-IDs, and contentId is "none"',
      );
    }
    targets.add(index);
    return index;
  };

  const dependencies = places.map((place) => {
    const needed = dependenciesOf(place, issues).map((target, i) => refer(target, place, `dependsOn[${i}]`));
    return needed.filter((index) => index !== undefined);
  });
  const referents: (number | undefined)[] = [];
  const urls = places.map((place) => {
    const { url } = place.given;
    const reference = referenceOf(url);
    if (reference === undefined) return urlText(url, place.name, issues);
    const index = refer(reference.target, place, 'url');
    referents[place.index] = index;
    return index === undefined ? undefined : `$${ids[index]}${reference.rest}`;
  });
  const bodyReferents: number[][] = [];
  /** What a reference in a body is printed as; one that names an id, or an object with one that is elsewhere, prints itself. */
  const printIn = (place: Place, found: number[]) => (reference: Reference) => {
    const target = reference.target as Operation | string;
    if (typeof target === 'string') return undefined;
    indexes ??= indexesOf(places, ids);
    if (target.id !== undefined && !indexes.byOperation.has(target)) return undefined;
    const index = refer(target, place, 'body');
    if (index === undefined) return '';
    found.push(index);
    return `$${ids[index]}${separatePath(reference.path)}`;
  };
  const withPrintedReferences = (place: Place): Place => {
    const found: number[] = [];
    const body = replaceReferences(place.given.body, printIn(place, found));
    bodyReferents[place.index] = found;
    return body === place.given.body ? place : { ...place, given: { ...place.given, body } };
  };
  const isSearched = places.some(({ operation }) => isReferenced(operation));
  const printed = isSearched ? places.map(withPrintedReferences) : places;
  return { urls, targets, dependencies, referents, bodyReferents, places: printed };
}

function dependenciesOf({ given, name }: Place, issues: Issues): readonly (string | Operation)[] {
  if (given.dependsOn === undefined || Array.isArray(given.dependsOn)) return given.dependsOn ?? [];
  issues.add(`${name}.dependsOn`, 'invalid-operation', 'expected a list of ids and operations');
  return [];
}

/** Places in the flattened batch. */
interface Indexes {
  readonly byOperation: ReadonlyMap<Operation, number>;
  readonly byId: ReadonlyMap<string, number>;
}

function indexesOf(places: readonly Place[], ids: readonly string[]): Indexes {
  return {
    byOperation: new Map(places.map(({ operation, index }) => [operation, index])),
    byId: new Map(ids.map((id, index) => [id, index])),
  };
}

const NOT_IN_BATCH =
  'the target is no operation of this batch: write it as a const and put that same object into the batch, or refer by id';

function referenceOf(url: unknown): { target: Operation | string; rest: string } | undefined {
  if (isReference(url)) return { target: url.target as Operation | string, rest: separatePath(url.path) };
  const parsed: UrlReference | undefined = typeof url === 'string' ? parseUrlReference(url) : undefined;
  return parsed && { target: parsed.id, rest: parsed.rest };
}

function urlText(url: unknown, name: Name, issues: Issues): string | undefined {
  if (typeof url === 'string') return url;
  if (typeof url === 'object' && url !== null && 'href' in url && typeof url.href === 'string')
    return url.href;
  issues.add(`${name}.url`, 'invalid-url', 'expected a text, a URL or a reference');
  return undefined;
}

function inSameChangeSet(a: Place, b: Place): boolean {
  return a.path.length === 2 && b.path.length === 2 && a.path[0] === b.path[0];
}
