import { describe, expect, it } from 'vitest';
import { LastBlock } from '../../../src/bytes/last-block.ts';
import { octets } from '../build-octets.ts';

describe('LastBlock', () => {
  it('is nowhere as long as it is not set', () => {
    const block = new LastBlock();
    expect(block.isAt(octets('aa'), 0)).toBe(false);
    block.set(0, 1);
    expect([block.length, block.isAt(octets('aa'), 1)]).toEqual([1, true]);
    block.forget();
    expect([block.length, block.isAt(octets('aa'), 1)]).toEqual([0, false]);
  });

  it('of any length is told from what differs in one octet', () => {
    for (let length = 1; length <= 13; length++) {
      const text = 'abcdefgh\xff\x80klm'.slice(0, length);
      const isAgain = (other: string) => {
        const block = new LastBlock();
        block.set(2, 2 + length);
        return block.isAt(octets(`12${text}3${other}`), 3 + length);
      };
      expect(isAgain(text)).toBe(true);
      expect(isAgain(`${text}x`)).toBe(true);
      expect(isAgain(text.slice(1))).toBe(false);
      for (let at = 0; at < length; at++) {
        expect(isAgain(`${text.slice(0, at)}\x7f${text.slice(at + 1)}`)).toBe(false);
      }
    }
  });

  it('reads a window that is a part of something larger', () => {
    const window = octets('xxabcdabcd').subarray(2);
    const block = new LastBlock();
    block.set(0, 4);
    expect(block.isAt(window, 4)).toBe(true);
    expect(block.isAt(window, 3)).toBe(false);
  });
});
