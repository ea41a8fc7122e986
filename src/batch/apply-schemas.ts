import { BatchUsageError, type UsageIssue } from '../errors.ts';
import type { ResultItem } from './correlate.ts';
import { isBatchError } from './is-batch-error.ts';
import { callbackFailure, placeName } from './issues.ts';
import type { Operation } from './operation.ts';
import { SucceededResult } from './outcome.ts';
import type { OperationResult } from './result.ts';
import type { StandardResult } from './standard-schema.ts';

type Validated = StandardResult<unknown>;

const NEEDS_TIME = 'the schema validates asynchronously: use readBatchResponse';

/** Replaces each success by what its operation's schema says of it. Throws `async-schema` where a schema needs time. */
export function applySchemas(results: readonly ResultItem[]): ResultItem[] {
  const { judged, failure } = judge(results);
  if (failure !== undefined) throw failure(judged);
  return judged;
}

/** The same for schemas that may validate asynchronously. */
export async function applySchemasAsync(results: readonly ResultItem[]): Promise<ResultItem[]> {
  const { judged, failure } = await judgeAsync(results);
  if (failure !== undefined) throw failure(judged);
  return judged;
}

/** For the results of an error, which is worth more than what a schema throws. */
export function applySchemasAfterFailure(results: readonly ResultItem[]): ResultItem[] {
  return judge(results).judged;
}

/** The same for schemas that may validate asynchronously. */
export async function applySchemasAfterFailureAsync(results: readonly ResultItem[]): Promise<ResultItem[]> {
  return (await judgeAsync(results)).judged;
}

/** The results with every verdict there is, and the error of the first schema that gave none. */
interface Judgement {
  readonly judged: ResultItem[];
  readonly failure: ((results: readonly unknown[]) => BatchUsageError) | undefined;
}

function judge(results: readonly ResultItem[]): Judgement {
  let failure: Judgement['failure'];
  const judged = mapResults(results, (result) => {
    try {
      if (!hasSchema(result)) return result;
      const validated = validate(result);
      if (!isThenable(validated)) return withValidation(result, validated);
      failure ??= (all) => new BatchUsageError([asyncIssue(result)], { results: all });
      return withValidation(result, refusal(NEEDS_TIME));
    } catch (error) {
      failure ??= (all) => callbackFailure(error, all);
      return withValidation(result, refusal(THREW));
    }
  });
  return { judged, failure };
}

async function judgeAsync(results: readonly ResultItem[]): Promise<Judgement> {
  // Thousands of promises for nothing would take longer than all the rest.
  if (!results.flat().some(hasSchema)) return { judged: [...results], failure: undefined };
  let failure: Judgement['failure'];
  const judged = await mapResultsAsync(results, async (result) => {
    try {
      if (!hasSchema(result)) return result;
      return withValidation(result, await validate(result));
    } catch (error) {
      failure ??= (all) => callbackFailure(error, all);
      return withValidation(result, refusal(THREW));
    }
  });
  return { judged, failure };
}

/** The operation has happened, so a schema that gives no verdict refuses: the value is not what was promised. */
const THREW = 'the schema threw instead of validating';

function asyncIssue({ path }: OperationResult): UsageIssue {
  const name = placeName('batch', path);
  return { path: name, code: 'async-schema', message: NEEDS_TIME };
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
  const { operation } = result as { operation: Operation | undefined };
  if (operation?.schema === undefined || !(result instanceof SucceededResult)) return undefined;
  let value: unknown;
  try {
    value = result.value;
  } catch (error) {
    // The operation happened; a body that can't be read is refused like one of the wrong shape.
    if (isBatchError(error)) return refusal(error.message);
    throw error;
  }
  const verdict: unknown = operation.schema['~standard'].validate(value);
  if (typeof verdict === 'object' && verdict !== null) return verdict as Validated | Promise<Validated>;
  throw new TypeError('a schema must give { value } or { issues }');
}

/** A promise of any realm; it is left to itself, so that its rejection must not count as unhandled. */
function isThenable(validated: Validated | Promise<Validated> | undefined): validated is Promise<Validated> {
  if (validated === undefined || !('then' in validated)) return false;
  Promise.resolve(validated).catch(() => {});
  return true;
}

/** Whether a schema has something to say of the operation's value. */
export function hasSchema({ operation }: OperationResult): boolean {
  return (operation as Operation | undefined)?.schema !== undefined;
}

function refusal(message: string): Validated {
  return { issues: [{ message }] };
}

function withValidation(result: OperationResult, validated: Validated | undefined): OperationResult {
  if (!(result instanceof SucceededResult) || !hasSchema(result)) return result;
  if (validated === undefined) throw new TypeError('a schema must give { value } or { issues }');
  return validated.issues === undefined
    ? result.withValue(validated.value)
    : result.refused(validated.issues);
}
