import { type AnswerReaders, ReceivedAnswer } from '../batch/received-answer.ts';
import { readChunks } from '../bytes/read-chunks.ts';
import { type BatchError, BatchTransportError } from '../errors.ts';
import { readWhole } from '../formats/read-whole.ts';
import { HeaderFields } from '../mime/header-list.ts';
import type { AbortSignalLike } from '../transport/abort-signal.ts';
import { backOffMs, DEFAULT_BACK_OFF } from '../transport/back-off.ts';
import { type Clock, sleep } from '../transport/clock.ts';
import type { GuardedFetch, GuardedRequest } from '../transport/guarded-fetch.ts';
import { asksTooMuch, type Failure, type FailureKind, failureOfStatus } from '../transport/send-again.ts';
import { startTimeLimit } from '../transport/time-limit.ts';
import { chunksUntilAborted } from './chunks-until-aborted.ts';
import { type Cookies, cookiesSetBy } from './cookies.ts';

/** What the service answered to a request for a token. */
export interface TokenAnswer {
  readonly answer: ReceivedAnswer;
  readonly cookies: Cookies;
}

/** What asking needs. */
export interface TokenTools {
  readonly send: GuardedFetch;
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** A request for a token. */
export type TokenRequest = Omit<GuardedRequest, 'signal'>;

/** Asking changes nothing: it is done again where it may succeed then. */
const PASSING: readonly FailureKind[] = ['not-sent', 'throttled', 'timed-out', 'lost'];
const MAX_ATTEMPTS = 5;

function isPassing(failure: Failure): boolean {
  return PASSING.includes(failure.kind) && !failure.isPermanent && !asksTooMuch(failure);
}

/** Nothing in a token's answer has a place that anybody would be told. */
const READERS: AnswerReaders = {
  parse: JSON.parse,
  locate: (offset, path) => ({ offset, line: 1, path: path.toString(), excerpt: '' }),
};

/**
 * Sends a request for a token, again where it was lost or the service was busy, and reads the answer, whatever it is.
 *
 * Rejects with BatchTransportError, and with the signal's reason.
 */
export async function askForToken(
  tools: TokenTools,
  request: TokenRequest,
  signal: AbortSignalLike,
): Promise<TokenAnswer> {
  const { clock, random } = tools;
  for (let attempt = 1; ; attempt++) {
    const tried = await ask(tools, request, signal).then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    const failure =
      'value' in tried ? failureOfStatus(tried.value.answer, clock.now()) : failureOf(tried.error, signal);
    if (failure === undefined || !isPassing(failure) || attempt === MAX_ATTEMPTS) {
      if ('error' in tried) throw tried.error;
      return tried.value;
    }
    await sleep(clock, failure.retryAfterMs ?? backOffMs(attempt, random, DEFAULT_BACK_OFF), signal);
  }
}

async function ask(
  { send, clock, timeoutMs }: TokenTools,
  request: TokenRequest,
  outer: AbortSignalLike,
): Promise<TokenAnswer> {
  const late = () =>
    new BatchTransportError(`there was no token within ${timeoutMs} ms`, { code: 'timed-out' });
  const limit = startTimeLimit(clock, timeoutMs, late, outer);
  const { signal } = limit;
  try {
    const { status, statusText = '', headers, body } = await send({ ...request, signal });
    const chunks = body === null ? null : readChunks(chunksUntilAborted(body, signal));
    const { bytes, failure } = await readWhole(chunks, undefined);
    if (failure !== undefined) throw signal.aborted ? signal.reason : lost(failure.cause);
    const fields = new HeaderFields([...headers]);
    const answer = new ReceivedAnswer({ status, statusText }, fields, bytes, READERS, 0, '');
    return { answer, cookies: cookiesSetBy(headers, clock.now()) };
  } finally {
    limit.close();
  }
}

function failureOf(error: unknown, signal: AbortSignalLike): Failure | undefined {
  if (signal.aborted || !(error instanceof BatchTransportError)) return undefined;
  return { kind: error.isPermanent ? 'refused' : 'lost' };
}

function lost(cause: unknown): BatchError {
  return new BatchTransportError('reading the answer failed before its end', { cause });
}
