import type { SyntaxErrorPlace } from '../errors.ts';
import type { HeaderList } from '../mime/header-list.ts';
import { readJsonError, type ServiceError } from '../odata/service-error.ts';
import { BodyReader } from './body-reader.ts';
import type { Answer, ErrorAnswer } from './result.ts';

/** The functions of the caller's that an answer is read with. */
export interface AnswerReaders {
  /** Parses JSON text; default `JSON.parse`. */
  readonly parse: (text: string) => unknown;
  /** Reads the error of an answer, where the codec's own reading of JSON errors is not enough. */
  readonly readError?: ((answer: Answer) => ServiceError | undefined) | undefined;
  /** Tells where in the message an octet is. */
  readonly locate: (offset: number, path: string) => SyntaxErrorPlace;
}

/** The HTTP message of a part, as it came. */
export interface ReceivedMessage {
  readonly status: number;
  readonly statusText: string;
  readonly headers: HeaderList;
  readonly body: Uint8Array<ArrayBuffer>;
  /** Where the message begins, and the part it is in. */
  readonly offset: number;
  readonly path: string;
}

/** An HTTP response out of a batch; text and values are made when they are asked for. */
export class ReceivedAnswer implements Answer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: HeaderList;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #reader: BodyReader;
  readonly #readers: AnswerReaders;

  constructor(message: ReceivedMessage, readers: AnswerReaders) {
    this.status = message.status;
    this.statusText = message.statusText;
    this.headers = message.headers;
    this.bytes = message.body;
    const place = () => readers.locate(message.offset, message.path);
    this.#reader = new BodyReader({
      headers: message.headers,
      bytes: message.body,
      parse: readers.parse,
      place,
    });
    this.#readers = readers;
  }

  /** Success as a batch sees it: 2xx, or 304 to a conditional GET. */
  get succeeded(): boolean {
    return (this.status >= 200 && this.status < 300) || this.status === 304;
  }

  text(): string {
    return this.#reader.text();
  }

  json(): unknown {
    return this.#reader.json();
  }

  /** The body by its media type: see {@link Succeeded.value}. */
  value(): unknown {
    return this.#reader.value();
  }

  /** The service's error, where the body is one that the caller or the codec can read. */
  serviceError(): ServiceError | undefined {
    return this.#readers.readError?.(this) ?? readJsonError(this.#reader.tryJson());
  }

  /** The same answer with an error in any case; never throws for what the service sent. */
  asError(): ErrorAnswer {
    const known = this.serviceError();
    const error = {
      ...known,
      code: known?.code || String(this.status),
      message: known?.message || this.statusText,
    };
    const { status, statusText, headers, bytes } = this;
    return { status, statusText, headers, bytes, text: () => this.text(), json: () => this.json(), error };
  }
}
