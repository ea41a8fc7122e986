import {
  type AddressedItem,
  type Addressing,
  addressResponses,
  isStatus,
} from '../batch/address-responses.ts';
import { BATCH_FORMATS, type BatchFormat, stopsAtFailure } from '../batch/batch-format.ts';
import type { BodyWriting } from '../batch/body.ts';
import { checkChoice } from '../batch/check-choice.ts';
import type { DecodedBatch } from '../batch/decoded-batch.ts';
import type { RandomSource } from '../batch/encode-options.ts';
import { guardCallbacks, Issues } from '../batch/issues.ts';
import type { BatchResponses } from '../batch/outgoing-response.ts';
import type { StreamedBodies } from '../batch/streamed-body.ts';
import type { WrittenBatch } from '../batch/written-batch.ts';
import { expectOptions, type NamesOf, type OptionNames } from '../expect-options.ts';
import { type ODataVersion, VERSIONS } from '../odata/version.ts';
import { JsonResponseEncoder } from './json/json-response-encoder.ts';
import { writeJsonObjects } from './json/write-objects.ts';
import { cryptoRandom } from './multipart/boundaries.ts';
import { encodeResponseMessage } from './multipart/encode-response.ts';
import { type BoundarySettings, type OutgoingItem, writeMessages } from './multipart/write-messages.ts';

/** How a response is written. */
export interface EncodeBatchResponseOptions {
  /** The format of the body. Default: that of the request, else `multipart`. */
  readonly format?: BatchFormat | undefined;
  /** The decoded request: its Content-IDs are repeated, its version kept, its structure checked against the responses. */
  readonly request?: DecodedBatch | undefined;
  /** Default: that of the request, else `4.0`. */
  readonly version?: ODataVersion | undefined;
  /** The outer status. Default 200, up to OData 3.0 it is 202. */
  readonly status?: number | undefined;
  /**
   * Whether the service goes on after a failure, and so owes every answer. Default: what the request asked for (where it says
   * nothing, multipart stops and JSON goes on). Services up to OData 3.0 go on, whatever a client asks for.
   */
  readonly continueOnError?: boolean | undefined;
  /** The boundary of the batch, or of the batch and then of each change set (multipart). Default: 128 random bits each. */
  readonly boundary?: string | readonly string[] | undefined;
  /**
   * How a change set that failed is written in multipart: `single`, as one part in its place, as OData says, or `nested`, as
   * one part in a change set of its own, which clients of Azure Table look for (X2). Default `single`.
   */
  readonly failedChangeSet?: 'single' | 'nested' | undefined;
  /**
   * Where the answers of a change set are in multipart: `nested` in a multipart of their own, as OData says, or `flat` among the
   * others, as SharePoint answers and PnPjs reads (X2). In flat ones each operation of a failed change set is answered, those that
   * did not fail themselves with 424. Default `nested`.
   */
  readonly changeSetAnswers?: 'nested' | 'flat' | undefined;
  /** How JSON bodies are printed. Default `JSON.stringify`. */
  readonly json?: { readonly stringify?: ((value: unknown) => string | undefined) | undefined } | undefined;
  /** Where boundaries come from. Default `crypto.getRandomValues`. */
  readonly random?: RandomSource | undefined;
}

/** The names of them. */
export const ENCODE_RESPONSE_OPTIONS: OptionNames = {
  format: true,
  request: 'object',
  version: true,
  status: true,
  continueOnError: true,
  boundary: true,
  failedChangeSet: true,
  changeSetAnswers: true,
  json: { stringify: 'function' },
  random: 'function',
} satisfies NamesOf<EncodeBatchResponseOptions>;

/** An answer ready to be sent: `new Response(body, { status, headers })`. */
export interface EncodedBatchResponse {
  readonly status: number;
  readonly contentType: string;
  /** All headers of the answer, Content-Type included. */
  readonly headers: Record<string, string>;
  readonly body: Uint8Array<ArrayBuffer>;
}

/**
 * Turns the answers to a batch into one response, in the format of the request. OData 4.01 Protocol, section 11.7.7.5, and JSON
 * Format, section 19.5.
 *
 * A change set that succeeded is a list of answers; one that failed is one answer of status 400 or more, with the id of
 * the operation that failed, if that is known. Where the service stopped at a failure, the answers behind it are left out.
 *
 * To a JSON batch every operation is answered by itself: of a failed change set the one that failed, and the others with 424;
 * where it is not known, all with the failure. In JSON there is no reason phrase, and `statusText` is left out.
 *
 * Throws BatchUsageError with all that is wrong: `invalid-status`, `change-set-partly-failed`, `response-count-mismatch`,
 * `body-not-allowed`, `invalid-header-value` and others of UsageErrorCode.
 *
 * @example
 * const { status, headers, body } = encodeBatchResponse([{ status: 200, body: product }, { status: 204 }], { request });
 */
export function encodeBatchResponse(
  responses: BatchResponses,
  options: EncodeBatchResponseOptions = {},
): EncodedBatchResponse {
  expectOptions(options, ENCODE_RESPONSE_OPTIONS);
  return guardCallbacks(() => {
    const issues = new Issues();
    const writing = responseWriting(options, undefined, issues);
    const { contentType, body } = writeResponses(responses, writing, issues);
    return { ...responseHeaders(writing, contentType), body };
  });
}

/** Options with their defaults in. */
export interface ResponseWriting extends Addressing, BodyWriting {
  readonly format: BatchFormat;
  readonly version: ODataVersion;
  readonly status: number;
  readonly boundaries: BoundarySettings;
}

/** Checks the options; throws where they are wrong. */
export function responseWriting(
  options: EncodeBatchResponseOptions,
  streams: StreamedBodies | undefined,
  issues: Issues,
): ResponseWriting {
  checkOptions(options, issues);
  issues.throwIfAny();
  const { request } = options;
  const version = options.version ?? request?.version ?? '4.0';
  const format = options.format ?? request?.format ?? 'multipart';
  return {
    format,
    isFlat: request?.format === 'json' || options.changeSetAnswers === 'flat',
    request,
    // In JSON the name of the change set stands in its one answer (J-20).
    failedChangeSet: format === 'json' ? 'nested' : options.failedChangeSet,
    stopsAtFailure: stopsAtFailure(
      request?.format ?? format,
      options.continueOnError ?? request?.continueOnError,
    ),
    version,
    status: options.status ?? VERSIONS[version].successStatus,
    stringify: options.json?.stringify ?? JSON.stringify,
    streams,
    boundaries: {
      given: options.boundary,
      // Clients look for these very words instead of reading the boundary parameter.
      prefixes: { batch: 'batchresponse', changeSet: 'changesetresponse' },
      random: options.random ?? cryptoRandom,
    },
  };
}

/** Writes a list of responses; throws where anything is wrong with it. */
export function writeResponses(
  responses: BatchResponses,
  writing: ResponseWriting,
  issues: Issues,
): WrittenBatch {
  const addressed = addressResponses(responses, writing, issues);
  issues.throwIfAny();
  const written = FORMATS[writing.format](addressed, writing, issues);
  issues.throwIfAny();
  return written;
}

type WriteItems = (items: readonly AddressedItem[], writing: ResponseWriting, issues: Issues) => WrittenBatch;

const FORMATS: Readonly<Record<BatchFormat, WriteItems>> = { multipart: writeMultipart, json: writeJson };

function writeMultipart(
  items: readonly AddressedItem[],
  writing: ResponseWriting,
  issues: Issues,
): WrittenBatch {
  const outgoing = items.flatMap((item) => outgoingResponses(item, writing, issues));
  issues.throwIfAny();
  return writeMessages(outgoing, writing.boundaries, issues);
}

function writeJson(items: readonly AddressedItem[], writing: ResponseWriting, issues: Issues): WrittenBatch {
  const ids = items.flat().map(({ response }) => response.id);
  const encoder = new JsonResponseEncoder([...idsOf(writing), ...ids], writing, issues);
  const objects = items.flatMap((item) => encoder.encode(item));
  issues.throwIfAny();
  return writeJsonObjects('responses', objects);
}

/** The ids of the request. */
export function idsOf({ request }: ResponseWriting): (string | undefined)[] {
  return request?.flat().map(({ id }) => id) ?? [];
}

/** The top-level parts of a response, or of those of a change set. */
export function outgoingResponses(
  item: AddressedItem,
  writing: ResponseWriting,
  issues: Issues,
): OutgoingItem[] {
  const outgoing = outgoingResponse(item, writing, issues);
  return Array.isArray(outgoing) && writing.isFlat ? outgoing : [outgoing as OutgoingItem];
}

/** The message of a response, or those of a change set. */
function outgoingResponse(item: AddressedItem, writing: ResponseWriting, issues: Issues): OutgoingItem {
  return Array.isArray(item)
    ? item.map((one) => encodeResponseMessage(one, writing, issues))
    : encodeResponseMessage(item, writing, issues);
}

/** Status and headers of the answer to a batch. */
export function responseHeaders(
  { status, version, request, stopsAtFailure }: ResponseWriting,
  contentType: string,
): Pick<EncodedBatchResponse, 'status' | 'contentType' | 'headers'> {
  const { versionHeader, continueOnError } = VERSIONS[version];
  const headers: Record<string, string> = { 'Content-Type': contentType, [versionHeader]: version };
  // Only so does a client know that a success of the batch may hold failures (S-07); a stream can't wait for them.
  if (request?.continueOnError === true && !stopsAtFailure) {
    headers['Preference-Applied'] = `${continueOnError}=true`;
  }
  return { status, contentType, headers };
}

function checkOptions(options: EncodeBatchResponseOptions, issues: Issues): void {
  const { format, version, failedChangeSet, changeSetAnswers, continueOnError, status, request } = options;
  checkChoice('options.format', format, BATCH_FORMATS, issues);
  checkChoice('options.request.format', request?.format, BATCH_FORMATS, issues);
  checkChoice('options.version', version, Object.keys(VERSIONS), issues);
  checkChoice('options.request.version', request?.version, Object.keys(VERSIONS), issues);
  checkChoice('options.failedChangeSet', failedChangeSet, ['single', 'nested'], issues);
  checkChoice('options.changeSetAnswers', changeSetAnswers, ['nested', 'flat'], issues);
  checkChoice('options.continueOnError', continueOnError, [true, false], issues);
  if (status !== undefined && !isStatus(status)) {
    issues.add('options.status', 'invalid-status', 'expected an integer from 100 to 599');
  }
}
