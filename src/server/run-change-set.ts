import type { DecodedOperation } from '../batch/decoded-batch.ts';
import type { OutgoingResponse } from '../batch/outgoing-response.ts';
import type { ChangeSetTransaction } from './batch-handler-options.ts';
import type { ChangeSetFailure } from './change-set-failure.ts';
import { ChangeSetRun } from './change-set-run.ts';
import { problemResponse } from './problem.ts';
import type { BatchContext } from './run-operation.ts';

/** Runs a change set in its transaction: the answers of all its operations, or the one that says why it failed (P-03). */
export async function runChangeSet(
  operations: readonly DecodedOperation[],
  transaction: ChangeSetTransaction | undefined,
  context: BatchContext,
): Promise<OutgoingResponse | OutgoingResponse[]> {
  if (transaction === undefined && operations.length > 1) {
    context.outcomes.noteUndone(operations);
    const message = 'a change set of more than one operation needs transactions, which this service has not';
    return problemResponse({ status: 501, code: 'change-set-not-supported', message }, context.version);
  }
  const refused = refusalOf(operations, context);
  if (refused !== undefined) return refused;
  context.scope.throwIfAborted();
  const changeSet = new ChangeSetRun(operations, context);
  try {
    await (transaction ?? runAlone)(changeSet.run, operations);
    return changeSet.commit();
  } catch (error) {
    // Whoever went away gets no answer.
    context.scope.throwIfAborted();
    const { failed } = changeSet;
    if (!isOf(error, failed?.error)) context.report(error);
    context.outcomes.noteUndone(operations);
    if (failed !== undefined) return failed.response;
    const message = 'the change set failed';
    return problemResponse({ status: 500, code: 'change-set-failed', message }, context.version);
  } finally {
    changeSet.close();
  }
}

/** The answer to a change set with an operation that may not run: nothing of it does. */
function refusalOf(
  operations: readonly DecodedOperation[],
  { inheritance, outcomes, version }: BatchContext,
): OutgoingResponse | undefined {
  for (const operation of operations) {
    const problem = inheritance.refusalOf(operation);
    if (problem === undefined) continue;
    outcomes.noteUndone(operations);
    return { ...problemResponse(problem, version), id: operation.id };
  }
  return undefined;
}

const runAlone: ChangeSetTransaction = (run) => run();

/** Whether a transaction rejected because of the operation that failed: with the same error, or one made of it. */
function isOf(error: unknown, failure: ChangeSetFailure | undefined): boolean {
  if (failure === undefined) return false;
  return error === failure || (error as { cause?: unknown } | null | undefined)?.cause === failure;
}
