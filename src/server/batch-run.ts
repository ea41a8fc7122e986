import type { DecodedBatch, DecodedItem, DecodedOperation } from '../batch/decoded-batch.ts';
import type { BatchResponses } from '../batch/outgoing-response.ts';
import type { ChangeSetTransaction } from './batch-handler-options.ts';
import { runChangeSet } from './run-change-set.ts';
import { type BatchContext, runOperation } from './run-operation.ts';

type Responses = BatchResponses[number];

/**
 * Runs a batch in order (S-01), each operation or change set when its answer is asked for, and stops at a failure unless it is
 * to go on (S-04).
 *
 * No generator: one of those can't be left while it waits, and a client that goes away must be able to stop what runs.
 */
export class BatchRun implements AsyncIterableIterator<Responses> {
  readonly #items: readonly DecodedItem[];
  readonly #goesOn: boolean;
  readonly #transaction: ChangeSetTransaction | undefined;
  readonly #context: BatchContext;
  #next = 0;

  constructor(
    batch: DecodedBatch,
    goesOn: boolean,
    transaction: ChangeSetTransaction | undefined,
    context: BatchContext,
  ) {
    this.#items = batch;
    this.#goesOn = goesOn;
    this.#transaction = transaction;
    this.#context = context;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Responses>> {
    const { scope } = this.#context;
    scope.throwIfAborted();
    const item = this.#items[this.#next++];
    if (item === undefined) {
      scope.close();
      return { done: true, value: undefined };
    }
    const value = isList(item)
      ? await runChangeSet(item, this.#transaction, this.#context)
      : await runOperation(item, false, this.#context);
    const hasFailed = 'status' in value && value.status >= 400;
    if (hasFailed && !this.#goesOn) this.#next = this.#items.length;
    return { done: false, value };
  }

  /** Nobody reads on: what runs is told to stop, and nothing more is begun. */
  async return(): Promise<IteratorResult<Responses>> {
    this.#context.scope.abort();
    return { done: true, value: undefined };
  }
}

function isList(item: DecodedItem): item is readonly DecodedOperation[] {
  return Array.isArray(item);
}
