import { ByteWriter } from '../bytes/byte-writer.ts';
import type { ChunkReader } from '../bytes/read-chunks.ts';
import { BatchLimitError } from '../errors.ts';
import type { LimitsInput } from '../limits.ts';
import { completeLimits } from '../reading.ts';

/** All octets of a source, or those that came before it failed. */
export interface WholeSource {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly failure?: { readonly cause: unknown };
}

/** Reads a source to its end; stops, as a failure, where it is larger than `maxMessageBytes`. */
export async function readWhole(
  chunks: ChunkReader | null,
  limits: LimitsInput | undefined,
): Promise<WholeSource> {
  const { maxMessageBytes } = completeLimits(limits);
  // Chunks are copied at once: their owner may use the same memory for the next one.
  const writer = new ByteWriter();
  if (chunks === null) return { bytes: writer.finish() };
  try {
    for (let chunk = await chunks.next(); chunk !== undefined; chunk = await chunks.next()) {
      if (writer.length + chunk.length > maxMessageBytes) {
        throw new BatchLimitError('maxMessageBytes', maxMessageBytes, maxMessageBytes + 1);
      }
      writer.bytes(chunk);
    }
  } catch (cause) {
    chunks.stop();
    return { bytes: writer.finish(), failure: { cause } };
  }
  return { bytes: writer.finish() };
}
