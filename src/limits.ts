/** What a message may hold at most; every default is finite. Checked before anything is copied;
 * while a response is being read, `maxMessageBytes` is. */
export interface Limits {
  /** Octets of the whole message. Default 256 MiB. */
  readonly maxMessageBytes: number;
  /** Parts of the batch, a change set counting as one. Default 10 000. */
  readonly maxParts: number;
  /** Operations in one change set. Default 10 000. */
  readonly maxOperationsPerChangeSet: number;
  /** Octets of one part, its headers not counted; in JSON of one body, as it stands there. Default 64 MiB. */
  readonly maxPartBytes: number;
  /** Octets of one header block, of a part or of the HTTP message in it, and of a start line; in JSON of `headers` and of each text that is no body. Default 64 KiB. */
  readonly maxHeaderBytes: number;
  /** Fields of one header block. Default 256. */
  readonly maxHeaderCount: number;
  /** Octets of white space after a delimiter (RFC 2046's transport padding). Default 1 024. */
  readonly maxPaddingBytes: number;
  /** Arrays and objects that stand in each other in a JSON batch, the outermost being the first. Default 1 000. */
  readonly maxJsonDepth: number;
}

/** Some of the limits; a default for each that is absent. */
export type LimitsInput = { readonly [K in keyof Limits]?: Limits[K] | undefined };

export const DEFAULT_LIMITS: Limits = /* @__PURE__ */ Object.freeze({
  maxMessageBytes: 256 * 1024 * 1024,
  maxParts: 10_000,
  maxOperationsPerChangeSet: 10_000,
  maxPartBytes: 64 * 1024 * 1024,
  maxHeaderBytes: 64 * 1024,
  maxHeaderCount: 256,
  maxPaddingBytes: 1024,
  maxJsonDepth: 1000,
});
