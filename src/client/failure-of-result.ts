import type { ErrorAnswer, NotExecuted, OperationResult } from '../batch/result.ts';
import {
  type Failure,
  failureOfOperation,
  failureOfStatus,
  mayHaveHappened,
  type RetryableStatus,
} from '../transport/send-again.ts';
import type { RefusalOf } from './credential-refusals.ts';

/** What results are judged by. */
export interface FailureRules {
  readonly retryable: readonly RetryableStatus[];
  /** Tells which answers refuse the credentials. */
  readonly refusalOf: RefusalOf;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What the answer to one operation says; undefined where it is the service's last word. */
export function failureOfAnswer(
  answer: ErrorAnswer,
  { retryable, refusalOf, now }: FailureRules,
): Failure | undefined {
  if (refusalOf(answer) !== undefined) return { kind: 'unauthorized' };
  return failureOfOperation(answer, retryable, now);
}

/**
 * What went wrong with one operation; undefined where its result is the last word, and where the service stopped before it.
 *
 * @param whole what went wrong with its batch
 */
export function failureOfResult(
  result: OperationResult,
  whole: Failure | undefined,
  rules: FailureRules,
): Failure | undefined {
  switch (result.outcome) {
    case 'failed':
      return failureOfAnswer(result, rules);
    case 'rolled-back':
      return failureOfAnswer(result.cause, rules);
    case 'unknown':
      return whole ?? { kind: 'lost' };
    case 'not-executed':
      return whole ?? failureOfBatch(result, rules);
    default:
      return undefined;
  }
}

/** What the one answer to a whole batch says, none of which was executed. */
function failureOfBatch({ cause }: NotExecuted, { refusalOf, now }: FailureRules): Failure | undefined {
  if (cause === undefined) return undefined;
  return refusalOf(cause) === undefined ? failureOfStatus(cause, now) : { kind: 'unauthorized' };
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
