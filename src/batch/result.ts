import type { BatchError } from '../errors.ts';
import type { HeaderList } from '../mime/header-list.ts';
import type { ServiceError } from '../odata/service-error.ts';
import type { Batch, Operation } from './operation.ts';
import type { Rewrite } from './plan.ts';
import type { StandardIssue, StandardSchemaV1 } from './standard-schema.ts';

/** What every result says of its operation. */
export interface ResultBase<O> {
  /** The caller's own object; undefined where a response was decoded without its request. */
  readonly operation: O;
  /** The Content-ID: of the request, or of the answer where there is no request. */
  readonly id: string | undefined;
  /** Place in the flattened batch, from 0. */
  readonly index: number;
  /** Place in the batch: `[1]`, or `[1, 0]` in a change set. */
  readonly path: readonly [number] | readonly [number, number];
  /** What the service's rules made of the URL. */
  readonly rewrite?: Rewrite | undefined;
  /** Where it was sent as one with others: their places in the flattened batch. All have the answer that came. */
  readonly coalescedWith?: readonly number[] | undefined;
}

/** An HTTP response inside a batch. */
export interface Answer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: HeaderList;
  /** The body, octet for octet: a view of the message, which must not change while it is used. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The body as text, by the charset of its Content-Type, else UTF-8. Throws BatchSyntaxError `invalid-text`. */
  text(): string;
  /** The body as JSON. Throws BatchSyntaxError `invalid-json`, `invalid-text`. */
  json(): unknown;
}

/** An answer that says why. */
export interface ErrorAnswer extends Answer {
  readonly error: ServiceError;
}

/** Status 2xx or 304, in a change set that succeeded. */
export interface Succeeded<T, O = Operation> extends ResultBase<O>, Answer {
  readonly outcome: 'succeeded';
  readonly ok: true;
  /**
   * What the schema gives; without one: undefined for an empty body, the parsed value for a JSON media type, a string
   * for text and XML, else the bytes. Parsed once, when first asked for; a broken body throws then (`invalid-json`).
   */
  readonly value: T;
}

/** The operation happened, but its body is not what the schema demands. Never send it again. */
export interface Invalid<O = Operation> extends ResultBase<O>, Answer {
  readonly outcome: 'invalid';
  readonly ok: false;
  readonly issues: readonly StandardIssue[];
}

/** The service refused the operation. */
export interface Failed<O = Operation> extends ResultBase<O>, ErrorAnswer {
  readonly outcome: 'failed';
  readonly ok: false;
}

/** In an atomic change set that failed because of another operation, or of one that the service does not name. */
export interface RolledBack<O = Operation> extends ResultBase<O> {
  readonly outcome: 'rolled-back';
  readonly ok: false;
  readonly cause: ErrorAnswer;
}

/** The service stopped before it, refused the batch as a whole, or something that it depends on failed. */
export interface NotExecuted<O = Operation> extends ResultBase<O> {
  readonly outcome: 'not-executed';
  readonly ok: false;
  /** The answer that says so, such as 424, where there is one. */
  readonly cause?: ErrorAnswer | undefined;
}

/** The service will answer later, at `monitor`. */
export interface Pending<O = Operation> extends ResultBase<O> {
  readonly outcome: 'pending';
  readonly ok: false;
  readonly monitor: string;
  /** The service's Retry-After, as it stands. */
  readonly retryAfter?: string | undefined;
}

/** The answer was lost or can't be matched: the operation may or may not have happened. */
export interface Unknown<O = Operation> extends ResultBase<O> {
  readonly outcome: 'unknown';
  readonly ok: false;
  readonly cause: BatchError;
}

/** What became of one operation. */
export type OperationResult<T = unknown, O = Operation> =
  | Succeeded<T, O>
  | Invalid<O>
  | Failed<O>
  | RolledBack<O>
  | NotExecuted<O>
  | Pending<O>
  | Unknown<O>;

/** A result of a response that was decoded without its request. */
export type WireResult = OperationResult<unknown, undefined>;

/** A result of any batch, decoded with its request or without. */
export type AnyResult = OperationResult<unknown, Operation | undefined>;

/** The type of an operation's value: what its schema gives. */
export type OutputOf<O> = O extends { readonly schema: StandardSchemaV1<infer _Input, infer T> }
  ? T
  : unknown;

type ResultOf<E> = E extends readonly unknown[]
  ? { -readonly [K in keyof E]: OperationResult<OutputOf<E[K]>> }
  : OperationResult<OutputOf<E>>;

type EachResult<B extends Batch> = { -readonly [K in keyof B]: ResultOf<B[K]> };

/** One result for each operation, nested like the batch; a plain list for a batch that is an array and more, such as a DecodedBatch. */
export type BatchResults<B extends Batch = Batch> =
  EachResult<B> extends infer R extends PlainResults ? R : PlainResults;

type PlainResults = (OperationResult | OperationResult[])[];
