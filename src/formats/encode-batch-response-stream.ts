import {
  type AddressedItem,
  addressItem,
  checkResponseCount,
  isFollowed,
} from '../batch/address-responses.ts';
import type { BatchFormat } from '../batch/batch-format.ts';
import { callbackFailure, guardCallbacks, Issues } from '../batch/issues.ts';
import type { BatchResponses } from '../batch/outgoing-response.ts';
import { StreamedBodies } from '../batch/streamed-body.ts';
import type { WrittenBatch } from '../batch/written-batch.ts';
import { type ByteStream, toByteStream } from '../bytes/byte-stream.ts';
import { isByteSource, readChunks } from '../bytes/read-chunks.ts';
import { expectOptions } from '../expect-options.ts';
import {
  ENCODE_RESPONSE_OPTIONS,
  type EncodeBatchResponseOptions,
  idsOf,
  outgoingResponses,
  type ResponseWriting,
  responseHeaders,
  responseWriting,
  writeResponses,
} from './encode-batch-response.ts';
import { JsonResponseEncoder } from './json/json-response-encoder.ts';
import { JSON_BATCH, JsonObjectWriter } from './json/write-objects.ts';
import { chooseBoundaries } from './multipart/boundaries.ts';
import {
  contentLengthOf,
  MessageChunks,
  type Piece,
  type PieceSource,
  piecesOf,
  piecesOnce,
} from './multipart/message-chunks.ts';
import { MessageWriter, refuseGivenBoundary } from './multipart/write-messages.ts';

/** The answers to a batch, as a list or as they come. */
export type StreamedResponses =
  | BatchResponses
  | Iterable<BatchResponses[number]>
  | AsyncIterable<BatchResponses[number]>;

/** An answer that is written while it is sent: `new Response(body, { status, headers })`. */
export interface EncodedBatchResponseStream {
  readonly status: number;
  readonly contentType: string;
  /** All headers of the answer: Content-Type, and Content-Length where it is known. */
  readonly headers: Record<string, string>;
  /** Octets of the body; undefined where the responses are still to come or a stream does not tell its size. */
  readonly contentLength: number | undefined;
  /** Can be read once. */
  readonly body: ByteStream;
}

/**
 * {@link encodeBatchResponse} for answers that are not all there yet: responses may come one by one, and their bodies may
 * also be a Blob, a ReadableStream or an async iterable of octets. Each response is asked for when the one before it has
 * been read, and holds one chunk.
 *
 * Where the request is given, a response goes out with the delimiter that ends it unless it may be the last one, so that a client
 * that streams has it while the next is still to come (P-23).
 *
 * In a JSON answer every body must be all there.
 *
 * A list is checked at once, as by {@link encodeBatchResponse}. What comes later can be wrong only while it is sent: the
 * stream then ends in a BatchUsageError and the answer without its close delimiter. So does what is said at
 * {@link encodeBatchRequestStream} of streamed bodies. A boundary of the caller's is refused (`boundary-not-checkable`)
 * where anything is streamed.
 *
 * @example
 * const { status, headers, body } = encodeBatchResponseStream(answersOf(batch), { request: batch });
 * return new Response(body, { status, headers });
 */
export function encodeBatchResponseStream(
  responses: StreamedResponses,
  options: EncodeBatchResponseOptions = {},
): EncodedBatchResponseStream {
  expectOptions(options, ENCODE_RESPONSE_OPTIONS);
  return guardCallbacks(() => {
    const issues = new Issues();
    const writing = responseWriting(options, new StreamedBodies(), issues);
    return Array.isArray(responses)
      ? streamList(responses, writing, issues)
      : streamComing(responses as Coming, writing, issues);
  });
}

type Coming = Exclude<StreamedResponses, BatchResponses>;

function streamList(
  responses: BatchResponses,
  writing: ResponseWriting,
  issues: Issues,
): EncodedBatchResponseStream {
  const written = writeResponses(responses, writing, issues);
  const contentLength = contentLengthOf(written);
  const { status, contentType, headers } = responseHeaders(writing, written.contentType);
  if (contentLength !== undefined) headers['Content-Length'] = String(contentLength);
  const body = toByteStream(new MessageChunks(piecesOnce(piecesOf(written)), written.token));
  return { status, contentType, headers, contentLength, body };
}

function streamComing(
  responses: Coming,
  writing: ResponseWriting,
  issues: Issues,
): EncodedBatchResponseStream {
  const iterator = iteratorOf(responses);
  if (iterator === undefined) issues.add('responses', 'invalid-option', 'expected responses');
  const writer = WRITERS[writing.format](writing, issues);
  issues.throwIfAny();

  const pieces = new ResponsePieces(iterator as Iterator, writing, writer, issues);
  const body = toByteStream(new MessageChunks(pieces, writer.token));
  return { ...responseHeaders(writing, writer.contentType), contentLength: undefined, body };
}

/** Writes responses one after the other. */
interface ResponseWriter {
  readonly contentType: string;
  /** What no streamed body may hold. */
  readonly token: Uint8Array;
  /**
   * Adds to the issues what can't be written.
   *
   * @param isFollowed whether it is known that another item comes
   */
  item(item: AddressedItem, isFollowed: boolean): void;
  close(): void;
  /** What was written since it was last taken. */
  take(): Pick<WrittenBatch, 'body' | 'cuts'>;
}

const WRITERS: Readonly<Record<BatchFormat, (writing: ResponseWriting, issues: Issues) => ResponseWriter>> = {
  multipart: multipartWriter,
  json: jsonWriter,
};

function multipartWriter(writing: ResponseWriting, issues: Issues): ResponseWriter {
  const { given, prefixes, random } = writing.boundaries;
  if (given !== undefined) refuseGivenBoundary(issues);
  const boundaries = chooseBoundaries(undefined, 0, prefixes, random, issues);
  issues.throwIfAny();
  const writer = new MessageWriter(boundaries, issues);
  return {
    contentType: writer.contentType,
    token: boundaries.token,
    item(addressed, isFollowed) {
      const outgoing = outgoingResponses(addressed, writing, issues);
      issues.throwIfAny();
      for (const item of outgoing) writer.item(item);
      if (isFollowed) writer.delimit();
      if (!writer.collides()) return;
      const name = Array.isArray(addressed) ? addressed[0]?.name : addressed.name;
      const message = 'the boundary of the answer occurs in the response';
      issues.add(name ?? '', 'boundary-in-content', message);
    },
    close: () => writer.close(),
    take: () => writer.take(),
  };
}

function jsonWriter(writing: ResponseWriting, issues: Issues): ResponseWriter {
  const encoder = new JsonResponseEncoder(idsOf(writing), writing, issues);
  const writer = new JsonObjectWriter('responses');
  return {
    contentType: JSON_BATCH,
    token: new Uint8Array(0),
    item(addressed) {
      const objects = encoder.encode(addressed);
      issues.throwIfAny();
      for (const object of objects) writer.object(object);
    },
    close: () => writer.close(),
    take: () => ({ body: writer.take(), cuts: [] }),
  };
}

interface Iterator {
  next(): { done?: boolean | undefined; value?: unknown } | Promise<{ done?: boolean; value?: unknown }>;
  return?(): unknown;
}

function iteratorOf(responses: unknown): Iterator | undefined {
  if (typeof responses !== 'object' || responses === null) return undefined;
  const { [Symbol.asyncIterator]: async, [Symbol.iterator]: sync } = responses as {
    readonly [key: symbol]: (() => Iterator) | undefined;
  };
  return (async ?? sync)?.call(responses);
}

/** Writes responses as they come. */
class ResponsePieces implements PieceSource {
  readonly #responses: Iterator;
  readonly #writing: ResponseWriting;
  readonly #writer: ResponseWriter;
  readonly #issues: Issues;
  #count = 0;
  #last: AddressedItem | undefined;
  #isOver = false;

  constructor(responses: Iterator, writing: ResponseWriting, writer: ResponseWriter, issues: Issues) {
    this.#responses = responses;
    this.#writing = writing;
    this.#writer = writer;
    this.#issues = issues;
  }

  async next(): Promise<readonly Piece[] | undefined> {
    if (this.#isOver) return undefined;
    const { done, value } = await this.#ask();
    if (this.#isOver) {
      letGo(value);
      return undefined;
    }
    if (done) {
      this.#isOver = true;
      return this.#end();
    }
    try {
      return guardCallbacks(() => this.#write(value));
    } catch (error) {
      letGo(value);
      throw error;
    }
  }

  stop(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    void this.#leave();
  }

  async #leave(): Promise<void> {
    try {
      await this.#responses.return?.();
    } catch {
      // They are left all the same.
    }
  }

  async #ask(): Promise<{ done: boolean; value: unknown }> {
    try {
      const { done, value } = await this.#responses.next();
      return { done: Boolean(done), value };
    } catch (error) {
      // Their owner knows: there is nothing left to stop.
      this.#isOver = true;
      throw callbackFailure(error);
    }
  }

  #write(item: unknown): readonly Piece[] {
    const index = this.#count++;
    const addressed = addressItem(item, index, this.#writing, this.#issues);
    this.#issues.throwIfAny();
    this.#last = addressed;
    this.#writer.item(addressed, isFollowed(addressed, index, this.#writing));
    this.#issues.throwIfAny();
    return piecesOf(this.#writer.take());
  }

  #end(): readonly Piece[] {
    checkResponseCount(this.#count, this.#last, this.#writing, this.#issues);
    this.#issues.throwIfAny();
    this.#writer.close();
    return piecesOf(this.#writer.take());
  }
}

/** Lets go of the bodies of a response, or of those of a change set, that will not be written. */
function letGo(item: unknown): void {
  try {
    for (const response of [item].flat() as ({ readonly body?: unknown } | null | undefined)[]) {
      if (isByteSource(response?.body)) readChunks(response.body).stop();
    }
  } catch {
    // What can't be asked for its body is no response.
  }
}
