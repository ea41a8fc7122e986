import { ByteWriter } from '../bytes/byte-writer.ts';
import { BatchLimitError } from '../errors.ts';
import type { LimitsInput } from '../limits.ts';
import { completeLimits } from '../reading.ts';

/** Octets as they come: a ReadableStream, in any runtime, or an async iterable. */
export type ByteSource =
  | AsyncIterable<Uint8Array>
  | {
      getReader(): {
        read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>;
        cancel(reason?: unknown): Promise<void>;
      };
    };

/** All octets of a source, or those that came before it failed. */
export interface WholeSource {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly failure?: { readonly cause: unknown };
}

/** Reads a source to its end; stops, as a failure, where it is larger than `maxMessageBytes`. */
export async function readWhole(
  source: ByteSource | null,
  limits: LimitsInput | undefined,
): Promise<WholeSource> {
  const { maxMessageBytes } = completeLimits(limits);
  // Chunks are copied at once: their owner may use the same memory for the next one.
  const writer = new ByteWriter();
  if (source === null) return { bytes: writer.finish() };
  let chunks: ChunkReader | undefined;
  try {
    chunks = readChunks(source);
    for (let chunk = await chunks.next(); chunk !== undefined; chunk = await chunks.next()) {
      if (!(chunk instanceof Uint8Array)) throw new TypeError('expected chunks of octets');
      if (writer.length + chunk.length > maxMessageBytes) {
        throw new BatchLimitError('maxMessageBytes', maxMessageBytes, maxMessageBytes + 1);
      }
      writer.bytes(chunk);
    }
  } catch (cause) {
    chunks?.stop();
    return { bytes: writer.finish(), failure: { cause } };
  }
  return { bytes: writer.finish() };
}

/** The chunks of a source; undefined at its end. */
interface ChunkReader {
  next(): Promise<Uint8Array | undefined>;
  /** Lets the source know that nobody reads on; nobody waits for what it does about it. */
  stop(): void;
}

function readChunks(source: ByteSource): ChunkReader {
  const ignore = () => {};
  if (Symbol.asyncIterator in source) {
    const iterator = source[Symbol.asyncIterator]();
    return {
      next: async () => {
        const { done, value } = await iterator.next();
        return done ? undefined : value;
      },
      stop: () => void Promise.resolve(iterator.return?.()).catch(ignore),
    };
  }
  const reader = source.getReader();
  return {
    next: async () => {
      const { done, value } = await reader.read();
      return done ? undefined : value;
    },
    stop: () => void reader.cancel().catch(ignore),
  };
}
