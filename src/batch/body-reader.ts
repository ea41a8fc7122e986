import { decodeText } from '../bytes/text.ts';
import { BatchSyntaxError, type SyntaxErrorCode, type SyntaxErrorPlace } from '../errors.ts';
import type { HeaderList } from '../mime/header-list.ts';
import { type MediaType, parameterOf, parseMediaType } from '../mime/media-type.ts';

/** What reading a body goes by. */
export interface BodyReaderInit {
  readonly headers: HeaderList;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly parse: (text: string) => unknown;
  /** Where in the message the body's operation is; asked for only where something is wrong. */
  readonly place: () => SyntaxErrorPlace;
}

/** Makes text and values of a body when they are asked for. */
export class BodyReader {
  readonly #init: BodyReaderInit;

  constructor(init: BodyReaderInit) {
    this.#init = init;
  }

  /** Whether the media type is JSON. */
  get isJson(): boolean {
    return /^(?:application|text)\/json$|\+json$/.test(this.#mediaType()?.essence ?? '');
  }

  /** By the charset of the Content-Type, else UTF-8 (H-68). */
  text(): string {
    const mediaType = this.#mediaType();
    const charset = mediaType && parameterOf(mediaType, 'charset');
    const text = decodeText(this.#init.bytes, charset);
    if (text === undefined) throw this.#error('invalid-text', `the body is no text in ${charset ?? 'utf-8'}`);
    return text;
  }

  json(): unknown {
    const text = this.text();
    try {
      return this.#init.parse(text);
    } catch (cause) {
      throw this.#error('invalid-json', 'the body is no JSON', cause);
    }
  }

  /** The value of JSON; undefined where the body is none. For bodies that nobody has asked to be JSON. */
  tryJson(): unknown {
    const { bytes, parse } = this.#init;
    const text = bytes.length > 0 && this.isJson ? decodeText(bytes) : undefined;
    try {
      return text === undefined ? undefined : parse(text);
    } catch {
      return undefined;
    }
  }

  /** Undefined for an empty body, the parsed value of JSON, the text of text and XML, else the octets. */
  value(): unknown {
    const { bytes } = this.#init;
    if (bytes.length === 0) return undefined;
    if (this.isJson) return this.json();
    return /^text\/|\/xml$|\+xml$/.test(this.#mediaType()?.essence ?? '') ? this.text() : bytes;
  }

  #mediaType(): MediaType | undefined {
    const field = this.#init.headers.get('Content-Type');
    return field === null ? undefined : parseMediaType(field);
  }

  #error(code: SyntaxErrorCode, message: string, cause?: unknown): BatchSyntaxError {
    return new BatchSyntaxError(code, message, this.#init.place(), { cause });
  }
}
