import { defineUnprinted } from './define-unprinted.ts';

/** Codes of {@link BatchSyntaxError}: the bytes of a message break a rule of RFC 2046, RFC 9112 or OData. */
export type SyntaxErrorCode =
  /** The outer Content-Type is absent or does not parse (RFC 2045 section 5.1). */
  | 'invalid-media-type'
  /** The message is no batch: its Content-Type is not `multipart/mixed`. */
  | 'not-a-batch'
  /** A multipart Content-Type has no `boundary` parameter. */
  | 'missing-boundary'
  /** A multipart Content-Type has two `boundary` parameters. */
  | 'duplicate-boundary'
  /** A boundary is empty, longer than 70 characters, or holds a character outside RFC 2046's alphabet. */
  | 'invalid-boundary'
  /** A change set uses the boundary of the batch, or one is a prefix of the other when encoding. */
  | 'boundary-conflict'
  /** No delimiter line was found: the boundary of the header is not that of the body. */
  | 'missing-delimiter'
  /** The message ends before its close delimiter: it was cut off. */
  | 'missing-close-delimiter'
  /** A JSON message ends before its last brace: it was cut off. */
  | 'unexpected-end'
  /** A member of a JSON batch has a value of the wrong kind. */
  | 'invalid-member'
  /** A member of a JSON batch stands twice in its object. */
  | 'duplicate-member'
  /** A member that requests of a JSON batch do not have: a typing error. */
  | 'unknown-member'
  /** The operations of a change set of a JSON batch do not stand side by side. */
  | 'split-change-set'
  /** A reference to an operation of a JSON batch that `dependsOn` does not list. */
  | 'missing-dependency'
  /** `dependsOn` of a JSON batch lists an operation of another change set instead of the set. */
  | 'reference-out-of-scope'
  /** A response of a JSON batch without a numeric status. */
  | 'invalid-status'
  /** A body of a JSON batch that should be base64 and is none. */
  | 'invalid-base64'
  /** A change set ends without its own close delimiter. */
  | 'missing-inner-close'
  /** A part has no Content-Type. */
  | 'missing-content-type'
  /** A part is neither `application/http` nor, at top level, `multipart/mixed`. */
  | 'unsupported-part-type'
  /** A Content-Transfer-Encoding other than binary, 7bit or 8bit. */
  | 'unsupported-transfer-encoding'
  /** A change set inside a change set. */
  | 'nested-change-set'
  /** A change set without operations. */
  | 'empty-change-set'
  /** A part without an HTTP message in it. */
  | 'missing-http-message'
  /** A line of a header block has no colon. */
  | 'header-without-colon'
  /** A header name is not a token. */
  | 'invalid-header-name'
  /** White space between a header name and its colon. */
  | 'space-before-colon'
  /** A header value holds CR, LF, NUL or another control character. */
  | 'invalid-header-value'
  /** A header field is continued on a second line, or a header block begins with white space. */
  | 'folded-header'
  /** A field that may stand once stands twice (Content-Type, Content-Length, Content-Transfer-Encoding, Host). */
  | 'duplicate-header'
  /** Two Content-ID fields in one header block. */
  | 'repeated-content-id'
  /** A request line that is not `method SP target SP HTTP/1.1`. */
  | 'invalid-request-line'
  /** A known method in lower case. */
  | 'lower-case-method'
  /** A method that is not a token. */
  | 'invalid-method'
  /** A request target with a control character or an octet above 0x7E. */
  | 'invalid-target'
  /** A request target with a space in it. */
  | 'space-in-target'
  /** A request line without HTTP version. */
  | 'missing-http-version'
  /** A version other than HTTP/1.1. */
  | 'unsupported-http-version'
  /** A status line without a numeric status. */
  | 'invalid-status-line'
  /** A Content-Length that is not a number. */
  | 'invalid-content-length'
  /** A request of a JSON batch without id, or a change set without any that another operation depends on. */
  | 'missing-content-id'
  /** A Content-ID outside `1*(ALPHA / DIGIT / "-" / "." / "_" / "~")`. */
  | 'invalid-content-id'
  /** One Content-ID for two operations. */
  | 'duplicate-content-id'
  /** A method that may not stand in a change set, such as GET. */
  | 'method-in-change-set'
  /** A body where none may be: behind GET or HEAD. */
  | 'body-not-allowed'
  /** A header that may not stand inside a batch, such as Authorization. */
  | 'forbidden-header'
  /** A reference to an operation that comes later. */
  | 'forward-reference'
  /** A reference to an id that no operation has. */
  | 'unknown-reference'
  /** A batch inside a batch. */
  | 'nested-batch'
  /** A JSON body, or a JSON batch, does not parse. */
  | 'invalid-json'
  /** Text in a charset that is unknown, or octets that are not of the charset. */
  | 'invalid-text';

/** Codes of {@link BatchUsageError}: a call that can't be carried out, found before anything is sent. */
export type UsageErrorCode =
  /** An argument, or an option, has a value it can't have. */
  | 'invalid-option'
  /** An option that the function does not have: a typing error. */
  | 'unknown-option'
  /** A batch without operations. */
  | 'empty-batch'
  | 'empty-change-set'
  /** Something in the batch is no operation. */
  | 'invalid-operation'
  /** A property that operations do not have: a typing error. */
  | 'unknown-property'
  /** The same object stands twice in the batch. */
  | 'duplicate-operation'
  | 'invalid-method'
  /** A method in lower case. */
  | 'lower-case-method'
  | 'method-in-change-set'
  /** A method that this version of OData does not have: MERGE from 4.0 on. */
  | 'method-not-in-version'
  /** A write outside a change set, in OData 2.0 or 3.0. */
  | 'write-outside-change-set'
  /** A URL with a control character, a fragment, or none at all. */
  | 'invalid-url'
  /** The URL form asked for needs `serviceRoot`. */
  | 'service-root-required'
  /** A URL that can't be written relative to the service root, because it lies elsewhere. */
  | 'url-outside-service-root'
  | 'invalid-header-name'
  | 'invalid-header-value'
  | 'forbidden-header'
  | 'invalid-content-id'
  | 'duplicate-content-id'
  /** An id that a system resource such as `$metadata` would hide. */
  | 'reserved-content-id'
  /** A reference prints itself but its target has no id. */
  | 'reference-without-id'
  | 'forward-reference'
  | 'unknown-reference'
  /** A reference to an operation outside the change set, in OData 2.0 or 3.0. */
  | 'reference-out-of-scope'
  /** A reference together with `contentId: 'none'`. */
  | 'reference-needs-content-id'
  | 'nested-batch'
  | 'nested-change-set'
  /** A body of a kind that has no bytes: Map, stream, function, bigint, cycle. */
  | 'body-not-encodable'
  | 'body-not-allowed'
  /** A body in a JSON batch that is no JSON, although its Content-Type says so. */
  | 'invalid-json'
  /** A body in a JSON batch that is no text in UTF-8, although its Content-Type says so. */
  | 'invalid-text'
  /** A body without a Content-Type in a JSON batch, which writes each type in its own way. */
  | 'missing-content-type'
  /** A header that may stand once, given twice. */
  | 'duplicate-header'
  /**
   * Something that the format has no words for: in multipart `if`, or `dependsOn` where failures don't stop the batch; in
   * JSON methods such as MERGE, a body that is JSON's null, a version before 4.0.
   */
  | 'not-expressible'
  /** An order of operations that the format to convert to has no words for. */
  | 'order-not-expressible'
  /** A Content-Length, or the size of a Blob, that is not the length of the body. */
  | 'content-length-mismatch'
  | 'invalid-boundary'
  | 'boundary-conflict'
  /** The caller's boundary occurs in a body, a URL or a header. */
  | 'boundary-in-content'
  /** A boundary of the caller's for content that is not all known beforehand: what is streamed can't be searched. */
  | 'boundary-not-checkable'
  /** A reference in the Location or OData-EntityId of an answer. */
  | 'reference-in-response'
  /** A status that is not an integer from 100 to 599. */
  | 'invalid-status'
  /** 202 inside a change set. */
  | 'accepted-in-change-set'
  /** A change set answered with successes and failures: it must be one failed response. */
  | 'change-set-partly-failed'
  /** More or fewer responses than requests. */
  | 'response-count-mismatch'
  /** The stream of a large body was read after what comes behind it had been asked for. */
  | 'body-passed-over'
  /** A schema that validates asynchronously, in a synchronous decoder. */
  | 'async-schema'
  /** `resultOf` was asked for an operation that is not in the results, or stands there twice. */
  | 'operation-not-found'
  /** `valuesOf` met an operation that did not succeed. */
  | 'operation-not-succeeded'
  /** `uri` was given a value that has no OData literal. */
  | 'invalid-literal'
  /** An alias, which its service takes alone but not inside a batch, with a query that its real URI can't have. */
  | 'alias-with-query'
  /** An alias with a key that can't be one: a number in quotes, a lone quote, nothing at all. */
  | 'invalid-alias-key'
  /** An alias below a reference: its real URI needs a key that nobody knows before the batch has run. */
  | 'alias-on-reference'
  /** An endpoint, or a method, that the service does not take inside a batch. */
  | 'not-batchable'
  /** An absolute URL of another service. */
  | 'foreign-url'
  /** A query option, such as an access token, that belongs to the batch itself. */
  | 'forbidden-query-option'
  /** A rule of the service changes the body, and can't change this one. */
  | 'body-not-convertible'
  /** A rule of the service changes the method, and a condition such as If-Match would mean something else. */
  | 'header-not-convertible'
  /** A method that the service does not take inside a batch. */
  | 'method-not-allowed'
  /** A body that is not of a media type which the service takes inside a batch. */
  | 'media-type-not-allowed'
  /** A change set, for a service or a layout that has none. */
  | 'change-set-not-expressible'
  /** A reference or a dependency, for a service or a layout that has none. */
  | 'reference-not-expressible'
  /** A reference in a header or a body to an id that the service's numbers take the place of. */
  | 'renumbered-reference'
  /** More operations than the service takes in one batch, or in one change set. */
  | 'too-many-operations'
  /** Operations of several methods, for a service whose batches have one. */
  | 'mixed-methods'
  /** A change set over entities of several partitions or tables, for a service that takes those of one. */
  | 'keys-differ'
  /** Two operations of a change set on one entity, for a service that takes one. */
  | 'repeated-entity'
  /** A URL of more characters than the service takes. */
  | 'url-too-long'
  /** A batch of more octets than the service takes. */
  | 'batch-too-large'
  /** A definition of a service that can't be meant. */
  | 'invalid-service'
  /** A batch that counts for more requests than the budget ever gives at once. */
  | 'budget-too-small'
  /** The same item twice in a job of which all items have to be different. */
  | 'duplicate-item'
  /** Something that is no ticket of a job. */
  | 'invalid-ticket'
  /** The ticket is of another service, or of other inputs. */
  | 'ticket-mismatch'
  /** The service has no way to cancel a job. */
  | 'cancel-not-supported'
  /** A function of the caller's threw: see `cause`. */
  | 'callback-failed';

/** Codes of {@link BatchTransportError}: what is wrong with the way between here and the service. */
export type TransportErrorCode =
  /** The answer, or the rest of it, never came: the connection broke. */
  | 'response-lost'
  /** The service could not be reached: nothing was sent. `isPermanent` says whether that will change by itself. */
  | 'not-sent'
  /** There was no answer in time. */
  | 'timed-out'
  /** A redirect to another origin, or one that would make a GET of a POST. */
  | 'redirect-refused';

/** Every `code` that a {@link BatchError} of this package can have. */
export type BatchErrorCode =
  | SyntaxErrorCode
  | UsageErrorCode
  | TransportErrorCode
  | ResponseErrorCode
  /** A limit of `options.limits` is exceeded ({@link BatchLimitError}). */
  | 'limit-exceeded'
  /** An answer that can't be matched to its operation (`cause` of an `unknown` outcome). */
  | 'correlation-failed'
  /** A refusal that an earlier attempt, whose answer was lost, would explain (`cause` of an `unknown` outcome). */
  | 'ambiguous-answer'
  /** The caller's signal was aborted before all operations had their results. */
  | 'aborted'
  /** Fewer or more answers than operations (`cause` of an `unknown` outcome). */
  | 'response-count-mismatch'
  /** A part of a job was sent, or may have been, and its answer is not there (`cause` of an `unknown` outcome). */
  | 'submission-unknown'
  /** A job was not started because it does not hold exactly its items (`cause` of a `not-executed` outcome). */
  | 'submission-incomplete'
  /** The service does not know a job any more (`cause` of an `unknown` outcome). */
  | 'job-expired'
  /** A job was cancelled while the service worked on it (`cause` of an `unknown` outcome). */
  | 'job-cancelled';

/** In the registry of all realms, so that two copies of the package know each other's errors. */
export const BATCH_ERROR_BRAND: symbol = Symbol.for('odata-batch-codec.BatchError');

/** What all errors of this package can carry. */
export interface BatchErrorInit {
  readonly cause?: unknown;
  /** One entry per operation, nested like the batch: see {@link BatchError.results}. */
  readonly results?: readonly unknown[] | undefined;
}

/**
 * The base of every error that this package throws; `isBatchError` recognises one and types its results.
 *
 * An error can be logged: printed, inspected or serialised it shows no header value, query or body. Properties that hold some
 * (`results`, `headers`, `bytes`, `error`) are read by name; copies of an error made by spreading or cloning do not have them.
 */
export class BatchError<Results extends readonly unknown[] = readonly unknown[]> extends Error {
  /** What went wrong, from one closed union. */
  readonly code: BatchErrorCode;
  /**
   * What is known of each operation, nested like the batch: finished operations with their outcome, the rest `unknown`.
   * Present where a response was being decoded.
   */
  declare readonly results?: Results;

  constructor(code: BatchErrorCode, message: string, init: BatchErrorInit = {}) {
    super(message, 'cause' in init ? { cause: init.cause } : undefined);
    this.name = new.target.name;
    this.code = code;
    if (init.results !== undefined) defineUnprinted(this, { results: init.results });
    // Not in a static block: bundlers keep a class with one even where nobody imports it.
    Object.defineProperty(this, BATCH_ERROR_BRAND, { value: true });
  }

  /** What logs may hold: name, code, message, and what the class adds, such as `offset`, `issues` or `status`. */
  toJSON(): object {
    const { name, code, message } = this;
    return Object.assign({ name, code, message }, this);
  }
}

/** Where in a message a {@link BatchSyntaxError} is. */
export interface SyntaxErrorPlace {
  readonly offset: number;
  readonly line: number;
  readonly path: string;
  readonly excerpt: string;
}

/** The bytes of a message break a rule; `code` says which, `offset`, `line` and `path` say where. */
export class BatchSyntaxError extends BatchError {
  declare readonly code: SyntaxErrorCode;
  /** Octets from the start of the message. */
  readonly offset: number;
  /** Lines from the start of the message, from 1. */
  readonly line: number;
  /** The part, such as `parts[2].changeset[0]`; empty for the message itself. */
  readonly path: string;
  /** The line in question with a caret under the place; header values and query strings are left out. */
  readonly excerpt: string;

  constructor(code: SyntaxErrorCode, message: string, place: SyntaxErrorPlace, init?: BatchErrorInit) {
    const where = place.path === '' ? '' : ` in ${place.path}`;
    super(code, `${message} (offset ${place.offset}, line ${place.line}${where})\n${place.excerpt}`, init);
    this.offset = place.offset;
    this.line = place.line;
    this.path = place.path;
    this.excerpt = place.excerpt;
  }
}

/** A message is larger than `options.limits` allows; checked before it is buffered. */
export class BatchLimitError extends BatchError {
  declare readonly code: 'limit-exceeded';
  /** The name of the limit. */
  readonly limit: string;
  readonly maximum: number;
  /** What was found: the size, or the first size over the limit where counting stopped there. */
  readonly actual: number;

  constructor(limit: string, maximum: number, actual: number, init?: BatchErrorInit) {
    super('limit-exceeded', `${limit} is ${maximum}, but the message has ${actual}`, init);
    this.limit = limit;
    this.maximum = maximum;
    this.actual = actual;
  }
}

/** One thing that is wrong with a call. */
export interface UsageIssue {
  /** Where, such as `batch[1][0].headers.Accept`. */
  readonly path: string;
  readonly code: UsageErrorCode;
  readonly message: string;
}

/** So many issues are in the message of a {@link BatchUsageError}; all are in `issues`. */
const LINES = 10;

/** A call that can't be carried out; thrown before anything is sent. `code` is that of the first issue. */
export class BatchUsageError extends BatchError {
  declare readonly code: UsageErrorCode;
  /** All that is wrong, in the order of the batch; the message has the first ten. */
  readonly issues: readonly UsageIssue[];

  constructor(issues: readonly [UsageIssue, ...UsageIssue[]], init?: BatchErrorInit) {
    const lines = issues
      .slice(0, LINES)
      .map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
    if (issues.length > LINES) lines.push(`and ${issues.length - LINES} more`);
    super(issues[0].code, lines.join('\n'), init);
    this.issues = issues;
  }
}

/** What a {@link BatchTransportError} can carry. */
export interface TransportErrorInit extends BatchErrorInit {
  /** Default `response-lost`. */
  readonly code?: TransportErrorCode | undefined;
  /** Default false. */
  readonly isPermanent?: boolean | undefined;
}

/** Something between here and the service failed; `cause` is the failure, `results` what had arrived by then. */
export class BatchTransportError extends BatchError {
  declare readonly code: TransportErrorCode;
  /** Whether the same request fails in the same way again: a certificate that is not trusted, a blocked port, a redirect elsewhere. */
  readonly isPermanent: boolean;

  constructor(message: string, init: TransportErrorInit = {}) {
    super(init.code ?? 'response-lost', message, init);
    this.isPermanent = init.isPermanent ?? false;
  }
}

/** What a service sent instead of a batch. */
export interface RefusedAnswer {
  readonly status: number | undefined;
  readonly headers: RefusedHeaders;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly error?: RefusedError | undefined;
}

/** Headers of an answer: names match in any letter case. */
export interface RefusedHeaders extends Iterable<[string, string]> {
  get(name: string): string | null;
  getAll(name: string): string[];
  has(name: string): boolean;
}

/** A service's error, as far as this layer knows it. */
export interface RefusedError {
  readonly code: string;
  readonly message: string;
  readonly target?: string | undefined;
  readonly details?: readonly RefusedError[] | undefined;
}

/** Codes of {@link BatchResponseError}. */
export type ResponseErrorCode =
  /** The service answered the batch as such with something that is no batch. */
  | 'not-a-batch'
  /** The service was asked for a token, and its answer has none. */
  | 'token-refused'
  /** The service did not take a job, or a request about one. */
  | 'job-refused'
  /** The service answered an operation, or all of a batch at once, with an error (below the `cause` of an `unknown` outcome). */
  | 'operation-failed'
  /** The answer of a service of jobs does not look as its documents say. */
  | 'unexpected-answer';

/** What a {@link BatchResponseError} can carry. */
export interface ResponseErrorInit extends BatchErrorInit {
  /** Default `not-a-batch`. */
  readonly code?: ResponseErrorCode | undefined;
}

/** The service answered with something else than was asked for: a 401, a 413, a proxy's HTML. */
export class BatchResponseError extends BatchError {
  declare readonly code: ResponseErrorCode;
  /** The status of the answer; undefined where the message had none. */
  readonly status: number | undefined;
  declare readonly headers: RefusedHeaders;
  /** The body, whole. */
  declare readonly bytes: Uint8Array<ArrayBuffer>;
  /** The service's error, where `options.readError` or the codec can read one in the body. */
  declare readonly error?: RefusedError;

  constructor(message: string, answer: RefusedAnswer, init: ResponseErrorInit = {}) {
    super(init.code ?? 'not-a-batch', message, init);
    this.status = answer.status;
    const { headers, bytes, error } = answer;
    defineUnprinted(this, { headers, bytes, ...(error !== undefined && { error }) });
  }
}
