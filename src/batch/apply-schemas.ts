import { BatchUsageError } from '../errors.ts';
import type { ResultItem } from './correlate.ts';
import { isBatchError } from './is-batch-error.ts';
import { callbackFailure, usageError } from './issues.ts';
import type { Operation } from './operation.ts';
import { SucceededResult } from './outcome.ts';
import type { OperationResult } from './result.ts';
import type { StandardResult } from './standard-schema.ts';

type Validated = StandardResult<unknown>;

const NEEDS_TIME = 'the schema validates asynchronously: use readBatchResponse';

/** Replaces each success by what its operation's schema says of it. Throws `async-schema` where a schema needs time. */
export function applySchemas(results: readonly ResultItem[]): ResultItem[] {
  try {
    return mapResults(results, (result) => {
      const validated = validate(result);
      if (isThenable(validated)) throw usageError(nameOf(result), 'async-schema', NEEDS_TIME);
      return withValidation(result, validated);
    });
  } catch (error) {
    throw withResults(error, results);
  }
}

/** The same for schemas that may validate asynchronously. */
export async function applySchemasAsync(results: readonly ResultItem[]): Promise<ResultItem[]> {
  try {
    return await mapResultsAsync(results, async (result) => withValidation(result, await validate(result)));
  } catch (error) {
    throw withResults(error, results);
  }
}

/** For the results of an error: a schema that gives no answer refuses, since its operation has happened. */
export function applySchemasAfterFailure(results: readonly ResultItem[]): ResultItem[] {
  return mapResults(results, (result) => {
    try {
      const validated = validate(result);
      return withValidation(result, isThenable(validated) ? refusal(NEEDS_TIME) : validated);
    } catch (error) {
      return withValidation(result, refusal(`the schema threw: ${String(error)}`));
    }
  });
}

/** The same for schemas that may validate asynchronously. */
export async function applySchemasAfterFailureAsync(results: readonly ResultItem[]): Promise<ResultItem[]> {
  return mapResultsAsync(results, async (result) => {
    try {
      return withValidation(result, await validate(result));
    } catch (error) {
      return withValidation(result, refusal(`the schema threw: ${String(error)}`));
    }
  });
}

function mapResults(
  results: readonly ResultItem[],
  map: (result: OperationResult) => OperationResult,
): ResultItem[] {
  return results.map((item) => (Array.isArray(item) ? item.map(map) : map(item)));
}

async function mapResultsAsync(
  results: readonly ResultItem[],
  map: (result: OperationResult) => Promise<OperationResult>,
): Promise<ResultItem[]> {
  return Promise.all(results.map((item) => (Array.isArray(item) ? Promise.all(item.map(map)) : map(item))));
}

/** What the schema of a success says; undefined where there is nothing to ask. */
function validate(result: OperationResult): Validated | Promise<Validated> | undefined {
  const schema = (result.operation as Operation | undefined)?.schema;
  if (schema === undefined || !(result instanceof SucceededResult)) return undefined;
  let value: unknown;
  try {
    value = result.value;
  } catch (error) {
    // The operation happened; a body that can't be read is refused like one of the wrong shape.
    if (isBatchError(error)) return refusal(error.message);
    throw error;
  }
  return schema['~standard'].validate(value);
}

/** A promise of any realm; it is left to itself, so that its rejection must not count as unhandled. */
function isThenable(validated: Validated | Promise<Validated> | undefined): validated is Promise<Validated> {
  if (validated === undefined || !('then' in validated)) return false;
  Promise.resolve(validated).catch(() => {});
  return true;
}

function refusal(message: string): Validated {
  return { issues: [{ message }] };
}

function withValidation(result: OperationResult, validated: Validated | undefined): OperationResult {
  if (validated === undefined || !(result instanceof SucceededResult)) return result;
  return validated.issues === undefined
    ? result.withValue(validated.value)
    : result.refused(validated.issues);
}

/** What the schemas could not judge has happened all the same: the results go with the error. */
function withResults(error: unknown, results: readonly ResultItem[]): BatchUsageError {
  if (!(error instanceof BatchUsageError)) return callbackFailure(error, results);
  const [first, ...rest] = error.issues as [(typeof error.issues)[number], ...typeof error.issues];
  return new BatchUsageError([first, ...rest], { results });
}

function nameOf({ path }: OperationResult): string {
  return `batch${path.map((index) => `[${index}]`).join('')}`;
}
