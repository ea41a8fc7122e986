import { asciiText } from './text.ts';

/** Octets that become text at once. */
const WINDOW = 32 * 1024;
/** A larger body is worth a call of its own. */
const SMALL = 8 * 1024;
/** What may lie between a body and the next one: a delimiter and two header blocks. */
const GAP = 4 * 1024;

/**
 * The text of the bodies of a message, for those who ask for one after the other: small bodies are cut out of the text of
 * the octets around them, because for a body of 300 octets a native call costs more than what it does. Without it decoding
 * all values takes 1.1 times as long, of 1000 × 1 KiB as of 1000 × 300 B.
 *
 * The text is that of ASCII octets only, where the place of an octet is the place of its character. It is a slice, so
 * whoever keeps it keeps the window.
 */
export class TextWindow {
  readonly #bytes: Uint8Array;
  #start = 0;
  #end = 0;
  /** Undefined where the window has octets that are not ASCII. */
  #text: string | undefined;
  /** Where the body that was asked for last ended. */
  #lastEnd = 0;

  /** @param bytes the message */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /**
   * The text of a body; undefined where it has to be decoded by itself, because it is large, it or its neighbours are not
   * ASCII, or the one before it was not asked for: then nobody may want what lies around it either.
   *
   * @param body a view of the message, or octets that were decoded out of it, which have no place in it
   */
  textOf(body: Uint8Array): string | undefined {
    if (body.buffer !== this.#bytes.buffer) return undefined;
    const start = body.byteOffset - this.#bytes.byteOffset;
    const end = start + body.length;
    const distance = start - this.#lastEnd;
    this.#lastEnd = end;
    if (start < this.#start || end > this.#end) {
      if (body.length > SMALL || distance < 0 || distance > GAP) return undefined;
      this.#start = start;
      this.#end = Math.min(start + WINDOW, this.#bytes.length);
      this.#text = asciiText(this.#bytes, this.#start, this.#end);
    }
    return this.#text?.slice(start - this.#start, end - this.#start);
  }
}
