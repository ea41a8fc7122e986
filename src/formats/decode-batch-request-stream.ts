import type { DecodedItem } from '../batch/decoded-batch.ts';
import { usageError } from '../batch/issues.ts';
import type { HeadersInput } from '../batch/operation.ts';
import { type ByteSource, readChunks } from '../bytes/read-chunks.ts';
import { BatchTransportError } from '../errors.ts';
import type { DecodeRequestOptions } from './decode-batch-request.ts';
import { openRequest } from './decode-batch-request.ts';
import { RequestReader } from './multipart/decode-request.ts';
import { PartStream, type StreamedPart } from './multipart/part-stream.ts';
import { checkEnd, readPart } from './multipart/read-batch.ts';

/** What every server gives: the Request of the fetch standard, or headers and a stream. */
export interface RequestLike {
  readonly headers: HeadersInput;
  readonly body: ByteSource | null;
}

/**
 * Decodes a request as it comes: each operation, or change set, as soon as its last octet is there. Chunks are read only
 * as operations are asked for; leaving the loop cancels the source.
 *
 * Operations are provisional until the loop ends: whether the request was whole, and whether its references lead anywhere,
 * only its end tells. Throws what `decodeBatchRequest` throws, and BatchTransportError where reading fails half-way.
 *
 * @example
 * for await (const item of decodeBatchRequestStream(request)) …
 */
export async function* decodeBatchRequestStream(
  request: RequestLike,
  options: DecodeRequestOptions = {},
): AsyncGenerator<DecodedItem, void, undefined> {
  if (request.body === null) throw usageError('request.body', 'invalid-option', 'expected a stream');
  const { message, boundary, settings } = openRequest(
    { headers: request.headers, body: new Uint8Array(0) },
    options,
  );
  const { reading } = message;
  let items: DecodedItem[] = [];
  const reader = new RequestReader(reading, settings, { item: (item) => items.push(item) });
  const stream = new PartStream(boundary, reading);
  message.places = stream;

  /** The operations of parts that have ended; what is wrong comes after those before it. */
  const read = function* (parts: () => readonly StreamedPart[], after: () => void): Generator<DecodedItem> {
    items = [];
    let failure: { readonly error: unknown } | undefined;
    try {
      for (const part of parts()) readPart(part, boundary, reading, reader);
      after();
    } catch (error) {
      failure = { error };
    }
    yield* items;
    if (failure !== undefined) throw message.errorOf(failure.error);
  };

  const chunks = readChunks(request.body);
  let isOver = false;
  try {
    while (!isOver) {
      const chunk = await chunks.next().catch((cause: unknown) => {
        throw new BatchTransportError('reading the request failed before its end', { cause });
      });
      isOver = chunk === undefined;
      if (chunk !== undefined)
        yield* read(
          () => stream.write(chunk),
          () => {},
        );
    }
    yield* read(
      () => stream.finish(),
      () => {
        checkEnd(stream.end, boundary, { start: 0, end: stream.size }, reading);
        reader.end();
      },
    );
  } finally {
    if (!isOver) chunks.stop();
  }
}
