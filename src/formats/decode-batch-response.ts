import { applySchemas, applySchemasAfterFailure } from '../batch/apply-schemas.ts';
import type { ResultItem } from '../batch/correlate.ts';
import { usageError } from '../batch/issues.ts';
import type { Batch } from '../batch/operation.ts';
import type { Plan } from '../batch/plan.ts';
import type { BatchResults, WireResult } from '../batch/result.ts';
import { expectArgument, isObject } from '../expect-argument.ts';
import { expectOptions, type NamesOf, type OptionNames } from '../expect-options.ts';
import { tolerancesFor } from '../tolerances.ts';
import { type BatchMessage, DECODE_OPTIONS, type DecodeOptions, OpenMessage } from './open-message.ts';
import { type DecodeResponseOptions, readAnswer } from './read-answer.ts';

/** A plan, or the encoded request, streamed or not, that carries it. */
export type Planned<B extends Batch = Batch> = Plan<B> | { readonly plan: Plan<B> };

/** The request that a response answers. */
export interface AnsweredRequest<B extends Batch> {
  readonly request: Planned<B>;
}

/** The names of those that only responses have. */
export const DECODE_RESPONSE_OPTIONS: OptionNames = {
  json: { parse: 'function' },
  readError: 'function',
  request: 'object',
} satisfies NamesOf<Omit<DecodeResponseOptions & AnsweredRequest<Batch>, keyof DecodeOptions>>;

/**
 * Turns the answer to a batch into exactly one result for each operation, nested like the batch. OData 4.01 Protocol,
 * section 11.7.7.5. What befell one operation is a value; thrown is what makes the whole answer unusable, with what is
 * known of each operation in `results`.
 *
 * Throws BatchSyntaxError (`missing-close-delimiter` and the other codes of SyntaxErrorCode), BatchLimitError,
 * BatchResponseError (the service answered with something that is no batch), BatchUsageError (`async-schema`, `callback-failed`).
 *
 * @example
 * const [product, [created]] = decodeBatchResponse({ status, headers, body }, { request });
 * if (product.ok) console.log(product.value);
 */
export function decodeBatchResponse<B extends Batch>(
  message: BatchMessage,
  options: DecodeResponseOptions & AnsweredRequest<B>,
): BatchResults<B>;
/** Tells what the wire says, in its order, where the request is not known. */
export function decodeBatchResponse(
  message: BatchMessage,
  options?: DecodeResponseOptions & { readonly request?: undefined },
): (WireResult | WireResult[])[];
export function decodeBatchResponse(
  message: BatchMessage,
  options: DecodeResponseOptions & { readonly request?: Planned | undefined } = {},
): unknown {
  expectOptions(options, DECODE_OPTIONS, DECODE_RESPONSE_OPTIONS);
  return readBatchAnswer(message, options);
}

/** Decodes an answer with options that may hold more. */
export function readBatchAnswer(
  message: BatchMessage,
  options: DecodeResponseOptions & { readonly request?: Planned | undefined },
): unknown {
  const plan = planOf(options.request);
  const { results, failure } = readAnswer(
    new OpenMessage(message, options, tolerancesFor(plan?.service)),
    plan,
    options,
  );
  // Without a request there are no schemas.
  if (plan === undefined) {
    if (failure !== undefined) throw failure(results);
    return results;
  }
  const items = results as readonly ResultItem[];
  if (failure !== undefined) throw failure(applySchemasAfterFailure(items));
  return applySchemas(items);
}

/** The plan of a request that has to be there. Throws BatchUsageError `invalid-option`. */
export function requiredPlanOf<B extends Batch>(options: AnsweredRequest<B> | undefined): Plan<B> {
  const plan: Plan<B> | undefined = planOf<B>(options?.request as Planned<B>);
  expectArgument(plan !== undefined, 'options.request', 'the encoded request');
  return plan;
}

/** The plan of a request, given as such or with the encoded request. */
export function planOf<B extends Batch>(request: Planned<B> | undefined): Plan<B> | undefined;
export function planOf(request: Planned | undefined): Plan | undefined {
  if (request === undefined) return undefined;
  const plan: unknown = isObject(request) && 'plan' in request ? request.plan : request;
  if (isObject(plan) && 'items' in plan && Array.isArray(plan.items)) return plan as Plan;
  throw usageError('options.request', 'invalid-option', 'expected what encodeBatchRequest gave, or its plan');
}
