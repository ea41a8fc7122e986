import { parseUrlReference, type UrlReference } from '../odata/content-id.ts';
import { isReference, separatePath } from '../odata/reference.ts';
import type { Place } from './flatten-batch.ts';
import type { Issues } from './issues.ts';
import type { Operation } from './operation.ts';

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
}

/** Turns URLs into text, references into `$id`, and tells which references lead nowhere. */
export function resolveReferences(
  places: readonly Place[],
  ids: readonly string[],
  rules: ReferenceRules,
  issues: Issues,
): ResolvedReferences {
  const byOperation = new Map<Operation, number>(places.map(({ operation, index }) => [operation, index]));
  const byId = new Map<string, number>(ids.map((id, index) => [id, index]));
  const targets = new Set<number>();

  /** Checks one reference; returns the id of its target. */
  const refer = (target: Operation | string, from: Place, path: string): string | undefined => {
    const index = typeof target === 'string' ? byId.get(target) : byOperation.get(target);
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
    return ids[index];
  };

  const urls = places.map((place) => {
    const { given, name } = place;
    for (const [i, target] of (given.dependsOn ?? []).entries())
      refer(target, place, `${name}.dependsOn[${i}]`);

    const reference = referenceOf(given.url);
    if (reference === undefined) return urlText(given.url, `${name}.url`, issues);
    const id = refer(reference.target, place, `${name}.url`);
    return id === undefined ? undefined : `$${id}${reference.rest}`;
  });
  return { urls, targets };
}

const NOT_IN_BATCH =
  'the target is no operation of this batch: write it as a const and put that same object into the batch, or refer by id';

function referenceOf(url: unknown): { target: Operation | string; rest: string } | undefined {
  if (isReference(url)) return { target: url.target as Operation | string, rest: separatePath(url.path) };
  const parsed: UrlReference | undefined = typeof url === 'string' ? parseUrlReference(url) : undefined;
  return parsed && { target: parsed.id, rest: parsed.rest };
}

function urlText(url: unknown, path: string, issues: Issues): string | undefined {
  if (typeof url === 'string') return url;
  if (typeof url === 'object' && url !== null && 'href' in url && typeof url.href === 'string')
    return url.href;
  issues.add(path, 'invalid-url', 'expected a text, a URL or a reference');
  return undefined;
}

function inSameChangeSet(a: Place, b: Place): boolean {
  return a.path.length === 2 && b.path.length === 2 && a.path[0] === b.path[0];
}
