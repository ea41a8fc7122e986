const CHUNK = 64 * 1024;

/** A message of equal parts as it comes over a network, none of it kept. */
export interface PartSource {
  readonly boundary: string;
  readonly contentType: string;
  readonly partCount: number;
  /** @param sample called before each chunk, when all that was made of the one before it is there */
  chunks(sample: () => void): AsyncGenerator<Uint8Array>;
}

/** How a {@link PartSource} is made. */
export interface PartSourceOptions {
  readonly totalBytes: number;
  /** Octets of each part's body. */
  readonly partBytes: number;
  /** Start line and fields of the HTTP message; `########` becomes the number of the part, in eight digits. */
  readonly head: string;
  /** Whether each chunk has memory of its own, as those of fetch, or all have the same. */
  readonly freshChunks?: boolean | undefined;
}

const NUMBER = '########';

export function partSource({
  totalBytes,
  partBytes,
  head,
  freshChunks = false,
}: PartSourceOptions): PartSource {
  const boundary = 'batch_1f0c8f5e-7a1b-4f0a-9c55-0d2f6f3d9a41';
  const partHead = `--${boundary}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n`;
  const body = Buffer.alloc(
    partBytes,
    '{"Name":"Darjeeling","Price":6.75,"Note":"First flush, bright and light"},\r\n',
  );
  const part = Buffer.concat([Buffer.from(`${partHead}${head}`), body, Buffer.from('\r\n')]);
  const close = Buffer.from(`--${boundary}--\r\n`);
  const numberAt = part.indexOf(NUMBER);
  const partCount = Math.ceil(totalBytes / part.length);

  async function* chunks(sample: () => void): AsyncGenerator<Uint8Array> {
    let chunk = new Uint8Array(CHUNK);
    let filled = 0;
    for (let number = 0; number <= partCount; number++) {
      const octets = number === partCount ? close : part;
      if (numberAt !== -1) part.write(String(number).padStart(NUMBER.length, '0'), numberAt, 'latin1');
      for (let at = 0; at < octets.length; ) {
        const next = octets.subarray(at, at + CHUNK - filled);
        chunk.set(next, filled);
        at += next.length;
        filled += next.length;
        if (filled < CHUNK) continue;
        sample();
        yield chunk;
        filled = 0;
        if (freshChunks) chunk = new Uint8Array(CHUNK);
      }
    }
    sample();
    yield chunk.subarray(0, filled);
    sample();
  }

  return { boundary, contentType: `multipart/mixed; boundary=${boundary}`, partCount, chunks };
}
