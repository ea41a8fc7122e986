import { expect } from 'vitest';
import {
  type BatchErrorCode,
  type BatchWarning,
  type ByteSource,
  type DecodedItem,
  type DecodeRequestOptions,
  type DecodeResponseOptions,
  decodeBatchRequest,
  decodeBatchRequestStream,
  decodeBatchResponse,
  decodeBatchResponseStream,
  isBatchError,
  type OperationResult,
  type Plan,
} from '../../src/index.ts';
import { latin1 } from './octets.ts';

/** A message and how to decode it; with a plan it is an answer. */
export interface Decoding {
  readonly contentType: string | null;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly status?: number;
  readonly plan?: Plan;
  readonly options: DecodeRequestOptions & DecodeResponseOptions;
}

/** All that a decoder made of a message. */
export interface Outcome {
  /** What it told, in its order. */
  readonly told: readonly unknown[];
  readonly warnings: readonly BatchWarning[];
  readonly error?: ErrorModel;
}

export interface ErrorModel {
  readonly code: BatchErrorCode;
  readonly place: readonly unknown[];
  readonly limit: readonly unknown[];
  readonly results?: readonly unknown[];
}

/** A request or an answer that comes in chunks. */
export type Sent = { status: number; headers: Iterable<[string, string]>; body: ByteSource | null };

/** What decoding a whole message gives. */
export function decodeWhole(decoding: Decoding): Promise<Outcome> {
  const { contentType, bytes: body, status, plan, options } = decoding;
  return outcomeOf(async (tell, onWarning) => {
    if (plan === undefined) {
      for (const item of decodeBatchRequest({ contentType, body }, { ...options, onWarning })) {
        tell(requestModel(item));
      }
      return;
    }
    const answer = { status: status ?? 200, contentType, body };
    const results = decodeBatchResponse(answer, { ...options, request: plan, onWarning });
    for (const result of results.flat()) tell(resultModel(result));
  });
}

/** What decoding a message gives that comes in chunks. */
export function decodeStream(decoding: Decoding, sent: Sent): Promise<Outcome> {
  const { plan, options } = decoding;
  return outcomeOf(async (tell, onWarning) => {
    if (plan === undefined) {
      for await (const item of decodeBatchRequestStream(sent, { ...options, onWarning })) {
        tell(requestModel(item));
      }
      return;
    }
    const stream = decodeBatchResponseStream(sent, { ...options, request: plan, onWarning });
    for await (const result of stream) tell(resultModel(result));
  });
}

/** Holds what comes of a stream against what comes of the whole message. */
export function expectSame(streamed: Outcome, whole: Outcome): void {
  expect(streamed.warnings).toEqual(whole.warnings);
  const { error } = streamed;
  if (error !== undefined && whole.error === undefined) {
    // What was told too early, and is not what the whole answer says, is taken back by an error.
    expect(error.code).toMatch(/^(correlation-failed|response-count-mismatch)$/);
    expect(withoutAnswers(error.results ?? [])).toEqual(withoutAnswers(whole.told));
    return;
  }
  const withResults = (model: ErrorModel | undefined) => ({
    ...model,
    results: withoutAnswers(model?.results ?? []),
  });
  expect(withResults(error)).toEqual(withResults(whole.error));
  if (error === undefined) expect(inOrder(streamed.told)).toEqual(whole.told);
}

/** Holds what was told against what the error behind it says: the same, unless what came later made it doubtful. */
export function expectToldStands({ told, error }: Outcome): void {
  if (error?.results === undefined) return;
  const results = withoutAnswers(error.results) as { outcome: string }[];
  for (const result of withoutAnswers(told) as { index: number }[]) {
    if (results[result.index]?.outcome !== 'unknown') expect(results[result.index]).toEqual(result);
  }
}

/** Results in the order of the batch; operations of a request are in it. */
function inOrder(told: readonly unknown[]): unknown[] {
  return [...(told as { index?: number }[])].sort((a, b) => (a.index ?? 0) - (b.index ?? 0));
}

/** Results as an error of a stream has them, which keeps of successes that were told the status only. */
function withoutAnswers(results: readonly unknown[]): unknown[] {
  return (results as { outcome: string }[]).map((result) =>
    result.outcome === 'succeeded' ? { ...result, statusText: '', headers: [], body: '' } : result,
  );
}

async function outcomeOf(
  run: (tell: (told: unknown) => void, warn: (warning: BatchWarning) => void) => Promise<void>,
): Promise<Outcome> {
  const told: unknown[] = [];
  const warnings: BatchWarning[] = [];
  try {
    await run(
      (model) => told.push(model),
      (warning) => warnings.push(warning),
    );
  } catch (error) {
    if (!isBatchError(error)) throw error;
    return { told, warnings, error: errorModel(error as never) };
  }
  return { told, warnings };
}

function errorModel(error: Record<string, unknown>): ErrorModel {
  const { code, offset, line, path, limit, maximum, actual, results } = error;
  return {
    code: code as BatchErrorCode,
    place: [offset, line, path],
    limit: [limit, maximum, actual],
    ...(results !== undefined && { results: (results as OperationResult[][]).flat().map(resultModel) }),
  };
}

function requestModel(item: DecodedItem): unknown {
  if (!('method' in item)) return item.map(requestModel);
  const { method, url, id, idPlacement, dependsOn, if: condition, headers, bytes } = item;
  const wire = { method, url, id, idPlacement, headers: [...headers], body: latin1(bytes) };
  return { ...wire, dependsOn, if: condition };
}

function resultModel(result: OperationResult): unknown {
  const { index, id, path, outcome } = result;
  const common = { index, id, path, outcome };
  if (result.outcome === 'rolled-back') return { ...common, cause: result.cause.error };
  if (result.outcome === 'unknown') return { ...common, cause: result.cause.code };
  if (result.outcome === 'pending') return { ...common, monitor: result.monitor, retry: result.retryAfter };
  if (result.outcome === 'not-executed') return common;
  const { status, statusText, headers, bytes } = result;
  const answer = { status, statusText, headers: [...headers], body: latin1(bytes) };
  return { ...common, ...answer, ...(result.outcome === 'failed' && { error: result.error }) };
}
