import { BatchUsageError } from '../errors.ts';
import type { ResultItem } from './correlate.ts';
import { isBatchError } from './is-batch-error.ts';
import { callbackFailure, usageError } from './issues.ts';
import type { Operation } from './operation.ts';
import { SucceededResult } from './outcome.ts';
import type { OperationResult } from './result.ts';
import type { StandardResult } from './standard-schema.ts';

type Validated = StandardResult<unknown>;

/** Replaces each success by what its operation's schema says of it. Throws `async-schema` where a schema needs time. */
export function applySchemas(results: readonly ResultItem[]): ResultItem[] {
  return guarded(results, () =>
    mapResults(results, (result) => {
      const validated = validate(result);
      if (validated instanceof Promise) {
        const message = 'the schema validates asynchronously: use readBatchResponse';
        throw usageError(nameOf(result), 'async-schema', message);
      }
      return validated === undefined ? result : withValidation(result, validated);
    }),
  );
}

/** The same for schemas that may validate asynchronously. */
export async function applySchemasAsync(results: readonly ResultItem[]): Promise<ResultItem[]> {
  const settled = new Map<OperationResult, OperationResult>();
  try {
    await Promise.all(
      results.flat().map(async (result) => {
        const validated = await validate(result);
        if (validated !== undefined) settled.set(result, withValidation(result, validated));
      }),
    );
  } catch (error) {
    throw withResults(error, results);
  }
  return mapResults(results, (result) => settled.get(result) ?? result);
}

function mapResults(
  results: readonly ResultItem[],
  map: (result: OperationResult) => OperationResult,
): ResultItem[] {
  return results.map((item) => (Array.isArray(item) ? item.map(map) : map(item)));
}

/** What the schema of a success says; undefined where there is nothing to ask. */
function validate(result: OperationResult): Validated | Promise<Validated> | undefined {
  const schema = (result.operation as Operation | undefined)?.schema;
  if (schema === undefined || !(result instanceof SucceededResult)) return undefined;
  let value: unknown;
  try {
    value = result.value;
  } catch (error) {
    // The operation happened; a body that can't be read is for the schema to refuse, so to speak.
    if (isBatchError(error)) return { issues: [{ message: error.message }] };
    throw error;
  }
  return schema['~standard'].validate(value);
}

function withValidation(result: OperationResult, validated: Validated): OperationResult {
  if (!(result instanceof SucceededResult)) return result;
  return validated.issues === undefined
    ? result.withValue(validated.value)
    : result.refused(validated.issues);
}

function guarded<T>(results: readonly ResultItem[], run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw withResults(error, results);
  }
}

/** What the schemas could not judge has happened all the same: the results go with the error. */
function withResults(error: unknown, results: readonly ResultItem[]): BatchUsageError {
  if (error instanceof BatchUsageError) {
    const [first, ...rest] = error.issues;
    if (first !== undefined) return new BatchUsageError([first, ...rest], { results });
  }
  return callbackFailure(error, results);
}

function nameOf({ path }: OperationResult): string {
  return `batch${path.map((index) => `[${index}]`).join('')}`;
}
