import { checkChoice } from '../batch/check-choice.ts';
import type { DecodedOperation } from '../batch/decoded-batch.ts';
import { Issues } from '../batch/issues.ts';
import { BatchUsageError } from '../errors.ts';
import { expectOptions, type NamesOf, type OptionNames } from '../expect-options.ts';
import { type DecodeRequestOptions, readBatchRequest } from '../formats/decode-batch-request.ts';
import { DEFAULT_LIMITS } from '../limits.ts';
import { isToken } from '../mime/header-field.ts';
import type { BatchWarning } from '../reading.ts';
import type { FetchRequest } from './fetch-request.ts';
import type { FetchResponse } from './fetch-response.ts';
import { parseUrl, type UrlScope } from './locate-operation.ts';
import { type HeaderPattern, isNeverOwn } from './operation-fields.ts';

/**
 * Runs a change set so that it happens as a whole or not at all.
 *
 * `run` sends the operations one after the other and rejects (ChangeSetFailure) where one of them is answered with 400 or more,
 * or where the client goes away: let it pass and the database rolls back. It may be run again, from the first operation on, as
 * databases do that were in each other's way. What the transaction itself rejects with, because it can't commit, makes the
 * change set fail as well.
 *
 * @param changeSet its operations
 */
export type ChangeSetTransaction = <T>(
  run: () => Promise<T>,
  changeSet: readonly DecodedOperation[],
) => Promise<T>;

/** What an error happened with; read by name, since printing, spreading and `JSON.stringify` leave both out. */
export interface ErrorContext {
  /** The batch. */
  readonly request: FetchRequest;
  /** Undefined where no single operation is to blame. */
  readonly operation?: DecodedOperation | undefined;
}

/** A header field of an operation that the service does not get: reported once for each name of a batch. */
export interface IgnoredHeader {
  readonly code: 'ignored-header';
  /** The operation, such as `batch[2]` or `batch[0][1]`. */
  readonly path: string;
  /** The name of the field, in lower case. */
  readonly header: string;
}

/** How a batch endpoint behaves. */
export interface BatchHandlerOptions extends Pick<DecodeRequestOptions, 'limits' | 'tolerate' | 'version'> {
  /** The absolute URL of the service as its clients know it; the batch endpoint is `$batch` below it. */
  readonly serviceRoot: string;
  /**
   * The service: answers one request, as it would outside of a batch. The request has the URL of the operation, absolute and
   * with references replaced, its method, body and headers, and those of the batch that an operation inherits. What it throws,
   * and what is no usable Response, becomes a 500 of that operation alone.
   */
  readonly fetch: (request: FetchRequest) => FetchResponse | Promise<FetchResponse>;
  /**
   * Runs a change set as one. Default: none, and a change set of more than one operation is answered with 501, because nobody
   * could undo half of it. A service without anything to undo says `(run) => run()`.
   */
  readonly transaction?: ChangeSetTransaction | undefined;
  /**
   * Header fields whose value an operation may give itself, besides those that describe it, such as `Accept`, `Content-Type` and
   * `If-Match`: names in any letter case, and patterns. Every other field is the batch's own. Default none.
   *
   * Never list a field by which a gateway says who asks: any client could then say in an operation that it is somebody else.
   * `Authorization`, `Cookie`, CSRF tokens and fields of the connection can't be listed.
   *
   * @example ['ConsistencyLevel', /^sap-/]
   */
  readonly ownHeaders?: readonly HeaderPattern[] | undefined;
  /** What operations may be sent to: what lies below `serviceRoot`, or all of its host. Default `service`. */
  readonly urlScope?: UrlScope | undefined;
  /**
   * The format of the answer: that of the request, or the one that its `$format` or Accept asks for. Real clients send
   * `Accept: application/json` with a multipart batch and mean its operations. Default `request`.
   */
  readonly responseFormat?: 'request' | 'accept' | undefined;
  /**
   * Whether the rest of a batch is run after a failure: as its client prefers (`preferred`: multipart stops unless
   * `Prefer: continue-on-error` asks to go on), or also where the client says nothing (`always`), as services up to OData 3.0 and
   * ASP.NET do. `Prefer: continue-on-error=false` stops in both. Default `preferred`.
   */
  readonly continueOnError?: 'preferred' | 'always' | undefined;
  /** How a change set that failed is written: see EncodeBatchResponseOptions. Default `single`. */
  readonly failedChangeSet?: 'single' | 'nested' | undefined;
  /** Where the answers of a change set are: see EncodeBatchResponseOptions. Default `nested`. */
  readonly changeSetAnswers?: 'nested' | 'flat' | undefined;
  /**
   * How many octets of one answer's body are held. A body that fails within them is a 500 of its own; a longer one is passed on
   * as it comes, and where it fails then, the answer to the batch ends without its close delimiter. Those of a change set are
   * held whole: they must be there before it is committed; so are all in JSON, up to `limits.maxPartBytes` each (64 MiB), and a
   * longer one is a 500 of its own. Default 256 KiB.
   */
  readonly maxBufferedBytes?: number | undefined;
  /** Told of deviations that were accepted, and of header fields of operations that the service does not get. */
  readonly onWarning?: ((warning: BatchWarning | IgnoredHeader) => void) | undefined;
  /**
   * Told of everything that a client is not: what the service threw, a body that failed, a transaction that did not commit. What
   * it throws itself is passed over.
   */
  readonly onError?: ((error: unknown, context: ErrorContext) => void) | undefined;
}

/** The names of them. */
const HANDLER_OPTIONS: OptionNames = {
  limits: DEFAULT_LIMITS,
  tolerate: true,
  version: true,
  serviceRoot: true,
  fetch: true,
  transaction: 'function',
  ownHeaders: true,
  urlScope: true,
  responseFormat: true,
  continueOnError: true,
  failedChangeSet: true,
  changeSetAnswers: true,
  maxBufferedBytes: true,
  onWarning: 'function',
  onError: 'function',
} satisfies NamesOf<BatchHandlerOptions>;

/** A small batch that is right in every respect: what the decoder says against it, it says against the options. */
const PROBE = {
  contentType: 'multipart/mixed; boundary=b',
  body: '--b\r\nContent-Type: application/http\r\n\r\nGET a HTTP/1.1\r\n\r\n\r\n--b--',
};

/** Throws BatchUsageError `invalid-option` where an option has a value it can't have: before the first request. */
export function checkBatchHandlerOptions(options: BatchHandlerOptions): void {
  expectOptions(options, HANDLER_OPTIONS);
  const issues = new Issues();
  const { serviceRoot, fetch, maxBufferedBytes } = options;
  const root = typeof serviceRoot === 'string' ? parseUrl(serviceRoot) : undefined;
  if (root === undefined || !/^https?:$/.test(root.protocol) || root.username !== '') {
    issues.add('options.serviceRoot', 'invalid-option', 'expected an absolute URL, with http: or https:');
  }
  if (typeof fetch !== 'function') issues.add('options.fetch', 'invalid-option', 'expected a function');
  if (maxBufferedBytes !== undefined && !(typeof maxBufferedBytes === 'number' && maxBufferedBytes >= 0)) {
    issues.add('options.maxBufferedBytes', 'invalid-option', 'expected a number from 0');
  }
  checkOwnHeaders(options.ownHeaders, issues);
  checkChoice('options.urlScope', options.urlScope, ['service', 'origin'], issues);
  checkChoice('options.responseFormat', options.responseFormat, ['request', 'accept'], issues);
  checkChoice('options.continueOnError', options.continueOnError, ['preferred', 'always'], issues);
  checkChoice('options.failedChangeSet', options.failedChangeSet, ['single', 'nested'], issues);
  checkChoice('options.changeSetAnswers', options.changeSetAnswers, ['nested', 'flat'], issues);
  issues.throwIfAny();

  try {
    readBatchRequest(PROBE, options);
  } catch (error) {
    // Limits that are too small for it are the author's wish.
    if (error instanceof BatchUsageError) throw error;
  }
}

function checkOwnHeaders(given: unknown, issues: Issues): void {
  if (given === undefined) return;
  if (!Array.isArray(given)) {
    issues.add('options.ownHeaders', 'invalid-option', 'expected a list of header names and patterns');
    return;
  }
  for (const [index, one] of given.entries()) {
    const path = `options.ownHeaders[${index}]`;
    if (one instanceof RegExp) continue;
    if (typeof one !== 'string' || !isToken(one)) {
      issues.add(path, 'invalid-option', 'expected a header name, or a regular expression');
    } else if (isNeverOwn(one.toLowerCase())) {
      issues.add(
        path,
        'invalid-option',
        `${one} is the batch's own, or the connection's: it can't be listed`,
      );
    }
  }
}
