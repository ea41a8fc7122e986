import type { EncodeBatchRequestOptions } from '../batch/encode-options.ts';
import type { HeadersInput, Operation, URLLike } from '../batch/operation.ts';
import type { CredentialRefusal } from '../batch/service.ts';
import type { NamesOf, OptionNames } from '../expect-options.ts';
import type { DecodeResponseOptions } from '../formats/read-answer.ts';
import type { RepeatRule } from '../http/repeatable-request.ts';
import { DEFAULT_LIMITS } from '../limits.ts';
import type { Signal } from '../transport/abort-signal.ts';
import { type BackOff, DEFAULT_BACK_OFF } from '../transport/back-off.ts';
import type { Budget } from '../transport/budget.ts';
import type { Clock } from '../transport/clock.ts';
import type { Fetch } from '../transport/fetch.ts';
import { BATCH_LIMITS, type BatchLimits } from './batch-limits.ts';
import type { OrderBy } from './compile-keys.ts';
import type { HeadersSource } from './credentials.ts';
import type { Progress } from './progress.ts';
import type { SentResult } from './sent-result.ts';

/** How operations are sent; every option has a default. */
export interface SendOptions
  extends Omit<EncodeBatchRequestOptions, 'headers' | 'boundary'>,
    Omit<DecodeResponseOptions, 'json' | 'onWarning'> {
  /** Where batches go. Default the service's endpoint: `$batch` under its service root. Credentials go to this origin only. */
  readonly url?: string | URLLike | undefined;
  /**
   * More headers for batches; a function is called before each one, and once more with `refresh: true` where the service wants
   * new credentials: `csrfToken` and `requestDigest` give such functions.
   */
  readonly headers?: HeadersInput | HeadersSource | undefined;
  /**
   * Answers, beside 401, by which the service wants new credentials, and after which nothing has happened. Default what the
   * service says.
   */
  readonly credentialRefusals?: readonly CredentialRefusal[] | undefined;
  /** Default the global one. */
  readonly fetch?: Fetch | undefined;
  /** What may be sent; give one to all who send with the same account. Default one of this call, by the service's limits. */
  readonly budget?: Budget | undefined;
  /** What one batch may hold; where the service says something too, the smaller number counts. Default 100 operations. */
  readonly batchLimits?: BatchLimits | undefined;
  /** Batches of this call under way at once. Default what the service takes, else 4. */
  readonly concurrency?: number | undefined;
  /** How long one request may take, its answer included; milliseconds. Default 120 000. */
  readonly timeoutMs?: number | undefined;
  /** How long all may take; what is left then is `unknown` or `not-executed`. Milliseconds; default for ever. */
  readonly totalTimeoutMs?: number | undefined;
  /**
   * How long the service may ask to wait before something is sent again (`Retry-After`); milliseconds. What it puts off for longer
   * is not sent again, and has the service's answer as its result or its reason. Where that is the answer to a batch as a whole,
   * nothing more is sent. Default 3 600 000, an hour.
   */
  readonly maxRetryAfterMs?: number | undefined;
  /**
   * How often an operation is tried at most, and a service that can't be reached. Default 10, and 3 for a service that could not
   * be reached from the beginning.
   */
  readonly maxAttempts?: number | undefined;
  /** How waiting times between tries grow. Default from 500 ms, doubled up to 30 s. */
  readonly backOff?: BackOff | undefined;
  /**
   * How long the service may still be at work on what was lost: so long operations with the same key wait. Milliseconds;
   * default `timeoutMs`.
   */
  readonly quarantineMs?: number | undefined;
  /** What operations must not overtake each other by. Default the path of their URL, after the service's rules. */
  readonly orderBy?: OrderBy | undefined;
  /**
   * How a batch of one operation goes: as a plain request, or as a batch all the same. Default as a plain request where the
   * service counts operations, and a batch would count for two, and the endpoint has no query.
   */
  readonly single?: 'direct' | 'batch' | undefined;
  /** Operations that do the same when they are done twice. Default what the service says. */
  readonly repeatable?: readonly RepeatRule[] | undefined;
  /** Ends the call: what is under way is given up. */
  readonly signal?: Signal | undefined;
  readonly json?: EncodeBatchRequestOptions['json'] & DecodeResponseOptions['json'];
  /** Told how far it is, whenever a batch has been answered. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Told of each batch before its first byte is sent, and when it is settled; sending waits for what it returns. */
  readonly onBatch?: ((event: BatchEvent) => void | Promise<void>) | undefined;
  readonly clock?: Clock | undefined;
}

/** The names of them. */
export const SEND_OPTIONS: OptionNames = {
  format: true,
  version: true,
  service: 'service',
  serviceRoot: 'string',
  urlForm: true,
  contentId: true,
  accept: true,
  forbiddenHeaders: true,
  continueOnError: true,
  random: 'function',
  onWarning: 'function',
  limits: DEFAULT_LIMITS,
  tolerate: true,
  readError: 'function',
  url: true,
  headers: true,
  credentialRefusals: true,
  fetch: 'function',
  budget: '.acquire',
  batchLimits: BATCH_LIMITS,
  concurrency: true,
  timeoutMs: true,
  totalTimeoutMs: true,
  maxRetryAfterMs: true,
  maxAttempts: true,
  backOff: DEFAULT_BACK_OFF,
  quarantineMs: true,
  orderBy: 'function',
  single: true,
  repeatable: true,
  signal: '.addEventListener',
  json: { stringify: 'function', parse: 'function' },
  onProgress: 'function',
  onBatch: 'function',
  clock: '.schedule',
} satisfies NamesOf<SendOptions>;

/**
 * A batch on its way: write it down, and a run that was interrupted can be taken up again. Printing, spreading and
 * `JSON.stringify` leave out `results`, and `operation` of each of `operations`, which may hold secrets: read them by name.
 */
export interface BatchEvent {
  readonly phase: 'sending' | 'settled';
  readonly operations: readonly SentOperation[];
  /**
   * Those of the operations whose outcome stands; empty while they are sent. An operation without one, in a batch that is
   * settled, is sent again: by this run, or, where nothing more is sent, by one that takes it up.
   */
  readonly results: readonly SentResult[];
}

/** An operation of a batch on its way. */
export interface SentOperation {
  readonly operation: Operation;
  /** Place among all operations, from 0. */
  readonly index: number;
  readonly path: readonly [number] | readonly [number, number];
  /** How often it was sent, this time included. */
  readonly attempts: number;
}
