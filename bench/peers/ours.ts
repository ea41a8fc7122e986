import { existsSync, readFileSync } from 'node:fs';
import type { Plan } from '../../src/index.ts';
import type { StreamDriver } from '../measure/stream-drivers.ts';
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

/** Gives each answer of a stream to nobody; returns how many there were. */
export const streamedDecoder: StreamDriver = ({ contentType, partCount, chunks }) => {
  const headers: [string, string][] = [['Content-Type', contentType]];
  const unlimited = Number.POSITIVE_INFINITY;
  const options = {
    request: planOfMany(partCount),
    limits: { maxMessageBytes: unlimited, maxParts: unlimited },
  };
  return async (sample) => {
    async function* body() {
      yield* chunks(sample);
    }
    let count = 0;
    const results = codec.decodeBatchResponseStream({ status: 200, headers, body: body() }, options);
    for await (const { ok } of results) if (ok) count++;
    return count;
  };
};

/** The plan of so many reads, without the time of encoding them. */
function planOfMany(count: number): Plan {
  const { plan } = codec.encodeBatchRequest([{ method: 'GET', url: 'Products(1)' }]);
  const [first] = plan.items;
  const items = Array.from({ length: count }, (_, index) => ({
    ...first,
    index,
    path: [index],
    id: String(index + 1),
  }));
  return { ...plan, items: items as unknown as Plan['items'] };
}

function requestOf(layout: Layout) {
  const batch = layout.map((members) =>
    members === 0
      ? { method: 'GET', url: 'Products(1)' }
      : Array.from({ length: members }, () => ({ method: 'POST', url: 'Products', body: {} })),
  );
  return codec.encodeBatchRequest(batch);
}
