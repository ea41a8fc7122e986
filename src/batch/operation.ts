import { expectArgument } from '../expect-argument.ts';
import type { Reference } from '../odata/reference.ts';
import type { StandardSchemaV1 } from './standard-schema.ts';

/** Header fields: pairs (a `Headers`, a Map, an array) or an object; a list of values gives one field for each. */
export type HeadersInput =
  | Iterable<readonly [string, string]>
  | { readonly [name: string]: string | readonly string[] | undefined };

/** A method, sent as written; a well-known one in lower case is refused. */
export type Method =
  | 'GET'
  | 'POST'
  | 'PUT'
  | 'PATCH'
  | 'DELETE'
  | 'MERGE'
  | 'HEAD'
  | 'OPTIONS'
  | (string & {});

/** A `URL` object, in any runtime. */
export interface URLLike {
  readonly href: string;
}

/** One HTTP request inside a batch. */
export interface Operation {
  readonly method: Method;
  /** Absolute, an absolute path, relative to the service root, or a reference to an earlier operation. */
  readonly url: string | URLLike | Reference;
  /**
   * The Content-ID: letters, digits, `-`, `.`, `_`, `~`, unique in the batch. Where absent the operation is numbered by
   * its place in the flattened batch, from 1, skipping numbers that other operations have.
   */
  readonly id?: string | undefined;
  readonly headers?: HeadersInput | undefined;
  /**
   * A string or octets go as they are, without a Content-Type; null, booleans, numbers, arrays and objects as JSON, with
   * `Content-Type: application/json` unless given. Streams, Blobs, Maps, functions and the like are refused
   * (`body-not-encodable`); inside an object they are what JSON makes of them.
   */
  readonly body?: unknown;
  /**
   * Operations that this one needs, by id or as the objects in the batch: where one of them fails it is not executed. A JSON
   * batch says so, and adds those that it refers to; a multipart batch that stops at the first failure means it anyway.
   */
  readonly dependsOn?: readonly (string | Operation)[] | undefined;
  /** A condition, such as `$1/$succeeded`, instead of the success of what it needs (JSON format). */
  readonly if?: string | undefined;
  /** Checks and types the `value` of the result. */
  readonly schema?: StandardSchemaV1<unknown, unknown> | undefined;
  /** The caller's own; never sent, comes back with the result. */
  readonly tag?: unknown;
}

/** Operations in order; a nested array is a change set: its operations succeed or fail together. */
export type Batch = readonly (Operation | readonly Operation[])[];

/** Keeps the exact types of a batch that is written before it is encoded. Throws BatchUsageError for what is no array. */
export function defineBatch<const B extends Batch>(batch: B): B {
  expectArgument(Array.isArray(batch), 'batch', 'an array of operations', 'invalid-operation');
  return batch;
}
