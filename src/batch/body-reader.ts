import { decodeStart, decodeText, isUtf8 } from '../bytes/text.ts';
import type { TextWindow } from '../bytes/text-window.ts';
import {
  type BatchErrorInit,
  BatchSyntaxError,
  type SyntaxErrorCode,
  type SyntaxErrorPlace,
} from '../errors.ts';
import { codingHint } from '../http/coding-hint.ts';
import type { HeaderFields } from '../mime/header-list.ts';
import { partHint } from '../mime/line-end-hint.ts';
import type { Path } from '../reading.ts';

/** What all bodies of one message are read with. */
export interface BodySource {
  /** Parses JSON text. */
  readonly parse: (text: string) => unknown;
  /** The charset of all text, whatever its Content-Type says: in a JSON batch text is text already. */
  readonly charset?: string | undefined;
  /** Tells where in the message an octet is; asked for only where something is wrong. */
  readonly locate: (offset: number, path: Path) => SyntaxErrorPlace;
  /** Text for `parse`, where the message is all there and `parse` keeps nothing of what it is given. */
  readonly window?: TextWindow | undefined;
}

/** A body and the headers that say what it is; text and values are made when they are asked for. */
export class BodyReader {
  readonly headers: HeaderFields;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #source: BodySource;
  readonly #offset: number;
  readonly #path: Path;

  /** @param offset where the HTTP message with the body begins, for errors */
  constructor(
    headers: HeaderFields,
    bytes: Uint8Array<ArrayBuffer>,
    source: BodySource,
    offset: number,
    path: Path,
  ) {
    this.headers = headers;
    this.bytes = bytes;
    this.#source = source;
    this.#offset = offset;
    this.#path = path;
  }

  /** By the charset of the Content-Type, else UTF-8 (H-68). */
  text(): string {
    const charset = this.#charset;
    const text = decodeText(this.bytes, charset);
    if (text === undefined) throw this.#error('invalid-text', `the body is no text in ${charset ?? 'utf-8'}`);
    return text;
  }

  json(): unknown {
    const text = this.#textToParse();
    try {
      return this.#source.parse(text);
    } catch (error) {
      // A SyntaxError quotes the body, and says nothing more.
      const isQuote = (error as Error | undefined)?.name === 'SyntaxError';
      throw this.#error('invalid-json', 'the body is no JSON', isQuote ? {} : { cause: error });
    }
  }

  /** The value of JSON; undefined where the body is none. For bodies that nobody has asked to be JSON. */
  tryJson(): unknown {
    const text =
      this.bytes.length > 0 && this.headers.bodyFormat.kind === 'json' ? decodeText(this.bytes) : undefined;
    try {
      return text === undefined ? undefined : this.#source.parse(text);
    } catch {
      return undefined;
    }
  }

  /**
   * The beginning of text, broken octets as U+FFFD; undefined where the body is no text. For bodies that nobody has asked to be
   * text: one without a type is, where all of its octets are.
   */
  tryText(maximum: number): string | undefined {
    const { kind } = this.headers.bodyFormat;
    if (kind === 'text') return decodeStart(this.bytes, maximum, this.#charset);
    const text = kind === 'unknown' ? decodeStart(this.bytes, maximum) : undefined;
    return text === undefined || /[\0\ufffd]/.test(text) ? undefined : text;
  }

  /** Undefined for an empty body, the parsed value of JSON, the text of text and XML, else the octets. */
  value(): unknown {
    if (this.bytes.length === 0) return undefined;
    const { kind } = this.headers.bodyFormat;
    if (kind === 'json') return this.json();
    return kind === 'text' ? this.text() : this.bytes;
  }

  #textToParse(): string {
    const { window } = this.#source;
    const shared = window !== undefined && isUtf8(this.#charset) ? window.textOf(this.bytes) : undefined;
    return shared ?? this.text();
  }

  get #charset(): string | undefined {
    return this.#source.charset ?? this.headers.bodyFormat.charset;
  }

  #error(code: SyntaxErrorCode, message: string, init?: BatchErrorInit): BatchSyntaxError {
    const place = this.#source.locate(this.#offset, this.#path);
    const coding = codingHint(this.bytes, this.headers, 'it');
    const hint = coding === undefined ? partHint(this.#path) : `: ${coding}`;
    return new BatchSyntaxError(code, message + hint, place, init);
  }
}
