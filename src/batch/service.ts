import type { UsageErrorCode } from '../errors.ts';
import type { RepeatRule } from '../http/repeatable-request.ts';
import type { UrlForm } from '../odata/target.ts';
import type { ODataVersion } from '../odata/version.ts';
import type { Tolerance } from '../tolerances.ts';
import type { BatchFormat } from './batch-format.ts';
import type { HeadersInput } from './operation.ts';
import type { UsageWarningCode } from './usage-warning.ts';

/** What is particular to one product, as far as a batch needs to know it: data, but for two functions. */
export interface Service {
  readonly name: string;
  /** Tells a service from the function that makes one, such as `channelAdvisor`, which has to be called. */
  readonly call?: undefined;
  /** The format of batches. Default multipart. */
  readonly format?: BatchFormat | undefined;
  readonly version?: ODataVersion | undefined;
  readonly urlForm?: UrlForm | undefined;
  readonly serviceRoot?: string | undefined;
  /** The absolute URL that batches are sent to; undefined where the service root is not known. */
  readonly endpoint?: string | undefined;
  readonly contentId?: ContentIdPolicy | undefined;
  readonly accept?: AcceptPolicy | undefined;
  /** What happens to Authorization and others inside the batch, where the caller does not say. Default `error`. */
  readonly forbiddenHeaders?: 'error' | 'strip' | 'allow' | undefined;
  /** Whether an operation that is written as an absolute path gets a Host. Default true. */
  readonly hostHeader?: boolean | undefined;
  /** The headers of the batch itself, where they are not those that OData asks for. */
  readonly batchHeaders?: BatchHeaderPolicy | undefined;
  /** How a multipart batch is framed, where RFC 2046 and OData frame it in another way. */
  readonly layout?: MultipartLayout | undefined;
  /**
   * Whether answers come in the order of the requests. Where false, they are matched by id only. Default true; for a JSON batch
   * false, but for a whole multipart answer to one (P-20).
   */
  readonly ordered?: boolean | undefined;
  /** Whether a change set succeeds or fails as one; default true. Where not, each answer stands for itself. */
  readonly atomicChangeSets?: boolean | undefined;
  /** Undoes what the service does to ids, such as Google's prefix `response-`. */
  readonly sentId?: ((receivedId: string) => string) | undefined;
  /** Whether ids that differ in letter case only are one id. Default false. */
  readonly foldsIds?: boolean | undefined;
  /**
   * Whether answers are nested like the batch; default true. Where not, an answer to all operations is read by its own
   * structure: those of change sets beside the others, or all in one nest.
   */
  readonly nestsLikeBatch?: boolean | undefined;
  /**
   * Whether one error can be the answer to a batch of several operations, none of which was executed, unless its status leaves that
   * open (5xx, 408). Default false.
   */
  readonly answersBatchAsOne?: boolean | undefined;
  /** What a relative Location in an answer is relative to. Default the URL of the operation. */
  readonly locationBase?: 'operation' | 'service-root' | undefined;
  /** Deviations in its answers that are accepted without being named by the caller. */
  readonly tolerate?: readonly Tolerance[] | undefined;
  /** Statuses of an operation after which the same operation may succeed later. */
  readonly retryable?: readonly RetryableStatus[] | undefined;
  /**
   * Operations that do the same when they are done twice: only these are sent again after an answer was lost. Default GET,
   * HEAD, OPTIONS, PUT and DELETE.
   */
  readonly repeatable?: readonly RepeatRule[] | undefined;
  /**
   * Answers, beside 401, by which it wants new credentials, such as a token that is valid for a time, and after which nothing has
   * happened.
   */
  readonly credentialRefusals?: readonly CredentialRefusal[] | undefined;
  /** Whether it knows an operation again by its Repeatability-Request-ID (OData Repeatable Requests 1.0). Default false. */
  readonly repeatabilityHeaders?: boolean | undefined;
  readonly limits?: ServiceLimits | undefined;
  /** Looks at the operations of a batch before they are planned: refuses, rewrites, warns. */
  readonly prepare?: ((batch: GivenBatch) => PreparedBatch) | undefined;
}

/** What a service takes in one batch, and from one caller in a time. */
export interface ServiceLimits {
  /** Operations of one batch, those of change sets counted one by one. */
  readonly maxOperations?: number | undefined;
  /** Items of one batch, a change set counting as one. */
  readonly maxItems?: number | undefined;
  readonly maxOperationsPerChangeSet?: number | undefined;
  /** Operations of one change set that every installation takes; more are a warning. */
  readonly safeOperationsPerChangeSet?: number | undefined;
  /** Octets of the body of one batch. */
  readonly maxBytes?: number | undefined;
  /** Characters of the URL of one operation, as it is written. */
  readonly maxUrlLength?: number | undefined;
  /** Requests in a time, all of which hold. */
  readonly rates?: readonly RequestRate[] | undefined;
  /** Whether each operation counts as a request. Default false. */
  readonly countsOperations?: boolean | undefined;
  /** Whether the batch round them counts as one too. Default true. */
  readonly countsBatch?: boolean | undefined;
  /** Requests that may be under way at once. */
  readonly maxConcurrentRequests?: number | undefined;
}

/** How many requests a service takes in a time. */
export interface RequestRate {
  readonly requests: number;
  readonly seconds: number;
  /** Whose requests are counted together. */
  readonly per: 'account' | 'address' | 'user';
}

/** One status, or all from 500 to 599. */
export type RetryableStatus = number | '5xx';

/** An answer that refuses the credentials of its request, and nothing else; all that is said of it is so. */
export interface CredentialRefusal {
  readonly status: number;
  /** A field that it has, and the value of that in any letter case. */
  readonly header?: readonly [name: string, value: string] | undefined;
  /** Codes of its error, up to a comma, one of which it has; where nothing can read the error, one that stands in its body. */
  readonly codes?: readonly string[] | undefined;
}

/** A batch as its service sees it before it is planned. */
export interface GivenBatch {
  readonly operations: readonly GivenOperation[];
  /** The service root of the options, else that of the service. */
  readonly serviceRoot: string | undefined;
}

/** An operation as its service sees it before it is planned. */
export interface GivenOperation {
  /** Place in the flattened batch, from 0. */
  readonly index: number;
  /** Place in the batch: `[1]`, or `[1, 0]` in a change set. */
  readonly path: readonly [number] | readonly [number, number];
  /** The Content-ID. */
  readonly id: string;
  readonly method: string;
  /** References as `$id`. */
  readonly url: string;
  readonly headers: HeadersInput | undefined;
  readonly body: unknown;
  /** Whether it names others that it depends on. */
  readonly isDependent: boolean;
  /** Whether others refer to it or depend on it. */
  readonly isTarget: boolean;
}

/** What a service makes of a batch. */
export interface PreparedBatch {
  /** In the order in which they are sent. */
  readonly operations: readonly PreparedOperation[];
  /** Why it can't be sent; empty where it can. */
  readonly issues: readonly PreparationIssue[];
  readonly warnings: readonly PreparationWarning[];
}

/** An operation as its service wants it sent. */
export interface PreparedOperation {
  /**
   * Places in the flattened batch of the operations that it is sent for, in order: mostly one. Several go as one, in the
   * place of the first, and all get its answer; they stand at top level, or in one change set.
   */
  readonly members: readonly [number, ...number[]];
  readonly method: string;
  readonly url: string;
  readonly body: unknown;
  /** Header fields to put before the caller's, none of which the caller gave. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The name of the rule that changed it; undefined where none did. */
  readonly rule: string | undefined;
}

/** What a service refuses. */
export interface PreparationIssue {
  /** Place in the flattened batch; undefined where it is about the whole batch. */
  readonly index: number | undefined;
  /** The property of the operation; undefined where it is about the whole operation. */
  readonly property: string | undefined;
  readonly code: UsageErrorCode;
  readonly message: string;
}

/** What a service thinks doubtful. */
export interface PreparationWarning {
  /** Place in the flattened batch; undefined where it is about the whole batch. */
  readonly index: number | undefined;
  readonly property: string | undefined;
  readonly code: UsageWarningCode;
  readonly message: string;
}

/**
 * Which operations carry a Content-ID: all, those in change sets and those with an id of the caller's, or none; `numbered`:
 * all, as 1 to n in order, whatever their ids are in references and results.
 */
export type ContentIdPolicy = 'all' | 'change-sets' | 'none' | 'numbered';

/** Which headers the batch itself gets beside its Content-Type. */
export interface BatchHeaderPolicy {
  /** Whether those that name the version are added. Default true. */
  readonly version?: boolean | undefined;
  /** The Accept that is added; null for none. Default the media type of the batch's format. */
  readonly accept?: string | null | undefined;
  /** More fields that are added where the caller gives none of the name. */
  readonly fields?: readonly (readonly [name: string, value: string])[] | undefined;
}

/** How the body of a multipart batch looks; the boundary in the header, and each that the body names, are one. */
export interface MultipartLayout {
  /** The boundary of the batch; random letters and digits follow it where it occurs in the content, or could. */
  readonly boundary?: string | undefined;
  /** Whether boundaries, the caller's too, are made of letters and digits only. Default false. */
  readonly plainBoundary?: boolean | undefined;
  /** A word with which no boundary of the caller's may begin; as `--word` in the content it counts like `boundary`. */
  readonly reservedWord?: string | undefined;
  /** What stands before the first delimiter, whole lines; `{boundary}` in it is the boundary of the batch. */
  readonly preamble?: string | undefined;
  /** What stands behind the close delimiter, whole lines. */
  readonly epilogue?: string | undefined;
  /** Whether an empty line stands between a body and the next delimiter. Default false. */
  readonly lineBehindBody?: boolean | undefined;
}

/** Whether an operation without `Accept` gets one: `application/json`, or any type where JSON can't be. */
export type AcceptPolicy = 'add' | 'as-given';
