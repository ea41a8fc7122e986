import { headerPairs } from '../batch/header-pairs.ts';
import { callbackFailure, Issues, usageError } from '../batch/issues.ts';
import type { HeadersInput } from '../batch/operation.ts';
import type { Service } from '../batch/service.ts';
import { octetsOf } from '../bytes/octets-of.ts';
import { LineIndex } from '../bytes/position.ts';
import { utf8Encoder } from '../bytes/text.ts';
import { type BatchError, BatchLimitError, BatchSyntaxError, type SyntaxErrorPlace } from '../errors.ts';
import { expectObject } from '../expect-argument.ts';
import type { NamesOf, OptionNames } from '../expect-options.ts';
import { Fault } from '../fault.ts';
import { DEFAULT_LIMITS, type LimitsInput } from '../limits.ts';
import { HeaderFields } from '../mime/header-list.ts';
import { partHint } from '../mime/line-end-hint.ts';
import { type MediaType, parseMediaType } from '../mime/media-type.ts';
import { type BatchWarning, completeLimits, type Path, type Places, type Reading } from '../reading.ts';
import { TOLERANCES, type Tolerance } from '../tolerances.ts';
import type { BodyBeginning } from './body-hint.ts';

/** A batch as it came over the wire, whole. */
export interface BatchMessage {
  /** Of a response; default 200. */
  readonly status?: number | undefined;
  readonly headers?: HeadersInput | undefined;
  /** Comes before the Content-Type in `headers`. */
  readonly contentType?: string | null | undefined;
  /** Of a response: the URL that it came from. Relative monitors of pending results are resolved with it. */
  readonly url?: string | undefined;
  /** Octets; a string only for text that you have already: octets that are no UTF-8 do not survive in one. */
  readonly body: Uint8Array | ArrayBuffer | string;
}

/** What every decoder can be told. */
export interface DecodeOptions {
  /** See {@link Limits} for the defaults. Exceeding one throws BatchLimitError. */
  readonly limits?: LimitsInput | undefined;
  /** Deviations to accept, by name. */
  readonly tolerate?: readonly Tolerance[] | undefined;
  /** The service that the message is for, or from: its deviations are accepted too. Where a request is given, its plan says. */
  readonly service?: Service | undefined;
  /** Called for each deviation that was accepted. */
  readonly onWarning?: ((warning: BatchWarning) => void) | undefined;
}

/** The names of them. */
export const DECODE_OPTIONS: OptionNames = {
  limits: DEFAULT_LIMITS,
  tolerate: true,
  service: 'service',
  onWarning: 'function',
} satisfies NamesOf<DecodeOptions>;

/** A message being decoded: its octets, what to go by, and how to tell what is wrong with it. */
export class OpenMessage {
  readonly status: number | undefined;
  readonly url: string | undefined;
  readonly headers: HeaderFields;
  readonly contentType: string | null;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly reading: Reading;
  /** What tells lines; a message that comes in chunks has its own. */
  places: Places;
  /** Where in the message an octet is. */
  readonly locate: (offset: number, path: Path) => SyntaxErrorPlace;

  constructor(message: BatchMessage, options: DecodeOptions, defaultTolerances: readonly Tolerance[]) {
    expectObject(message, 'message', '{ headers, contentType, body }');
    const issues = new Issues();
    this.status = message.status;
    this.url = message.url;
    const pairs = headerPairs(message.headers, 'message.headers', issues);
    checkOptions(options, issues);
    if (typeof (message.url ?? '') !== 'string') {
      issues.add('message.url', 'invalid-option', 'expected a text');
    }
    if (typeof (message.contentType ?? '') !== 'string') {
      issues.add('message.contentType', 'invalid-option', 'expected a text');
    }
    issues.throwIfAny();
    this.headers = new HeaderFields(pairs);
    this.contentType = message.contentType ?? this.headers.get('Content-Type');
    this.bytes = bytesOf(message.body);
    this.places = new LineIndex(this.bytes);
    this.locate = (offset, path) => this.places.placeAt(offset, path);
    this.reading = {
      limits: completeLimits(options.limits),
      tolerate: new Set([
        ...defaultTolerances,
        ...(options.service?.tolerate ?? []),
        ...(options.tolerate ?? []),
      ]),
      warn: (code, offset, path) =>
        options.onWarning?.({ code, offset, line: this.places.lineAt(offset, path), path: path.toString() }),
      lineAt: (offset, path) => this.places.lineAt(offset, path),
    };
  }

  /** Throws BatchLimitError where the message is larger than allowed. */
  checkSize(): void {
    const { maxMessageBytes } = this.reading.limits;
    if (this.bytes.length <= maxMessageBytes) return;
    throw new BatchLimitError('maxMessageBytes', maxMessageBytes, this.bytes.length);
  }

  /** What the body begins with, and what the headers say of it. */
  get begun(): BodyBeginning {
    const mediaType = this.contentType === null ? undefined : parseMediaType(this.contentType);
    return { headers: this.headers, mediaType, beginning: this.places.beginning };
  }

  /** Whether the Content-Type is that of a multipart batch. */
  get isMultipart(): boolean {
    return this.contentType !== null && isMultipartType(parseMediaType(this.contentType), this.reading);
  }

  /** What decoding throws, made of whatever was thrown inside it; what is not of our making comes from the caller's functions. */
  errorOf(error: unknown, results?: readonly unknown[]): BatchError {
    const init = results === undefined ? {} : { results };
    if (error instanceof Fault) {
      const { code, offset, path } = error;
      const hint = partHint(path, code === 'body-not-allowed' ? undefined : offset);
      return new BatchSyntaxError(code, error.message + hint, this.locate(offset, path), init);
    }
    if (error instanceof BatchLimitError) {
      return new BatchLimitError(error.limit, error.maximum, error.actual, init);
    }
    return callbackFailure(error, results);
  }
}

/** `multipart/mixed`, or another multipart where that is tolerated. */
export function isMultipartType(mediaType: MediaType | undefined, { tolerate }: Reading): boolean {
  if (mediaType?.essence === 'multipart/mixed') return true;
  return mediaType?.essence.startsWith('multipart/') === true && tolerate.has('other-subtype');
}

function checkOptions({ limits, tolerate }: DecodeOptions, issues: Issues): void {
  if (!Array.isArray(tolerate ?? [])) {
    issues.add('options.tolerate', 'invalid-option', 'expected a list');
    return;
  }
  for (const name of tolerate ?? []) {
    if (!TOLERANCES.includes(name)) {
      issues.add('options.tolerate', 'invalid-option', `expected one of ${TOLERANCES.join(', ')}`);
    }
  }
  for (const [name, value] of Object.entries(limits ?? {})) {
    if (value !== undefined && !(typeof value === 'number' && value >= 0)) {
      issues.add(`options.limits.${name}`, 'invalid-option', 'expected a number from 0');
    }
  }
}

function bytesOf(body: unknown): Uint8Array<ArrayBuffer> {
  if (typeof body === 'string') return utf8Encoder.encode(body);
  const octets = octetsOf(body);
  // Memory that another thread may write to is copied: Response, Blob and decoders refuse views of it.
  if (octets?.buffer instanceof ArrayBuffer) return octets as Uint8Array<ArrayBuffer>;
  if (octets !== undefined) return new Uint8Array(octets);
  throw usageError(
    'message.body',
    'invalid-option',
    'expected a string, an ArrayBuffer or a view of one whose memory is there',
  );
}
