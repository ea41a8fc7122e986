import { Continuation } from '../batch/continuation.ts';
import type { Batch } from '../batch/operation.ts';
import type { BatchResults } from '../batch/result.ts';
import { expectOptions, type NamesOf, type OptionNames } from '../expect-options.ts';
import {
  type AnsweredRequest,
  DECODE_RESPONSE_OPTIONS,
  readBatchAnswer,
  requiredPlanOf,
} from './decode-batch-response.ts';
import { type BatchMessage, DECODE_OPTIONS } from './open-message.ts';
import type { DecodeResponseOptions } from './read-answer.ts';
import { planOfResponse, type ResponseLike, readFetched } from './read-batch-response.ts';

/** How a later answer is read. */
export interface ContinueBatchOptions<B extends Batch> extends DecodeResponseOptions, AnsweredRequest<B> {
  /** The monitor that was asked, as it stands in the results. Needed where results are pending at more than one. */
  readonly monitor?: string | undefined;
}

/** The names of those that only later answers have. */
const CONTINUE_OPTIONS: OptionNames = {
  monitor: 'string',
} satisfies NamesOf<
  Omit<ContinueBatchOptions<Batch>, keyof (DecodeResponseOptions & AnsweredRequest<Batch>)>
>;

/**
 * Puts what a monitor answered into the results of a batch that was answered in part, or not yet: pending operations get
 * their outcome, or stay pending where the monitor says so (202, or a next part of the answer). OData 4.01 Protocol,
 * section 11.7.7.6. The results that are given stay as they are.
 *
 * Ask a monitor by GET with `Accept: application/http`; it answers with a message in a message, or with the batch itself.
 *
 * Throws what {@link decodeBatchResponse} throws, with all results: what was known stays known, so that the same
 * results can be continued by another try. BatchUsageError `invalid-option` where none of them is pending.
 *
 * @example
 * let results = decodeBatchResponse(message, { request });
 * for (let last = results[0]; last.outcome === 'pending'; last = results[0]) {
 *   results = continueBatch(results, await askLater(last.monitor, last.retryAfter), { request });
 * }
 */
export function continueBatch<B extends Batch>(
  results: BatchResults<B>,
  message: BatchMessage,
  options: ContinueBatchOptions<B>,
): BatchResults<B> {
  const continuation = openContinuation(results, message, options);
  try {
    return continuation.merge(
      readBatchAnswer(message, { ...options, request: continuation.plan }) as BatchResults<Batch>,
    ) as BatchResults<B>;
  } catch (error) {
    throw continuation.complete(error);
  }
}

/**
 * {@link continueBatch} for the Response of a fetch, and for schemas that validate asynchronously. Throws also
 * BatchTransportError (`response-lost`) where reading fails half-way.
 */
export async function readBatchContinuation<B extends Batch>(
  results: BatchResults<B>,
  response: ResponseLike,
  options: ContinueBatchOptions<B>,
): Promise<BatchResults<B>> {
  const continuation = openContinuation(results, response, options);
  try {
    return continuation.merge(
      (await readFetched(
        response,
        planOfResponse(response, { request: continuation.plan }),
        options,
      )) as BatchResults<Batch>,
    ) as BatchResults<B>;
  } catch (error) {
    throw continuation.complete(error);
  }
}

function openContinuation(
  results: unknown,
  message: { readonly url?: string | undefined } | undefined,
  options: ContinueBatchOptions<Batch>,
): Continuation {
  const plan = requiredPlanOf(options);
  expectOptions(options, DECODE_OPTIONS, DECODE_RESPONSE_OPTIONS, CONTINUE_OPTIONS);
  return new Continuation(results, plan, options.monitor, message?.url);
}
