import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sha256 } from '../../../src/jobs/sha256.ts';

it('gives what the runtime gives, for any octets', () => {
  for (const length of [0, 55, 56, 63, 64, 65, 119, 120, 1000]) {
    const octets = new Uint8Array(length).fill(0x61);
    expect(sha256(octets)).toBe(createHash('sha256').update(octets).digest('hex'));
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (octets) => {
      expect(sha256(octets)).toBe(createHash('sha256').update(octets).digest('hex'));
    }),
  );
});
