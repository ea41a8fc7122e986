import { ByteWriter } from '../bytes/byte-writer.ts';
import type { ChunkReader } from '../bytes/read-chunks.ts';

/** All octets of a body, or a source of them where there are more than may be held. */
export type BufferedBody = Uint8Array<ArrayBuffer> | AsyncIterable<Uint8Array>;

/**
 * Reads a body up to `maximum` octets: where it has ended by then it can't fail any more. Where not, the rest is read when it
 * is asked for.
 *
 * @param onFailure told of a failure of the rest, which nobody can answer any more
 */
export async function bufferBody(
  chunks: ChunkReader,
  maximum: number,
  onFailure: (error: unknown) => void,
): Promise<BufferedBody> {
  const writer = new ByteWriter();
  for (let chunk = await chunks.next(); chunk !== undefined; chunk = await chunks.next()) {
    if (writer.length + chunk.length > maximum) return restOf([writer.finish(), chunk], chunks, onFailure);
    // Copied at once: its owner may use the same memory for the next one.
    writer.bytes(chunk);
  }
  return writer.finish();
}

/** What was read, and the rest. No generator: one that was never begun would not tell its source that it is left. */
function restOf(
  read: Uint8Array[],
  chunks: ChunkReader,
  onFailure: (error: unknown) => void,
): AsyncIterable<Uint8Array> {
  const iterator: AsyncIterator<Uint8Array> = {
    async next() {
      const held = read.shift();
      if (held !== undefined) return { done: false, value: held };
      try {
        const chunk = await chunks.next();
        return chunk === undefined ? { done: true, value: undefined } : { done: false, value: chunk };
      } catch (error) {
        onFailure(error);
        throw error;
      }
    },
    async return() {
      chunks.stop();
      return { done: true, value: undefined };
    },
  };
  return { [Symbol.asyncIterator]: () => iterator };
}
