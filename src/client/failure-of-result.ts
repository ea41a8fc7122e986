import type { NotExecuted, OperationResult } from '../batch/result.ts';
import {
  type Failure,
  failureOfOperation,
  failureOfStatus,
  mayHaveHappened,
  type RetryableStatus,
} from '../transport/send-again.ts';

/** What results are judged by. */
export interface FailureRules {
  readonly retryable: readonly RetryableStatus[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * What went wrong with one operation; undefined where its result is the last word, and where the service stopped before it.
 *
 * @param whole what went wrong with its batch
 */
export function failureOfResult(
  result: OperationResult,
  whole: Failure | undefined,
  { retryable, now }: FailureRules,
): Failure | undefined {
  switch (result.outcome) {
    case 'failed':
      return failureOfOperation(result, retryable, now);
    case 'rolled-back':
      return failureOfOperation(result.cause, retryable, now);
    case 'unknown':
      return whole ?? { kind: 'lost' };
    case 'not-executed':
      return whole ?? failureOfBatch(result, now);
    default:
      return undefined;
  }
}

/** What the one answer to a whole batch says, none of which was executed. */
function failureOfBatch({ cause }: NotExecuted, now: number): Failure | undefined {
  return cause && failureOfStatus(cause, now);
}

/**
 * Whether an operation may have happened, by its result and what went wrong with it. A service that answers 5xx does not say how
 * far it came; that it undid a change set is such an answer too.
 */
export function mayHaveRun({ outcome }: OperationResult, failure: Failure | undefined): boolean {
  if (outcome === 'not-executed') return false;
  if (outcome === 'rolled-back') return failure !== undefined && mayHaveHappened(failure);
  return failure === undefined || mayHaveHappened(failure);
}
