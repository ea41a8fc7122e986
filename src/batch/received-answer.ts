import type { StatusLine } from '../http/start-line.ts';
import { HeaderFields } from '../mime/header-list.ts';
import { readJsonError, type ServiceError } from '../odata/service-error.ts';
import type { Path } from '../reading.ts';
import { BodyReader, type BodySource } from './body-reader.ts';
import type { Answer, ErrorAnswer } from './result.ts';

/** What the answers of one batch are read with. */
export interface AnswerReaders extends BodySource {
  /** The caller's reading of errors, where the codec's own reading of JSON is not enough. */
  readonly readError?: ((answer: Answer) => ServiceError | undefined) | undefined;
}

const NOTHING = /* @__PURE__ */ new Uint8Array(0);

/** An HTTP response out of a batch. */
export class ReceivedAnswer extends BodyReader implements Answer {
  readonly status: number;
  readonly statusText: string;
  readonly #readers: AnswerReaders;
  #serviceError: { readonly read: ServiceError | undefined } | undefined;

  constructor(
    line: StatusLine,
    headers: HeaderFields,
    body: Uint8Array<ArrayBuffer>,
    readers: AnswerReaders,
    offset: number,
    path: Path,
  ) {
    super(headers, body, readers, offset, path);
    this.status = line.status;
    this.statusText = line.statusText;
    this.#readers = readers;
  }

  /** The same answer, its body let go. */
  withoutBody(): ReceivedAnswer {
    return new ReceivedAnswer(this, this.headers, NOTHING, this.#readers, 0, '');
  }

  /** Success as a batch sees it: 2xx, or 304 to a conditional GET. */
  get succeeded(): boolean {
    return (this.status >= 200 && this.status < 300) || this.status === 304;
  }

  /** The service's error, where the body is one that the caller or the codec can read; the caller is asked once. */
  serviceError(): ServiceError | undefined {
    this.#serviceError ??= { read: this.#readers.readError?.(this) ?? readJsonError(this.tryJson()) };
    return this.#serviceError.read;
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

/** What is left of an answer that was handed out and let go: its status. */
export function answerLetGo(status: number): ReceivedAnswer {
  return new ReceivedAnswer({ status, statusText: '' }, NO_FIELDS, NOTHING, NO_READERS, 0, '');
}

const NO_FIELDS = /* @__PURE__ */ new HeaderFields([]);
const NO_READERS: AnswerReaders = {
  parse: JSON.parse,
  locate: (offset, path) => ({ offset, line: 1, path: path.toString(), excerpt: '' }),
};
