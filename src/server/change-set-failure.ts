import type { DecodedOperation } from '../batch/decoded-batch.ts';
import { defineUnprinted } from '../define-unprinted.ts';

/**
 * What `run` of a transaction rejects with when an operation of the change set was answered with 400 or more. Let it pass:
 * it makes the database roll back, and the handler knows it again.
 */
export class ChangeSetFailure extends Error {
  /** The operation that failed. */
  declare readonly operation: DecodedOperation;
  /** What it was answered with. */
  readonly status: number;

  constructor(operation: DecodedOperation, status: number) {
    super(`an operation of the change set failed with ${status}`);
    this.name = 'ChangeSetFailure';
    defineUnprinted(this, { operation });
    this.status = status;
  }
}
