import { applySchemasAfterFailureAsync, applySchemasAsync } from '../batch/apply-schemas.ts';
import { allUnknown, type ResultItem } from '../batch/correlate.ts';
import { usageError } from '../batch/issues.ts';
import type { Batch } from '../batch/operation.ts';
import type { Plan } from '../batch/plan.ts';
import type { BatchResults } from '../batch/result.ts';
import { type ByteSource, type ChunkReader, isByteSource, readChunks } from '../bytes/read-chunks.ts';
import { BatchLimitError, BatchTransportError } from '../errors.ts';
import { expectOptions } from '../expect-options.ts';
import { tolerancesFor } from '../tolerances.ts';
import { type AnsweredRequest, DECODE_RESPONSE_OPTIONS, requiredPlanOf } from './decode-batch-response.ts';
import { expectUnreadBody } from './expect-unread-body.ts';
import { DECODE_OPTIONS, OpenMessage } from './open-message.ts';
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
  const plan = planOfResponse(response, options);
  expectOptions(options, DECODE_OPTIONS, DECODE_RESPONSE_OPTIONS);
  return (await readFetched(response, plan, options)) as BatchResults<B>;
}

/** Reads a response that was checked, with options that may hold more. */
export async function readFetched(
  response: ResponseLike,
  plan: Plan,
  options: DecodeResponseOptions,
): Promise<readonly ResultItem[]> {
  const chunks = response.body === null ? null : readChunks(response.body);
  return readResponse(response, plan, options, chunks);
}

/** Checks a call that reads a response; returns the plan of the request. Throws BatchUsageError. */
export function planOfResponse(
  response: ResponseLike,
  options: DecodeResponseOptions & AnsweredRequest<Batch>,
): Plan {
  if (typeof response?.status !== 'number') {
    throw usageError('response', 'invalid-option', 'expected a Response; was the fetch awaited?');
  }
  if (typeof response.headers?.[Symbol.iterator] !== 'function') {
    throw usageError('response.headers', 'invalid-option', 'expected a list of pairs, such as Headers');
  }
  if (response.body !== null && !isByteSource(response.body)) {
    throw usageError('response.body', 'invalid-option', 'expected a stream or null');
  }
  expectUnreadBody(response, 'response');
  return requiredPlanOf(options);
}

/** Reads a response whose chunks are at hand. */
export async function readResponse(
  { status, headers, url }: ResponseLike,
  plan: Plan,
  options: DecodeResponseOptions,
  chunks: ChunkReader | null,
): Promise<readonly ResultItem[]> {
  const whole = await readWhole(chunks, options.limits);
  const message = new OpenMessage(
    { status, headers: [...headers], url, body: whole.bytes },
    options,
    tolerancesFor(plan.service),
  );
  if (whole.failure?.cause instanceof BatchLimitError) {
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
  return applySchemasAsync(results);
}
