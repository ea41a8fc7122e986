import { type ByteSource, readChunks } from '../bytes/read-chunks.ts';
import { withoutSecrets } from './without-secrets.ts';

/** The same octets; what reading them fails with is told without the secrets, as what the fetch itself fails with. */
export function bodyWithoutSecrets(body: ByteSource, secrets: readonly string[]): ByteSource {
  const chunks = readChunks(body);
  return {
    [Symbol.asyncIterator]: () => ({
      async next(): Promise<IteratorResult<Uint8Array, undefined>> {
        try {
          const value = await chunks.next();
          return value === undefined ? { done: true, value } : { done: false, value };
        } catch (error) {
          throw withoutSecrets(error, secrets);
        }
      },
      async return(): Promise<IteratorResult<Uint8Array, undefined>> {
        chunks.stop();
        return { done: true, value: undefined };
      },
    }),
  };
}
