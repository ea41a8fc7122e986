import { once } from 'node:events';
import { createRequire } from 'node:module';
import type { Readable, Writable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type MimePart, readAnswers } from './http-answer.ts';
import { packageVersion } from './package-version.ts';
import type { Peer } from './peer.ts';

type Headers = Readonly<Record<string, readonly string[]>>;

const require = createRequire(import.meta.url);
const { Dicer } = require('@fastify/busboy');

/** The multipart parser under busboy: a stream of streams. */
export const fastifyDicer: Peer = {
  name: '@fastify/busboy Dicer',
  version: packageVersion('@fastify/busboy'),
  decoder: () => (bytes, contentType) => readAnswers(readParts, bytes, contentType),
  pushParser(boundary) {
    const dicer: Writable = new Dicer({ boundary });
    const frame = { parts: 0, octets: 0 };
    let open = 0;
    dicer.on('part', (part: Readable) => {
      frame.parts++;
      open++;
      part.on('end', () => open--);
      part.on('data', (chunk: Buffer) => {
        frame.octets += chunk.length;
      });
    });
    const finished = once(dicer, 'finish');
    finished.catch(() => {});
    return {
      write(chunk) {
        if (!dicer.write(chunk)) return Promise.race([once(dicer, 'drain'), finished]).then(() => {});
      },
      async end() {
        dicer.end();
        await finished;
        // In chunks of one octet it tells its end before those of its parts.
        while (open > 0) await nextTurn();
        return frame;
      },
    };
  },
};

async function readParts(octets: Uint8Array, boundary: string): Promise<MimePart[]> {
  const dicer: Writable = new Dicer({ boundary });
  const parts: { headers: Headers; chunks: Buffer[] }[] = [];
  dicer.on('part', (part: Readable) => {
    const read = { headers: {} as Headers, chunks: [] as Buffer[] };
    parts.push(read);
    part.on('header', (headers: Headers) => {
      read.headers = headers;
    });
    part.on('data', (chunk: Buffer) => read.chunks.push(chunk));
  });
  dicer.end(octets);
  await once(dicer, 'finish');
  return parts.map(({ headers, chunks }) => ({
    contentType: headers['content-type']?.[0] ?? '',
    octets: chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks),
  }));
}
