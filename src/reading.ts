import type { SyntaxErrorPlace } from './errors.ts';
import type { Limits, LimitsInput } from './limits.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import type { Tolerance } from './tolerances.ts';

/** What a decoder noticed and accepted. */
export type WarningCode =
  /** Text after a status that has no body; it is kept. */
  | 'body-not-allowed'
  /** An inner Content-Length is not the length of the body; the delimiter ended the body. */
  | 'content-length-mismatch'
  /** A multipart with a close delimiter only. */
  | 'empty-batch'
  /** A folded header field of an HTTP message, joined with one space. */
  | 'folded-header'
  /** A Content-ID outside the OData syntax. */
  | 'invalid-content-id'
  /** A Content-Length that is no number; it was ignored. */
  | 'invalid-content-length'
  /** A header field in an operation that belongs to the batch, such as Authorization. */
  | 'forbidden-header'
  /** A line that looks like a delimiter but stands behind a lone LF, in a message framed by CRLF; it is body. */
  | 'line-feed-delimiter'
  /** An operation of a multipart change set without Content-ID, where the OData version asks for one. */
  | 'missing-content-id'
  /** A change set without its own close delimiter. */
  | 'missing-inner-close'
  /** A status line of another version than HTTP/1.1. */
  | 'other-http-version'
  /** White space before a colon, removed. */
  | 'space-before-colon'
  /** A close delimiter with three dashes. */
  | 'three-dash-close'
  /** A message cut off before its close delimiter, or its last brace. */
  | 'truncated'
  /** A body of a JSON batch that is not written as its media type asks for. */
  | 'unencoded-body';

/** A deviation that was accepted. */
export interface BatchWarning {
  readonly code: WarningCode;
  /** Octets from the start of the message. */
  readonly offset: number;
  /** Lines from the start of the message, from 1. */
  readonly line: number;
  /** The part, such as `parts[2].changeset[0]` or `responses[2].body`; empty for the message itself. */
  readonly path: string;
}

/** A line of a multipart that its line ends keep from being what it was meant to be. */
export interface LineEndMistake {
  /** Where in the message the line begins. */
  readonly offset: number;
  /** From 1. */
  readonly line: number;
  /** What was found: of lines that would be delimiters, or, the last one, of a line in the header block of a part. */
  readonly found: 'line-feed-before' | 'carriage-return-behind' | 'carriage-return-first';
}

/** Names a part, and is put into words only where something is wrong: `parts[2]`, `parts[2].changeset[0]`. */
export class PartPath {
  /** The first line of the part that was not read as it was meant, where one is known. */
  readonly mistake: LineEndMistake | undefined;
  readonly #changeSet: PartPath | undefined;
  readonly #index: number;

  /** @param changeSet the part that the part is in; undefined at top level */
  constructor(changeSet: PartPath | undefined, index: number, mistake: LineEndMistake | undefined) {
    this.#changeSet = changeSet;
    this.#index = index;
    this.mistake = mistake ?? changeSet?.mistake;
  }

  /** The part at top level that this one is, or is in. */
  get root(): PartPath {
    return this.#changeSet ?? this;
  }

  toString(): string {
    const list = this.#changeSet === undefined ? 'parts' : `${this.#changeSet}.changeset`;
    return `${list}[${this.#index}]`;
  }
}

/** The path of something; empty for the message itself. */
export type Path = { toString(): string };

/** What the reading layers go by. */
export interface Reading {
  readonly limits: Limits;
  readonly tolerate: ReadonlySet<Tolerance>;
  readonly warn: (code: WarningCode, offset: number, path: Path) => void;
  /** The line of an octet, from 1; asked for in the order of the octets. */
  readonly lineAt: (offset: number, path: Path) => number;
}

/** So many bytes of a message are kept to tell what it is. */
export const BEGINNING_BYTES = 64;

/** Tells where in a message an octet is. */
export interface Places {
  /** The first bytes of the message. */
  readonly beginning: Uint8Array;
  placeAt(offset: number, path: Path): SyntaxErrorPlace;
  lineAt(offset: number, path: Path): number;
}

/** Octets of a message: `bytes` from `start` to `end`; `base` is where in the message `bytes` begins. */
export interface Slice {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly start: number;
  readonly end: number;
  readonly base: number;
  /** `bytes` for those who compare; made once for a message that is all there. */
  readonly view?: DataView | undefined;
}

export function viewOf({ bytes, view }: Slice): DataView {
  return view ?? new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

export function completeLimits(limits: LimitsInput | undefined): Limits {
  if (limits === undefined) return DEFAULT_LIMITS;
  const given = Object.entries(limits).filter(([, value]) => value !== undefined);
  return { ...DEFAULT_LIMITS, ...Object.fromEntries(given) };
}
