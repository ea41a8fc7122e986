import type { DecodedOperation } from '../batch/decoded-batch.ts';
import type { OutgoingResponse } from '../batch/outgoing-response.ts';
import { ChangeSetFailure } from './change-set-failure.ts';
import { OperationOutcomes } from './operation-outcomes.ts';
import { type BatchContext, runOperation } from './run-operation.ts';

/** The run of a change set that its transaction is given; keeps what came of it. */
export class ChangeSetRun {
  readonly #operations: readonly DecodedOperation[];
  readonly #context: BatchContext;
  #isOpen = true;
  #isRunning = false;
  #responses: OutgoingResponse[] = [];
  #outcomes: OperationOutcomes;
  #failed: { readonly error: ChangeSetFailure; readonly response: OutgoingResponse } | undefined;

  constructor(operations: readonly DecodedOperation[], context: BatchContext) {
    this.#operations = operations;
    this.#context = context;
    this.#outcomes = new OperationOutcomes(context.outcomes);
  }

  /**
   * Runs the operations; every time from the first one on, as if it had never run before. A transaction that forgets to wait for
   * it is answered and reported: a rejection that no one hears of must not end the process as well.
   */
  readonly run = (): Promise<void> => {
    const running = this.#runAll();
    running.catch(() => {});
    return running;
  };

  async #runAll(): Promise<void> {
    if (this.#isRunning) throw new Error('the change set runs already');
    this.#isRunning = true;
    this.#responses = [];
    this.#failed = undefined;
    this.#outcomes = new OperationOutcomes(this.#context.outcomes);
    try {
      for (const operation of this.#operations) await this.#runNext(operation);
    } finally {
      this.#isRunning = false;
    }
  }

  async #runNext(operation: DecodedOperation): Promise<void> {
    if (!this.#isOpen) throw new Error('the transaction of the change set has ended');
    const context = { ...this.#context, outcomes: this.#outcomes };
    const response = await runOperation(operation, true, context);
    if (response.status >= 400) {
      const error = new ChangeSetFailure(operation, response.status);
      // Its id says which operation of the set failed (P-15).
      this.#failed = { error, response: { ...response, id: operation.id } };
      throw error;
    }
    this.#responses.push(response);
  }

  /** Why the last run failed, and the answer of the operation that is to blame. */
  get failed(): { readonly error: ChangeSetFailure; readonly response: OutgoingResponse } | undefined {
    return this.#failed;
  }

  /** The answers, once the transaction was committed; throws where it was although its operations did not succeed. */
  commit(): OutgoingResponse[] {
    if (this.#failed !== undefined) throw this.#failed.error;
    if (this.#isRunning || this.#responses.length < this.#operations.length) {
      throw new Error('the transaction ended before its operations had run');
    }
    this.#outcomes.commit();
    return this.#responses;
  }

  /** The transaction has ended: what it left running has to stop. */
  close(): void {
    this.#isOpen = false;
    if (this.#isRunning) this.#context.scope.abortOperation(new Error('the transaction has ended'));
  }
}
