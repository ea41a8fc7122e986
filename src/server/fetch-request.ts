import type { ByteSource } from '../bytes/read-chunks.ts';
import type { AbortSignalLike } from '../transport/abort-signal.ts';

/**
 * The Request of the runtime that the types are used in: with the types of a browser, of Node or of a worker it is theirs,
 * without any of them it is what all have in common.
 */
export type FetchRequest = typeof globalThis extends { Request: { prototype: infer Type } }
  ? Type
  : PlainRequest;

/** What every Request has. */
export interface PlainRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: PlainHeaders;
  readonly body: ByteSource | null;
  readonly bodyUsed: boolean;
  readonly signal: AbortSignalLike;
}

/** What every Headers has. */
export interface PlainHeaders extends Iterable<[string, string]> {
  get(name: string): string | null;
  has(name: string): boolean;
}

/** What a request is made of. */
export interface RequestParts {
  readonly method: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: Uint8Array<ArrayBuffer> | undefined;
  readonly signal: AbortSignalLike;
}

/** Makes a Request; throws what the runtime throws where it refuses one: TRACE, a URL with a password. */
export function makeRequest(url: string, { method, headers, body, signal }: RequestParts): PlainRequest {
  const { Request } = globalThis as unknown as {
    Request: new (url: string, init: object) => PlainRequest;
  };
  // What a service answers goes to the client, redirections too, wherever they lead.
  return new Request(url, { method, headers, signal, redirect: 'manual', ...(body && { body }) });
}
