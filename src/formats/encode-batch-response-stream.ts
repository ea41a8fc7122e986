import { type AddressedItem, addressItem, checkResponseCount } from '../batch/address-responses.ts';
import { callbackFailure, guardCallbacks, Issues } from '../batch/issues.ts';
import type { BatchResponses } from '../batch/outgoing-response.ts';
import { StreamedBodies } from '../batch/streamed-body.ts';
import { type ByteStream, toByteStream } from '../bytes/byte-stream.ts';
import {
  type EncodeBatchResponseOptions,
  outgoingResponse,
  type ResponseWriting,
  responseHeaders,
  responseWriting,
  writeResponses,
} from './encode-batch-response.ts';
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
  const { given, prefixes, random } = writing.boundaries;
  if (given !== undefined) refuseGivenBoundary(issues);
  const boundaries = chooseBoundaries(undefined, 0, prefixes, random, issues);
  issues.throwIfAny();

  const writer = new MessageWriter(boundaries, issues);
  const pieces = new ResponsePieces(iterator as Iterator, writing, writer, issues);
  const body = toByteStream(new MessageChunks(pieces, boundaries.token));
  return { ...responseHeaders(writing, writer.contentType), contentLength: undefined, body };
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
  readonly #writer: MessageWriter;
  readonly #issues: Issues;
  #count = 0;
  #last: AddressedItem | undefined;
  #isOver = false;

  constructor(responses: Iterator, writing: ResponseWriting, writer: MessageWriter, issues: Issues) {
    this.#responses = responses;
    this.#writing = writing;
    this.#writer = writer;
    this.#issues = issues;
  }

  async next(): Promise<readonly Piece[] | undefined> {
    if (this.#isOver) return undefined;
    const { done, value } = await this.#ask();
    if (done) {
      this.#isOver = true;
      return this.#end();
    }
    return guardCallbacks(() => this.#write(value));
  }

  stop(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    void Promise.resolve(this.#responses.return?.()).catch(() => {});
  }

  async #ask(): Promise<{ done?: boolean | undefined; value?: unknown }> {
    try {
      return await this.#responses.next();
    } catch (error) {
      throw callbackFailure(error);
    }
  }

  #write(item: unknown): readonly Piece[] {
    const addressed = addressItem(item, this.#count++, this.#writing, this.#issues);
    this.#issues.throwIfAny();
    this.#last = addressed;
    const outgoing = outgoingResponse(addressed, this.#writing, this.#issues);
    this.#issues.throwIfAny();
    this.#writer.item(outgoing);
    if (this.#writer.collides()) {
      const name = Array.isArray(addressed) ? addressed[0]?.name : addressed.name;
      this.#issues.add(
        name ?? '',
        'boundary-in-content',
        'the boundary of the answer occurs in the response',
      );
    }
    this.#issues.throwIfAny();
    return piecesOf(this.#writer.take());
  }

  #end(): readonly Piece[] {
    if (this.#count === 0) this.#issues.add('responses', 'empty-batch', 'expected at least one response');
    checkResponseCount(this.#count, this.#last, this.#writing, this.#issues);
    this.#issues.throwIfAny();
    this.#writer.close();
    return piecesOf(this.#writer.take());
  }
}
