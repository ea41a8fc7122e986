import { readJsonError } from '../batch/read-json-error.ts';
import { readChunks } from '../bytes/read-chunks.ts';
import { BatchResponseError, BatchTransportError } from '../errors.ts';
import { readWhole } from '../formats/read-whole.ts';
import { HeaderFields } from '../mime/header-list.ts';
import type { ServiceError } from '../odata/service-error.ts';
import type { AbortSignalLike } from '../transport/abort-signal.ts';
import type { Budget } from '../transport/budget.ts';
import type { Clock } from '../transport/clock.ts';
import type { FetchedResponse } from '../transport/fetch.ts';
import type { GuardedFetch } from '../transport/guarded-fetch.ts';
import { asksTooMuch, failureOfStatus } from '../transport/send-again.ts';
import { startTimeLimit } from '../transport/time-limit.ts';
import { untilAborted } from '../transport/until-aborted.ts';
import type { JobAnswer, JobRequest } from './job-service.ts';
import { parseJson } from './read-json.ts';

/** A request without an answer in this time has none. */
const REQUEST_TIMEOUT_MS = 100_000;

/** What sending needs. */
export interface ExchangeTools {
  readonly send: GuardedFetch;
  readonly budget: Budget;
  readonly clock: Clock;
  /** How long the service may ask to wait. */
  readonly maxRetryAfterMs: number;
}

/**
 * Sends a request, when the budget gives leave, and reads the answer to its end.
 *
 * Rejects with BatchTransportError (`not-sent`, `response-lost`, `timed-out`, `redirect-refused`), with the signal's reason,
 * and with what `beforeSending` throws.
 *
 * @param beforeSending called when there is leave: the last moment to think otherwise
 */
export async function exchange(
  { send, budget, clock, maxRetryAfterMs }: ExchangeTools,
  request: JobRequest,
  signal: AbortSignalLike,
  beforeSending: () => void = () => {},
): Promise<JobAnswer> {
  const lease = await budget.acquire({ atMost: 1 }, { signal });
  const timedOut = () => new BatchTransportError('there was no answer in time', { code: 'timed-out' });
  const limit = startTimeLimit(clock, REQUEST_TIMEOUT_MS, timedOut, signal);
  try {
    beforeSending();
    const response = await send({ ...request, signal: limit.signal });
    const answer = await readAnswer(response, limit.signal);
    const failure = failureOfStatus(answer, clock.now());
    // Nobody waits for longer, and others who share the budget are told by the service themselves.
    const isPause = failure?.kind === 'throttled' && !asksTooMuch(failure, maxRetryAfterMs);
    if (isPause) budget.pause(failure.retryAfterMs ?? 0);
    return answer;
  } finally {
    limit.close();
    lease.release();
  }
}

async function readAnswer(
  { status, headers, body }: FetchedResponse,
  signal: AbortSignalLike,
): Promise<JobAnswer> {
  const chunks = body === null ? null : readChunks(body);
  const whole = await untilAborted(readWhole(chunks, undefined), signal).catch((error) => {
    chunks?.stop();
    throw error;
  });
  if (whole.failure === undefined) {
    return { status, headers: new HeaderFields([...headers]), bytes: whole.bytes };
  }
  const message = 'reading the answer failed before its end';
  throw new BatchTransportError(message, { cause: whole.failure.cause });
}

/** An answer that refuses what was asked for. */
export function refusal(answer: JobAnswer, explanation?: string): BatchResponseError {
  const { status, headers, bytes } = answer;
  const reason = explanation === undefined ? '' : ` (${explanation})`;
  const message = `the service answered ${status}${reason}`;
  const init = { code: 'job-refused' } as const;
  return new BatchResponseError(message, { status, headers, bytes, error: errorIn(answer) }, init);
}

/** The error in a body, where it is JSON of a known form. */
function errorIn(answer: JobAnswer): ServiceError | undefined {
  try {
    return readJsonError(parseJson(answer));
  } catch {
    return undefined;
  }
}
