import { BatchUsageError } from '../errors.ts';
import { placeName, usageError } from './issues.ts';
import type { Operation } from './operation.ts';
import type { AnyResult, OperationResult, OutputOf } from './result.ts';

type ValueOf<R> = R extends { readonly outcome: 'succeeded'; readonly value: infer T } ? T : never;
type Values<R> = R extends readonly unknown[] ? { -readonly [J in keyof R]: ValueOf<R[J]> } : ValueOf<R>;

/** The values of a batch, nested like its results. */
export type BatchValues<R extends readonly unknown[]> = { -readonly [K in keyof R]: Values<R[K]> };

type Results = readonly (AnyResult | readonly AnyResult[])[];

/**
 * The values of a batch whose every operation succeeded. Throws BatchUsageError `operation-not-succeeded`, with one issue
 * for each that did not and with the results, else BatchSyntaxError `invalid-json` for a broken body.
 *
 * @example const [product, [created, patched]] = valuesOf(decodeBatchResponse(response, { request }));
 */
export function valuesOf<const R extends Results>(results: R): BatchValues<R> {
  checkResults(results);
  const failures = results.flat().filter((result) => result.outcome !== 'succeeded');
  const [first, ...rest] = failures.map((result) => ({
    path: placeName('results', result.path),
    code: 'operation-not-succeeded' as const,
    message: `the operation is ${describe(result)}`,
  }));
  if (first !== undefined) throw new BatchUsageError([first, ...rest], { results });

  const toValue = (result: AnyResult) => (result.outcome === 'succeeded' ? result.value : undefined);
  const isList = (item: Results[number]): item is readonly AnyResult[] => Array.isArray(item);
  return results.map((item) => (isList(item) ? item.map(toValue) : toValue(item))) as BatchValues<R>;
}

/** The result of one operation, by identity. Throws BatchUsageError `operation-not-found`. */
export function resultOf<const O extends Operation>(
  results: Results,
  operation: O,
): OperationResult<OutputOf<O>> {
  checkResults(results);
  const found = results.flat().filter((result) => result.operation === operation);
  const [only] = found;
  if (found.length === 1 && only !== undefined) return only as OperationResult<OutputOf<O>>;
  const message =
    found.length === 0
      ? 'the operation is not in these results: pass the very object that was in the batch'
      : 'the operation stands in these results more than once';
  throw usageError('operation', 'operation-not-found', message);
}

function describe(result: AnyResult): string {
  if (result.outcome !== 'failed') return result.outcome;
  return `failed: ${result.status}`;
}

function checkResults(results: unknown): void {
  if (
    Array.isArray(results) &&
    results.flat().every((result) => typeof result === 'object' && result !== null)
  )
    return;
  throw usageError('results', 'invalid-option', 'expected the results of a decoded batch');
}
