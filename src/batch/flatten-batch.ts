import { nameHint } from '../name-hint.ts';
import { type Issues, type Name, PlaceName, PropertyName } from './issues.ts';
import type { Operation } from './operation.ts';

/** An operation and where it stands. */
export interface Place {
  /** The caller's own object: what identifies the operation. */
  readonly operation: Operation;
  /** Its properties, read once: what was checked is what is written, whatever getters and proxies say later (law 6). */
  readonly given: Operation;
  /** Place in the flattened batch, from 0. */
  readonly index: number;
  readonly path: readonly [number] | readonly [number, number];
  /** How error messages name it: `batch[1][0]`. */
  readonly name: Name;
}

/** Properties of an operation; `satisfies` keeps the list complete. */
const PROPERTIES = /* @__PURE__ */ Object.keys({
  method: true,
  url: true,
  id: true,
  headers: true,
  body: true,
  dependsOn: true,
  if: true,
  schema: true,
  tag: true,
} satisfies Record<keyof Operation, true>);

/** Whether something follows the Standard Schema. */
function isSchema(value: unknown): boolean {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  const { '~standard': standard } = value as { '~standard'?: { validate?: unknown } | null };
  return typeof standard?.validate === 'function';
}

/** Lists the operations of a batch in order and tells what is none. */
export function flattenBatch(batch: unknown, issues: Issues): Place[] {
  const places: Place[] = [];
  const seen = new Set<unknown>();
  const add = (operation: unknown, path: Place['path']) => {
    const name = new PlaceName('batch', path);
    if (!checkOperation(operation, name, issues)) return;
    if (seen.has(operation)) {
      issues.add(
        name,
        'duplicate-operation',
        'the same object stands twice in the batch: copy it, and refer to it by id',
      );
    }
    seen.add(operation);
    const given = readOnce(operation);
    if (given.schema !== undefined && !isSchema(given.schema)) {
      const message = 'expected a Standard Schema, such as one of zod, valibot or arktype';
      issues.add(new PropertyName(name, 'schema'), 'invalid-operation', message);
    }
    places.push({ operation, given, index: places.length, path, name });
  };

  if (!Array.isArray(batch)) {
    issues.add('batch', 'invalid-operation', 'expected an array of operations');
    return places;
  }
  // entries() gives the holes of a sparse array as undefined, which is then refused like any other non-operation.
  for (const [i, item] of batch.entries()) {
    if (!Array.isArray(item)) {
      add(item, [i]);
      continue;
    }
    if (item.length === 0) issues.add(`batch[${i}]`, 'empty-change-set', 'expected at least one operation');
    for (const [j, operation] of item.entries()) add(operation, [i, j]);
  }
  return places;
}

function readOnce(operation: Operation): Operation {
  const { method, url, id, headers, body, dependsOn, if: condition, schema, tag } = operation;
  return { method, url, id, headers, body, dependsOn, if: condition, schema, tag };
}

function checkOperation(operation: unknown, name: Name, issues: Issues): operation is Operation {
  if (Array.isArray(operation)) {
    issues.add(name, 'nested-change-set', 'a change set must not hold another one');
    return false;
  }
  if (typeof operation !== 'object' || operation === null) {
    issues.add(name, 'invalid-operation', 'expected { method, url, … }');
    return false;
  }
  for (const property of Object.keys(operation)) {
    if (PROPERTIES.includes(property)) continue;
    const hint = nameHint(property, PROPERTIES, 'operations have');
    issues.add(`${name}.${property}`, 'unknown-property', `no operation has "${property}": ${hint}`);
  }
  return true;
}
