import { applySchemasAfterFailureAsync, applySchemasAsync } from '../batch/apply-schemas.ts';
import { allUnknown, type ResultItem } from '../batch/correlate.ts';
import { isBatchError } from '../batch/is-batch-error.ts';
import { usageError } from '../batch/issues.ts';
import type { Batch } from '../batch/operation.ts';
import type { BatchResults } from '../batch/result.ts';
import type { ByteSource } from '../bytes/read-chunks.ts';
import { BatchTransportError } from '../errors.ts';
import { RESPONSE_TOLERANCES } from '../tolerances.ts';
import { type AnsweredRequest, planOf } from './decode-batch-response.ts';
import { OpenMessage } from './open-message.ts';
import { type DecodeResponseOptions, readAnswer } from './read-answer.ts';
import { readWhole } from './read-whole.ts';

/** What every fetch gives: the DOM, undici, workerd, Deno, Bun. */
export interface ResponseLike {
  readonly status: number;
  readonly headers: Iterable<[string, string]>;
  /** The URL that it came from; empty or absent where nobody knows. */
  readonly url?: string | undefined;
  readonly body: ByteSource | null;
}

/**
 * Reads the response of a fetch and decodes it: the same as `decodeBatchResponse`, for schemas that validate
 * asynchronously too, and with the size limit held while reading.
 *
 * Throws also BatchTransportError (`response-lost`) where reading fails half-way.
 */
export async function readBatchResponse<B extends Batch>(
  response: ResponseLike,
  options: DecodeResponseOptions & AnsweredRequest<B>,
): Promise<BatchResults<B>> {
  if (typeof response?.status !== 'number') {
    throw usageError('response', 'invalid-option', 'expected a Response; was the fetch awaited?');
  }
  const plan = planOf(options?.request);
  if (plan === undefined)
    throw usageError('options.request', 'invalid-option', 'expected the encoded request');
  const { status, headers, url } = response;
  const whole = await readWhole(response.body, options.limits);
  const message = new OpenMessage(
    { status, headers: [...headers], url, body: whole.bytes },
    options,
    RESPONSE_TOLERANCES,
  );
  if (isBatchError(whole.failure?.cause)) {
    throw message.errorOf(whole.failure.cause, allUnknown(plan, whole.failure.cause));
  }

  const answer = readAnswer(message, plan, options);
  const results = answer.results as readonly ResultItem[];
  if (whole.failure !== undefined) {
    const { cause } = whole.failure;
    const text = 'reading the response failed before its end';
    throw new BatchTransportError(text, { cause, results: await applySchemasAfterFailureAsync(results) });
  }
  if (answer.failure !== undefined) throw answer.failure(await applySchemasAfterFailureAsync(results));
  return (await applySchemasAsync(results)) as BatchResults<B>;
}
