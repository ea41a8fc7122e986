import { uuid } from '../transport/uuid.ts';

/** A UUID of version 4, of the runtime's random octets. */
export function randomUuid(): string {
  const { crypto } = globalThis as unknown as { crypto: { getRandomValues(octets: Uint8Array): Uint8Array } };
  return uuid(crypto.getRandomValues(new Uint8Array(16)));
}
