import type { HeadersInput } from './operation.ts';

/** One answer of a service. */
export interface OutgoingResponse {
  /** 100 to 599. */
  readonly status: number;
  /** Default: the phrase of RFC 9110. */
  readonly statusText?: string | undefined;
  /** Names all in lower case are written as is customary (`etag` as `ETag`). */
  readonly headers?: HeadersInput | undefined;
  /** As for an {@link Operation}; none with 1xx, 204 and 304. */
  readonly body?: unknown;
  /** The Content-ID; default that of the request. Where a change set failed, that of the operation that failed. */
  readonly id?: string | undefined;
}

/** The answers to a batch, nested like it; a change set that failed is one response. */
export type BatchResponses = readonly (OutgoingResponse | readonly OutgoingResponse[])[];
