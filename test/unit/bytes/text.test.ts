import { afterEach, describe, expect, it, vi } from 'vitest';
import { asciiText, decodeText, decodeUtf8, latin1 } from '../../../src/bytes/text.ts';
import { octets } from '../build-octets.ts';

const ALL_OCTETS = Uint8Array.from({ length: 256 }, (_, octet) => octet);
const ALL_CHARACTERS = Array.from({ length: 256 }, (_, octet) => String.fromCharCode(octet)).join('');

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

describe('latin1', () => {
  it('gives one character for each octet, 0x80 to 0x9F too (windows-1252 does not)', () => {
    expect(latin1(ALL_OCTETS, 0, 256)).toBe(ALL_CHARACTERS);
  });

  it('takes the octets from start to end only', () => {
    expect(latin1(octets('abcd'), 1, 3)).toBe('bc');
    expect(latin1(octets('abcd'), 2, 2)).toBe('');
  });

  it('gives the same where the runtime has no native one', async () => {
    vi.stubGlobal('Buffer', undefined);
    const portable = await import('../../../src/bytes/text.ts');
    expect(portable.latin1).not.toBe(latin1);
    expect(portable.latin1(ALL_OCTETS, 0, 256)).toBe(ALL_CHARACTERS);
    const long = octets('ab'.repeat(5000));
    expect(portable.latin1(long, 1, 9999)).toBe(`${'ba'.repeat(4999)}`);
  });
});

describe('asciiText', () => {
  it('gives ASCII octets from start to end, or nothing where the runtime is not fast at it', () => {
    const isFast = asciiText(octets('a'), 0, 1) !== undefined;
    const places = [
      [0, 128],
      [65, 68],
      [5, 5],
    ] as const;
    expect(places.map(([start, end]) => asciiText(ALL_OCTETS, start, end))).toEqual(
      places.map(([start, end]) => (isFast ? ALL_CHARACTERS.slice(start, end) : undefined)),
    );
  });

  it('is undefined where any other octet is among them', () => {
    for (let octet = 128; octet < 256; octet++) {
      expect(asciiText(octets(`abc${String.fromCharCode(octet)}defghijklm`), 0, 10)).toBeUndefined();
    }
    expect(asciiText(octets('\xc3\xbc'), 0, 2)).toBeUndefined();
  });

  it('is undefined where the runtime has no native one; the text is decoded all the same', async () => {
    vi.stubGlobal('Buffer', undefined);
    const portable = await import('../../../src/bytes/text.ts');
    expect(portable.asciiText(octets('a'), 0, 1)).toBeUndefined();
    expect(portable.decodeText(octets('a'))).toBe('a');
  });
});

describe('decodeText', () => {
  it.each([
    { title: 'UTF-8 where no charset is named', bytes: 'a\xc3\xbc', charset: undefined, text: 'aü' },
    { title: 'ISO-8859-1 by its label (H-68)', bytes: 'a\xfc', charset: 'iso-8859-1', text: 'aü' },
    { title: 'labels in any letter case', bytes: '\xc3\xbc', charset: 'UTF-8', text: 'ü' },
    { title: 'ASCII by a label of UTF-8', bytes: 'a', charset: 'utf8', text: 'a' },
    { title: 'UTF-16', bytes: 'a\x00\xfc\x00', charset: 'utf-16le', text: 'aü' },
    { title: 'without the byte order mark', bytes: '\xef\xbb\xbf{}', charset: undefined, text: '{}' },
    {
      title: 'with a mark that is not at the start',
      bytes: 'a\xef\xbb\xbf',
      charset: undefined,
      text: 'a\ufeff',
    },
    { title: 'nothing', bytes: '', charset: undefined, text: '' },
    { title: 'undefined for octets that are no UTF-8', bytes: '\xff', charset: undefined, text: undefined },
    { title: 'undefined for half a character', bytes: '\xf0\x9f\x8e', charset: undefined, text: undefined },
    { title: 'undefined for an unknown charset', bytes: 'a', charset: 'x-none', text: undefined },
  ])('decodes $title', ({ bytes, charset, text }) => {
    expect(decodeText(octets(bytes), charset)).toBe(text);
  });

  it('decodes again after octets that were no text', () => {
    expect(decodeText(octets('\xf0\x9f'))).toBeUndefined();
    expect(decodeText(octets('ok'))).toBe('ok');
  });
});

describe('decodeUtf8', () => {
  it('keeps a byte order mark, so that encoding gives the same octets', () => {
    expect(decodeUtf8(octets('\xef\xbb\xbfa'))).toBe('\ufeffa');
  });

  it('is undefined for octets that are no UTF-8', () => {
    expect(decodeUtf8(octets('\xe4'))).toBeUndefined();
    expect(decodeUtf8(octets('\xed\xa0\x80'))).toBeUndefined();
    expect(decodeUtf8(octets(''))).toBe('');
  });
});
