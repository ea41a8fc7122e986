import { existsSync, readFileSync } from 'node:fs';
import type { Layout } from '../shapes/shape.ts';
import { scannerAsPushParser } from './our-scanner.ts';
import type { Answer, Peer } from './peer.ts';

const built = new URL('../../dist/index.js', import.meta.url);
if (!existsSync(built)) throw new Error('dist/index.js is missing: run "npm run build" in the root first');
const codec: typeof import('../../src/index.ts') = await import(built.href);
const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

/** The codec from the built package; its scanner, which is not exported, from the source. */
export const ours: Peer = {
  name: 'odata-batch-codec',
  version,
  decoder(layout) {
    const request = requestOf(layout);
    return (body, contentType) =>
      codec
        .decodeBatchResponse({ contentType, body }, { request })
        .flat()
        .map((result): Answer => {
          if (!('bytes' in result))
            throw new Error(`no answer to operation ${result.index}: ${result.outcome}`);
          return { status: result.status, octets: result.bytes };
        });
  },
  valueDecoder(layout) {
    const request = requestOf(layout);
    return (body, contentType) => {
      const values: unknown[] = [];
      for (const result of codec.decodeBatchResponse({ contentType, body }, { request }).flat()) {
        if (result.ok) values.push(result.value);
      }
      return values;
    };
  },
  encodeRequest(operations) {
    const { contentType, body } = codec.encodeBatchRequest(operations);
    return { contentType, body };
  },
  pushParser: scannerAsPushParser,
};

/** Reads a response whose bodies nobody asks for; returns how many operations there are. */
export function undemandingDecoder(layout: Layout): (body: Uint8Array, contentType: string) => number {
  const request = requestOf(layout);
  return (body, contentType) => codec.decodeBatchResponse({ contentType, body }, { request }).length;
}

function requestOf(layout: Layout) {
  const batch = layout.map((members) =>
    members === 0
      ? { method: 'GET', url: 'Products(1)' }
      : Array.from({ length: members }, () => ({ method: 'POST', url: 'Products', body: {} })),
  );
  return codec.encodeBatchRequest(batch);
}
