import { type ByteSource, type ChunkReader, readChunks } from '../bytes/read-chunks.ts';

/** Opens the source that a stream is made of. */
export type OpenChunks = (source: ByteSource) => ChunkReader;

/**
 * An async generator over the chunks of a source, which stops the source where it ends before that does.
 *
 * A plain generator is left only when the read under way is over, which a silent source puts off for ever. This one is left at
 * once, by `return()` and by `throw()`: a `next()` that waits is told that there is nothing more.
 */
export function leavableStream<T>(
  run: (open: OpenChunks) => AsyncGenerator<T, void, undefined>,
): AsyncGenerator<T, void, undefined> {
  let chunks: ChunkReader | undefined;
  let isLeft = false;
  let given: { readonly error: unknown } | undefined;
  const generator = (async function* () {
    try {
      yield* run((source) => {
        chunks = readChunks(source);
        return chunks;
      });
    } catch (error) {
      // Who has left does not want to know what became of the rest.
      if (!isLeft || (given !== undefined && given.error === error)) throw error;
    } finally {
      chunks?.stop();
    }
  })();
  const leave = generator.return.bind(generator);
  const give = generator.throw.bind(generator);
  const stop = () => {
    isLeft = true;
    chunks?.stop();
  };
  return Object.assign(generator, {
    return(value: void | PromiseLike<void>) {
      stop();
      return leave(value);
    },
    throw(error: unknown) {
      given = { error };
      stop();
      return give(error);
    },
  });
}
