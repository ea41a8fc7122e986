import { describe, expect, it } from 'vitest';
import { parseStringLiteral, writeStringLiteral } from '../../../src/odata/string-literal.ts';

describe('parseStringLiteral', () => {
  it.each([
    ["'Size'", 'Size'],
    ["''", ''],
    ["'O''Neil'", "O'Neil"],
    ["''''", "'"],
    ["''''''", "''"],
    ["' '", ' '],
    ["'a,b=(c)'", 'a,b=(c)'],
    ["'%20'", '%20'],
  ])('%s is %j', (literal, value) => {
    expect(parseStringLiteral(literal)).toBe(value);
  });

  it.each(['', "'", "'''", "'a'b'", "'a", "a'", 'a', "'a''", " 'a'", "'a' "])('%j is none', (text) => {
    expect(parseStringLiteral(text)).toBeUndefined();
  });
});

describe('writeStringLiteral', () => {
  it.each([
    ['Size', "'Size'"],
    ["O'Neil", "'O''Neil'"],
    ['a b', "'a%20b'"],
    ['%20', "'%2520'"],
    ["!*()~-._'", "'!*()~-._'''"],
    ['a+b,c=d', "'a%2Bb%2Cc%3Dd'"],
    ['€', "'%E2%82%AC'"],
  ])('%j is %s', (value, literal) => {
    expect(writeStringLiteral(value)).toBe(literal);
  });

  it('throws for half a surrogate pair', () => {
    expect(() => writeStringLiteral('\ud800')).toThrow(URIError);
  });
});
