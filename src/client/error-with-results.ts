import type { UsageIssue } from '../errors.ts';
import { BatchError, BatchResponseError, BatchTransportError, BatchUsageError } from '../errors.ts';

/** The same error with the results of a whole run: what was thrown for one batch knows those of that batch only. */
export function errorWithResults(error: BatchError, results: readonly unknown[]): BatchError {
  const init = { results, ...('cause' in error && { cause: error.cause }) };
  if (error instanceof BatchUsageError) {
    return new BatchUsageError(error.issues as readonly [UsageIssue, ...UsageIssue[]], init);
  }
  if (error instanceof BatchTransportError) {
    return new BatchTransportError(error.message, {
      ...init,
      code: error.code,
      isPermanent: error.isPermanent,
    });
  }
  if (error instanceof BatchResponseError) {
    return new BatchResponseError(error.message, error, { ...init, code: error.code });
  }
  return new BatchError(error.code, error.message, init);
}
