import { denseEntityOf } from './entity.ts';
import { SeededRandom } from './seeded-random.ts';
import { BOUNDARY } from './shape.ts';

const CHUNK = 64 * 1024;
const HEAD = `--${BOUNDARY}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: application/json\r\nOData-Version: 4.0\r\n\r\n`;

/** An answer of equal parts of JSON that comes in chunks of 64 KiB and is never there as a whole. */
export interface StreamedAnswer {
  readonly contentType: string;
  readonly partCount: number;
  /** Octets of the whole message. */
  readonly octets: number;
  /** The chunks; `sample` is called before each of them. */
  chunks(sample: () => void): Generator<Uint8Array>;
}

/**
 * The same few chunks come again and again, so that making them takes no time of those who take them; parts begin at
 * different places in each.
 *
 * @param partBytes octets of each part with its frame, such that a small number of chunks holds whole parts
 */
export function streamedAnswer(totalBytes: number, partBytes: number): StreamedAnswer {
  const entity = denseEntityOf(new SeededRandom(partBytes), partBytes - HEAD.length - '\r\n'.length);
  const part = Buffer.from(`${HEAD}${JSON.stringify(entity)}\r\n`);
  const close = Buffer.from(`--${BOUNDARY}--\r\n`);

  let cycleBytes = CHUNK;
  while (cycleBytes % partBytes !== 0) cycleBytes += CHUNK;
  const cycle = Buffer.alloc(cycleBytes, part);
  const cycleChunks = Array.from({ length: cycleBytes / CHUNK }, (_, index) =>
    cycle.subarray(index * CHUNK, (index + 1) * CHUNK),
  );
  const cycles = Math.ceil(totalBytes / cycleBytes);

  function* chunks(sample: () => void): Generator<Uint8Array> {
    for (let round = 0; round < cycles; round++) {
      for (const chunk of cycleChunks) {
        sample();
        yield chunk;
      }
    }
    yield close;
  }

  return {
    contentType: `multipart/mixed; boundary=${BOUNDARY}`,
    partCount: (cycles * cycleBytes) / partBytes,
    octets: cycles * cycleBytes + close.length,
    chunks,
  };
}
