import { describe, expect, it } from 'vitest';
import { bodyFormatOf } from '../../../src/mime/body-format.ts';
import { parseMediaType } from '../../../src/mime/media-type.ts';

describe('bodyFormatOf', () => {
  it.each<[string, string, string | undefined, string?]>([
    ['application/json', 'json', undefined],
    ['Application/JSON;odata.metadata=minimal; charset=UTF-8', 'json', 'UTF-8'],
    ['application/problem+json', 'json', undefined],
    ['text/json', 'json', undefined],
    ['text/plain;charset=iso-8859-1', 'text', 'iso-8859-1'],
    ['application/xml', 'text', undefined, 'xml'],
    ['text/xml', 'text', undefined, 'xml'],
    ['application/atom+xml;type=entry', 'text', undefined, 'xml'],
    ['Text/HTML;charset=utf-8', 'text', 'utf-8', 'html'],
    ['application/xhtml+xml', 'text', undefined, 'html'],
    ['image/png', 'octets', undefined],
    ['application/jsonx', 'octets', undefined],
    ['json', 'unknown', undefined],
    ['', 'unknown', undefined],
  ])('of %j is %s, %s', (contentType, kind, charset, markup?: string) => {
    expect(bodyFormatOf(parseMediaType(contentType))).toEqual({ kind, charset, markup });
  });
});
