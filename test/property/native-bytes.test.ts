import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, vi } from 'vitest';
import { law } from './law.ts';

type Bytes = typeof import('../../src/bytes/text.ts') &
  typeof import('../../src/bytes/line-feeds.ts') &
  typeof import('../../src/bytes/byte-search.ts') &
  typeof import('../../src/bytes/position.ts');

/** The functions that take another path where the runtime has a global Buffer. */
async function load(): Promise<Bytes> {
  vi.resetModules();
  return {
    ...(await import('../../src/bytes/text.ts')),
    ...(await import('../../src/bytes/line-feeds.ts')),
    ...(await import('../../src/bytes/byte-search.ts')),
    ...(await import('../../src/bytes/position.ts')),
  };
}

let native: Bytes;
let portable: Bytes;
beforeAll(async () => {
  native = await load();
  vi.stubGlobal('Buffer', undefined);
  portable = await load();
});
afterAll(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

/** Bytes with many of those that something is looked for by, anywhere in memory. */
const bytes = fc
  .tuple(
    fc.array(fc.oneof(fc.constantFrom(10, 13, 45), fc.integer({ min: 0, max: 255 })), { maxLength: 9000 }),
    fc.nat({ max: 5 }),
  )
  .map(([octets, offset]) => Uint8Array.from([...new Array(offset).fill(10), ...octets]).subarray(offset));
/** Also beyond the end: a line index counts in strides. */
const place = fc.nat({ max: 12_000 });

describe('with a native Buffer and without', () => {
  law(
    'line feeds are counted alike, also beyond the end',
    fc.property(bytes, place, place, (octets, a, b) => {
      const [start, end] = [Math.min(a, b), Math.max(a, b)];
      const expected = octets.slice(start, end).filter((octet) => octet === 10).length;
      expect([native, portable].map((one) => one.countLineFeeds(octets, start, end))).toEqual([
        expected,
        expected,
      ]);
    }),
  );

  law(
    'a place has the same line and excerpt, wherever it is',
    fc.property(bytes, place, (octets, offset) => {
      const at = Math.min(offset, octets.length);
      const [ours, theirs] = [native, portable].map((one) => new one.LineIndex(octets).placeAt(at, 'x'));
      expect(ours).toEqual(theirs);
      expect(ours?.line).toBe(1 + octets.slice(0, at).filter((octet) => octet === 10).length);
    }),
  );

  law(
    'text and places of bytes are the same',
    fc.property(
      bytes,
      fc.array(fc.constantFrom(10, 13, 45), { minLength: 1, maxLength: 4 }),
      place,
      (octets, needle, from) => {
        const found = [native, portable].map((one) =>
          one.compileSearch(Uint8Array.from(needle))(octets, from),
        );
        expect(found[0]).toBe(found[1]);
        expect(native.latin1(octets, 0, octets.length)).toBe(portable.latin1(octets, 0, octets.length));
        expect(native.decodeText(octets)).toBe(portable.decodeText(octets));
      },
    ),
  );
});
