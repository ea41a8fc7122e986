import type { DecodedBatch, DecodedItem } from '../batch/decoded-batch.ts';
import { isBatchError } from '../batch/is-batch-error.ts';
import { usageError } from '../batch/issues.ts';
import type { HeadersInput } from '../batch/operation.ts';
import { type StreamedOperation, streamedOperation } from '../batch/streamed-operation.ts';
import { type ByteSource, type ChunkReader, isByteSource } from '../bytes/read-chunks.ts';
import { BatchTransportError } from '../errors.ts';
import { expectOptions } from '../expect-options.ts';
import { parseHttpRequest } from '../http/http-message.ts';
import { explainFault } from './body-hint.ts';
import {
  DECODE_REQUEST_OPTIONS,
  type DecodeRequestOptions,
  type OpenRequest,
  openRequest,
  readBatchRequest,
} from './decode-batch-request.ts';
import { expectUnreadBody } from './expect-unread-body.ts';
import { type ItemReader, ItemStream, type ReadItems } from './item-stream.ts';
import { LARGE_BODY_OPTIONS, LargeBody, type LargeBodyOptions, largeBodyThreshold } from './large-body.ts';
import { leavableStream, type OpenChunks } from './leavable-stream.ts';
import { RequestReader } from './multipart/decode-request.ts';
import { LargePart } from './multipart/large-part.ts';
import { type PartSink, PartStream } from './multipart/part-stream.ts';
import { checkEnd, readPart } from './multipart/read-batch.ts';
import type { RawPart } from './multipart/read-parts.ts';
import { DECODE_OPTIONS } from './open-message.ts';
import { readWhole } from './read-whole.ts';

/** What every server gives: the Request of the fetch standard, or headers and a stream. */
export interface RequestLike {
  readonly headers: HeadersInput;
  readonly body: ByteSource | null;
}

/**
 * Decodes a request as it comes: each operation, or change set, as soon as its last octet is there. Chunks are read only
 * as operations are asked for; leaving the loop, and any error, cancels the source.
 *
 * With `largeBody: 'stream'` an operation whose body is large comes as a {@link StreamedOperation} as soon as that turns out,
 * and its body while it is read; those of change sets are held all the same, and so are those of a JSON request, which is
 * read whole first.
 *
 * Operations are provisional until the loop ends: whether the request was whole, and whether its references lead anywhere,
 * only its end tells. Throws what `decodeBatchRequest` throws, and BatchTransportError where reading fails half-way.
 *
 * @example
 * for await (const item of decodeBatchRequestStream(request)) …
 */
export function decodeBatchRequestStream(
  request: RequestLike,
  options: DecodeRequestOptions & LargeBodyOptions & { readonly largeBody: 'stream' },
): AsyncGenerator<DecodedItem | StreamedOperation, void, undefined>;
export function decodeBatchRequestStream(
  request: RequestLike,
  options?: DecodeRequestOptions & LargeBodyOptions & { readonly largeBody?: 'buffer' | undefined },
): AsyncGenerator<DecodedItem, void, undefined>;
export function decodeBatchRequestStream(
  request: RequestLike,
  options: DecodeRequestOptions & LargeBodyOptions = {},
): AsyncGenerator<DecodedItem | StreamedOperation, void, undefined> {
  return leavableStream((open) => decodeItems(request, options, open));
}

async function* decodeItems(
  request: RequestLike,
  options: DecodeRequestOptions & LargeBodyOptions,
  open: OpenChunks,
): AsyncGenerator<DecodedItem | StreamedOperation, void, undefined> {
  expectOptions(options, DECODE_OPTIONS, DECODE_REQUEST_OPTIONS, LARGE_BODY_OPTIONS);
  const threshold = largeBodyThreshold(options);
  if (!isByteSource(request?.body)) {
    throw usageError('request.body', 'invalid-option', 'expected a stream');
  }
  expectUnreadBody(request, 'request');
  const chunks = open(request.body);
  const opened = openRequest({ headers: request.headers, body: new Uint8Array(0) }, options);
  if (opened.format === 'json') {
    yield* await decodeWhole(chunks, opened.message.headers, options);
    return;
  }
  const decoder: RequestDecoder = new RequestDecoder(opened, threshold, () => stream.advance());
  const stream = new ItemStream(chunks, decoder);
  for (let next = await stream.next(); next !== undefined; next = await stream.next()) {
    if ('lost' in next) throw new BatchTransportError(LOST, { cause: next.lost });
    if ('failure' in next) throw next.failure;
    const { operation, body } = next.item;
    try {
      yield operation;
    } finally {
      body?.passOver();
    }
  }
}

async function decodeWhole(
  chunks: ChunkReader,
  headers: HeadersInput,
  options: DecodeRequestOptions,
): Promise<DecodedBatch> {
  const { bytes, failure } = await readWhole(chunks, options.limits);
  if (failure === undefined) return readBatchRequest({ headers, body: bytes }, options);
  throw isBatchError(failure.cause) ? failure.cause : new BatchTransportError(LOST, { cause: failure.cause });
}

/** An operation, or those of a change set. */
interface ReadOperation {
  readonly operation: DecodedItem | StreamedOperation;
  /** That of a streamed operation. */
  readonly body?: LargeBody;
}

const LOST = 'reading the request failed before its end';

/** Turns chunks into operations. */
class RequestDecoder implements ItemReader<ReadOperation> {
  readonly #open: OpenRequest;
  readonly #stream: PartStream;
  readonly #reader: RequestReader;
  readonly #advance: () => Promise<void>;
  #items: ReadOperation[] = [];
  /** The body that comes. */
  #body: LargeBody | undefined;

  /**
   * @param threshold octets of a part from which on its body is streamed; undefined where none is
   * @param advance reads the next chunk
   */
  constructor(open: OpenRequest, threshold: number | undefined, advance: () => Promise<void>) {
    const { message, boundary, settings } = open;
    this.#open = open;
    this.#advance = advance;
    this.#reader = new RequestReader(message.reading, settings, {
      item: (operation) => this.#items.push({ operation }),
    });
    this.#stream = new PartStream(boundary, message.reading, {
      part: (part) => readPart(part, boundary, message.reading, this.#reader),
      large: threshold === undefined ? undefined : { threshold, open: (part) => this.#openLarge(part) },
    });
    message.places = this.#stream;
  }

  /** Reads the next octets, or their end; returns the operations that ended in them and what went wrong behind those. */
  read(chunk: Uint8Array | undefined): ReadItems<ReadOperation> {
    this.#items = [];
    try {
      if (chunk === undefined) this.#finish();
      else this.#stream.write(chunk);
    } catch (error) {
      const { message } = this.#open;
      const reason = message.errorOf(explainFault(error, message.begun));
      this.#body?.fail(reason);
      return { items: this.#items, failure: { reason } };
    }
    return { items: this.#items };
  }

  lost(cause: unknown): void {
    this.#body?.fail(new BatchTransportError(LOST, { cause }));
  }

  /** Streams the rest of a part whose message has a body; otherwise it is held. */
  #openLarge(raw: RawPart): PartSink | undefined {
    const part = LargePart.open(raw, this.#open.message.reading);
    if (part === undefined || !hasBody(part)) return undefined;
    const operation = this.#reader.message(part.message, part.reading);
    part.begin(operation);
    const body = new LargeBody(this.#advance);
    this.#body = body;
    this.#items.push({ operation: streamedOperation(operation, body.stream), body });
    body.write(operation.bytes);
    return {
      write(octets) {
        part.count(octets);
        body.write(octets);
      },
      end(whole) {
        if (!whole) return;
        part.end();
        body.end();
      },
    };
  }

  #finish(): void {
    this.#stream.finish();
    const { end, size } = this.#stream;
    const { boundary, message } = this.#open;
    checkEnd(end, boundary, { start: 0, end: size }, message.reading, this.#body?.isWhole);
    this.#reader.end();
  }
}

/** A message behind whose method a body means something: in the others it is framing, or wrong. */
function hasBody({ message, reading }: LargePart): boolean {
  const { line, body } = parseHttpRequest(message.content, message.path, { ...reading, warn: () => {} });
  return line.method !== 'DELETE' && body.length > 0;
}
