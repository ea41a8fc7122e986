import type { ByteWriter } from '../bytes/byte-writer.ts';

/** Writes the frame of one multipart (RFC 2046 section 5.1.1); what stands in a part its user writes into the same writer. */
export class MultipartWriter {
  readonly #writer: ByteWriter;
  /** With the line end before it, which is the delimiter's own; the first one needs none (M-21, M-23). */
  readonly #delimiter: string;
  #isFirst = true;

  constructor(writer: ByteWriter, boundary: string) {
    this.#writer = writer;
    this.#delimiter = `\r\n--${boundary}`;
  }

  /**
   * Begins a part; returns where its headers begin.
   *
   * @param start the part's header lines, the empty line and the text behind it, one character for each octet
   */
  part(start: string): number {
    const delimiter = this.#isFirst ? this.#delimiter.slice(2) : this.#delimiter;
    this.#isFirst = false;
    // One write instead of three: each costs about as much as writing a hundred octets.
    this.#writer.latin1(`${delimiter}\r\n${start}`);
    return this.#writer.length - start.length;
  }

  /** Ends the multipart. */
  close(): void {
    this.#writer.latin1(`${this.#delimiter}--`);
  }
}
