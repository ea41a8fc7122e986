import { BATCH_ERROR_BRAND, type BatchError, type BatchErrorCode } from '../errors.ts';
import type { AnyResult } from './result.ts';

/** The results that an error carries, nested like the batch; without operations where the request was not known. */
export type ErrorResults = readonly (AnyResult | readonly AnyResult[])[];

/**
 * Tells whether `error` is a {@link BatchError}, of this copy of the package or another, and has the code asked for.
 *
 * @example
 * try { … } catch (error) {
 *   if (isBatchError(error, 'missing-close-delimiter')) retryLater(error.results);
 *   else throw error;
 * }
 */
export function isBatchError<C extends BatchErrorCode = BatchErrorCode>(
  error: unknown,
  code?: C,
): error is BatchError<ErrorResults> & { readonly code: C } {
  if (typeof error !== 'object' || error === null || !(BATCH_ERROR_BRAND in error)) return false;
  return code === undefined || (error as unknown as BatchError).code === code;
}
