import { describe, expect, it } from 'vitest';
import { isBoundary, multipartMediaType } from '../../../src/mime/boundary.ts';

describe('isBoundary', () => {
  it.each([
    [0, false],
    [1, true],
    [70, true],
    [71, false],
  ])('a boundary of %i characters: %s (M-01)', (length, accepted) => {
    expect(isBoundary('b'.repeat(length))).toBe(accepted);
  });

  it("takes digits, letters, '()+_,-./:=? and space (M-02)", () => {
    expect(isBoundary("09azAZ'()+_,-./:=? x")).toBe(true);
    for (const character of "'()+_,-./:=?") expect(isBoundary(character)).toBe(true);
  });

  it('takes no other character of US-ASCII or ISO-8859-1 (M-02)', () => {
    const allowed = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'()+_,-./:=? ";
    const taken = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).filter((character) =>
      isBoundary(`a${character}a`),
    );
    expect(taken.sort().join('')).toBe([...allowed].sort().join(''));
  });

  it('takes a space anywhere but at the end (M-02)', () => {
    expect(isBoundary(' a b')).toBe(true);
    expect(isBoundary('a ')).toBe(false);
    expect(isBoundary(' ')).toBe(false);
  });

  it('takes no line end behind a boundary (M-02)', () => {
    expect(isBoundary('b\n')).toBe(false);
    expect(isBoundary('b\r\n')).toBe(false);
  });
});

describe('multipartMediaType', () => {
  it.each(['b', "Az09'+_-.", 'batch_1'])(
    'writes %s without quotes: several clients can not read them (M-04)',
    (boundary) => {
      expect(multipartMediaType(boundary)).toBe(`multipart/mixed; boundary=${boundary}`);
    },
  );

  it.each(['a b', 'a:b=c', '(b)', 'a,b', 'a/b', 'b?'])(
    'quotes %s, which holds a space or a tspecial (M-03)',
    (boundary) => {
      expect(multipartMediaType(boundary)).toBe(`multipart/mixed; boundary="${boundary}"`);
    },
  );
});
