/** What a stream tells, put together. */
export async function octetsOf(stream: ReadableStream<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** What a stream tells before it fails, and its failure. */
export async function octetsBeforeFailure(
  stream: ReadableStream<Uint8Array>,
): Promise<{ octets: string; error: unknown }> {
  const reader = stream.getReader();
  let octets = '';
  while (true) {
    try {
      const { done, value } = await reader.read();
      if (done) throw new Error('expected the stream to fail');
      octets += Buffer.from(value).toString('latin1');
    } catch (error) {
      return { octets, error };
    }
  }
}

/** A source of chunks that tells how many were asked for, and whether it was left or has ended, or failed, by itself. */
export function chunkSource(chunks: readonly (Uint8Array | Error)[]) {
  const seen = { read: 0, left: false, ended: false };
  const source: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        const chunk = chunks[seen.read++];
        seen.ended ||= chunk === undefined || chunk instanceof Error;
        if (chunk instanceof Error) throw chunk;
        return chunk === undefined
          ? { done: true, value: undefined as never }
          : { done: false, value: chunk };
      },
      return: async () => {
        seen.left = true;
        return { done: true, value: undefined as never };
      },
    }),
  };
  return { source, seen };
}
