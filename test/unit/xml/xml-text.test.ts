import { describe, expect, it } from 'vitest';
import { xmlText } from '../../../src/xml/xml-text.ts';

import { xmlAnswer } from './build-xml-answer.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);
const latin = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const utf16 = (text: string, littleEndian: boolean) => {
  const view = new DataView(new ArrayBuffer(text.length * 2));
  for (let i = 0; i < text.length; i++) view.setUint16(i * 2, text.charCodeAt(i), littleEndian);
  return new Uint8Array(view.buffer);
};

describe('xmlText', () => {
  it.each([
    'application/xml',
    'text/xml',
    'Application/XML; charset=utf-8',
    'application/atom+xml;type=entry',
    'application/problem+xml',
  ])('reads %s', (contentType) => {
    expect(xmlText(xmlAnswer('<a>ü</a>', contentType))).toBe('<a>ü</a>');
  });

  it.each([
    null,
    '',
    'text/html',
    'application/json',
    'application/xmlx',
    'text/xml-x',
    'multipart/mixed',
    '?',
  ])('does not read %s', (contentType) => {
    expect(xmlText(xmlAnswer('<a/>', contentType))).toBeUndefined();
  });

  it('goes by the charset of the Content-Type, then the byte order mark, then the declaration', () => {
    const declared = '<?xml version="1.0" encoding="ISO-8859-1"?><a>\xfc</a>';
    expect(xmlText(xmlAnswer(latin(declared)))).toBe(declared);
    expect(xmlText(xmlAnswer(latin('<a>\xfc</a>'), 'text/xml;charset=windows-1252'))).toBe('<a>ü</a>');
    expect(xmlText(xmlAnswer(utf8(declared), 'text/xml; charset="UTF-8"'))).toBe(declared);
    expect(xmlText(xmlAnswer(utf16('\ufeff<a>ü</a>', true)))).toBe('<a>ü</a>');
    expect(xmlText(xmlAnswer(utf16('\ufeff<a>ü</a>', false)))).toBe('<a>ü</a>');
    expect(xmlText(xmlAnswer(utf8('\ufeff<a>ü</a>')))).toBe('<a>ü</a>');
    expect(xmlText(xmlAnswer(utf8(`\ufeff${declared}`)))).toBe(declared);
  });

  it.each([
    "<?xml version='1.0' encoding = 'utf-16'?><a>ü</a>",
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><a>ü</a>',
  ])('reads UTF-8, whatever .NET declares: %s', (text) => {
    expect(xmlText(xmlAnswer(text))).toBe(text);
  });

  it.each([
    ['octets that are not of their charset', Uint8Array.of(0x3c, 0xff, 0x3e), 'text/xml'],
    ['a charset that nobody knows', utf8('<a/>'), 'text/xml;charset=klingon'],
    ['a declared one that nobody knows', utf8('<?xml version="1.0" encoding="klingon"?><a/>'), 'text/xml'],
  ])('gives up for %s', (_, bytes, contentType) => {
    expect(xmlText(xmlAnswer(bytes, contentType))).toBeUndefined();
  });
});
