import { describe, expect, it } from 'vitest';
import { haveCommonLiterals, type KeySpec, parseKey } from '../../../src/services/key-type.ts';

const ID: KeySpec = { type: 'int32', minimum: 0 };

describe('parseKey', () => {
  it.each<[string, KeySpec, string | number]>([
    ['0', ID, 0],
    ['2147483647', ID, 2_147_483_647],
    ['-1', 'int32', -1],
    ['-2147483648', 'int32', -2_147_483_648],
    ['9007199254740991', 'int64', 9_007_199_254_740_991],
    ['9007199254740993', 'int64', '9007199254740993'],
    ['-9223372036854775808', 'int64', '-9223372036854775808'],
    ['6B29FC40-ca47-1067-b31d-00dd010662da', 'guid', '6B29FC40-ca47-1067-b31d-00dd010662da'],
  ])('%s as %j is %j, and is written as it was', (text, spec, value) => {
    expect(parseKey(text, spec)).toEqual({ literal: text, value });
  });

  it.each<[string, KeySpec]>([
    ['007', ID],
    ['-1', ID],
    ['-0', 'int32'],
    ['+1', ID],
    ['1.5', ID],
    ['1e3', ID],
    ['0x1', ID],
    [' 1', ID],
    ['1 ', ID],
    ['', ID],
    ["'1'", ID],
    ['١', ID],
    ['2147483648', ID],
    ['-2147483649', 'int32'],
    ['9223372036854775808', 'int64'],
    ['9'.repeat(100_000), 'int64'],
    ['6B29FC40', 'guid'],
    ["'6B29FC40-ca47-1067-b31d-00dd010662da'", 'guid'],
    ['5', 'string'],
    ["''", 'string'],
    ["'a\nb'", 'string'],
    ["'a\u0085b'", 'string'],
    ["'\ud800'", 'string'],
  ])('%j as %j is none', (text, spec) => {
    expect(parseKey(text, spec)).toBeUndefined();
  });
});

describe('haveCommonLiterals', () => {
  it.each<[KeySpec, KeySpec, boolean]>([
    ['string', 'string', true],
    ['string', 'int32', false],
    ['string', 'guid', false],
    ['int32', 'int64', true],
    [ID, 'int64', true],
    ['guid', 'int32', false],
  ])('of %j and %j: %s', (a, b, expected) => {
    expect(haveCommonLiterals(a, b)).toBe(expected);
    expect(haveCommonLiterals(b, a)).toBe(expected);
  });
});
