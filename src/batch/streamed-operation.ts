import type { ByteStream } from '../bytes/byte-stream.ts';
import type { HeaderList } from '../mime/header-list.ts';
import type { ContentIdPlacement, DecodedOperation } from './decoded-batch.ts';
import type { Operation } from './operation.ts';

/**
 * One request out of a batch whose body is too large to be held and comes while it is read; `streamed` tells it apart. Itself
 * an {@link Operation}, which the streaming encoder takes.
 */
export interface StreamedOperation extends Operation {
  readonly streamed: true;
  readonly method: string;
  readonly url: string;
  readonly headers: HeaderList;
  /** The body; to be read, or cancelled, before the next operation is asked for. */
  readonly body: ByteStream;
  readonly idPlacement: ContentIdPlacement | undefined;
  /** As for a {@link DecodedOperation}. */
  readonly absoluteUrl: string | undefined;
}

/** The same operation with a body that comes. */
export function streamedOperation(operation: DecodedOperation, body: ByteStream): StreamedOperation {
  const { method, url, headers, id, idPlacement, absoluteUrl } = operation;
  return {
    streamed: true,
    method,
    url,
    headers,
    ...(id !== undefined && { id }),
    body,
    idPlacement,
    absoluteUrl,
  };
}
