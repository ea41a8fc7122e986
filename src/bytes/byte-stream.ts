import type { ChunkReader } from './read-chunks.ts';

/**
 * The ReadableStream of the runtime that the types are used in: with the types of a browser, of Node or of a worker it is
 * theirs, without any of them it is what all have in common.
 */
export type ByteStream = typeof globalThis extends { ReadableStream: { prototype: infer Stream } }
  ? Stream
  : PlainByteStream;

/** What every ReadableStream has. */
export interface PlainByteStream {
  readonly locked: boolean;
  getReader(): {
    read(): Promise<{ done: boolean; value?: Uint8Array<ArrayBuffer> | undefined }>;
    cancel(reason?: unknown): Promise<void>;
    releaseLock(): void;
  };
  cancel(reason?: unknown): Promise<void>;
}

/** The part of the streams standard that is used here. */
interface StreamsGlobal {
  readonly ReadableStream: new (
    source: {
      pull(controller: { enqueue(chunk: Uint8Array): void; close(): void }): Promise<void>;
      cancel(): void;
    },
    strategy: { highWaterMark: number },
  ) => ByteStream;
}

/** Makes a stream of chunks; none is asked for before the stream is, and cancelling it stops the chunks. */
export function toByteStream(chunks: ChunkReader): ByteStream {
  const { ReadableStream } = globalThis as unknown as StreamsGlobal;
  return new ReadableStream(
    {
      async pull(controller) {
        const chunk = await chunks.next();
        if (chunk === undefined) controller.close();
        else controller.enqueue(chunk);
      },
      cancel: () => chunks.stop(),
    },
    // Anything above 0 would read ahead of who reads the stream.
    { highWaterMark: 0 },
  );
}
