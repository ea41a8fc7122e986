import { expectArgument, isObject } from '../expect-argument.ts';
import { Reference, separatePath } from '../odata/reference.ts';
import type { Operation } from './operation.ts';

/**
 * Stands for what an earlier operation creates: as a URL, with a path after it, or as a value anywhere in a JSON body.
 *
 * Name the target by the very object that is in the batch, or by its id. In a template the target needs an id; without one that
 * throws BatchUsageError `reference-without-id`.
 *
 * @param path what follows: `Orders`, `/Orders`, `?$select=name`, `(1)`; default nothing
 * @example
 * const customer = { method: 'POST', url: 'Customers', body: { name: 'Ann' } } as const;
 * encodeBatchRequest([
 *   [
 *     customer,
 *     { method: 'POST', url: reference(customer, 'Orders'), body: {} },
 *     { method: 'POST', url: 'Orders', body: { 'Customer@odata.bind': reference(customer) } },
 *   ],
 * ]);
 */
export function reference(target: Operation | string, path = ''): Reference<Operation> {
  const isTarget = isObject(target) || typeof target === 'string';
  expectArgument(isTarget, 'target', 'an operation or an id');
  expectArgument(typeof path === 'string', 'path', 'a text');
  return new Reference(target, separatePath(path));
}
