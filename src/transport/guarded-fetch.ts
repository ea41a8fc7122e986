import { isByteSource } from '../bytes/read-chunks.ts';
import { BatchTransportError, BatchUsageError } from '../errors.ts';
import { expectArgument, expectObject } from '../expect-argument.ts';
import type { AbortSignalLike, Signal } from './abort-signal.ts';
import { bodyWithoutSecrets } from './body-without-secrets.ts';
import { codeOf, connectionFailureOf } from './failure-of-error.ts';
import type { Fetch, FetchedResponse, FetchInit } from './fetch.ts';
import { originOf, parseFetchable } from './origin.ts';
import { untilAborted } from './until-aborted.ts';
import { secretsOf, withoutSecrets } from './without-secrets.ts';

/** A request to the service. */
export interface GuardedRequest {
  /** Absolute, of the service's origin. */
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer> | undefined;
  readonly signal: AbortSignalLike;
}

/** Sends requests to one origin and nowhere else. */
export type GuardedFetch = (request: GuardedRequest) => Promise<FetchedResponse>;

/** More hops than that lead in a circle. */
const MAX_REDIRECTS = 5;
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];
/** Those that keep method and body (RFC 9110 sections 15.4.8 and 15.4.9); the others make a GET of a POST. */
const KEEPS_THE_REQUEST: readonly number[] = [307, 308];

/**
 * A fetch that can't be led astray: credentials go to the service's origin and nowhere else. A redirect is followed where it
 * stays there and keeps method and body; every other one is refused.
 *
 * Rejects with BatchUsageError `foreign-url` for a URL elsewhere; with BatchTransportError `redirect-refused`, or `not-sent`
 * or `response-lost` with what the fetch failed with, secrets hidden, as the cause (so does what reading the body fails with); with the signal's reason where that is
 * aborted, whether the fetch listens to it or not.
 *
 * @param service any URL of the service
 */
export function guardFetch(fetch: Fetch, service: string): GuardedFetch {
  expectArgument(typeof fetch === 'function', 'fetch', 'a function');
  const origin = originOf(service, 'url');
  return async (request) => {
    expectObject(request, 'request', '{ url, method, headers, signal }');
    expectObject(request.headers, 'request.headers');
    expectObject(request.signal, 'request.signal', 'an AbortSignal');
    if (parseFetchable(request.url)?.origin !== origin) throw foreignUrl(origin);
    let { url } = request;
    for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
      const response = await send(fetch, { ...request, url });
      const problem = problemOf(response, url, origin);
      if (problem !== undefined) {
        letGo(response);
        throw redirectRefused(`${problem} (${response.status})`);
      }
      if (!REDIRECTS.includes(response.status)) return discreet(response, secretsOf(url, request.headers));
      letGo(response);
      url = parseFetchable(response.headers.get('Location') ?? '', url)?.href ?? url;
    }
    throw redirectRefused(`the service redirected more than ${MAX_REDIRECTS} times`);
  };
}

/** A response that keeps the secrets of its request, whatever reading it fails with. */
function discreet(response: FetchedResponse, secrets: readonly string[]): FetchedResponse {
  const { status, statusText, headers, url, type, body } = response;
  // What is no body at all is told by who reads it.
  return {
    ...{ status, statusText, headers, url, type },
    body: isByteSource(body) ? bodyWithoutSecrets(body, secrets) : body,
  };
}

/** Why a response can't be taken, and its redirect, if it is one, not be followed. */
function problemOf(response: FetchedResponse, url: string, origin: string): string | undefined {
  const { status, type, headers } = response;
  // A fetch that follows redirects by itself may have gone anywhere.
  if (response.url && parseFetchable(response.url)?.origin !== origin)
    return 'a redirect led to another origin';
  if (type === 'opaqueredirect') return 'the service redirected, and this runtime does not say where to';
  if (!REDIRECTS.includes(status)) return undefined;
  const location = headers.get('Location');
  const target = location === null ? undefined : parseFetchable(location, url);
  if (target === undefined) return 'the service redirected to nowhere';
  if (target.origin !== origin) return 'the service redirected to another origin';
  return KEEPS_THE_REQUEST.includes(status) ? undefined : 'the redirect would not keep method and body';
}

async function send(
  fetch: Fetch,
  { url, method, headers, body, signal }: GuardedRequest,
): Promise<FetchedResponse> {
  if (signal.aborted) throw signal.reason;
  const shared = { method, headers: { ...headers }, redirect: 'manual', signal: signal as Signal } as const;
  const init: FetchInit = body === undefined ? shared : { ...shared, body };
  try {
    return await untilAborted(fetch(url, init), signal, letGo);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw failedFetch(error, url, secretsOf(url, headers));
  }
}

/** What a fetch failed with, and where. */
function failedFetch(error: unknown, url: string, secrets: readonly string[]): BatchTransportError {
  const cause = withoutSecrets(error, secrets);
  const failure = connectionFailureOf(error);
  const code = codeOf(cause);
  const behind = code === undefined ? '' : ` (${code})`;
  const { origin } = parseFetchable(url) ?? {};
  if (failure === undefined) {
    return new BatchTransportError(`the connection to ${origin} broke before the answer${behind}`, { cause });
  }
  const { what, isPermanent } = failure;
  const message = `nothing was sent to ${origin}: ${what}${behind}`;
  return new BatchTransportError(message, { cause, code: 'not-sent', isPermanent });
}

/** Nobody reads the rest of an answer, and its connection is wanted for others. */
function letGo({ body }: FetchedResponse): void {
  const cancelled = body !== null && 'getReader' in body ? body.getReader().cancel() : undefined;
  cancelled?.catch(() => {});
}

function redirectRefused(message: string): BatchTransportError {
  return new BatchTransportError(message, { code: 'redirect-refused', isPermanent: true });
}

function foreignUrl(origin: string): BatchUsageError {
  const message = `expected a URL of ${origin}: what is meant for the service goes nowhere else`;
  return new BatchUsageError([{ path: 'url', code: 'foreign-url', message }]);
}
