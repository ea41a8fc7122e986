import type { ByteWriter } from '../bytes/byte-writer.ts';

/** Writes the frame of one multipart (RFC 2046 section 5.1.1); what stands in a part its user writes into the same writer. */
export class MultipartWriter {
  readonly #writer: ByteWriter;
  readonly #boundary: string;
  #isFirst = true;

  constructor(writer: ByteWriter, boundary: string) {
    this.#writer = writer;
    this.#boundary = boundary;
  }

  /**
   * Begins a part; returns where its headers begin. The line end before a delimiter is the delimiter's own, so the first
   * one needs none (M-21, M-23).
   */
  part(headers: readonly (readonly [name: string, value: string])[]): number {
    const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    this.#writer.latin1(`${this.#isFirst ? '' : '\r\n'}--${this.#boundary}\r\n`);
    this.#isFirst = false;
    const start = this.#writer.length;
    this.#writer.latin1(`${lines}\r\n`);
    return start;
  }

  /** Ends the multipart. */
  close(): void {
    this.#writer.latin1(`\r\n--${this.#boundary}--`);
  }
}
