import { describe, expect, it } from 'vitest';
import { compilePortableSearch, compileSearch } from '../../../src/bytes/byte-search.ts';
import { octets } from '../build-octets.ts';

describe.each([
  ['compileSearch', compileSearch],
  ['compilePortableSearch', compilePortableSearch],
])('%s', (_, compile) => {
  it.each([
    { needle: 'b', haystack: 'abcb', from: 0, found: 1 },
    { needle: 'b', haystack: 'abcb', from: 2, found: 3 },
    { needle: 'b', haystack: 'abcb', from: 1, found: 1 },
    { needle: 'b', haystack: 'abcb', from: 4, found: -1 },
    { needle: 'b', haystack: '', from: 0, found: -1 },
    { needle: '\n--b', haystack: 'x\n--c\n--b', from: 0, found: 5 },
    { needle: '\n--b', haystack: '\n--', from: 0, found: -1 },
    { needle: 'aab', haystack: 'aaaab', from: 0, found: 2 },
    { needle: 'abab', haystack: 'abaabab', from: 0, found: 3 },
    { needle: '\n\n\n', haystack: '\n\nx\n\n\n', from: 0, found: 3 },
    { needle: '\xff\x00', haystack: '\x00\xff\xff\x00', from: 0, found: 2 },
    { needle: 'abc', haystack: 'abc', from: 0, found: 0 },
    { needle: 'abc', haystack: 'abc', from: 1, found: -1 },
  ])('finds $needle in $haystack from $from at $found', ({ needle, haystack, from, found }) => {
    expect(compile(octets(needle))(octets(haystack), from)).toBe(found);
  });

  it('finds every place of a needle in turn, overlapping ones too', () => {
    const search = compile(octets('aa'));
    const haystack = octets('aaaxaa');
    const places: number[] = [];
    for (let at = search(haystack, 0); at !== -1; at = search(haystack, at + 1)) places.push(at);
    expect(places).toEqual([0, 1, 4]);
  });

  it('searches a view, not the buffer behind it', () => {
    const view = octets('bxbxb').subarray(1, 4);
    expect(compile(octets('b'))(view, 0)).toBe(1);
    expect(compile(octets('b'))(view, 2)).toBe(-1);
  });
});
