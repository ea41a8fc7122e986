import { utf8Encoder } from './text.ts';

/** A text of fewer characters is joined to the one before it rather than written for itself. */
const SHORT = 512;

/** A text that has its place, but is not there yet. */
interface Postponed {
  readonly at: number;
  readonly text: string;
}

/** Octets that grow at the end; room doubles, so that n octets cost O(n), and none is copied where the first guess was right. */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;
  /** Whether all text so far was ASCII, the same octets in Latin-1 and UTF-8. */
  #isAscii = true;
  #postponed: Postponed[] = [];

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
      this.#clear(this.#length + text.length, this.#length + written);
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

  /**
   * Writes one octet for each character of the first text, and the second one as UTF-8: in one step where the second is short
   * and as long as all is ASCII, because a step costs about as much as joining a few hundred characters.
   */
  latin1ThenUtf8(octets: string, text: string): void {
    if (this.#isAscii && text.length < SHORT) {
      const all = octets + text;
      this.#reserve(all.length);
      const { read, written } = utf8Encoder.encodeInto(all, this.#bytes.subarray(this.#length));
      this.#isAscii = read === all.length && written === all.length;
      if (this.#isAscii) {
        this.#length += all.length;
        return;
      }
      this.#clear(this.#length, this.#length + written);
    }
    this.latin1(octets);
    this.utf8(text);
  }

  bytes(view: Uint8Array): void {
    this.#reserve(view.length);
    this.#bytes.set(view, this.#length);
    this.#length += view.length;
  }

  /** Leaves room for a text in ASCII that is there only when all is finished or taken; until then zeros stand there. */
  postpone(text: string): void {
    this.#reserve(text.length);
    this.#postponed.push({ at: this.#length, text });
    this.#length += text.length;
  }

  /** What was written from `start` on; valid until the next write. */
  since(start: number): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(start, this.#length);
  }

  /** All that was written, in a buffer of exactly its size; nothing may be written after it. */
  finish(): Uint8Array<ArrayBuffer> {
    this.#fillIn();
    return this.#length === this.#bytes.length ? this.#bytes : this.#bytes.slice(0, this.#length);
  }

  /** A copy of all that was written, and an empty writer that keeps its room: for one thing after the other. */
  take(): Uint8Array<ArrayBuffer> {
    this.#fillIn();
    const taken = this.#bytes.slice(0, this.#length);
    this.#clear(0, this.#length);
    this.#length = 0;
    return taken;
  }

  /** What is postponed has to find zeros behind what was written. */
  #clear(start: number, end: number): void {
    if (start < end) this.#bytes.fill(0, start, end);
  }

  #fillIn(): void {
    let last = '';
    let octets = this.#bytes.subarray(0, 0);
    for (const { at, text } of this.#postponed) {
      // A text that comes again is copied, which takes a quarter of the time.
      if (text === last) {
        this.#bytes.set(octets, at);
        continue;
      }
      last = text;
      octets = this.#bytes.subarray(at, at + text.length);
      utf8Encoder.encodeInto(text, octets);
    }
    this.#postponed = [];
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
