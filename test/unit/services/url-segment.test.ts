import { describe, expect, it } from 'vitest';
import { isNamed, parseNamedLiterals, parseSegments } from '../../../src/services/url-segment.ts';

describe('parseSegments', () => {
  it.each([
    ['Products', 'Products', null],
    ['Products(1)', 'Products', '1'],
    ['Products()', 'Products', ''],
    ["Labels('a(b)')", 'Labels', "'a(b)'"],
    ["Labels('a%29%27')", 'Labels', "'a)''"],
    ['%4Cabels%28%27x%27%29', 'Labels', "'x'"],
    ["Labels('%2520')", 'Labels', "'%20'"],
    ['', '', null],
    ["Labels('100%')", 'Labels', undefined],
    ["Labels('%ff')", 'Labels', undefined],
    ['100%', '100%', undefined],
    ["Labels('a", 'Labels', undefined],
  ])('%s', (raw, name, predicate) => {
    expect(parseSegments(raw)).toEqual([{ raw, name, predicate }]);
  });

  it('splits before it decodes', () => {
    const names = parseSegments("Products(1)/Labels('a%2Fb')/").map(({ predicate }) => predicate);
    expect(names).toEqual(['1', "'a/b'", null]);
  });
});

describe('isNamed', () => {
  it.each([
    ['ID=1', true],
    ['Product_ID = 1', true],
    ["Näme='x'", true],
    ["'ID=1'", false],
    ['1', false],
    ['', false],
  ])('%s: %s', (predicate, expected) => {
    expect(isNamed(predicate)).toBe(expected);
  });
});

describe('parseNamedLiterals', () => {
  it.each([
    ['ID=1', [['ID', '1']]],
    [
      "ProductID=1,Name='x'",
      [
        ['ProductID', '1'],
        ['Name', "'x'"],
      ],
    ],
    [
      "ProductID=1,  Name='a b'",
      [
        ['ProductID', '1'],
        ['Name', "'a b'"],
      ],
    ],
    [
      "Name='a,''b=c',ID=2",
      [
        ['Name', "'a,''b=c'"],
        ['ID', '2'],
      ],
    ],
  ] as const)('%s', (predicate, expected) => {
    expect(parseNamedLiterals(predicate)?.map(({ name, literal }) => [name, literal])).toEqual(expected);
  });

  it.each(['', '1', "ID=1,'x'", '=1', 'ID=1,'])('%j is none', (predicate) => {
    expect(parseNamedLiterals(predicate)).toBeUndefined();
  });
});
