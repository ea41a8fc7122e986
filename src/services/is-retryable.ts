import type { Service } from '../batch/service.ts';
import { expectArgument, expectObject } from '../expect-argument.ts';

/** Whether a service says by this status of an operation that the same operation may succeed later. */
export function isRetryable(service: Pick<Service, 'retryable'>, status: number): boolean {
  expectObject(service, 'service', 'a service');
  expectArgument(typeof status === 'number', 'status', 'a number');
  const { retryable = [] } = service;
  return retryable.some((known) => (known === '5xx' ? status >= 500 && status <= 599 : known === status));
}
