import { describe, expect, it } from 'vitest';
import { utf8SequenceLength } from '../../../src/bytes/utf8-sequence.ts';

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const decodes = (bytes: Uint8Array): boolean => {
  try {
    return strict.decode(bytes).length > 0;
  } catch {
    return false;
  }
};

describe('utf8SequenceLength', () => {
  it.each(['ä', 'ߺ', '\u0800', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{10ffff}', '🚲'])(
    'is the length of %s, and says where it is cut off',
    (character) => {
      const bytes = new TextEncoder().encode(character);
      expect(utf8SequenceLength(bytes, 0)).toBe(bytes.length);
      for (let length = 1; length < bytes.length; length++) {
        expect(utf8SequenceLength(bytes.subarray(0, length), 0)).toBe('cut');
      }
    },
  );

  it('agrees with TextDecoder about every beginning of two octets', () => {
    for (let first = 0x80; first <= 0xff; first++) {
      for (let second = 0; second <= 0xff; second++) {
        const bytes = Uint8Array.of(first, second, 0xbf, 0xbf);
        const length = utf8SequenceLength(bytes, 0);
        const found = [2, 3, 4].find((each) => decodes(bytes.subarray(0, each))) ?? 0;
        // A pair followed by what is no text is told apart by its first octet.
        expect({ first, second, length }).toEqual({ first, second, length: found });
      }
    }
  });

  it('refuses sequences whose later octets are none', () => {
    for (const bytes of [
      [0xe2, 0x82, 0x22],
      [0xf0, 0x9f, 0x9a, 0x22],
      [0xf0, 0x9f, 0x22, 0xb2],
    ]) {
      expect(utf8SequenceLength(Uint8Array.from(bytes), 0)).toBe(0);
    }
  });

  it('begins anywhere', () => {
    expect(utf8SequenceLength(new TextEncoder().encode('a€b'), 1)).toBe(3);
  });
});
