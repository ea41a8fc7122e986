import { failedOperation } from '../batch/failed-operation.ts';
import { unknown } from '../batch/outcome.ts';
import type { ErrorAnswer, OperationResult } from '../batch/result.ts';
import { BatchError } from '../errors.ts';
import { failureOfStatus, mayHaveHappened } from '../transport/send-again.ts';
import { type FailureRules, failureOfAnswer } from './failure-of-result.ts';
import type { Entry } from './unit.ts';

/** What reads only can't have done anything. */
const READS: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];

/**
 * What the last answer says of an operation, unless it may have happened in an attempt before that: then an answer by which
 * nothing happened says so of the last attempt only, and a refusal may be what the first attempt led to.
 */
export function trueResult(
  { doubt, operation }: Entry,
  result: OperationResult,
  rules: FailureRules,
): OperationResult {
  if (doubt === undefined || doubt === result) return result;
  if (result.outcome === 'not-executed') return doubt;
  const answer = refusalIn(result);
  if (answer === undefined || READS.includes(operation.method)) return result;
  const failure = failureOfAnswer(answer, rules) ?? failureOfStatus(answer, rules.now);
  // Twice a service said that it failed, and not how far it came.
  if (failure !== undefined && mayHaveHappened(failure) && doubt.outcome !== 'unknown') return result;
  if (failure !== undefined && !mayHaveHappened(failure) && failure.kind !== 'refused') return doubt;
  return unknown(result, ambiguous(answer, doubt));
}

/** The answer by which an operation failed, or the change set that it was in. */
function refusalIn(result: OperationResult): ErrorAnswer | undefined {
  if (result.outcome === 'failed') return result;
  return result.outcome === 'rolled-back' ? result.cause : undefined;
}

function ambiguous({ status }: ErrorAnswer, doubt: OperationResult): BatchError {
  const before = refusalIn(doubt);
  const attempt = before === undefined ? 'whose answer was lost' : `that was answered ${before.status}`;
  const message = `answered ${status}, after an attempt ${attempt}: it may have happened then`;
  const cause = doubt.outcome === 'unknown' ? doubt.cause : before && failedOperation(before);
  return new BatchError('ambiguous-answer', message, { cause });
}
