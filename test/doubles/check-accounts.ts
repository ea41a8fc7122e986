import type { Operation } from '../../src/batch/operation.ts';
import type { SentResult } from '../../src/client/sent-result.ts';
import type { FailingService } from './failing-service.ts';

/** What an audit goes by. */
export interface Accounts {
  readonly operations: readonly Operation[];
  readonly results: readonly SentResult[];
  readonly service: FailingService;
  /** Whether an operation does the same when it is done twice. */
  readonly isSafe: (operation: Operation) => boolean;
  /** Whether nothing old runs after something new with the same path. Default true. */
  readonly isOrdered?: boolean;
}

/**
 * Compares what was told with what the service really did; returns what does not agree.
 *
 * An operation that is answered 4xx or 5xx has done nothing in this service, and one that is answered 204 has.
 */
export function checkAccounts({
  operations,
  results,
  service,
  isSafe,
  isOrdered = true,
}: Accounts): string[] {
  const wrong: string[] = [];
  const told = new Map<number, SentResult>();
  for (const result of results) {
    if (told.has(result.index)) wrong.push(`${result.index}: two results`);
    told.set(result.index, result);
    if (result.operation !== operations[result.index]) wrong.push(`${result.index}: another operation`);
  }
  const times = new Map<number, number>();
  const newest = new Map<string, number>();
  for (const { index, path, status } of service.done) {
    // What is not let in has not run.
    if (status === 429) continue;
    const before = newest.get(path) ?? -1;
    if (isOrdered && index < before) wrong.push(`${path}: ${index} ran after ${before}`);
    newest.set(path, Math.max(index, before));
    if (status < 400) times.set(index, (times.get(index) ?? 0) + 1);
  }
  for (const [index, operation] of operations.entries()) {
    const result = told.get(index);
    const done = times.get(index) ?? 0;
    if (done > 1 && !isSafe(operation)) wrong.push(`${index}: done ${done} times`);
    if (result === undefined) wrong.push(`${index}: no result`);
    else if (!isTrue(result, done, service)) {
      wrong.push(`${index}: ${result.outcome}, done ${done} times, answered ${service.answered.get(index)}`);
    }
  }
  return wrong;
}

function isTrue(result: SentResult, done: number, { answered, lost }: FailingService): boolean {
  const statuses = answered.get(result.index) ?? [];
  switch (result.outcome) {
    case 'succeeded':
      return done > 0 && result.attempts > 0;
    case 'failed':
      return (done === 0 || result.operation.method === 'GET') && statuses.includes(result.status);
    case 'not-executed':
      return done === 0;
    case 'unknown':
      // After a 5xx nobody knows how far the service came; 406 is such a status for this one.
      return lost.has(result.index) || statuses.some((status) => status >= 500 || status === 406);
    default:
      return false;
  }
}
