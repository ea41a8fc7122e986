import type { ByteSource } from '../bytes/read-chunks.ts';
import type { PlainHeaders } from './fetch-request.ts';

/** The Response of the runtime that the types are used in, as with {@link FetchRequest}. */
export type FetchResponse = typeof globalThis extends { Response: { prototype: infer Type } }
  ? Type
  : PlainResponse;

/** What every Response has. */
export interface PlainResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: PlainHeaders;
  readonly body: ByteSource | null;
  readonly bodyUsed: boolean;
}

/** Makes a Response. */
export function makeResponse(
  body: unknown,
  init: { readonly status: number; readonly headers: Record<string, string> },
): FetchResponse {
  const { Response } = globalThis as unknown as {
    Response: new (body: unknown, init: object) => FetchResponse;
  };
  return new Response(body, init);
}
