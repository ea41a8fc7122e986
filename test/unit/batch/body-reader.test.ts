import { describe, expect, it } from 'vitest';
import { BodyReader } from '../../../src/batch/body-reader.ts';
import { TextWindow } from '../../../src/bytes/text-window.ts';
import { HeaderFields } from '../../../src/mime/header-list.ts';
import { octets } from '../build-octets.ts';
import { errorOf } from '../catch-error.ts';

const PLACE = { offset: 7, line: 2, path: 'parts[0]', excerpt: 'HTTP/1.1 200 OK\n^' };

const reader = (
  contentType: string | undefined,
  body: string,
  parse: (text: string) => unknown = JSON.parse,
) =>
  new BodyReader(
    new HeaderFields(contentType === undefined ? [] : [['content-type', contentType]]),
    octets(body),
    { parse, locate: () => PLACE },
    7,
    'parts[0]',
  );

describe('value', () => {
  it.each([
    ['undefined for an empty body', 'application/json', '', undefined],
    ['the value of JSON', 'application/json', '{"a":[1]}', { a: [1] }],
    ['the value of JSON with parameters', 'Application/JSON;odata.metadata=none; charset=UTF-8', '1', 1],
    ['the value of a subtype of JSON', 'application/problem+json', '"x"', 'x'],
    ['the value of text/json', 'text/json', 'null', null],
    ['the value of JSON behind a byte order mark (M-45)', 'application/json', '\xef\xbb\xbf{}', {}],
    ['text', 'text/plain', 'caf\xc3\xa9', 'café'],
    ['text by its charset (H-68)', 'text/plain;charset=iso-8859-1', 'caf\xe9', 'café'],
    ['XML as text', 'application/xml', '<a/>', '<a/>'],
    ['Atom as text', 'application/atom+xml;type=entry', '<a/>', '<a/>'],
    ['octets of any other type', 'image/png', '\x89PNG\xff', octets('\x89PNG\xff')],
    ['octets where no type is named', undefined, '{}', octets('{}')],
    ['octets where the type is broken', 'json', '{}', octets('{}')],
  ])('is %s', (_, contentType, body, value) => {
    expect(reader(contentType, body).value()).toEqual(value);
  });
});

describe('json', () => {
  it('reads JSON whatever the media type says', () => {
    expect(reader('text/plain', '{"a":1}').json()).toEqual({ a: 1 });
  });

  it('tells the place of the message where the body is no JSON', () => {
    expect(errorOf(() => reader('application/json', '{').json())).toMatchObject({
      name: 'BatchSyntaxError',
      code: 'invalid-json',
      offset: 7,
      line: 2,
      path: 'parts[0]',
    });
  });

  it('has no SyntaxError as cause: it quotes the body', () => {
    const errors = [
      errorOf(() => reader('application/json', '{"a": secret}').json()),
      errorOf(() => reader('application/json', 'secret', (text) => JSON.parse(text)).json()),
    ];
    for (const error of errors) expect(error).not.toHaveProperty('cause');
  });

  it("has the failure of the caller's own parse as cause", () => {
    const failure = new RangeError('too deep');
    const read = reader('application/json', '{}', () => {
      throw failure;
    });
    expect(errorOf(() => read.value())).toMatchObject({ code: 'invalid-json', cause: failure });
  });

  it('gives the text to parse as it stands, so that no digit is lost', () => {
    expect(reader('application/json', '{"id":9007199254740993,"d":1.0}', (text) => text).json()).toBe(
      '{"id":9007199254740993,"d":1.0}',
    );
  });
});

describe('text', () => {
  it.each([
    ['text/plain', '\xff'],
    ['text/plain; charset=x-none', 'a'],
    ['application/json; charset=us-bogus', '{}'],
  ])('of %s with octets that are none is invalid-text', (contentType, body) => {
    expect(errorOf(() => reader(contentType, body).text())).toMatchObject({
      code: 'invalid-text',
      path: 'parts[0]',
    });
  });

  it('of JSON with such octets is invalid-text, not invalid-json', () => {
    expect(errorOf(() => reader('application/json', '"\xff"').json())).toMatchObject({
      code: 'invalid-text',
    });
  });
});

describe('text for the parser', () => {
  const message = octets('{"a":"x"}~~{"b":"\xc3\xbc"}~~{"c":1}');
  const bodies = [message.subarray(0, 9), message.subarray(11, 21), message.subarray(23, 30)];
  const jsonOf = (contentType: string) => {
    const source = { parse: JSON.parse, locate: () => PLACE, window: new TextWindow(message) };
    const headers = new HeaderFields([['Content-Type', contentType]]);
    return bodies.map((body) => new BodyReader(headers, body, source, 7, 'parts[0]').json());
  };

  it('is the same whether it comes out of a window or not', () => {
    expect(jsonOf('application/json')).toEqual([{ a: 'x' }, { b: 'ü' }, { c: 1 }]);
  });

  it('is decoded by the charset that is named', () => {
    expect(jsonOf('application/json;charset=utf-8')).toEqual([{ a: 'x' }, { b: 'ü' }, { c: 1 }]);
    expect(jsonOf('application/json;charset=iso-8859-1')).toEqual([{ a: 'x' }, { b: 'Ã¼' }, { c: 1 }]);
  });
});
