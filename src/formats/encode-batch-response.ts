import {
  type AddressedItem,
  type Addressing,
  addressResponses,
  isStatus,
} from '../batch/address-responses.ts';
import type { BodyWriting } from '../batch/body.ts';
import { checkChoice } from '../batch/check-choice.ts';
import type { DecodedBatch } from '../batch/decoded-batch.ts';
import type { RandomSource } from '../batch/encode-options.ts';
import { guardCallbacks, Issues } from '../batch/issues.ts';
import type { BatchResponses } from '../batch/outgoing-response.ts';
import type { StreamedBodies } from '../batch/streamed-body.ts';
import type { WrittenBatch } from '../batch/written-batch.ts';
import { type ODataVersion, VERSIONS } from '../odata/version.ts';
import { cryptoRandom } from './multipart/boundaries.ts';
import { encodeResponseMessage } from './multipart/encode-response.ts';
import { type BoundarySettings, type OutgoingItem, writeMessages } from './multipart/write-messages.ts';

/** How a response is written. */
export interface EncodeBatchResponseOptions {
  /** The decoded request: its Content-IDs are repeated, its version kept, its structure checked against the responses. */
  readonly request?: DecodedBatch | undefined;
  /** Default: that of the request, else `4.0`. */
  readonly version?: ODataVersion | undefined;
  /** The outer status. Default 200, up to OData 3.0 it is 202. */
  readonly status?: number | undefined;
  /** The boundary of the batch, or of the batch and then of each change set. Default: 128 random bits each. */
  readonly boundary?: string | readonly string[] | undefined;
  /**
   * How a change set that failed is written: `single`, as one part in its place, as OData says, or `nested`, as one part in
   * a change set of its own, which clients of Azure Table look for (X2). Default `single`.
   */
  readonly failedChangeSet?: 'single' | 'nested' | undefined;
  /** How JSON bodies are printed. Default `JSON.stringify`. */
  readonly json?: { readonly stringify?: ((value: unknown) => string | undefined) | undefined } | undefined;
  /** Where boundaries come from. Default `crypto.getRandomValues`. */
  readonly random?: RandomSource | undefined;
}

/** An answer ready to be sent: `new Response(body, { status, headers })`. */
export interface EncodedBatchResponse {
  readonly status: number;
  readonly contentType: string;
  /** All headers of the answer, Content-Type included. */
  readonly headers: Record<string, string>;
  readonly body: Uint8Array<ArrayBuffer>;
}

/**
 * Turns the answers to a batch into one response. OData 4.01 Protocol, section 11.7.7.5.
 *
 * A change set that succeeded is a list of answers; one that failed is one answer of status 400 or more, with the id of
 * the operation that failed, if that is known. Where the service stopped at a failure, the answers behind it are left out.
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
  return guardCallbacks(() => {
    const issues = new Issues();
    const writing = responseWriting(options, undefined, issues);
    const { contentType, body } = writeResponses(responses, writing, issues);
    return { ...responseHeaders(writing, contentType), body };
  });
}

/** Options with their defaults in. */
export interface ResponseWriting extends Addressing, BodyWriting {
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
  const { request, failedChangeSet } = options;
  const version = options.version ?? request?.version ?? '4.0';
  return {
    request,
    failedChangeSet,
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
  const outgoing = addressed.map((item) => outgoingResponse(item, writing, issues));
  issues.throwIfAny();
  const written = writeMessages(outgoing, writing.boundaries, issues);
  issues.throwIfAny();
  return written;
}

/** The message of a response, or those of a change set. */
export function outgoingResponse(
  item: AddressedItem,
  writing: ResponseWriting,
  issues: Issues,
): OutgoingItem {
  return Array.isArray(item)
    ? item.map((one) => encodeResponseMessage(one, writing, issues))
    : encodeResponseMessage(item, writing, issues);
}

/** Status and headers of the answer to a batch. */
export function responseHeaders(
  { status, version, request }: ResponseWriting,
  contentType: string,
): Pick<EncodedBatchResponse, 'status' | 'contentType' | 'headers'> {
  const { versionHeader, continueOnError } = VERSIONS[version];
  const headers: Record<string, string> = { 'Content-Type': contentType, [versionHeader]: version };
  // Only so does a client know that a success of the batch may hold failures (S-07); a stream can't wait for them.
  if (request?.continueOnError === true) headers['Preference-Applied'] = `${continueOnError}=true`;
  return { status, contentType, headers };
}

function checkOptions(options: EncodeBatchResponseOptions, issues: Issues): void {
  const { version, failedChangeSet, status, request } = options;
  checkChoice('options.version', version, Object.keys(VERSIONS), issues);
  checkChoice('options.request.version', request?.version, Object.keys(VERSIONS), issues);
  checkChoice('options.failedChangeSet', failedChangeSet, ['single', 'nested'], issues);
  if (status !== undefined && !isStatus(status)) {
    issues.add('options.status', 'invalid-status', 'expected an integer from 100 to 599');
  }
}
