/** A request as a double gets it, by socket or in process. */
export interface DoubleRequest {
  readonly method: string;
  /** Path and query, as they were written. */
  readonly target: string;
  /** By name in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
}

/** What a double answers. */
export interface Answer {
  readonly status: number;
  /** `Content-Type: application/json` is added where there is a body, unless another is given. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Written as JSON. */
  readonly body?: unknown;
  /** Written as it stands, instead of `body`. */
  readonly text?: string;
  /** Whether it is the last word on its subject: whoever has read it has nothing more to ask. */
  readonly isFinal?: boolean;
}

/** What a request asks for. */
export interface Route {
  /** `create`, `status`, …: each double names its own. */
  readonly kind: string;
  /** What the answer is about, where it can be the last word on it, such as one ticket. */
  readonly subject?: string;
  /** Does what is asked; throws Refusal. */
  act(): Answer;
}

/** What a service refuses, because no document says that it may be asked so. */
export class Refusal extends Error {
  readonly status: number;
  /** Kebab-case; stands in the log. */
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    this.code = code;
  }
}

/** The octets of an answer's body. */
export function bodyOf({ text, body }: Answer): Uint8Array<ArrayBuffer> {
  if (text !== undefined) return new TextEncoder().encode(text);
  return new TextEncoder().encode(body === undefined ? '' : JSON.stringify(body));
}

export function headersOf(answer: Answer): Record<string, string> {
  const hasBody = answer.text !== undefined || answer.body !== undefined;
  return { ...(hasBody && { 'Content-Type': 'application/json' }), ...answer.headers };
}
