import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { compilePortableSearch, compileSearch } from '../../src/bytes/byte-search.ts';
import { decodeBatchResponse, encodeBatchRequest, readBatchResponse } from '../../src/index.ts';
import type { Limits } from '../../src/limits.ts';
import { batchCase } from './arbitrary-batch.ts';
import { delimiterSoup, multipart } from './arbitrary-multipart.ts';
import { chunking, damage } from './arbitrary-octets.ts';
import { law } from './law.ts';
import { cut, fromLatin1 } from './octets.ts';
import { type Scan, type ScanEvent, scan, scanWhole } from './scan.ts';

const tolerate = fc.constantFrom([], ['three-dash-close'] as const);

const smallLimit: fc.Arbitrary<Partial<Limits>> = fc.oneof(
  fc.integer({ min: 0, max: 4 }).map((maxParts) => ({ maxParts })),
  fc.integer({ min: 0, max: 20 }).map((maxPartBytes) => ({ maxPartBytes })),
  fc.integer({ min: 0, max: 40 }).map((maxHeaderBytes) => ({ maxHeaderBytes })),
  fc.integer({ min: 0, max: 3 }).map((maxPaddingBytes) => ({ maxPaddingBytes })),
);

const anyMultipart = fc.oneof(
  delimiterSoup.map((bytes) => ({ boundary: 'b', bytes })),
  multipart,
);

const oneByOne = (bytes: Uint8Array) => cut(bytes, new Array<number>(bytes.length).fill(1));

describe('chunks', () => {
  law(
    'law 3: the scanner reads what was written, and the same in any chunks',
    fc.property(multipart, chunking, fc.nat(1000), (written, lengths, offset) => {
      const { boundary, bytes, parts } = written;
      const whole = scanWhole(bytes, { boundary, offset });
      expect(partsOf(whole)).toEqual(parts);
      expect(whole).toMatchObject({ partCount: parts.length, opened: true, closed: true });
      expect(scan(cut(bytes, lengths), { boundary, offset })).toEqual(whole);
      expect(scan(oneByOne(bytes), { boundary, offset })).toEqual(whole);
    }),
    10,
  );

  law(
    'law 3: octets that are hardly a message are read the same in any chunks',
    fc.property(delimiterSoup, chunking, tolerate, (bytes, lengths, names) => {
      const settings = { boundary: 'b', tolerate: names };
      const whole = scanWhole(bytes, settings);
      expect(scan(cut(bytes, lengths), settings)).toEqual(whole);
      expect(scan(oneByOne(bytes), settings)).toEqual(whole);
    }),
    20,
  );

  law(
    'law 3: a damaged message is read the same in any chunks',
    fc.property(multipart, damage, chunking, tolerate, ({ boundary, bytes }, harm, lengths, names) => {
      const settings = { boundary, tolerate: names };
      const damaged = harm(bytes);
      const whole = scanWhole(damaged, settings);
      expect(scan(cut(damaged, lengths), settings)).toEqual(whole);
      expect(scan(oneByOne(damaged), settings)).toEqual(whole);
    }),
    10,
  );

  law(
    'law 3: limits count octets of the message, not of a chunk',
    fc.property(anyMultipart, chunking, smallLimit, ({ boundary, bytes }, lengths, limits) => {
      const settings = { boundary, limits };
      const whole = scanWhole(bytes, settings);
      expect(scan(cut(bytes, lengths), settings)).toEqual(whole);
      expect(scan(oneByOne(bytes), settings)).toEqual(whole);
    }),
    20,
  );

  law(
    'law 3: of several limits that a message exceeds, the same is named in any chunks',
    fc.property(
      anyMultipart,
      chunking,
      fc.array(smallLimit, { minLength: 2, maxLength: 4 }),
      ({ boundary, bytes }, lengths, all) => {
        const settings = { boundary, limits: Object.assign({}, ...all) as Partial<Limits> };
        const whole = scanWhole(bytes, settings);
        expect(scan(cut(bytes, lengths), settings)).toEqual(whole);
        expect(scan(oneByOne(bytes), settings)).toEqual(whole);
      },
    ),
    10,
  );

  law(
    'law 3: of two adjacent cuts in an encoded batch none changes an event',
    fc.property(batchCase, fc.nat(), ({ batch, options }, place) => {
      const { body } = encodeBatchRequest(batch, { ...options, boundary: 'outer' });
      const whole = scanWhole(body, { boundary: 'outer' });
      const at = place % body.length;
      expect(scan(cut(body, [at]), { boundary: 'outer' })).toEqual(whole);
      expect(scan(cut(body, [at, 1]), { boundary: 'outer' })).toEqual(whole);
    }),
    5,
  );

  law(
    'law 3: a response read in chunks gives the results of the response read whole',
    fc.asyncProperty(multipart, chunking, async ({ boundary, bytes }, lengths) => {
      const { plan } = encodeBatchRequest([
        { method: 'GET', url: 'A' },
        [{ method: 'POST', url: 'B', body: 1 }],
      ]);
      const contentType = `multipart/mixed; boundary="${boundary}"`;
      const outcome = (run: () => unknown) => Promise.resolve().then(run).then(JSON.stringify, String);
      const whole = await outcome(() => decodeBatchResponse({ contentType, body: bytes }, { request: plan }));
      const headers: [string, string][] = [['Content-Type', contentType]];
      const body = (async function* () {
        yield* cut(bytes, lengths);
      })();
      expect(await outcome(() => readBatchResponse({ status: 200, headers, body }, { request: plan }))).toBe(
        whole,
      );
    }),
  );

  law(
    'law 3: the portable search finds what the native one finds',
    fc.property(
      fc.array(fc.constantFrom('\r', '\n', '-', 'b', 'a'), { maxLength: 60 }),
      fc.array(fc.constantFrom('\r', '\n', '-', 'b', 'a'), { minLength: 1, maxLength: 5 }),
      fc.nat(64),
      (haystack, needle, from) => {
        const bytes = fromLatin1(haystack.join(''));
        const wanted = fromLatin1(needle.join(''));
        expect(compilePortableSearch(wanted)(bytes, from)).toBe(compileSearch(wanted)(bytes, from));
      },
    ),
    30,
  );

  law(
    'law 3: the portable search finds what the native one finds, among all octets',
    fc.property(
      fc.uint8Array({ maxLength: 300 }),
      fc.nat(),
      fc.integer({ min: 1, max: 80 }),
      fc.nat(310),
      (haystack, place, length, from) => {
        const start = haystack.length === 0 ? 0 : place % haystack.length;
        const needle = haystack.slice(start, start + length);
        if (needle.length === 0) return;
        expect(compilePortableSearch(needle)(haystack, from)).toBe(compileSearch(needle)(haystack, from));
        expect(compilePortableSearch(needle)(haystack, 0)).toBeGreaterThanOrEqual(0);
      },
    ),
    10,
  );
});

/** Header block and body of each part; only whole ones. */
function partsOf(result: Scan): { headers: string; body: string }[] {
  if ('fault' in result) throw new Error(result.fault);
  const parts: { headers: string; body: string }[] = [];
  for (const event of result.events as readonly ScanEvent[]) {
    const last = parts.at(-1);
    if ('begin' in event) parts.push({ headers: event.begin, body: '' });
    else if ('data' in event && last !== undefined) last.body += event.data;
    else if ('whole' in event) expect(event.whole).toBe(true);
  }
  return parts;
}
