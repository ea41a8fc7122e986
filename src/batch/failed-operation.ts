import { BatchResponseError } from '../errors.ts';
import type { ErrorAnswer } from './result.ts';

/** An answer by which an operation failed, or several at once, as the reason of what is said of them. */
export function failedOperation(answer: ErrorAnswer): BatchResponseError {
  return new BatchResponseError(`the service answered ${answer.status}`, answer, {
    code: 'operation-failed',
  });
}
