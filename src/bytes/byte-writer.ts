import { utf8Encoder } from './text.ts';

/** Octets that grow at the end; room doubles, so that n octets cost O(n), and none is copied where the first guess was right. */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;

  /** @param capacity how many octets are expected */
  constructor(capacity = 4096) {
    this.#bytes = new Uint8Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  /** Writes one octet for each character; the caller knows that none is above U+00FF. */
  latin1(text: string): void {
    this.#reserve(text.length);
    // Nearly all of it is ASCII, which is the same in UTF-8, and native code writes that.
    const { read, written } = utf8Encoder.encodeInto(text, this.#bytes.subarray(this.#length));
    if (read !== text.length || written !== text.length) {
      for (let i = 0; i < text.length; i++) this.#bytes[this.#length + i] = text.charCodeAt(i);
    }
    this.#length += text.length;
  }

  /** Writes text as UTF-8. */
  utf8(text: string): void {
    this.#reserve(text.length);
    const { read, written } = utf8Encoder.encodeInto(text, this.#bytes.subarray(this.#length));
    this.#length += written;
    if (read === text.length) return;
    // Beyond ASCII a UTF-16 unit takes up to three octets; only what is left over has to be asked for.
    const rest = text.slice(read);
    this.#reserve(rest.length * 3);
    this.#length += utf8Encoder.encodeInto(rest, this.#bytes.subarray(this.#length)).written;
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

  /** All that was written, in a buffer of exactly its size; nothing may be written after it. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#length === this.#bytes.length ? this.#bytes : this.#bytes.slice(0, this.#length);
  }

  /** A copy of all that was written, and an empty writer that keeps its room: for one thing after the other. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return taken;
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
