import { fieldOf, type HeaderPair } from '../../batch/header-pairs.ts';
import { type Issues, placeName } from '../../batch/issues.ts';
import { isChangeSet, type PlannedOperation } from '../../batch/plan.ts';
import type { PlannedBatch } from '../../batch/plan-batch.ts';
import { jsonHeaders } from './json-headers.ts';
import { nameChangeSets } from './name-change-sets.ts';

/** The methods of the format (J-05). */
const METHODS: ReadonlySet<string> = new Set(['DELETE', 'GET', 'PATCH', 'POST', 'PUT']);

/**
 * Decides how planned operations go into a JSON batch: header names in lower case, the names of change sets, and what each
 * operation depends on. Adds to the issues what the format has no words for.
 */
export function planJsonRequest(planned: PlannedBatch, issues: Issues): PlannedBatch {
  const operations = planned.items.flat();
  const ids = operations.map(({ id }) => id);
  const groups = nameChangeSets(
    planned.items,
    operations.map(({ id, wireId }) => wireId ?? id),
  );
  const indexes = new Map(ids.map((id, index) => [id, index]));

  const plan = (operation: PlannedOperation): PlannedOperation => {
    const { index, path, method, addedHeaders } = operation;
    const name = placeName('batch', path);
    // That OData 4 has no MERGE was told before.
    if (!METHODS.has(method) && method !== 'MERGE') {
      issues.add(`${name}.method`, 'not-expressible', `a JSON batch has ${[...METHODS].join(', ')} only`);
    }
    const headers = jsonHeaders(operation.headers, `${name}.headers`, issues);
    const needed = [
      ...(planned.dependencies[index] ?? []),
      planned.referents[index],
      ...(planned.bodyReferents[index] ?? []),
      ...etagReferents(headers, indexes, index),
    ];
    const names = needed.flatMap((place) => {
      const target = place === undefined ? undefined : operations[place];
      return target === undefined ? [] : [nameFor(operation, target, groups)];
    });
    const group = path.length === 2 ? groups[path[0]] : undefined;
    const condition = conditionOf(planned.conditions[index], `${name}.if`, issues);
    return {
      ...operation,
      headers,
      addedHeaders: addedHeaders.map((field) => field.toLowerCase()),
      ...(group !== undefined && { atomicityGroup: group }),
      ...(names.length > 0 && { dependsOn: [...new Set(names)] }),
      ...(condition !== undefined && { if: condition }),
    };
  };
  return {
    ...planned,
    items: planned.items.map((item) => (isChangeSet(item) ? item.map(plan) : plan(item))),
  };
}

/** The name by which an operation depends on another: a member of another change set stands for the whole of it (J-09). */
function nameFor(
  { path }: PlannedOperation,
  target: PlannedOperation,
  groups: readonly (string | undefined)[],
): string {
  const isInOtherSet = target.path.length === 2 && !(path.length === 2 && path[0] === target.path[0]);
  return (isInOtherSet ? groups[target.path[0]] : undefined) ?? target.wireId ?? target.id;
}

/** `If-Match: $1` stands for the ETag of what an earlier operation gives. */
function etagReferents(
  headers: readonly HeaderPair[],
  indexes: ReadonlyMap<string, number>,
  from: number,
): number[] {
  const values = [fieldOf(headers, 'if-match'), fieldOf(headers, 'if-none-match')];
  return values.flatMap((value) => {
    const index = value?.startsWith('$') ? indexes.get(value.slice(1)) : undefined;
    return index !== undefined && index < from ? [index] : [];
  });
}

function conditionOf(given: unknown, path: string, issues: Issues): string | undefined {
  if (given === undefined || (typeof given === 'string' && given !== '')) return given;
  issues.add(path, 'invalid-operation', 'expected an expression as text');
  return undefined;
}
