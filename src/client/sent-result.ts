import type { Batch, Operation } from '../batch/operation.ts';
import type { OperationResult, OutputOf } from '../batch/result.ts';
import type { BatchError } from '../errors.ts';

/** What sending says of an operation, beside what became of it. */
export interface SendingFacts {
  /** How often it was sent. */
  readonly attempts: number;
  /**
   * It was not sent again, though it could have been, because an operation behind it, with the same key, may have happened
   * already.
   */
  readonly superseded?: true | undefined;
  /** Why it is `not-executed`: it was never sent, or the batch that it was in was not taken. */
  readonly reason?: BatchError | undefined;
}

/** What became of an operation that was sent. */
export type SentResult<T = unknown, O = Operation> = OperationResult<T, O> & SendingFacts;

type SentOf<E> = E extends readonly unknown[]
  ? { -readonly [K in keyof E]: SentResult<OutputOf<E[K]>> }
  : SentResult<OutputOf<E>>;

type EachSent<B extends Batch> = { -readonly [K in keyof B]: SentOf<B[K]> };

type PlainSent = (SentResult | SentResult[])[];

/** One result for each operation, nested like the batch. */
export type SentResults<B extends Batch = Batch> =
  EachSent<B> extends infer R extends PlainSent ? R : PlainSent;
