import type { DecodedOperation } from '../batch/decoded-batch.ts';
import type { OutgoingResponse } from '../batch/outgoing-response.ts';
import { ChangeSetFailure } from './change-set-failure.ts';
import { type BatchContext, runOperation } from './run-operation.ts';

/** The run of a change set that its transaction is given; keeps what came of it. */
export class ChangeSetRun {
  readonly #operations: readonly DecodedOperation[];
  readonly #context: BatchContext;
  #isOpen = true;
  #isRunning = false;
  #responses: OutgoingResponse[] = [];
  #locations: LayeredLocations;
  #failed: { readonly error: ChangeSetFailure; readonly response: OutgoingResponse } | undefined;

  constructor(operations: readonly DecodedOperation[], context: BatchContext) {
    this.#operations = operations;
    this.#context = context;
    this.#locations = new LayeredLocations(context.locations);
  }

  /** Runs the operations; every time from the first one on, as if it had never run before. */
  readonly run = async (): Promise<void> => {
    if (this.#isRunning) throw new Error('the change set runs already');
    this.#isRunning = true;
    this.#responses = [];
    this.#failed = undefined;
    this.#locations = new LayeredLocations(this.#context.locations);
    try {
      for (const operation of this.#operations) await this.#runNext(operation);
    } finally {
      this.#isRunning = false;
    }
  };

  async #runNext(operation: DecodedOperation): Promise<void> {
    if (!this.#isOpen) throw new Error('the transaction of the change set has ended');
    const context = { ...this.#context, locations: this.#locations };
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
    for (const [id, location] of this.#locations.own) this.#context.locations.set(id, location);
    return this.#responses;
  }

  /** The transaction has ended: what it left running has to stop. */
  close(): void {
    this.#isOpen = false;
    if (this.#isRunning) this.#context.scope.abortOperation(new Error('the transaction has ended'));
  }
}

/** What references of a change set mean: its own ids, which count for others only when it has succeeded, and those before it. */
class LayeredLocations extends Map<string, string | null> {
  readonly #before: ReadonlyMap<string, string | null>;

  constructor(before: ReadonlyMap<string, string | null>) {
    super();
    this.#before = before;
  }

  /** Those that were set here. */
  get own(): Iterable<[string, string | null]> {
    return this.entries();
  }

  override has(id: string): boolean {
    return super.has(id) || this.#before.has(id);
  }

  override get(id: string): string | null | undefined {
    return super.has(id) ? super.get(id) : this.#before.get(id);
  }
}
