import { Reference, separatePath } from '../odata/reference.ts';
import type { Operation } from './operation.ts';

/**
 * Stands for what an earlier operation creates: as a URL, or with a path behind it.
 *
 * Name the target by the object that stands in the batch, or by its id. Where the target has an id, the reference prints
 * itself in templates and in JSON bodies; else that throws BatchUsageError `reference-without-id`.
 *
 * @param path what follows: `Orders`, `/Orders`, `?$select=name`, `(1)`; default nothing
 * @example
 * const customer = { method: 'POST', url: 'Customers', body: { name: 'Ann' } } as const;
 * encodeBatchRequest([[customer, { method: 'POST', url: reference(customer, 'Orders'), body: {} }]]);
 */
export function reference(target: Operation | string, path = ''): Reference<Operation> {
  return new Reference(target, separatePath(path));
}
