import { BATCH_FORMATS, type BatchFormat } from '../batch/batch-format.ts';
import { checkChoice } from '../batch/check-choice.ts';
import { ENCODE_OPTIONS, type EncodeBatchRequestOptions } from '../batch/encode-options.ts';
import { fieldOf, type HeaderPair, headerPairs } from '../batch/header-pairs.ts';
import { guardCallbacks, Issues } from '../batch/issues.ts';
import type { Batch } from '../batch/operation.ts';
import type { Plan } from '../batch/plan.ts';
import { type PlannedBatch, planBatch, planSettings } from '../batch/plan-batch.ts';
import type { StreamedBodies } from '../batch/streamed-body.ts';
import type { WrittenBatch } from '../batch/written-batch.ts';
import { expectOptions } from '../expect-options.ts';
import { joinFields } from '../mime/header-field.ts';
import { readPreferences } from '../odata/preferences.ts';
import { type ODataVersion, VERSIONS } from '../odata/version.ts';
import { encodeJsonRequest } from './json/encode-request.ts';
import { planJsonRequest } from './json/plan-request.ts';
import { encodeMultipartRequest } from './multipart/encode-request.ts';
import { contentLengthOf } from './multipart/message-chunks.ts';

/** A batch ready to be sent: `fetch(url, request)` takes it as it is. */
export interface EncodedBatchRequest<B extends Batch = Batch> {
  readonly method: 'POST';
  readonly contentType: string;
  /** All headers of the batch, Content-Type included. */
  readonly headers: Record<string, string>;
  readonly body: Uint8Array<ArrayBuffer>;
  /** What decoding the answer needs. */
  readonly plan: Plan<B>;
}

/**
 * Turns operations into one `$batch` request; a nested array is a change set. OData 4.01 Protocol, section 11.7.7, or with
 * `format: 'json'` OData 4.01 JSON Format, section 19.1.
 *
 * Throws BatchUsageError with all that is wrong, before any byte is written: `invalid-url`, `forbidden-header`,
 * `duplicate-content-id`, `forward-reference`, `body-not-encodable` and the other codes of UsageErrorCode.
 *
 * @example
 * const request = encodeBatchRequest([
 *   { method: 'GET', url: 'Products(1)' },
 *   [{ method: 'POST', url: 'Products', body: { name: 'Tea' } }],
 * ]);
 * const response = await fetch('https://example.com/service/$batch', request);
 */
export function encodeBatchRequest<const B extends Batch>(
  batch: B,
  options: EncodeBatchRequestOptions = {},
): EncodedBatchRequest<B> {
  expectOptions(options, ENCODE_OPTIONS);
  return encodeWhole(batch, options, {});
}

/** Encodes a batch that is all there. */
export function encodeWhole<B extends Batch>(
  batch: B,
  options: EncodeBatchRequestOptions,
  writing: Pick<RequestWriting, 'mayBeEmpty'>,
): EncodedBatchRequest<B> {
  return guardCallbacks(() => {
    const { written, headers, plan } = writeRequest(batch, options, writing);
    return { method: 'POST', contentType: written.contentType, headers, body: written.body, plan };
  });
}

/** How a request is written, beside what its caller says. */
export interface RequestWriting {
  /** Undefined where every body must be all there. */
  readonly streams?: StreamedBodies | undefined;
  /** Whether the batch may have no operations, as one may that was read (M-25). */
  readonly mayBeEmpty?: boolean | undefined;
}

/** A request that was written. */
export interface WrittenRequest<B extends Batch> {
  readonly written: WrittenBatch;
  readonly headers: Record<string, string>;
  readonly plan: Plan<B>;
}

/** Checks a batch and writes it. */
export function writeRequest<B extends Batch>(
  batch: B,
  options: EncodeBatchRequestOptions,
  { streams, mayBeEmpty = false }: RequestWriting,
): WrittenRequest<B> {
  const issues = new Issues();
  checkOptions(options, issues);
  issues.throwIfAny();
  if (Array.isArray(batch) && batch.length === 0 && !mayBeEmpty) {
    issues.add('batch', 'empty-batch', 'expected at least one operation');
  }

  const settings = planSettings(options);
  const { format } = settings;
  const planned = FORMATS[format].plan(planBatch(batch, settings, issues), issues);
  const callersHeaders = outerHeaders(options, issues);
  const written = FORMATS[format].encode(planned, options, streams, issues);
  checkSize(written, options, issues);
  issues.throwIfAny();

  const version = versionOf(options);
  const headers = completeHeaders(callersHeaders, written.contentType, format, version, options);
  const { respondAsync, continueOnError } = readPreferences(headers.Prefer ?? null);
  const plan: Plan<B> = {
    batch,
    format,
    version,
    service: options.service,
    serviceRoot: settings.serviceRoot,
    continueOnError,
    respondAsync,
    items: planned.items,
    warnings: planned.warnings,
  };
  for (const warning of plan.warnings) options.onWarning?.(warning);
  return { written, headers, plan };
}

/** What the formats do each in its own way. */
interface RequestFormat {
  /** The media type of the answer. */
  readonly accept: string;
  readonly plan: (planned: PlannedBatch, issues: Issues) => PlannedBatch;
  readonly encode: (
    planned: PlannedBatch,
    options: EncodeBatchRequestOptions,
    streams: StreamedBodies | undefined,
    issues: Issues,
  ) => WrittenBatch;
}

const FORMATS: Readonly<Record<BatchFormat, RequestFormat>> = {
  multipart: { accept: 'multipart/mixed', plan: (planned) => planned, encode: encodeMultipartRequest },
  json: { accept: 'application/json', plan: planJsonRequest, encode: encodeJsonRequest },
};

/** A batch that its service would refuse for its size, as far as that is known. */
function checkSize(written: WrittenBatch, { service }: EncodeBatchRequestOptions, issues: Issues): void {
  const maximum = service?.limits?.maxBytes;
  const size = contentLengthOf(written);
  if (maximum === undefined || size === undefined || size <= maximum) return;
  const message = `the service takes ${maximum} octets in one batch, this one has ${size}: split it`;
  issues.add('batch', 'batch-too-large', message);
}

/** The values that the options of one name can have. */
const CHOICES: Readonly<Record<string, readonly unknown[]>> = {
  format: BATCH_FORMATS,
  version: /* @__PURE__ */ Object.keys(VERSIONS),
  contentId: ['all', 'change-sets', 'none', 'numbered'],
  accept: ['add', 'as-given'],
  forbiddenHeaders: ['error', 'strip', 'allow'],
  continueOnError: [true, false],
};

function checkOptions(options: EncodeBatchRequestOptions, issues: Issues): void {
  for (const [name, choices] of Object.entries(CHOICES)) {
    checkChoice(`options.${name}`, (options as Record<string, unknown>)[name], choices, issues);
  }
  for (const name of ['version', 'contentId', 'accept', 'forbiddenHeaders'] as const) {
    checkChoice(`options.service.${name}`, options.service?.[name], CHOICES[name] ?? [], issues);
  }
  if (options.format === undefined) {
    checkChoice('options.service.format', options.service?.format, CHOICES.format ?? [], issues);
  }
  issues.throwIfAny();
  const rules = VERSIONS[versionOf(options)];
  const urlForms = ['as-given', 'service-path', ...rules.urlForms];
  checkChoice('options.urlForm', options.urlForm, urlForms, issues);
  checkChoice('options.service.urlForm', options.service?.urlForm, urlForms, issues);
  if ((options.format ?? options.service?.format) === 'json' && !rules.jsonBatches) {
    issues.add('options.version', 'not-expressible', 'JSON batches came with OData 4');
  }
  if (options.onWarning !== undefined && typeof options.onWarning !== 'function') {
    issues.add('options.onWarning', 'invalid-option', 'expected a function');
  }
  const { contentId = 'numbered' } = options;
  if (options.service?.contentId === 'numbered' && contentId !== 'numbered') {
    issues.add('options.contentId', 'invalid-option', 'the service numbers all operations');
  }
  const root: unknown = options.serviceRoot ?? options.service?.serviceRoot;
  if (root !== undefined && typeof root !== 'string') {
    issues.add('options.serviceRoot', 'invalid-option', 'expected an absolute URL as text');
  }
}

function versionOf({ version, service }: EncodeBatchRequestOptions): ODataVersion {
  return version ?? service?.version ?? '4.0';
}

/** Fields of the batch itself that would make a service misread it (H-53, B-06), or that the codec has to write. */
const NOT_FOR_THE_BATCH = /^(content-type|content-length|if-match|if-none-match|x-http-method)$/i;

function outerHeaders(options: EncodeBatchRequestOptions, issues: Issues): readonly HeaderPair[] {
  const pairs = headerPairs(options.headers, 'options.headers', issues);
  for (const [name] of pairs) {
    if (!NOT_FOR_THE_BATCH.test(name)) continue;
    issues.add(`options.headers.${name}`, 'forbidden-header', `${name} may not be set on the batch itself`);
  }
  return pairs;
}

function completeHeaders(
  callers: readonly HeaderPair[],
  contentType: string,
  format: BatchFormat,
  version: ODataVersion,
  { continueOnError, service }: EncodeBatchRequestOptions,
): Record<string, string> {
  const rules = VERSIONS[version];
  const headers: Record<string, string> = { 'Content-Type': contentType };
  const addDefault = (name: string, value: string) => {
    if (fieldOf(callers, name.toLowerCase()) === undefined) headers[name] = value;
  };
  const {
    accept = FORMATS[format].accept,
    version: isVersionSent = true,
    fields,
  } = service?.batchHeaders ?? {};
  // Without it a service may answer in its own favourite format (B-05).
  if (accept !== null) addDefault('Accept', accept);
  if (isVersionSent) {
    addDefault(rules.versionHeader, version);
    addDefault(rules.maxVersionHeader, version);
  }
  for (const [name, value] of fields ?? []) addDefault(name, value);

  const preferences = callers.filter(([name]) => name.toLowerCase() === 'prefer').map(([, value]) => value);
  if (continueOnError !== undefined) {
    preferences.push(continueOnError ? rules.continueOnError : `${rules.continueOnError}=false`);
  }
  if (preferences.length > 0) headers.Prefer = preferences.join(', ');
  const names = new Map(Object.keys(headers).map((name) => [name.toLowerCase(), name]));
  for (const [name, value] of callers) {
    const key = name.toLowerCase();
    if (key === 'prefer') continue;
    const known = names.get(key);
    if (known !== undefined) headers[known] = joinFields(key, headers[known] ?? '', value);
    else {
      names.set(key, name);
      defineField(headers, name, value);
    }
  }
  return headers;
}

/** Even `__proto__` is a field here and nothing else. */
function defineField(headers: Record<string, string>, name: string, value: string): void {
  Object.defineProperty(headers, name, { value, enumerable: true, writable: true, configurable: true });
}
