import { retryAfterMs } from './retry-after.ts';

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
export type FailureKind =
  | 'not-sent'
  | 'throttled'
  | 'unauthorized'
  | 'too-large'
  | 'refused'
  | 'timed-out'
  | 'lost';

/** What went wrong with a request. */
export interface Failure {
  readonly kind: FailureKind;
  /** How long the service asks to wait, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
}

/** Whether a request that failed so may have happened all the same. */
export function mayHaveHappened({ kind }: Failure): boolean {
  return kind === 'timed-out' || kind === 'lost';
}

/** What is asked of a request that failed. */
export interface FailedAttempt {
  readonly failure: Failure;
  /** How often it was sent. */
  readonly attempts: number;
  readonly maxAttempts: number;
  /** Whether it does the same when it is done twice. */
  readonly isRepeatable: boolean;
}

/** Whether a request that failed may be sent again: what may have happened, only where twice does no more than once. */
export function maySendAgain({ failure, attempts, maxAttempts, isRepeatable }: FailedAttempt): boolean {
  if (attempts >= maxAttempts || failure.kind === 'refused') return false;
  return isRepeatable || !mayHaveHappened(failure);
}

/** A status and the fields that say more about it. */
export interface StatusAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
}

/** No answer in time, as gateways tell it: Request Timeout, Gateway Timeout, and Cloudflare's word for the same. */
const TIMEOUTS: readonly number[] = [408, 504, 524];

/**
 * What the status of a whole request says; undefined for a success.
 *
 * 503 counts as `throttled` only with a Retry-After, which a service sets on purpose: proxies answer 503 as well where they lost
 * the service while it worked.
 *
 * @param now milliseconds since 1970
 */
export function failureOfStatus({ status, headers }: StatusAnswer, now: number): Failure | undefined {
  if (status >= 200 && status < 300) return undefined;
  const waitMs = retryAfterMs(headers.get('Retry-After'), now, headers.get('Date'));
  if (status === 429 || (status === 503 && waitMs !== undefined)) {
    return { kind: 'throttled', retryAfterMs: waitMs };
  }
  if (TIMEOUTS.includes(status)) return { kind: 'timed-out', retryAfterMs: waitMs };
  if (status === 401) return { kind: 'unauthorized' };
  if (status === 413) return { kind: 'too-large' };
  return status >= 500 ? { kind: 'lost', retryAfterMs: waitMs } : { kind: 'refused' };
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
  { status, headers }: StatusAnswer,
  retryable: readonly RetryableStatus[],
  now: number,
): Failure | undefined {
  const failure = failureOfStatus({ status, headers }, now);
  if (failure === undefined || failure.kind === 'throttled') return failure;
  const isRetried = retryable.some((known) =>
    known === '5xx' ? status >= 500 && status <= 599 : known === status,
  );
  // It was worked on, and nobody says how far.
  return isRetried ? { kind: 'lost', retryAfterMs: failure.retryAfterMs } : undefined;
}

/** What runtimes say where there was no connection that anything could have been sent over. */
const NOT_CONNECTED: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ConnectionRefused',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
]);
/** The same, where it was connecting that failed: they are said of connections that had been used as well. */
const UNREACHABLE: ReadonlySet<unknown> = new Set(['EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT']);

/** What the error of a fetch says: that nothing was sent only where it says so. */
export function failureOfError(error: unknown): Failure {
  return { kind: isNotConnected(error, 0) ? 'not-sent' : 'lost' };
}

/** Errors are wrapped, and a name with several addresses fails with one error for each. */
function isNotConnected(error: unknown, depth: number): boolean {
  if (typeof error !== 'object' || error === null || depth > 5) return false;
  const { code, syscall, cause, errors } = error as Record<string, unknown>;
  if (Array.isArray(errors) && errors.length > 0) {
    return errors.every((one) => isNotConnected(one, depth + 1));
  }
  if (NOT_CONNECTED.has(code) || (UNREACHABLE.has(code) && syscall === 'connect')) return true;
  return isNotConnected(cause, depth + 1);
}
