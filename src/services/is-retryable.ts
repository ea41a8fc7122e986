import type { Service } from '../batch/service.ts';

/** Whether a service says by this status of an operation that the same operation may succeed later. */
export function isRetryable({ retryable = [] }: Pick<Service, 'retryable'>, status: number): boolean {
  return retryable.some((known) => (known === '5xx' ? status >= 500 && status <= 599 : known === status));
}
