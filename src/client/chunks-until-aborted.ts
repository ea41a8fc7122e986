import { type ByteSource, readChunks } from '../bytes/read-chunks.ts';
import type { AbortSignalLike } from '../transport/abort-signal.ts';
import { untilAborted } from '../transport/until-aborted.ts';

/** The chunks of a source; fails with the signal's reason where that is aborted, whether the source listens to it or not. */
export async function* chunksUntilAborted(
  source: ByteSource,
  signal: AbortSignalLike,
): AsyncGenerator<Uint8Array, void, undefined> {
  const chunks = readChunks(source);
  try {
    for (;;) {
      const chunk = await untilAborted(chunks.next(), signal);
      if (chunk === undefined) return;
      yield chunk;
    }
  } finally {
    chunks.stop();
  }
}
