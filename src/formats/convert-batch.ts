import { BATCH_FORMATS, type BatchFormat } from '../batch/batch-format.ts';
import { checkChoice } from '../batch/check-choice.ts';
import type { DecodedBatch } from '../batch/decoded-batch.ts';
import type { EncodeBatchRequestOptions } from '../batch/encode-options.ts';
import { fieldOf, headerPairs } from '../batch/header-pairs.ts';
import { Issues } from '../batch/issues.ts';
import type { Batch } from '../batch/operation.ts';
import { expectObject } from '../expect-argument.ts';
import { expectOptions, type NamesOf, type OptionNames } from '../expect-options.ts';
import type { Conversion, ConversionRules } from './conversion.ts';
import {
  DECODE_REQUEST_OPTIONS,
  type DecodeRequestOptions,
  readBatchRequest,
} from './decode-batch-request.ts';
import { type EncodedBatchRequest, encodeWhole } from './encode-batch-request.ts';
import { jsonToMultipart } from './json-to-multipart.ts';
import { multipartToJson } from './multipart-to-json.ts';
import type { BatchMessage } from './open-message.ts';
import { DECODE_OPTIONS } from './open-message.ts';

/** How a batch is converted: how it is read, where it is a message, and how it is written. */
export interface ConvertBatchOptions
  extends Omit<DecodeRequestOptions, 'json'>,
    Pick<EncodeBatchRequestOptions, 'boundary' | 'headers' | 'random' | 'urlForm'> {
  /** The format to convert to. */
  readonly format: BatchFormat;
  /**
   * Where the other format can't keep the order of the operations, the conversion is refused (`keep`), or the order given up
   * (`ignore`). Default `keep`.
   */
  readonly order?: 'keep' | 'ignore' | undefined;
}

/** The names of those that only conversions have; none has to do with values of JSON. */
const CONVERT_OPTIONS: OptionNames = {
  format: true,
  order: true,
  boundary: true,
  headers: true,
  random: 'function',
  urlForm: true,
} satisfies NamesOf<Omit<ConvertBatchOptions, keyof DecodeRequestOptions>>;

/**
 * Turns a batch request, a message or a decoded one, into the other format, ready to be sent: the same operations with the same
 * octets, in the same order, with the same end at a failure; or it is refused.
 *
 * Multipart to JSON: a batch that stops at the first failure says `continue-on-error=false`, and each item depends on the one
 * before it. One that goes on has an order that JSON has no words for (`order-not-expressible`, unless `order: 'ignore'`). JSON to
 * multipart: a batch that does not say otherwise asks to go on; conditions are refused, and dependencies where the batch goes on,
 * but for those on what an operation refers to (`not-expressible`).
 *
 * Headers of the message itself are the caller's to pass on, in `headers`; what Prefer says of going on is kept. Header names in
 * lower case get their customary spelling in multipart; no Accept is added. A service says its root, version and which headers it
 * takes; its rules are not applied. An empty batch becomes an empty one.
 *
 * Throws what {@link decodeBatchRequest} and {@link encodeBatchRequest} throw, and BatchUsageError `order-not-expressible`.
 *
 * @example
 * const request = convertBatch({ headers: incoming.headers, body: await incoming.arrayBuffer() }, { format: 'json' });
 * const response = await fetch('https://example.com/service/$batch', request);
 */
export function convertBatch(
  request: BatchMessage | DecodedBatch,
  options: ConvertBatchOptions,
): EncodedBatchRequest<Batch> {
  const { json: _json, ...ofRequests } = DECODE_REQUEST_OPTIONS;
  expectOptions(options, DECODE_OPTIONS, ofRequests, CONVERT_OPTIONS);
  const issues = new Issues();
  const { format, order, boundary, headers, random, urlForm, service } = options;
  const { serviceRoot = service?.serviceRoot, forbiddenHeaders = service?.forbiddenHeaders } = options;
  if (format === undefined) issues.add('options.format', 'invalid-option', 'expected a format');
  checkChoice('options.format', format, BATCH_FORMATS, issues);
  checkChoice('options.order', order, ['keep', 'ignore'], issues);
  issues.throwIfAny();

  if (isDecoded(request)) {
    for (const [index, item] of request.entries()) expectObject(item, `batch[${index}]`, 'an operation');
  }
  const decoded = isDecoded(request) ? request : readBatchRequest(request, options);
  const rules: ConversionRules = {
    keepsOrder: order !== 'ignore',
    serviceRoot,
    host: isDecoded(request) ? null : hostOf(request),
    issues,
  };
  const { batch, continueOnError } =
    format === decoded.format
      ? { batch: decoded, continueOnError: decoded.continueOnError }
      : CONVERSIONS[format](decoded, rules);
  issues.throwIfAny();
  const encoding: EncodeBatchRequestOptions = {
    format,
    version: options.version ?? decoded.version,
    continueOnError,
    // Ids that nobody gave are added only where there have to be some.
    contentId: 'change-sets',
    accept: 'as-given',
    forbiddenHeaders,
    boundary,
    headers,
    random,
    urlForm,
    serviceRoot,
  };
  return encodeWhole(batch, encoding, { mayBeEmpty: true });
}

/** By the format to convert to. */
const CONVERSIONS: Readonly<
  Record<BatchFormat, (batch: DecodedBatch, rules: ConversionRules) => Conversion>
> = { json: multipartToJson, multipart: jsonToMultipart };

function isDecoded(request: BatchMessage | DecodedBatch): request is DecodedBatch {
  return Array.isArray(request);
}

function hostOf({ headers }: BatchMessage): string | null {
  return fieldOf(headerPairs(headers, 'message.headers', new Issues()), 'host') ?? null;
}
