import { describe, expect, it } from 'vitest';
import { bodyFormatOf } from '../../../src/mime/body-format.ts';
import { parseMediaType } from '../../../src/mime/media-type.ts';

describe('bodyFormatOf', () => {
  it.each([
    ['application/json', 'json', undefined],
    ['Application/JSON;odata.metadata=minimal; charset=UTF-8', 'json', 'UTF-8'],
    ['application/problem+json', 'json', undefined],
    ['text/json', 'json', undefined],
    ['text/plain;charset=iso-8859-1', 'text', 'iso-8859-1'],
    ['application/xml', 'text', undefined],
    ['application/atom+xml;type=entry', 'text', undefined],
    ['image/png', 'octets', undefined],
    ['application/jsonx', 'octets', undefined],
    ['json', 'octets', undefined],
    ['', 'octets', undefined],
  ])('of %j is %s, %s', (contentType, kind, charset) => {
    expect(bodyFormatOf(parseMediaType(contentType))).toEqual({ kind, charset });
  });
});
