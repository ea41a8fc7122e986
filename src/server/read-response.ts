import type { BatchFormat } from '../batch/batch-format.ts';
import type { OutgoingResponse } from '../batch/outgoing-response.ts';
import { type ByteSource, type ChunkReader, readChunks } from '../bytes/read-chunks.ts';
import { BatchLimitError } from '../errors.ts';
import { encodeBatchResponse } from '../formats/encode-batch-response.ts';
import { statusHasBody } from '../http/http-message.ts';
import type { AbortScope } from './abort-scope.ts';
import { type BufferedBody, bufferBody } from './buffer-body.ts';
import type { PlainResponse } from './fetch-response.ts';
import { endToEnd } from './header-inheritance.ts';
import { jsonResponse } from './json-response.ts';

/** How the answer to an operation is read. */
export interface ResponseReading {
  readonly method: string;
  readonly inChangeSet: boolean;
  /** The format of the answer to the batch. */
  readonly format: BatchFormat;
  /** Whether a body has to be there as a whole. */
  readonly isHeld: boolean;
  /** Octets of a body that are held. */
  readonly maximum: number;
  readonly scope: AbortScope;
  /** Told of a body that fails when its answer is on the way already. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * Makes an answer of what a service's function gave; throws where it can't be one: then only its own operation fails, and not
 * the answer to the whole batch, which could not be taken back.
 */
export async function readResponse(value: unknown, reading: ResponseReading): Promise<OutgoingResponse> {
  const { status, headers, body } = responseOf(value);
  if (reading.inChangeSet && status === 202) {
    // P-06
    throw new TypeError('an operation of a change set is answered at once or not at all, never with 202');
  }
  const response = { status, headers: endToEnd(headers).filter(isPassedOn) };
  const { format } = reading;
  if (body === null || reading.method === 'HEAD' || !statusHasBody(status)) {
    if (body !== null) readChunks(body).stop();
    return written(response, format);
  }
  // A body may be long: what else is wrong is found out before it.
  if (format === 'multipart') written(response, format);
  const read = await readBody(body, reading);
  return format === 'json' ? written(jsonResponse(response, read), format) : { ...response, body: read };
}

/** Finds out what can't be written from who writes it. */
function written<R extends OutgoingResponse>(response: R, format: BatchFormat): R {
  encodeBatchResponse([response], { format });
  return response;
}

async function readBody(source: ByteSource, reading: ResponseReading): Promise<BufferedBody> {
  const { isHeld, maximum, scope, onFailure } = reading;
  const chunks = readChunks(source);
  const watched: ChunkReader = { next: () => scope.wait(chunks.next()), stop: () => chunks.stop() };
  try {
    const body = await bufferBody(watched, maximum, onFailure);
    if (!isHeld || body instanceof Uint8Array) return body;
    // It is the client that says how much of a large body it asks for, and how often.
    throw new BatchLimitError('maxPartBytes', maximum, maximum + 1);
  } catch (error) {
    chunks.stop();
    throw error;
  }
}

/** The delimiter ends the body, whose length the service may have told of another (HEAD); the id is written by the encoder. */
function isPassedOn([name]: readonly [string, string]): boolean {
  return name !== 'content-length' && name !== 'content-id';
}

/** Whatever looks like a Response is one: frameworks and realms have classes of their own. */
function responseOf(value: unknown): PlainResponse {
  if (typeof value !== 'object' || value === null) {
    throw new TypeError(`expected a Response, not ${value === null ? 'null' : typeof value}`);
  }
  const { status, headers, body, bodyUsed } = value as Partial<PlainResponse>;
  if (typeof status !== 'number' || headers?.[Symbol.iterator] === undefined) {
    throw new TypeError('expected a Response');
  }
  if (status === 0) throw new TypeError('expected an answer, not Response.error() or an opaque Response');
  if (!(status >= 200 && status <= 599)) throw new TypeError(`${status} is no status of an answer`);
  if (bodyUsed === true || (body as { locked?: unknown } | null | undefined)?.locked === true) {
    throw new TypeError('the body of the Response was read already');
  }
  return value as PlainResponse;
}
