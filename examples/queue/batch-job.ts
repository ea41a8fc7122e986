import type { Operation, Plan } from 'odata-batch-codec';

/** A batch in the queue: all of it is JSON. */
export interface BatchJob {
  /** For each operation its place among all. */
  readonly indexes: readonly number[];
  /** How often its operations were sent before. */
  readonly attempts: number;
  /** Those of the indexes whose answer was lost before: they may have happened already. */
  readonly inDoubt: readonly number[];
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  /** In base64. */
  readonly body: string;
  /** Without its service, which is known by its name. */
  readonly plan: Omit<Plan, 'service'> & { readonly service: undefined };
  /** Written down before the first byte is sent: whoever finds it so knows that it may have been sent. */
  readonly isSending?: true;
  /** Written down when the answer is there, before anything is made of it. */
  readonly settlement?: Settlement;
}

/** What came of a batch. */
export interface Settlement {
  readonly outcomes: readonly Outcome[];
  /** Places, in the batch, of operations that are sent again. */
  readonly again: readonly number[];
  /** Those of the indexes that may have happened. */
  readonly inDoubt: readonly number[];
}

/** What became of an operation, for the queue of results. */
export interface Outcome {
  readonly index: number;
  readonly outcome: string;
  readonly status?: number | undefined;
  readonly attempts: number;
}

/** The operations of a job, in order. */
export function operationsOf({ plan }: BatchJob): readonly Operation[] {
  return plan.batch.flat();
}
