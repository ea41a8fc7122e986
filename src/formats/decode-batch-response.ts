import { applySchemas, applySchemasAsync } from '../batch/apply-schemas.ts';
import {
  type AnswerContext,
  allPending,
  allUnknown,
  correlate,
  type ResultItem,
} from '../batch/correlate.ts';
import { isBatchError } from '../batch/is-batch-error.ts';
import type { Batch } from '../batch/operation.ts';
import type { Plan } from '../batch/plan.ts';
import { type AnswerReaders, ReceivedAnswer } from '../batch/received-answer.ts';
import type { ReceivedItem } from '../batch/received-item.ts';
import type { Answer, BatchResults, WireResult } from '../batch/result.ts';
import { wireResults } from '../batch/wire-results.ts';
import { type BatchError, BatchResponseError, BatchTransportError } from '../errors.ts';
import { parseHttpResponse } from '../http/http-message.ts';
import { HeaderFields } from '../mime/header-list.ts';
import { type MediaType, parseMediaType } from '../mime/media-type.ts';
import type { ServiceError } from '../odata/service-error.ts';
import type { Slice } from '../reading.ts';
import { RESPONSE_TOLERANCES } from '../tolerances.ts';
import type { EncodedBatchRequest } from './encode-batch-request.ts';
import { readMultipartResponse } from './multipart/decode-response.ts';
import { boundaryOf } from './multipart/read-batch.ts';
import { type BatchMessage, type DecodeOptions, OpenMessage } from './open-message.ts';
import { type ByteSource, readWhole } from './read-whole.ts';

/** How a response is read. */
export interface DecodeResponseOptions extends DecodeOptions {
  /** How JSON bodies are parsed; default `JSON.parse`. Give your own to keep 64-bit integers and decimals exact. */
  readonly json?: { readonly parse?: ((text: string) => unknown) | undefined } | undefined;
  /** Reads the error of a failed answer before the codec tries, for bodies that are not OData's JSON. */
  readonly readError?: ((answer: Answer) => ServiceError | undefined) | undefined;
}

/** The request that a response answers. */
export interface AnsweredRequest<B extends Batch> {
  readonly request: EncodedBatchRequest<B> | Plan<B>;
}

/** What every fetch gives: the DOM, undici, workerd, Deno, Bun. */
export interface ResponseLike {
  readonly status: number;
  readonly headers: Iterable<[string, string]>;
  readonly body: ByteSource | null;
}

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
  options: DecodeResponseOptions & { readonly request?: EncodedBatchRequest | Plan | undefined } = {},
): unknown {
  const plan = planOf(options.request);
  const results = readResults(new OpenMessage(message, options, RESPONSE_TOLERANCES), plan, options);
  return plan === undefined ? results : applySchemas(results as ResultItem[]);
}

/**
 * Reads the response of a fetch and decodes it: the same as {@link decodeBatchResponse}, for schemas that validate
 * asynchronously too, and with the size limit held while reading.
 *
 * Throws also BatchTransportError (`response-lost`) where reading fails half-way.
 */
export async function readBatchResponse<B extends Batch>(
  response: ResponseLike,
  options: DecodeResponseOptions & AnsweredRequest<B>,
): Promise<BatchResults<B>> {
  const plan = planOf(options.request) as Plan<B>;
  const { status, headers } = response;
  const open = (body: Uint8Array<ArrayBuffer>) =>
    new OpenMessage({ status, headers: [...headers], body }, options, RESPONSE_TOLERANCES);

  const { bytes, failure } = await readWhole(response.body, options.limits);
  if (failure !== undefined) {
    if (isBatchError(failure.cause))
      throw open(bytes).errorOf(failure.cause, allUnknown(plan, failure.cause));
    throw lostResponse(open(bytes), plan, options, failure.cause);
  }
  const results = readResults(open(bytes), plan, options) as ResultItem[];
  return (await applySchemasAsync(results)) as BatchResults<B>;
}

/** A response that can't be read to its end: the results of what had come by then. */
function lostResponse(
  message: OpenMessage,
  plan: Plan,
  options: DecodeResponseOptions,
  cause: unknown,
): BatchTransportError {
  const text = 'reading the response failed before its end';
  let results: readonly unknown[] = allUnknown(plan, new BatchTransportError(text, { cause }));
  try {
    results = readResults(message, plan, options);
  } catch (error) {
    if (isBatchError(error) && error.results !== undefined) results = error.results;
  }
  return new BatchTransportError(text, { cause, results });
}

function planOf<B extends Batch>(request: EncodedBatchRequest<B> | Plan<B> | undefined): Plan<B> | undefined {
  if (request === undefined) return undefined;
  return 'plan' in request ? request.plan : request;
}

/** Results without schemas; errors carry what is known by then. */
function readResults(
  message: OpenMessage,
  plan: Plan | undefined,
  options: DecodeResponseOptions,
): readonly (ResultItem | WireResult | WireResult[])[] {
  const received: ReceivedItem[] = [];
  const readers: AnswerReaders = {
    parse: options.json?.parse ?? JSON.parse,
    readError: options.readError,
    locate: message.locate,
  };
  let fromMonitor = false;
  try {
    message.checkSize();
    const envelope = openEnvelope(message);
    fromMonitor = envelope.fromMonitor;
    const { mediaType } = envelope;
    if (mediaType === undefined || !isMultipart(mediaType, message)) {
      const monitor = monitorOf(envelope, plan);
      if (monitor === undefined || plan === undefined) throw refusal(envelope, plan, readers);
      return allPending(plan, monitor, envelope.headers.get('Retry-After'));
    }
    const boundary = boundaryOf(mediaType, envelope.body.offset, '');
    readMultipartResponse(envelope.body, boundary, plan, message.reading, readers, received);
    return plan === undefined ? wireResults(received) : correlate(plan, received, envelope);
  } catch (error) {
    const failure = message.errorOf(error);
    throw message.errorOf(error, resultsBefore({ cut: failure, fromMonitor }, received, plan));
  }
}

/** The finished operations with their outcome, the rest unknown. */
function resultsBefore(
  context: AnswerContext & { readonly cut: BatchError },
  received: readonly ReceivedItem[],
  plan: Plan | undefined,
): readonly unknown[] {
  let results = plan === undefined ? [] : allUnknown(plan, context.cut);
  try {
    if (plan === undefined) return wireResults(received);
    results = correlate(plan, received, context);
    return applySchemas(results);
  } catch {
    // A function of the caller's threw: that is told already, or less important than what is.
    return results;
  }
}

/** The HTTP message that the answer is. */
interface Envelope {
  readonly status: number | undefined;
  readonly headers: HeaderFields;
  readonly contentType: string | null;
  readonly mediaType: MediaType | undefined;
  readonly body: Slice;
  /** Whether it came inside another message, as a monitor gives it. */
  readonly fromMonitor: boolean;
}

/** A finished asynchronous batch is read from its monitor as a whole HTTP message, which is opened here. */
function openEnvelope(message: OpenMessage): Envelope {
  const { status, headers, contentType, bytes, reading } = message;
  const mediaType = contentType === null ? undefined : parseMediaType(contentType);
  if (mediaType?.essence !== 'application/http') {
    return { status, headers, contentType, mediaType, body: { bytes, offset: 0 }, fromMonitor: false };
  }

  const inner = parseHttpResponse({ bytes, offset: 0 }, '', reading);
  const innerType = inner.headers.get('Content-Type');
  return {
    status: inner.status,
    headers: inner.headers,
    contentType: innerType,
    mediaType: innerType === null ? undefined : parseMediaType(innerType),
    body: { bytes: inner.body, offset: bytes.length - inner.body.length },
    fromMonitor: true,
  };
}

function isMultipart(mediaType: MediaType, { reading }: OpenMessage): boolean {
  if (mediaType.essence === 'multipart/mixed') return true;
  return mediaType.essence.startsWith('multipart/') && reading.tolerate.has('other-subtype');
}

/** Where the service will answer later, because it was asked to. */
function monitorOf({ status, headers }: Envelope, plan: Plan | undefined): string | undefined {
  if (status !== 202 || plan?.respondAsync !== true) return undefined;
  return headers.get('Location') ?? undefined;
}

/** Headers by which the body can be read, whichever way its type was given. */
function withContentType(headers: HeaderFields, contentType: string | null): HeaderFields {
  return contentType === null || headers.has('Content-Type')
    ? headers
    : new HeaderFields([['Content-Type', contentType], ...headers]);
}

/** The service answered with something that is no batch (P-18): its own error, or a stranger's page. */
function refusal(
  { status, headers, contentType, mediaType, body }: Envelope,
  plan: Plan | undefined,
  readers: AnswerReaders,
): BatchResponseError {
  const answer = new ReceivedAnswer(
    {
      status: status ?? 0,
      statusText: '',
      headers: withContentType(headers, contentType),
      body: body.bytes,
      offset: body.offset,
      path: '',
    },
    readers,
  );
  const text = `the service answered ${status ?? 'without a status'}, ${mediaType?.essence ?? 'without a media type'}, where a multipart/mixed batch was expected`;
  const refused = { status, headers, bytes: body.bytes, error: answer.serviceError() };
  const cause = new BatchResponseError(text, refused);
  return plan === undefined
    ? cause
    : new BatchResponseError(text, refused, { results: allUnknown(plan, cause) });
}
