import { describe, expect, it } from 'vitest';
import { BlockMemo } from '../../../src/bytes/block-memo.ts';
import { octets } from '../build-octets.ts';

const viewOf = (text: string) => new DataView(octets(text).buffer);

function memoOf(...blocks: readonly string[]): BlockMemo<string> {
  const memo = new BlockMemo<string>();
  for (const block of blocks) memo.remember(viewOf(`12${block}`), 2, 2 + block.length, block);
  return memo;
}

describe('BlockMemo', () => {
  it('knows nothing at first', () => {
    expect(new BlockMemo().recall(viewOf('abc'), 0, 3)).toBeUndefined();
  });

  it('tells a block of any length from what differs in one octet', () => {
    for (let length = 4; length <= 13; length++) {
      const block = 'abcdefghijklm'.slice(0, length);
      const memo = memoOf(block);
      expect(memo.recall(viewOf(`12${block}34`), 2, 2 + length)).toBe(block);
      for (let at = 0; at < length; at++) {
        const other = `${block.slice(0, at)}\xff${block.slice(at + 1)}`;
        expect(memo.recall(viewOf(other), 0, length), `${block} is not ${other}`).toBeUndefined();
      }
    }
  });

  it('tells octets above 0x7F apart', () => {
    const memo = memoOf('\xff\xff\xff\xff\x80');
    expect(memo.recall(viewOf('\xff\xff\xff\xff\x80'), 0, 5)).toBeDefined();
    expect(memo.recall(viewOf('\x7f\xff\xff\xff\x80'), 0, 5)).toBeUndefined();
    expect(memo.recall(viewOf('\xff\xff\xff\xff\x00'), 0, 5)).toBeUndefined();
  });

  it('takes what stands at its place only, and not beyond the end', () => {
    const memo = memoOf('abcd');
    expect(memo.recall(viewOf('xabcd'), 0, 5)).toBeUndefined();
    expect(memo.recall(viewOf('xabcd'), 1, 5)).toBe('abcd');
    expect(memo.recall(viewOf('xabcd'), 1, 4)).toBeUndefined();
    expect(memo.recall(viewOf('xabcd'), 5, 5)).toBeUndefined();
  });

  it('knows several blocks, the newest of them', () => {
    const memo = memoOf('a: 1', 'b: 1', 'c: 1', 'd: 1', 'e: 1');
    const known = ['a: 1', 'b: 1', 'c: 1', 'd: 1', 'e: 1'].map((block) => memo.recall(viewOf(block), 0, 4));
    expect(known).toEqual([undefined, 'b: 1', 'c: 1', 'd: 1', 'e: 1']);
  });

  it('keeps a copy', () => {
    const block = octets('abcd');
    const memo = new BlockMemo<string>();
    memo.remember(new DataView(block.buffer), 0, 4, 'first');
    block.fill(0);
    expect(memo.recall(viewOf('abcd'), 0, 4)).toBe('first');
  });

  it('keeps nothing short or long, and no more where all blocks differ', () => {
    const long = 'x'.repeat(1025);
    expect(memoOf(long).recall(viewOf(long), 0, 1025)).toBeUndefined();
    expect(memoOf('abc').recall(viewOf('abc'), 0, 3)).toBeUndefined();
    const blocks = Array.from({ length: 70 }, (_, index) => `block ${index}`);
    const memo = memoOf(...blocks);
    const known = blocks.filter((block) => memo.recall(viewOf(block), 0, block.length) !== undefined);
    expect(known).toEqual(['block 60', 'block 61', 'block 62', 'block 63']);
  });
});
