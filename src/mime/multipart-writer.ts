import type { ByteWriter } from '../bytes/byte-writer.ts';

/**
 * Writes the frame of one multipart (RFC 2046 section 5.1.1); what stands in a part its user writes into the same writer.
 *
 * Delimiters are postponed, so that until the writer is finished it holds the content of the parts alone.
 */
export class MultipartWriter {
  readonly #writer: ByteWriter;
  /** With the line end before it, which is the delimiter's own; the first one needs none (M-21, M-23). */
  readonly #delimiter: string;
  readonly #close: string;
  #isFirst = true;
  /** Whether the next part begins behind what was written. */
  #isDelimited = false;

  constructor(writer: ByteWriter, boundary: string) {
    this.#writer = writer;
    this.#delimiter = `\r\n--${boundary}\r\n`;
    this.#close = `\r\n--${boundary}--`;
  }

  /**
   * Begins a part.
   *
   * @param start the part's header lines, the empty line and the text behind it, one character for each octet
   * @param text what follows as UTF-8
   */
  part(start: string, text = ''): void {
    this.delimit();
    this.#isDelimited = false;
    this.#writer.latin1ThenUtf8(start, text);
  }

  /** Writes the delimiter before the next part ahead of it: who reads on knows then that the one before is complete (P-23). */
  delimit(): void {
    if (!this.#isDelimited) this.#line(this.#delimiter);
    this.#isDelimited = true;
  }

  /** Ends the multipart; one without parts is this line alone (M-25). */
  close(): void {
    this.#line(this.#close);
  }

  #line(delimiter: string): void {
    this.#writer.postpone(this.#isFirst ? delimiter.slice('\r\n'.length) : delimiter);
    this.#isFirst = false;
  }
}
