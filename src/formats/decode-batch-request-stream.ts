import type { DecodedItem } from '../batch/decoded-batch.ts';
import { usageError } from '../batch/issues.ts';
import type { HeadersInput } from '../batch/operation.ts';
import { type ByteSource, isByteSource } from '../bytes/read-chunks.ts';
import { type BatchError, BatchTransportError } from '../errors.ts';
import type { DecodeRequestOptions } from './decode-batch-request.ts';
import { type OpenRequest, openRequest } from './decode-batch-request.ts';
import { leavableStream, type OpenChunks } from './leavable-stream.ts';
import { RequestReader } from './multipart/decode-request.ts';
import { PartStream } from './multipart/part-stream.ts';
import { checkEnd, readPart } from './multipart/read-batch.ts';

/** What every server gives: the Request of the fetch standard, or headers and a stream. */
export interface RequestLike {
  readonly headers: HeadersInput;
  readonly body: ByteSource | null;
}

/**
 * Decodes a request as it comes: each operation, or change set, as soon as its last octet is there. Chunks are read only
 * as operations are asked for; leaving the loop, and any error, cancels the source.
 *
 * Operations are provisional until the loop ends: whether the request was whole, and whether its references lead anywhere,
 * only its end tells. Throws what `decodeBatchRequest` throws, and BatchTransportError where reading fails half-way.
 *
 * @example
 * for await (const item of decodeBatchRequestStream(request)) …
 */
export function decodeBatchRequestStream(
  request: RequestLike,
  options: DecodeRequestOptions = {},
): AsyncGenerator<DecodedItem, void, undefined> {
  return leavableStream((open) => decodeItems(request, options, open));
}

async function* decodeItems(
  request: RequestLike,
  options: DecodeRequestOptions,
  open: OpenChunks,
): AsyncGenerator<DecodedItem, void, undefined> {
  if (!isByteSource(request?.body)) {
    throw usageError('request.body', 'invalid-option', 'expected a stream');
  }
  const chunks = open(request.body);
  const decoder = new RequestDecoder(
    openRequest({ headers: request.headers, body: new Uint8Array(0) }, options),
  );
  let isOver = false;
  while (!isOver) {
    const chunk = await chunks.next().catch((cause: unknown) => {
      throw new BatchTransportError('reading the request failed before its end', { cause });
    });
    isOver = chunk === undefined;
    const { items, failure } = decoder.read(chunk);
    for (const item of items) yield item;
    // What is wrong comes after what came before it.
    if (failure !== undefined) throw failure;
  }
}

/** Turns chunks into operations. */
class RequestDecoder {
  readonly #open: OpenRequest;
  readonly #stream: PartStream;
  readonly #reader: RequestReader;
  #items: DecodedItem[] = [];

  constructor(open: OpenRequest) {
    const { message, boundary, settings } = open;
    this.#open = open;
    this.#reader = new RequestReader(message.reading, settings, { item: (item) => this.#items.push(item) });
    this.#stream = new PartStream(boundary, message.reading, (part) => {
      readPart(part, boundary, message.reading, this.#reader);
    });
    message.places = this.#stream;
  }

  /** Reads the next octets, or their end; returns the operations that ended in them and what went wrong behind those. */
  read(chunk: Uint8Array | undefined): { items: readonly DecodedItem[]; failure?: BatchError } {
    this.#items = [];
    try {
      if (chunk === undefined) this.#finish();
      else this.#stream.write(chunk);
    } catch (error) {
      return { items: this.#items, failure: this.#open.message.errorOf(error) };
    }
    return { items: this.#items };
  }

  #finish(): void {
    this.#stream.finish();
    const { end, size } = this.#stream;
    checkEnd(end, this.#open.boundary, { start: 0, end: size }, this.#open.message.reading);
    this.#reader.end();
  }
}
