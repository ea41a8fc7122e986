import type { AnswerContext } from '../batch/answer-context.ts';
import type { BatchFormat } from '../batch/batch-format.ts';
import {
  allNotExecuted,
  allPending,
  allUnknown,
  correlate,
  isCertainRefusal,
  type ResultItem,
} from '../batch/correlate.ts';
import { gatherChangeSets } from '../batch/gather-change-sets.ts';
import { answered } from '../batch/outcome.ts';
import { isChangeSet, type Plan } from '../batch/plan.ts';
import { type AnswerReaders, ReceivedAnswer } from '../batch/received-answer.ts';
import type { ReceivedItem } from '../batch/received-item.ts';
import { resolveMonitors } from '../batch/resolve-monitors.ts';
import type { Answer, OperationResult, WireResult } from '../batch/result.ts';
import { wireResults } from '../batch/wire-results.ts';
import { TextWindow } from '../bytes/text-window.ts';
import { type BatchError, BatchResponseError } from '../errors.ts';
import { Fault } from '../fault.ts';
import { parseHttpResponse } from '../http/http-message.ts';
import { HeaderFields } from '../mime/header-list.ts';
import { type MediaType, parseMediaType } from '../mime/media-type.ts';
import type { ServiceError } from '../odata/service-error.ts';
import { BEGINNING_BYTES, type Reading } from '../reading.ts';
import { type BodyBeginning, bodyHint, explainFault } from './body-hint.ts';
import { JsonResponseReader } from './json/json-response-reader.ts';
import { decodeMultipartResponse } from './multipart/decode-response.ts';
import { boundaryOf } from './multipart/read-batch.ts';
import { type DecodeOptions, isMultipartType, type OpenMessage } from './open-message.ts';

/** How a response is read. */
export interface DecodeResponseOptions extends DecodeOptions {
  /** How JSON bodies are parsed; default `JSON.parse`. Give your own to keep 64-bit integers and decimals exact. */
  readonly json?: { readonly parse?: ((text: string) => unknown) | undefined } | undefined;
  /**
   * Reads the error of a failed answer before the codec tries: `readXmlError` of `odata-batch-codec/xml`, or your own. Where it
   * gives undefined the codec reads JSON, text and the title of HTML; what nobody reads keeps its octets.
   */
  readonly readError?: ((answer: Answer) => ServiceError | undefined) | undefined;
}

/** Results before any schema has seen them, and what went wrong, if anything did. */
export interface ReadAnswer {
  readonly results: readonly (ResultItem | WireResult | WireResult[])[];
  /** Makes the error to throw, with the results that it is to carry. */
  readonly failure?: (results: readonly unknown[]) => BatchError;
}

/** Reads an answer as far as it can be read: what is finished has its outcome, the rest is unknown. */
export function readAnswer(
  message: OpenMessage,
  plan: Plan | undefined,
  options: DecodeResponseOptions,
): ReadAnswer {
  const answer = readResults(message, plan, options);
  return { ...answer, results: resolveMonitors(answer.results, message.url || plan?.monitor) };
}

function readResults(
  message: OpenMessage,
  plan: Plan | undefined,
  options: DecodeResponseOptions,
): ReadAnswer {
  const received: ReceivedItem[] = [];
  const readers: AnswerReaders = {
    parse: options.json?.parse ?? JSON.parse,
    readError: options.readError,
    locate: message.locate,
    // A parser of the caller's may keep slices of its text.
    window: options.json?.parse === undefined ? new TextWindow(message.bytes) : undefined,
  };
  let context: AnswerContext = {};
  let begun: BodyBeginning | undefined;
  try {
    message.checkSize();
    const envelope = openEnvelope(message, plan?.monitor !== undefined);
    begun = beginningOf(envelope);
    const format = formatOf(envelope, message.reading);
    context = { format, fromMonitor: envelope.fromMonitor };
    const read = format && READERS[format](envelope, plan, message.reading, readers, received);
    if (read === undefined) return readOther(envelope, plan, readers);
    const { fault, nextLink } = read;
    const cut = fault && message.errorOf(fault);
    return { results: resultsOf(received, plan, { ...context, cut, nextLink }) };
  } catch (error) {
    const reason = explainFault(error, begun ?? message.begun);
    const cut = message.errorOf(reason);
    return {
      results: resultsBefore({ ...context, cut }, received, plan),
      failure: (results) => message.errorOf(reason, results),
    };
  }
}

/** The format of an answer, whichever its request had (B-05); undefined where it is no batch. */
function formatOf({ mediaType }: Envelope, reading: Reading): BatchFormat | undefined {
  if (mediaType?.essence === 'application/json') return 'json';
  return mediaType !== undefined && isMultipartType(mediaType, reading) ? 'multipart' : undefined;
}

/** What reading told beside the answers. */
interface ReadMessage {
  /** Of a message that was cut off, where that is tolerated. */
  readonly fault: Fault | undefined;
  readonly nextLink?: string | undefined;
}

/** Reads the answers of a message into `received`; undefined where it is no batch after all. */
type ReadFormat = (
  envelope: Envelope,
  plan: Plan | undefined,
  reading: Reading,
  readers: AnswerReaders,
  received: ReceivedItem[],
) => ReadMessage | undefined;

const READERS: Readonly<Record<BatchFormat, ReadFormat>> = { multipart: readMultipart, json: readJson };

function readMultipart(
  { body, bodyOffset, mediaType }: Envelope,
  plan: Plan | undefined,
  reading: Reading,
  readers: AnswerReaders,
  received: ReceivedItem[],
): ReadMessage {
  const boundary = boundaryOf(mediaType ?? { essence: '', parameters: [] }, bodyOffset, '');
  const multipart = { bytes: body, start: 0, end: body.length, base: bodyOffset };
  return { fault: decodeMultipartResponse(multipart, boundary, plan, reading, readers, received) };
}

/** JSON without `responses` is the service's refusal, and so is what it sends as one that is no JSON. */
function readJson(
  { body, bodyOffset, status = 200 }: Envelope,
  _plan: Plan | undefined,
  reading: Reading,
  readers: AnswerReaders,
  received: ReceivedItem[],
): ReadMessage | undefined {
  const slice = { bytes: body, start: 0, end: body.length, base: bodyOffset };
  const reader = new JsonResponseReader(slice, reading, readers, (part) => received.push(part));
  try {
    const fault = reader.read();
    return reader.isBatch ? { fault, nextLink: reader.nextLink } : undefined;
  } catch (error) {
    if (error instanceof Fault && !reader.isBatch && status >= 400) return undefined;
    throw error;
  }
}

/** The results of all answers, matched to the requests where these are known. */
function resultsOf(
  received: readonly ReceivedItem[],
  plan: Plan | undefined,
  context: AnswerContext,
): ReadAnswer['results'] {
  if (plan !== undefined) return correlate(plan, received, context);
  return wireResults(context.format === 'json' ? gatherChangeSets(received, undefined) : received);
}

/** The finished operations with their outcome, the rest unknown. */
function resultsBefore(
  context: AnswerContext & { readonly cut: BatchError },
  received: readonly ReceivedItem[],
  plan: Plan | undefined,
): ReadAnswer['results'] {
  try {
    return resultsOf(received, plan, context);
  } catch {
    // A function of the caller's threw again: what it threw the first time is told.
    return plan === undefined ? [] : allUnknown(plan, context.cut);
  }
}

/** An answer that is no batch: the service will answer later, because it was asked to (A-01), or it refused. */
function readOther(envelope: Envelope, plan: Plan | undefined, readers: AnswerReaders): ReadAnswer {
  const { status, headers, url } = envelope;
  const mayBeLater = plan !== undefined && (plan.respondAsync || plan.monitor !== undefined);
  // A monitor that is not ready yet need not say again where it is.
  const monitor =
    status === 202 && mayBeLater ? (headers.get('Location') ?? (url || plan.monitor)) : undefined;
  if (plan !== undefined && monitor !== undefined) {
    return { results: allPending(plan, monitor, headers.get('Retry-After')) };
  }
  const own = plan && answerOfOne(envelope, plan, readers);
  if (own !== undefined) return { results: [own] };
  const answer = wholeAnswer(envelope, readers);
  const refused = refusal(envelope, answer);
  if (plan === undefined) return { results: [], failure: () => refused() };
  // What a monitor answers says nothing of the batch that it belongs to.
  const isCertain = status !== undefined && !envelope.fromMonitor && isCertainRefusal(answer);
  const results = isCertain ? allNotExecuted(plan, answer.asError()) : allUnknown(plan, refused());
  return { results, failure: refused };
}

/** What became of a single operation of a JSON batch that has a monitor of its own, which gives its own answer (A-06). */
function answerOfOne(envelope: Envelope, plan: Plan, readers: AnswerReaders): OperationResult | undefined {
  const [item, next] = plan.items;
  const isOne = plan.format !== 'multipart' && next === undefined && item !== undefined && !isChangeSet(item);
  if (!isOne || plan.monitor === undefined || !envelope.isFinal) return undefined;
  const { status = 200, statusText, headers, contentType, body, bodyOffset } = envelope;
  const readable = withContentType(headers, contentType);
  return answered(item, new ReceivedAnswer({ status, statusText }, readable, body, readers, bodyOffset, ''));
}

/** The HTTP message that the answer is. */
interface Envelope {
  readonly url: string | undefined;
  readonly status: number | undefined;
  readonly statusText: string;
  readonly headers: HeaderFields;
  readonly contentType: string | null;
  readonly mediaType: MediaType | undefined;
  readonly body: Uint8Array<ArrayBuffer>;
  /** Where in the message the body begins. */
  readonly bodyOffset: number;
  /** Whether it came from a monitor. */
  readonly fromMonitor: boolean;
  /** Whether it is what a monitor was to give, rather than what the monitor says of itself. */
  readonly isFinal: boolean;
}

/**
 * A finished asynchronous batch is read from its monitor as a whole HTTP message, which is opened here (A-02), or as it is,
 * its status in a header (A-03).
 */
function openEnvelope(message: OpenMessage, isContinued: boolean): Envelope {
  const { url, headers, contentType, bytes, reading } = message;
  const mediaType = contentType === null ? undefined : parseMediaType(contentType);
  if (mediaType?.essence !== 'application/http') {
    const asyncResult = /^\d{3}$/.exec(headers.get('AsyncResult') ?? '')?.[0];
    const status = asyncResult === undefined ? message.status : Number(asyncResult);
    const isFinal = asyncResult !== undefined;
    const outer = { url, status, statusText: '', headers, contentType, mediaType };
    return { ...outer, body: bytes, bodyOffset: 0, fromMonitor: isContinued || isFinal, isFinal };
  }

  const inner = parseHttpResponse({ bytes, start: 0, end: bytes.length, base: 0 }, '', reading);
  const innerType = inner.headers.get('Content-Type');
  return {
    url,
    status: inner.line.status,
    statusText: inner.line.statusText,
    headers: inner.headers,
    contentType: innerType,
    mediaType: innerType === null ? undefined : parseMediaType(innerType),
    body: inner.body,
    bodyOffset: bytes.length - inner.body.length,
    fromMonitor: true,
    isFinal: true,
  };
}

function beginningOf({ headers, mediaType, body }: Envelope): BodyBeginning {
  return { headers, mediaType, beginning: body.subarray(0, BEGINNING_BYTES) };
}

/** Headers by which the body can be read, whichever way its type was given. */
function withContentType(headers: HeaderFields, contentType: string | null): HeaderFields {
  return contentType === null || headers.has('Content-Type')
    ? headers
    : new HeaderFields([['Content-Type', contentType], ...headers]);
}

/** The answer to a batch as one to an operation. */
function wholeAnswer(
  { status, headers, contentType, body }: Envelope,
  readers: AnswerReaders,
): ReceivedAnswer {
  const line = { status: status ?? 0, statusText: '' };
  return new ReceivedAnswer(line, withContentType(headers, contentType), body, readers, 0, '');
}

/** The service answered with something that is no batch (P-18): its own error, or a stranger's page. */
function refusal(
  envelope: Envelope,
  answer: ReceivedAnswer,
): (results?: readonly unknown[]) => BatchResponseError {
  const { status, headers, mediaType, body } = envelope;
  const what = `${status ?? 'without a status'}, ${mediaType?.essence ?? 'without a media type'}`;
  const hint = bodyHint(beginningOf(envelope));
  const text = `the service answered ${what}, where a batch was expected${hint === undefined ? '' : `: ${hint}`}`;
  const refused = { status, headers, bytes: body, error: answer.serviceError() };
  return (results) => new BatchResponseError(text, refused, { results });
}
