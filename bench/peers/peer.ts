import type { BenchOperation } from '../shapes/operations.ts';
import type { Layout } from '../shapes/shape.ts';
import type { ContentIdOf, Frame } from '../shapes/write-response.ts';

/** One operation's answer, with its body as the package gives it; no status where it tells none. */
export type Answer = { readonly status: number | undefined } & (
  | { readonly octets: Uint8Array }
  | { readonly text: string }
  | { readonly value: unknown }
);

export interface EncodedBatch {
  readonly contentType: string;
  readonly body: Uint8Array;
}

/** Reads a multipart chunk by chunk and only counts. */
export interface PushParser {
  write(chunk: Uint8Array): void | Promise<void>;
  end(): Frame | Promise<Frame>;
}

/** A package as it is driven here: what it can't do is absent. */
export interface Peer {
  readonly name: string;
  readonly version: string;
  /** Default: numbered from 1 in the order of the batch. */
  readonly contentIdOf?: ContentIdOf;
  /** It gives no status, so that only bodies can be judged. */
  readonly tellsNoStatus?: true;
  /** Reads answers to a batch of that layout. What a client does when it sends belongs in the outer function. */
  readonly decoder?: (layout: Layout) => ResponseDecoder;
  /** The same, giving what the JSON of each body says; where it is absent the bodies are parsed. */
  readonly valueDecoder?: (layout: Layout) => (bytes: Uint8Array, contentType: string) => unknown[];
  readonly encodeRequest?: (operations: readonly BenchOperation[]) => EncodedBatch;
  readonly pushParser?: (boundary: string) => PushParser;
}

export type ResponseDecoder = (
  bytes: Uint8Array,
  contentType: string,
) => readonly Answer[] | Promise<readonly Answer[]>;

export const numberedInBatch: ContentIdOf = (place) => String(place + 1);
