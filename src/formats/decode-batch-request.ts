import type { BatchFormat } from '../batch/batch-format.ts';
import { checkChoice } from '../batch/check-choice.ts';
import type { DecodedBatch } from '../batch/decoded-batch.ts';
import type { ForbiddenHeaderPolicy } from '../batch/header-planner.ts';
import { Issues } from '../batch/issues.ts';
import type { RequestSettings } from '../batch/request-settings.ts';
import { expectOptions, type NamesOf, type OptionNames } from '../expect-options.ts';
import { Fault } from '../fault.ts';
import { parseMediaType } from '../mime/media-type.ts';
import { readPreferences } from '../odata/preferences.ts';
import { type ODataVersion, VERSIONS, versionOf } from '../odata/version.ts';
import { explainFault } from './body-hint.ts';
import { decodeJsonRequest } from './json/decode-request.ts';
import { decodeMultipartRequest } from './multipart/decode-request.ts';
import { boundaryOf } from './multipart/read-batch.ts';
import {
  type BatchMessage,
  DECODE_OPTIONS,
  type DecodeOptions,
  isMultipartType,
  OpenMessage,
} from './open-message.ts';

/** How a request is read. */
export interface DecodeRequestOptions extends DecodeOptions {
  /** Default: what the version headers of the message say, else that of the service, else `4.0`. */
  readonly version?: ODataVersion | undefined;
  /** The absolute URL of the service, for `absoluteUrl`. */
  readonly serviceRoot?: string | undefined;
  /**
   * What happens to Authorization and others inside the batch: they refuse it, are left out, or are read as other headers are.
   * Default: they are read, with a warning.
   */
  readonly forbiddenHeaders?: ForbiddenHeaderPolicy | undefined;
  /** How JSON bodies are parsed; default `JSON.parse`. */
  readonly json?: { readonly parse?: ((text: string) => unknown) | undefined } | undefined;
}

/** The names of those that only requests have. */
export const DECODE_REQUEST_OPTIONS: OptionNames = {
  version: true,
  serviceRoot: 'string',
  forbiddenHeaders: true,
  json: { parse: 'function' },
} satisfies NamesOf<Omit<DecodeRequestOptions, keyof DecodeOptions>>;

/**
 * Turns a `$batch` request into its operations, in order; a nested array is a change set. OData 4.01 Protocol, section
 * 11.7.7.1, and JSON Format, section 19.1: the Content-Type decides. Each operation can be encoded again, unless it has what
 * only a reader puts up with: a wrong Content-Length, a fragment, something behind a tolerance.
 *
 * Throws BatchSyntaxError with code, offset, line and path of what is wrong, BatchLimitError.
 *
 * @example
 * const batch = decodeBatchRequest({ headers: request.headers, body: await request.arrayBuffer() });
 * for (const item of batch) …
 */
export function decodeBatchRequest(message: BatchMessage, options: DecodeRequestOptions = {}): DecodedBatch {
  expectOptions(options, DECODE_OPTIONS, DECODE_REQUEST_OPTIONS);
  return readBatchRequest(message, options);
}

/** Decodes a request with options that may hold more. */
export function readBatchRequest(message: BatchMessage, options: DecodeRequestOptions): DecodedBatch {
  const { message: open, format, boundary, version, settings } = openRequest(message, options);
  const { bytes, reading } = open;
  try {
    open.checkSize();
    const body = { bytes, start: 0, end: bytes.length, base: 0 };
    const { items, boundaries } =
      format === 'json'
        ? { items: decodeJsonRequest(body, reading, settings), boundaries: [] }
        : decodeMultipartRequest(body, boundary, reading, settings);
    const { continueOnError } = readPreferences(open.headers.get('Prefer'));
    return Object.assign(items, { format, version, continueOnError, boundaries });
  } catch (error) {
    throw open.errorOf(explainFault(error, open.begun));
  }
}

/** A request whose headers were read. */
export interface OpenRequest {
  readonly message: OpenMessage;
  readonly format: BatchFormat;
  /** Of a multipart request; else empty. */
  readonly boundary: string;
  readonly version: ODataVersion;
  readonly settings: RequestSettings;
}

/** Checks the options and reads the headers of a request. */
export function openRequest(message: BatchMessage, options: DecodeRequestOptions): OpenRequest {
  const issues = new Issues();
  checkChoice('options.version', options.version, Object.keys(VERSIONS), issues);
  checkChoice('options.forbiddenHeaders', options.forbiddenHeaders, ['error', 'strip', 'allow'], issues);
  issues.throwIfAny();
  const open = new OpenMessage(message, options, []);
  const { service } = options;
  const version = options.version ?? versionOf(open.headers) ?? service?.version ?? '4.0';
  const settings: RequestSettings = {
    version: VERSIONS[version],
    forbiddenHeaders: options.forbiddenHeaders ?? service?.forbiddenHeaders,
    serviceRoot: options.serviceRoot ?? service?.serviceRoot,
    parse: options.json?.parse ?? JSON.parse,
    locate: open.locate,
  };
  try {
    return { message: open, ...requestFormat(open), version, settings };
  } catch (error) {
    throw open.errorOf(explainFault(error, open.begun));
  }
}

function requestFormat({ contentType, reading }: OpenMessage): Pick<OpenRequest, 'format' | 'boundary'> {
  const mediaType = contentType === null ? undefined : parseMediaType(contentType);
  const expected = 'multipart/mixed or application/json';
  if (mediaType === undefined) {
    throw new Fault('invalid-media-type', `expected ${expected} as Content-Type`, 0, '');
  }
  if (mediaType.essence === 'application/json') return { format: 'json', boundary: '' };
  if (isMultipartType(mediaType, reading)) {
    return { format: 'multipart', boundary: boundaryOf(mediaType, 0, '') };
  }
  throw new Fault('not-a-batch', `expected ${expected}, not ${mediaType.essence}`, 0, '');
}
