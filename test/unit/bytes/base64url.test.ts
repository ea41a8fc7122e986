import { describe, expect, it } from 'vitest';
import { decodeBase64url, encodeBase64url } from '../../../src/bytes/base64url.ts';
import { octets, textOf } from '../build-octets.ts';

const EVERY_OCTET = Uint8Array.from({ length: 256 }, (_, octet) => octet);

describe('encodeBase64url', () => {
  it.each([
    ['', ''],
    ['f', 'Zg'],
    ['fo', 'Zm8'],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg'],
    ['\xfb\xff\xbf', '-_-_'],
    ['\0', 'AA'],
  ])('writes %j as %j, without padding (J-14)', (bytes, text) => {
    expect(textOf(encodeBase64url(octets(bytes)))).toBe(text);
  });

  it('writes what Node writes, whatever the length', () => {
    for (let length = 0; length <= 256; length++) {
      const bytes = EVERY_OCTET.subarray(0, length);
      expect(textOf(encodeBase64url(bytes))).toBe(Buffer.from(bytes).toString('base64url'));
    }
  });
});

describe('decodeBase64url', () => {
  it.each(['base64', 'base64url'] as const)(
    'reads %s of any length, with padding and without (J-14)',
    (name) => {
      for (let length = 0; length <= 256; length++) {
        const bytes = EVERY_OCTET.subarray(0, length);
        const text = Buffer.from(bytes).toString(name);
        const bare = text.replaceAll('=', '');
        const padded = bare.padEnd(Math.ceil(bare.length / 4) * 4, '=');
        for (const each of [text, bare, padded]) expect(decodeBase64url(octets(each))).toEqual(bytes);
      }
    },
  );

  it.each([
    'A',
    'AAAAA',
    'A===',
    '=',
    '==',
    'AA=',
    'AA=A',
    'AAAA=',
    'AA==AA',
    'A A=',
    'AA\n=',
    'A\xe4==',
    '{}{}',
  ])('does not read %j', (text) => {
    expect(decodeBase64url(octets(text))).toBeUndefined();
  });
});
