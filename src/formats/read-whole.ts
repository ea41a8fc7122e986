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
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of source === null ? [] : chunksOf(source)) {
      length += chunk.length;
      if (length > maxMessageBytes)
        throw new BatchLimitError('maxMessageBytes', maxMessageBytes, maxMessageBytes + 1);
      chunks.push(chunk);
    }
  } catch (cause) {
    return { bytes: join(chunks), failure: { cause } };
  }
  return { bytes: join(chunks) };
}

async function* chunksOf(source: ByteSource): AsyncGenerator<Uint8Array> {
  if (Symbol.asyncIterator in source) return yield* source;
  const reader = source.getReader();
  let finished = false;
  try {
    while (true) {
      const { done, value } = await reader.read();
      finished = done;
      if (done) return;
      if (value !== undefined) yield value;
    }
  } finally {
    // Whoever stops reading early lets the source know, so that a connection does not stay open.
    if (!finished) await reader.cancel().catch(() => {});
  }
}

function join(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
