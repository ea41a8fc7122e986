import type { ChunkReader } from '../bytes/read-chunks.ts';

/**
 * The chunks of a body, which fail where they are more or fewer octets than its Content-Length says: on a connection that is
 * kept, a client would read the rest of it as the answer to its next request, or that answer as the rest.
 *
 * @param contentLength the field, null where there is none
 */
export function exactLength(chunks: ChunkReader, contentLength: string | null): ChunkReader {
  if (contentLength === null) return chunks;
  const expected = /^\d+$/.test(contentLength) ? Number(contentLength) : undefined;
  let length = 0;
  return {
    async next() {
      const chunk = await chunks.next();
      length += chunk?.length ?? 0;
      const isRight =
        chunk === undefined ? length === expected : expected !== undefined && length <= expected;
      if (isRight) return chunk;
      chunks.stop();
      throw new TypeError('the body of the Response has another length than its Content-Length');
    },
    stop: () => chunks.stop(),
  };
}
