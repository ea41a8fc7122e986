/**
 * What is read of an `http.IncomingMessage`, or of an `Http2ServerRequest`; written out, so that who does not use Node needs none of
 * its types.
 */
export interface NodeRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  /** The URL before a router of Express took something off it. */
  readonly originalUrl?: string | undefined;
  readonly rawHeaders: readonly string[];
  readonly readableEnded: boolean;
  /** Whether its client has gone away. */
  readonly aborted?: boolean | undefined;
  readonly socket: object;
  /** What a middleware made of the body. */
  readonly body?: unknown;
  on(event: string, listener: (...values: never[]) => void): unknown;
  pause(): unknown;
  resume(): unknown;
}

/** What is written of an `http.ServerResponse`, or of an `Http2ServerResponse`. */
export interface NodeResponse {
  statusCode: number;
  readonly destroyed?: boolean | undefined;
  readonly headersSent: boolean;
  readonly writableEnded: boolean;
  readonly writableFinished: boolean;
  setHeader(name: string, value: string | string[]): unknown;
  write(chunk: Uint8Array, written: () => void): boolean;
  end(): unknown;
  destroy(error?: Error): unknown;
  on(event: string, listener: () => void): unknown;
}
