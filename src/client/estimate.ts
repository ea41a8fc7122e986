import type { Service } from '../batch/service.ts';
import { expectArgument, expectObject } from '../expect-argument.ts';
import { expectOptions } from '../expect-options.ts';
import { requestCost } from '../transport/request-cost.ts';
import { BATCH_LIMITS, type BatchLimits, completeBatchLimits } from './batch-limits.ts';

/** What sending so many operations takes, at best. */
export interface Estimate {
  /** What the service counts. */
  readonly requests: number;
  readonly batches: number;
  /** The shortest time that the service's rates allow; 0 where it has none. */
  readonly minutes: number;
}

/**
 * How many requests and batches so many operations are, and how long they take at least: without failures, in full batches, and
 * nobody else sending.
 *
 * @example estimate(40_000, channelAdvisor()) // { requests: 40400, batches: 400, minutes: 20.2 }
 */
export function estimate(
  count: number,
  service: Service,
  options: { readonly batchLimits?: BatchLimits | undefined } = {},
): Estimate {
  expectArgument(Number.isInteger(count) && count >= 0, 'count', 'a number of operations');
  expectObject(service, 'service', 'a service');
  expectOptions(options, { batchLimits: BATCH_LIMITS });
  const { maxOperations } = completeBatchLimits(options.batchLimits, service);
  const batches = Math.ceil(count / Math.min(maxOperations, Math.max(count, 1)));
  const { rates = [] } = service.limits ?? {};
  const perOperation = requestCost(1, service.limits) - requestCost(0, service.limits);
  const requests = count * perOperation + batches * requestCost(0, service.limits);
  const minutes = rates.map((rate) => ((requests / rate.requests) * rate.seconds) / 60);
  return { requests, batches, minutes: Math.max(0, ...minutes) };
}
