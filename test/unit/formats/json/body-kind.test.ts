import { expect, test } from 'vitest';
import { bodyKind, isReadAsUtf8 } from '../../../../src/formats/json/body-kind.ts';
import { parseMediaType } from '../../../../src/mime/media-type.ts';

test.each([
  ['application/json', 'json'],
  ['Application/JSON;odata.metadata=none; charset=utf-8', 'json'],
  ['application/problem+json', 'json'],
  ['text/plain', 'text'],
  ['text/json', 'text'],
  ['text/html;charset=utf-8', 'text'],
  ['image/png', 'base64url'],
  ['application/xml', 'base64url'],
  ['application/json-seq', 'base64url'],
  ['application/octet-stream', 'base64url'],
  ['x', 'base64url'],
])('a body of type %s is written as %s (J-14)', (contentType, kind) => {
  expect(bodyKind(parseMediaType(contentType))).toBe(kind);
});

test.each([
  ['text/plain', 'ä', true],
  ['text/plain; charset=UTF-8', 'ä', true],
  ['application/json;charset=utf8', 'ä', true],
  ['text/plain; charset=us-ascii', 'a', true],
  ['text/plain; charset=us-ascii', 'ä', false],
  ['text/plain; charset=ISO-8859-15', 'a', true],
  ['text/plain; charset=windows-1252', 'ä', false],
  ['text/plain; charset=utf-16', 'a', false],
  ['application/json; charset=iso-2022-jp', 'a', false],
  ['image/png; charset=utf-16', 'ä', true],
])('%s with the text %s: UTF-8 is what its reader expects: %s', (contentType, text, expected) => {
  const octets = new TextEncoder().encode(text);
  expect(isReadAsUtf8(parseMediaType(contentType), () => octets)).toBe(expected);
});
