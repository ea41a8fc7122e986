import type { ByteSource } from '../bytes/read-chunks.ts';
import type { Signal } from './abort-signal.ts';

/** A fetch: the global one, or any function that behaves like it. */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchedResponse>;

/** What a fetch is told. */
export interface FetchInit {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: Uint8Array<ArrayBuffer>;
  /** Redirects are followed only where that is safe, which the fetch can't know. */
  readonly redirect: 'manual';
  readonly signal: Signal;
}

/** What every fetch gives. */
export interface FetchedResponse {
  readonly status: number;
  readonly statusText?: string | undefined;
  readonly headers: Iterable<[string, string]> & { get(name: string): string | null };
  /** Where the answer came from, as far as the fetch tells. */
  readonly url?: string | undefined;
  /** `opaqueredirect` in browsers, which do not say where a redirect leads. */
  readonly type?: string | undefined;
  readonly body: ByteSource | null;
}

/** The fetch of the runtime; looked up with each request, so that one that was put in its place is used. */
export const globalFetch: Fetch = (url, init) => {
  const { fetch } = globalThis as unknown as { fetch: Fetch };
  return fetch(url, init);
};
