/** Octets as they come: a ReadableStream, in any runtime, or an async iterable. */
export type ByteSource =
  | AsyncIterable<Uint8Array>
  | {
      getReader(): {
        read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>;
        cancel(reason?: unknown): Promise<void>;
      };
    };

/** The chunks of a source, one at a time: nothing is read before it is asked for. */
export interface ChunkReader {
  /** The next chunk; undefined at the end. Throws a TypeError for a chunk that is no octets. */
  next(): Promise<Uint8Array | undefined>;
  /** Lets the source know that nobody reads on; nobody waits for what it does about it. */
  stop(): void;
}

export function readChunks(source: ByteSource): ChunkReader {
  if (Symbol.asyncIterator in source) {
    const iterator = source[Symbol.asyncIterator]();
    return {
      next: async () => octetsOf(await iterator.next()),
      stop: () => void Promise.resolve(iterator.return?.()).catch(() => {}),
    };
  }
  const reader = source.getReader();
  return {
    next: async () => octetsOf(await reader.read()),
    stop: () => void reader.cancel().catch(() => {}),
  };
}

function octetsOf({ done, value }: { done?: boolean | undefined; value?: unknown }): Uint8Array | undefined {
  if (done) return undefined;
  if (value instanceof Uint8Array) return value;
  throw new TypeError('expected chunks of octets');
}
