import { utf8Encoder } from './text.ts';

/** Enough for a small batch, so that most messages never grow. */
const INITIAL_CAPACITY = 4096;

/** Octets that grow at the end: each write makes room once, and room doubles, so that n octets cost O(n). */
export class ByteWriter {
  #bytes = new Uint8Array(INITIAL_CAPACITY);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Writes one octet for each character; the caller knows that none is above U+00FF. */
  latin1(text: string): void {
    this.#reserve(text.length);
    for (let i = 0; i < text.length; i++) this.#bytes[this.#length + i] = text.charCodeAt(i);
    this.#length += text.length;
  }

  /** Writes text as UTF-8. */
  utf8(text: string): void {
    // A UTF-16 unit takes three octets at most; asking for less first would mean encoding twice where it is short.
    this.#reserve(text.length * 3);
    this.#length += utf8Encoder.encodeInto(text, this.#bytes.subarray(this.#length)).written;
  }

  bytes(view: Uint8Array): void {
    this.#reserve(view.length);
    this.#bytes.set(view, this.#length);
    this.#length += view.length;
  }

  /** What was written from `start` on; valid until the next write. */
  since(start: number): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(start, this.#length);
  }

  /** All that was written, in a buffer of exactly its size. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
