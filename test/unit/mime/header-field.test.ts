import { describe, expect, it } from 'vitest';
import { isFieldValue, isToken, trimWhiteSpace } from '../../../src/mime/header-field.ts';

const charactersThat = (holds: (character: string) => boolean) =>
  Array.from({ length: 257 }, (_, code) => String.fromCharCode(code)).filter(holds);

describe('isToken', () => {
  it("takes letters, digits and !#$%&'*+-.^_`|~ only (H-40)", () => {
    const expected = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ!#$%&'*+-.^_`|~";
    expect(charactersThat((character) => isToken(`a${character}`)).join('')).toBe(
      [...expected].sort().join(''),
    );
  });

  it('takes no empty text and no line end behind a token (H-40)', () => {
    expect(isToken('')).toBe(false);
    expect(isToken('a\n')).toBe(false);
  });
});

describe('isFieldValue', () => {
  it('takes all octets but the control characters; of these only the tab (H-44)', () => {
    const refused = charactersThat((character) => !isFieldValue(`a${character}a`));
    const controls = Array.from({ length: 32 }, (_, code) => String.fromCharCode(code));
    const expected = [...controls.filter((character) => character !== '\t'), '\x7f', '\u0100'];
    expect(refused).toEqual(expected);
  });

  it('takes no line end behind a value (H-44)', () => {
    expect(isFieldValue('a\n')).toBe(false);
    expect(isFieldValue('')).toBe(true);
  });
});

describe('trimWhiteSpace', () => {
  it.each([
    [' \t a b \t', 'a b'],
    ['a', 'a'],
    [' \t ', ''],
    ['', ''],
    // Only what RFC 9110 calls white space.
    ['\u00a0a\u00a0', '\u00a0a\u00a0'],
  ])('%j becomes %j (H-42)', (text, trimmed) => {
    expect(trimWhiteSpace(text)).toBe(trimmed);
  });
});
