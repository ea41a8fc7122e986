import { describe, expect, it } from 'vitest';
import { countLineFeeds } from '../../../src/bytes/line-feeds.ts';
import { seededRandom } from '../../doubles/seeded-random.ts';

function counted(bytes: Uint8Array, start: number, end: number): number {
  return bytes.subarray(start, end).filter((octet) => octet === 0x0a).length;
}

describe('line feeds', () => {
  it('are told from octets that differ from them in one bit', () => {
    const octets = [0x0a, 0x8a, 0x4a, 0x2a, 0x1a, 0x02, 0x0e, 0x08, 0x0b, 0x00, 0x80, 0xff, 0x7f, 0x09];
    for (const one of octets) {
      for (const other of octets) {
        const bytes = Uint8Array.of(one, other, one, one, other, one, other, other);
        expect(countLineFeeds(bytes, 0, 8)).toBe(counted(bytes, 0, 8));
      }
    }
  });

  it('are counted from anywhere to anywhere, wherever the octets lie in memory', () => {
    const memory = Uint8Array.from({ length: 24 }, (_, index) => (index % 3 === 0 ? 0x0a : 0x61));
    for (let offset = 0; offset < 5; offset++) {
      const bytes = memory.subarray(offset);
      for (let start = 0; start <= bytes.length; start++) {
        for (let end = start; end <= bytes.length; end++) {
          expect(countLineFeeds(bytes, start, end)).toBe(counted(bytes, start, end));
        }
      }
    }
  });

  it.each([0, 1, 7, 63, 64, 65, 500])('are counted in lines of %i octets', (length) => {
    const line = `${'x'.repeat(length)}\n`;
    const bytes = new TextEncoder().encode(line.repeat(Math.ceil(9000 / line.length)));
    expect(countLineFeeds(bytes, 0, bytes.length)).toBe(bytes.length / line.length);
    expect(countLineFeeds(bytes, 1, bytes.length - 1)).toBe(counted(bytes, 1, bytes.length - 1));
  });

  it('are counted in random octets', () => {
    const random = seededRandom(7);
    const bytes = Uint8Array.from({ length: 20_000 }, () => Math.floor(random() * 256));
    for (const [start, end] of [
      [0, 20_000],
      [3, 19_998],
      [10_001, 10_002],
    ] as const) {
      expect(countLineFeeds(bytes, start, end)).toBe(counted(bytes, start, end));
    }
  });
});
