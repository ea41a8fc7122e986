import type { StreamedBody } from './streamed-body.ts';

/** A streamed body, and before which of the written octets it stands. */
export interface StreamCut {
  readonly at: number;
  readonly body: StreamedBody;
}

/** The body of a batch, or of its answer, and the Content-Type that goes with it. */
export interface WrittenBatch {
  readonly contentType: string;
  /** All octets, but for those of streamed bodies. */
  readonly body: Uint8Array<ArrayBuffer>;
  readonly cuts: readonly StreamCut[];
  /** What no streamed body may hold. */
  readonly token: Uint8Array;
}
