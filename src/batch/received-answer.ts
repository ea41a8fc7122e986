import type { StatusLine } from '../http/start-line.ts';
import { HeaderFields } from '../mime/header-list.ts';
import type { ServiceError } from '../odata/service-error.ts';
import type { Path } from '../reading.ts';
import { BodyReader, type BodySource } from './body-reader.ts';
import { readBodyError } from './read-body-error.ts';
import { readOwnJsonError } from './read-json-error.ts';
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
  #readErrors: ReadErrors | undefined;

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

  /** The error as the service itself writes it, by the caller's reading or as JSON of OData services, and not a gateway before it. */
  ownError(): ServiceError | undefined {
    return this.#errors.own;
  }

  /** The error that the body tells, in whichever shape; undefined where it tells none. */
  serviceError(): ServiceError | undefined {
    return this.#errors.any;
  }

  /** The same answer with an error in any case; never throws for what the service sent. */
  asError(): ErrorAnswer {
    const { status, statusText, headers, bytes } = this;
    const error = this.serviceError() ?? { code: String(status), message: statusText };
    return { status, statusText, headers, bytes, text: () => this.text(), json: () => this.json(), error };
  }

  /** Read once: the caller's function is called once. */
  get #errors(): ReadErrors {
    this.#readErrors ??= this.#readAll();
    return this.#readErrors;
  }

  #readAll(): ReadErrors {
    const { readError } = this.#readers;
    const given = readError?.(this);
    const parsed = given === undefined ? this.tryJson() : undefined;
    const own = given ?? readOwnJsonError(parsed);
    // Where nothing failed only the service itself says that something did.
    if (own !== undefined || this.succeeded) return { own: this.#complete(own), any: this.#complete(own) };
    const hasReader = readError !== undefined;
    const any = readBodyError(this, parsed, { statusText: this.statusText, hasReader });
    return { own, any: this.#complete(any) };
  }

  #complete(error: ServiceError | undefined): ServiceError | undefined {
    const { status, statusText } = this;
    return error && { ...error, code: error.code || String(status), message: error.message || statusText };
  }
}

/** What a body tells of errors: as the service itself writes them, and in any shape. */
interface ReadErrors {
  readonly own: ServiceError | undefined;
  readonly any: ServiceError | undefined;
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
