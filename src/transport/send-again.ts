import { expectArgument, expectObject } from '../expect-argument.ts';
import { DEFAULT_MAX_RETRY_AFTER_MS, retryAfterMs } from '../http/retry-after.ts';
import { meaningOfStatus, type StatusMeaning, saysNothingHappened } from '../http/status-meaning.ts';

/**
 * What went wrong with a request, as far as its sender can tell what it means for sending it again:
 *
 * - `not-sent`: it never reached the service;
 * - `throttled`: the service was not willing to work on it just now;
 * - `unauthorized`: the service did not know who asks;
 * - `too-large`: the service did not want to read so much;
 * - `refused`: the service will not have it, now or later;
 * - `timed-out`: there was no answer in time: it may have happened, and was too much at once;
 * - `lost`: there is no answer, or none that says whether it happened.
 */
export type FailureKind = 'not-sent' | StatusMeaning;

/** What went wrong with a request. */
export interface Failure {
  readonly kind: FailureKind;
  /** How long the service asks to wait, in milliseconds; Infinity for a number beyond all numbers. */
  readonly retryAfterMs?: number | undefined;
  /** Set where nothing can be sent later either: the certificate is not trusted, the port is blocked. */
  readonly isPermanent?: true | undefined;
}

/** Whether a request that failed so may have happened all the same. */
export function mayHaveHappened(failure: Failure): boolean {
  expectObject(failure, 'failure', '{ kind }');
  const { kind } = failure;
  return kind !== 'not-sent' && !saysNothingHappened(kind);
}

/** What is asked of a request that failed. */
export interface FailedAttempt {
  readonly failure: Failure;
  /** How often it was sent. */
  readonly attempts: number;
  readonly maxAttempts: number;
  /** Whether it does the same when it is done twice. */
  readonly isRepeatable: boolean;
  /** How long it may be waited for at the service's wish; milliseconds, default 3 600 000. */
  readonly maxRetryAfterMs?: number | undefined;
}

/**
 * Whether a request that failed may be sent again: what may have happened, only where twice does no more than once, and nothing
 * that the service puts off for longer than anybody waits.
 */
export function maySendAgain(attempt: FailedAttempt): boolean {
  expectObject(attempt, 'attempt', '{ failure, attempts, maxAttempts, isRepeatable }');
  const { failure, attempts, maxAttempts, isRepeatable, maxRetryAfterMs } = attempt;
  expectObject(failure, 'attempt.failure', '{ kind }');
  if (attempts >= maxAttempts || failure.kind === 'refused' || failure.isPermanent) return false;
  if (asksTooMuch(failure, maxRetryAfterMs)) return false;
  return isRepeatable || !mayHaveHappened(failure);
}

/** Whether the service asks to wait for longer than anybody does; for ever no one waits, whatever the ceiling. */
export function asksTooMuch(
  { retryAfterMs: asked = 0 }: Pick<Failure, 'retryAfterMs'>,
  maxRetryAfterMs: number = DEFAULT_MAX_RETRY_AFTER_MS,
): boolean {
  return asked > maxRetryAfterMs || asked === Number.POSITIVE_INFINITY;
}

/** A status and the fields that say more about it. */
export interface StatusAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
}

/**
 * What the status of a whole request says; undefined for a success.
 *
 * 503 counts as `throttled` only with a Retry-After, which a service sets on purpose: proxies answer 503 as well where they lost
 * the service while it worked.
 *
 * @param now milliseconds since 1970
 */
export function failureOfStatus(answer: StatusAnswer, now: number): Failure | undefined {
  expectObject(answer, 'answer', '{ status, headers }');
  const { status, headers } = answer;
  expectArgument(typeof headers?.get === 'function', 'answer.headers', 'headers with a get function');
  const waitMs = retryAfterMs(headers.get('Retry-After'), now, headers.get('Date'));
  const kind = meaningOfStatus(status, waitMs !== undefined);
  if (kind === undefined) return undefined;
  const asksToWait = kind === 'throttled' || kind === 'timed-out' || kind === 'lost';
  return asksToWait ? { kind, retryAfterMs: waitMs } : { kind };
}

/** One status, or all from 500 to 599. */
export type RetryableStatus = number | '5xx';

/** What is worth another try unless the service says otherwise. */
export const DEFAULT_RETRYABLE: readonly RetryableStatus[] = [408, '5xx'];

/**
 * What the status of one operation inside a batch says; undefined where it is the service's last word.
 *
 * @param retryable statuses that may be other ones next time; 429, and 503 with a Retry-After, are in any case
 */
export function failureOfOperation(
  answer: StatusAnswer,
  retryable: readonly RetryableStatus[],
  now: number,
): Failure | undefined {
  expectArgument(Array.isArray(retryable), 'retryable', 'a list of statuses');
  const failure = failureOfStatus(answer, now);
  const { status } = answer;
  if (failure === undefined || failure.kind === 'throttled') return failure;
  const isRetried = retryable.some((known) =>
    known === '5xx' ? status >= 500 && status <= 599 : known === status,
  );
  // It was worked on, and nobody says how far.
  return isRetried ? { kind: 'lost', retryAfterMs: failure.retryAfterMs } : undefined;
}
