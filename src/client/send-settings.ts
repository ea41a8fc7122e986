import { checkChoice } from '../batch/check-choice.ts';
import type { EncodeBatchRequestOptions, RandomSource } from '../batch/encode-options.ts';
import { Issues } from '../batch/issues.ts';
import type { HeadersInput } from '../batch/operation.ts';
import type { Service } from '../batch/service.ts';
import { isObject } from '../expect-argument.ts';
import { expectOptions } from '../expect-options.ts';
import { cryptoRandom } from '../formats/multipart/boundaries.ts';
import type { DecodeResponseOptions } from '../formats/read-answer.ts';
import { IDEMPOTENT, type RepeatRule } from '../http/repeatable-request.ts';
import { DEFAULT_MAX_RETRY_AFTER_MS } from '../http/retry-after.ts';
import { resolveUrl } from '../odata/resolve-url.ts';
import { type BackOff, DEFAULT_BACK_OFF } from '../transport/back-off.ts';
import { type Budget, createBudget } from '../transport/budget.ts';
import { type Clock, systemClock } from '../transport/clock.ts';
import { globalFetch } from '../transport/fetch.ts';
import { type GuardedFetch, guardFetch } from '../transport/guarded-fetch.ts';
import { parseFetchable } from '../transport/origin.ts';
import { DEFAULT_RETRYABLE, type RetryableStatus } from '../transport/send-again.ts';
import { type CompleteLimits, completeBatchLimits } from './batch-limits.ts';
import { checkCredentialRefusals } from './check-credential-refusals.ts';
import { compileKeys, type KeysOf } from './compile-keys.ts';
import { compileCredentialRefusals, type RefusalOf } from './credential-refusals.ts';
import type { HeadersSource } from './credentials.ts';
import { readMoreThanOnce } from './read-more-than-once.ts';
import { SEND_OPTIONS, type SendOptions } from './send-options.ts';

/** The options of a call with their defaults in. */
export interface SendSettings {
  readonly url: string;
  readonly fetch: GuardedFetch;
  readonly service: Service | undefined;
  readonly encoding: EncodeBatchRequestOptions;
  readonly decoding: DecodeResponseOptions;
  readonly budget: Budget;
  readonly limits: CompleteLimits;
  readonly concurrency: number;
  readonly timeoutMs: number;
  readonly totalTimeoutMs: number;
  readonly maxAttempts: number;
  /** How often a service is tried that was never reached. */
  readonly maxFirstAttempts: number;
  readonly maxRetryAfterMs: number;
  readonly backOff: BackOff;
  readonly quarantineMs: number;
  readonly keysOf: KeysOf;
  readonly isDirect: boolean;
  readonly repeatable: readonly RepeatRule[];
  readonly retryable: readonly RetryableStatus[];
  readonly refusalOf: RefusalOf;
  readonly hasRepeatability: boolean;
  readonly clock: Clock;
  readonly random: RandomSource;
  /** The caller's, which can be read for each batch. */
  readonly headers: HeadersInput | HeadersSource | undefined;
  /** The caller's. */
  readonly options: SendOptions;
}

/** What the service with the fewest words would take: who knows more says so. */
const DEFAULT_OPERATIONS = 100;
const DEFAULT_ATTEMPTS = 10;
/** Two seconds at most: an address that is wrong stays wrong. */
const DEFAULT_FIRST_ATTEMPTS = 3;

/** Completes and checks the options of a call. Throws BatchUsageError. */
export function sendSettings(options: SendOptions): SendSettings {
  expectOptions(options, SEND_OPTIONS);
  const { service, clock = systemClock, timeoutMs = 120_000 } = options;
  checkOptions(options);
  const url = endpointOf(options);
  const limits = completeBatchLimits(options.batchLimits, service);
  const { retryable = DEFAULT_RETRYABLE, repeatable = IDEMPOTENT, repeatabilityHeaders } = service ?? {};
  // What stands in the query of the endpoint, a token among it, would not be on a request elsewhere.
  const isCheaper = service?.limits?.countsOperations === true && !url.includes('?');
  const single = options.single ?? (isCheaper ? 'direct' : 'batch');
  return {
    url,
    fetch: guardFetch(options.fetch ?? globalFetch, url),
    service,
    encoding: encodingOf(options),
    decoding: decodingOf(options),
    budget: options.budget ?? createBudget(service?.limits, { clock }),
    limits: {
      ...limits,
      maxOperations: Number.isFinite(limits.maxOperations) ? limits.maxOperations : DEFAULT_OPERATIONS,
    },
    concurrency: options.concurrency ?? service?.limits?.maxConcurrentRequests ?? 4,
    timeoutMs,
    totalTimeoutMs: options.totalTimeoutMs ?? Number.POSITIVE_INFINITY,
    maxAttempts: options.maxAttempts ?? DEFAULT_ATTEMPTS,
    maxFirstAttempts: options.maxAttempts ?? DEFAULT_FIRST_ATTEMPTS,
    maxRetryAfterMs: options.maxRetryAfterMs ?? DEFAULT_MAX_RETRY_AFTER_MS,
    backOff: options.backOff ?? DEFAULT_BACK_OFF,
    quarantineMs: options.quarantineMs ?? timeoutMs,
    keysOf: compileKeys(options.orderBy, service, options.serviceRoot ?? service?.serviceRoot, url),
    isDirect: single === 'direct',
    repeatable: options.repeatable ?? repeatable,
    retryable,
    refusalOf: compileCredentialRefusals(options.credentialRefusals ?? service?.credentialRefusals ?? []),
    hasRepeatability: repeatabilityHeaders === true,
    clock,
    random: options.random ?? cryptoRandom,
    headers: typeof options.headers === 'function' ? options.headers : readMoreThanOnce(options.headers),
    options,
  };
}

function encodingOf(options: SendOptions): EncodeBatchRequestOptions {
  const { format, version, service, serviceRoot, urlForm, contentId, accept } = options;
  const { forbiddenHeaders, continueOnError, onWarning, json, random } = options;
  return {
    ...{ format, version, service, serviceRoot, urlForm, contentId, accept },
    ...{ forbiddenHeaders, continueOnError, onWarning, random },
    json: json && { stringify: json.stringify },
  };
}

function decodingOf({ limits, tolerate, json, readError }: SendOptions): DecodeResponseOptions {
  return { limits, tolerate, json: json && { parse: json.parse }, readError };
}

/** Where batches go; the service's own root tells whose credentials the caller's headers are. */
function endpointOf({ url, service, serviceRoot }: SendOptions): string {
  const issues = new Issues();
  const root = serviceRoot ?? service?.serviceRoot;
  const given = isObject(url) ? url.href : (url ?? endpointBelow(root, service));
  if (given === undefined) {
    const message = 'expected the URL that batches go to, or a serviceRoot';
    issues.add('options.url', 'service-root-required', message);
    issues.throwIfAny();
  }
  const parsed = parseFetchable(given ?? '');
  const origin = root === undefined ? parsed?.origin : parseFetchable(root)?.origin;
  if (parsed === undefined) {
    const message = 'expected an absolute http or https URL without user and password';
    issues.add('options.url', 'invalid-url', message);
  } else if (origin !== parsed.origin) {
    const message = `the service is at ${origin}, and its credentials must not go elsewhere: give the serviceRoot that belongs to the URL`;
    issues.add('options.url', 'foreign-url', message);
  }
  issues.throwIfAny();
  return given ?? '';
}

/** The endpoint of a service, where its root may be another one than it says itself. */
function endpointBelow(root: string | undefined, service: Service | undefined): string | undefined {
  if (root === undefined) return service?.endpoint;
  const folder = withSlash(root);
  const own = service?.serviceRoot === undefined ? folder : withSlash(service.serviceRoot);
  const endpoint = service?.endpoint ?? `${own}$batch`;
  return endpoint.startsWith(own) ? resolveUrl(endpoint.slice(own.length), folder) : endpoint;
}

function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}

function checkOptions(options: SendOptions): void {
  const issues = new Issues();
  const number = (name: keyof SendOptions, least: number, isWhole: boolean) => {
    const value: unknown = options[name];
    if (value === undefined) return;
    const isNumber = typeof value === 'number' && value >= least && (!isWhole || Number.isInteger(value));
    if (!isNumber) issues.add(`options.${name}`, 'invalid-option', `expected a number from ${least}`);
  };
  number('concurrency', 1, true);
  number('maxAttempts', 1, true);
  number('timeoutMs', 1, false);
  number('totalTimeoutMs', 0, false);
  number('maxRetryAfterMs', 0, false);
  number('quarantineMs', 0, false);
  const { base, maximum } = options.backOff ?? DEFAULT_BACK_OFF;
  if (!(base >= 0 && maximum >= 0)) {
    issues.add('options.backOff', 'invalid-option', 'expected milliseconds as base and maximum');
  }
  checkCredentialRefusals(options.credentialRefusals, issues);
  checkChoice('options.single', options.single, ['direct', 'batch'], issues);
  issues.throwIfAny();
}
