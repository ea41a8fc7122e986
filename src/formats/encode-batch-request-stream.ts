import type { EncodeBatchRequestOptions } from '../batch/encode-options.ts';
import { ENCODE_OPTIONS } from '../batch/encode-options.ts';
import { guardCallbacks } from '../batch/issues.ts';
import type { Batch } from '../batch/operation.ts';
import type { Plan } from '../batch/plan.ts';
import { StreamedBodies } from '../batch/streamed-body.ts';
import { type ByteStream, toByteStream } from '../bytes/byte-stream.ts';
import { expectOptions } from '../expect-options.ts';
import { writeRequest } from './encode-batch-request.ts';
import { contentLengthOf, MessageChunks, piecesOf, piecesOnce } from './multipart/message-chunks.ts';

/** A batch that is written while it is sent: `fetch(url, request)` takes it as it is, where it takes streams. */
export interface EncodedBatchRequestStream<B extends Batch = Batch> {
  readonly method: 'POST';
  readonly contentType: string;
  /** All headers of the batch: Content-Type, and Content-Length where it is known. */
  readonly headers: Record<string, string>;
  /** Octets of the body; undefined where a stream does not tell its size. */
  readonly contentLength: number | undefined;
  /** Can be read once. */
  readonly body: ByteStream;
  /** `fetch` wants to be told that a body is sent before the answer comes. */
  readonly duplex: 'half';
  /** What decoding the answer needs. */
  readonly plan: Plan<B>;
}

/**
 * {@link encodeBatchRequest} for bodies that are too large to be held: they may also be a Blob, a ReadableStream or an async
 * iterable of octets, which are read while the batch is sent, one chunk at a time and none before it is asked for.
 *
 * In a JSON batch every body must be all there.
 *
 * A Blob's `type` becomes its Content-Type unless one is given. An operation's header Content-Length tells the size of a
 * stream; where all sizes are known, so is the Content-Length of the batch.
 *
 * What is streamed can't be searched for the boundary beforehand, so a boundary of the caller's is refused
 * (`boundary-not-checkable`), and the body watched while it passes: with a boundary in it (`boundary-in-content`), another
 * size than was said (`content-length-mismatch`) or a failure of its stream (`callback-failed`) the stream ends in a
 * BatchUsageError and the batch without its close delimiter. Throws what {@link encodeBatchRequest} throws.
 *
 * @example
 * const request = encodeBatchRequestStream([{ method: 'PUT', url: 'Photos(1)/$value', body: file }]);
 * const response = await fetch(url, request);
 */
export function encodeBatchRequestStream<const B extends Batch>(
  batch: B,
  options: EncodeBatchRequestOptions = {},
): EncodedBatchRequestStream<B> {
  expectOptions(options, ENCODE_OPTIONS);
  const { written, headers, plan } = guardCallbacks(() =>
    writeRequest(batch, options, { streams: new StreamedBodies() }),
  );
  const contentLength = contentLengthOf(written);
  if (contentLength !== undefined) headers['Content-Length'] = String(contentLength);
  return {
    method: 'POST',
    contentType: written.contentType,
    headers,
    contentLength,
    body: toByteStream(new MessageChunks(piecesOnce(piecesOf(written)), written.token)),
    duplex: 'half',
    plan,
  };
}
