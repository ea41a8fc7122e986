import { expect, it } from 'vitest';
import { uuid } from '../../../src/transport/uuid.ts';

it('has the version, the variant and all other bits of the octets', () => {
  expect(uuid(new Uint8Array(16))).toBe('00000000-0000-4000-8000-000000000000');
  expect(uuid(new Uint8Array(16).fill(0xff))).toBe('ffffffff-ffff-4fff-bfff-ffffffffffff');
  const octets = Uint8Array.from({ length: 16 }, (_, place) => place);
  expect(uuid(octets)).toBe('00010203-0405-4607-8809-0a0b0c0d0e0f');
});
