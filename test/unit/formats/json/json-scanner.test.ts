import { describe, expect, it } from 'vitest';
import { isBatchError } from '../../../../src/batch/is-batch-error.ts';
import { Fault } from '../../../../src/fault.ts';
import { JsonScanner, type RawValue } from '../../../../src/formats/json/json-scanner.ts';
import { octets, textOf } from '../../build-octets.ts';
import { errorOf } from '../../catch-error.ts';

const scannerOf = (text: string, maxDepth = 100) => {
  const bytes = octets(text);
  return new JsonScanner({ bytes, start: 0, end: bytes.length, base: 0 }, maxDepth);
};

/** Passes over one value and expects nothing behind it. */
const scan = (text: string): RawValue => {
  const scanner = scannerOf(text);
  const value = scanner.value();
  scanner.finish();
  return value;
};

const faultOf = (run: () => unknown): string => {
  const error = errorOf(run);
  if (!(error instanceof Fault)) throw error;
  return `${error.code}@${error.offset}`;
};

const VALID = [
  'true',
  'false',
  'null',
  '0',
  '-0',
  '12',
  '-1.5',
  '1e5',
  '1.0E+20',
  '2e-7',
  '9007199254740993',
  '""',
  '"a"',
  '"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e4\\uD83D\\udeb2"',
  '"\xc3\xa4 \xe2\x82\xac \xf0\x9f\x9a\xb2"',
  '"--b\x7f"',
  '[]',
  '{}',
  '[1,2,[3,[]],{}]',
  '{"a":1,"b":{"c":[{}]},"":null}',
  '[ ]',
  '{ "a" : [ 1 , 2 ] }',
  '[{"a":"]}"},"{[",[true,false,null]]',
  '\t[\r\n1\n,\t2 ]',
];

describe('a value', () => {
  it.each(VALID)('is passed over: %j', (text) => {
    const { start, end } = scan(`${text} \r\n`);
    expect(text.slice(start, end)).toBe(text.trim());
    expect(() => JSON.parse(Buffer.from(octets(text)).toString())).not.toThrow();
  });

  it.each([
    ['{}', 'object'],
    [' [1]', 'array'],
    ['"a"', 'string'],
    ['-1', 'number'],
    ['true', 'boolean'],
    ['false', 'boolean'],
    ['null', 'null'],
  ])('%j is of the kind %s', (text, kind) => {
    expect(scan(text).kind).toBe(kind);
  });

  it.each([
    ['x', 'invalid-json@0'],
    ['tru_', 'invalid-json@0'],
    ['nul ', 'invalid-json@0'],
    ['01', 'invalid-json@0'],
    ['-', 'unexpected-end@1'],
    ['1.', 'unexpected-end@2'],
    ['1.5E+', 'unexpected-end@5'],
    ['1.e', 'invalid-json@0'],
    ['[-x]', 'invalid-json@1'],
    ['[1.]', 'invalid-json@1'],
    ['[.5]', 'invalid-json@1'],
    ['[1e]', 'invalid-json@1'],
    ['[+1]', 'invalid-json@1'],
    ['[1 2]', 'invalid-json@3'],
    ['[1,]', 'invalid-json@3'],
    ['[,1]', 'invalid-json@1'],
    ['[1}', 'invalid-json@2'],
    ['{"a":1]', 'invalid-json@6'],
    ['{"a" 1}', 'invalid-json@5'],
    ['{"a":}', 'invalid-json@5'],
    ['{a:1}', 'invalid-json@1'],
    ["{'a':1}", 'invalid-json@1'],
    ['{"a":1,}', 'invalid-json@7'],
    ['{1:2}', 'invalid-json@1'],
    ['"a\nb"', 'invalid-json@2'],
    ['"\x00"', 'invalid-json@1'],
    ['"\\x"', 'invalid-json@1'],
    ['"\\u12g4"', 'invalid-json@1'],
    ['"\\u12"', 'invalid-json@1'],
    ['{} {}', 'invalid-json@3'],
    ['1 2', 'invalid-json@2'],
    ['\xef\xbb\xbf{}', 'invalid-json@0'],
    ['/**/1', 'invalid-json@0'],
    ['NaN', 'invalid-json@0'],
    ['[\x0b1]', 'invalid-json@1'],
    ['"\xe4"', 'invalid-text@1'],
    ['"a\xc0\x80"', 'invalid-text@2'],
    ['"\xed\xa0\x80"', 'invalid-text@1'],
    ['"\xf8\x88\x80\x80"', 'invalid-text@1'],
  ])('%j is refused: %s', (text, fault) => {
    expect(faultOf(() => scan(text))).toBe(fault);
  });

  it.each(VALID.filter((text) => /^[\s[{"]/.test(text)))('cut off anywhere says so: %j', (text) => {
    for (let length = 0; length < text.length; length++) {
      expect(faultOf(() => scan(text.slice(0, length)))).toBe(`unexpected-end@${length}`);
    }
  });

  it('may nest as deep as the limit, and no deeper', () => {
    const nest = (depth: number) => `${'[{"a":'.repeat(depth / 2)}1${'}]'.repeat(depth / 2)}`;
    expect(() => scannerOf(nest(6), 6).value()).not.toThrow();
    const error = errorOf(() => scannerOf(nest(8), 6).value());
    expect(error).toMatchObject({ code: 'limit-exceeded', limit: 'maxJsonDepth', maximum: 6, actual: 7 });
    // What was closed counts no more.
    expect(() => scannerOf(`[${nest(4)},${nest(4)}]`, 5).value()).not.toThrow();
  });

  it('costs no stack', () => {
    const depth = 1_000_000;
    expect(() => scannerOf('['.repeat(depth) + ']'.repeat(depth), depth).value()).not.toThrow();
  });
});

describe('what is read member by member', () => {
  it('is an object: names without their escapes, and where they stand', () => {
    const scanner = scannerOf(' { "a" : 1 , "\\u0062\\n":[2],"\xc3\xa4":{} } ');
    const seen: unknown[] = [];
    scanner.object((name, at) => seen.push([name, at, textOf(scanner.octets(scanner.value()))]));
    scanner.finish();
    expect(seen).toEqual([
      ['a', 3, '1'],
      ['b\n', 13, '[2]'],
      ['ä', 28, '{}'],
    ]);
  });

  it('is an array, element by element', () => {
    const scanner = scannerOf('[1,"x", {}]');
    const seen: unknown[] = [];
    scanner.array((index) => seen.push([index, scanner.value().kind]));
    expect(seen).toEqual([
      [0, 'number'],
      [1, 'string'],
      [2, 'object'],
    ]);
  });

  it('may be empty, and may be in each other', () => {
    const scanner = scannerOf('[{},[],{"a":[]}]');
    scanner.array((index) => {
      if (index === 1) scanner.array(() => expect.unreachable());
      else scanner.object(() => scanner.array(() => expect.unreachable()));
    });
    scanner.finish();
  });

  it.each([
    ['[]', 'invalid-json@0'],
    ['"{}"', 'invalid-json@0'],
    ['{"a":1,"b"}', 'invalid-json@10'],
    ['{"a":1;}', 'invalid-json@6'],
    ['{,}', 'invalid-json@1'],
    ['{"a":1,}', 'invalid-json@7'],
    ['{"a":1', 'unexpected-end@6'],
    ['{', 'unexpected-end@1'],
    ['', 'unexpected-end@0'],
  ])('is refused as an object: %j', (text, fault) => {
    const scanner = scannerOf(text);
    expect(faultOf(() => scanner.object(() => scanner.value()))).toBe(fault);
  });

  it.each([
    ['{}', 'invalid-json@0'],
    ['[,]', 'invalid-json@1'],
    ['[1;2]', 'invalid-json@2'],
    ['[1,]', 'invalid-json@3'],
    ['[1', 'unexpected-end@2'],
  ])('is refused as an array: %j', (text, fault) => {
    const scanner = scannerOf(text);
    expect(faultOf(() => scanner.array(() => scanner.value()))).toBe(fault);
  });

  it('counts as depth', () => {
    const scanner = scannerOf('[{"a":[]}]', 2);
    const run = () => scanner.array(() => scanner.object(() => scanner.value()));
    expect(isBatchError(errorOf(run), 'limit-exceeded')).toBe(true);
  });
});

describe('a value that was passed over', () => {
  it('gives its octets, text and number', () => {
    const scanner = scannerOf('["\xc3\xa4\\n\\u0041","\xef\xbb\xbfx",-1.5e2,{"a": 1}]');
    const values: RawValue[] = [];
    scanner.array(() => values.push(scanner.value()));
    const [escaped, marked, number, object] = values as [RawValue, RawValue, RawValue, RawValue];
    expect(scanner.text(escaped)).toBe('ä\nA');
    expect(scanner.text(marked)).toBe('\ufeffx');
    expect(scanner.number(number)).toBe(-150);
    expect(textOf(scanner.octets(object))).toBe('{"a": 1}');
  });

  it('can be read again, member by member', () => {
    const scanner = scannerOf('[{"a":1},2]');
    scanner.array((index) => {
      const value = scanner.value();
      if (index > 0) return;
      const seen: unknown[] = [];
      scanner.reread(value, () => scanner.object((name) => seen.push([name, scanner.value().kind])));
      expect(seen).toEqual([['a', 'number']]);
    });
    scanner.finish();
  });

  it('is told by its place in the message and what it is', () => {
    const bytes = octets('xx[1,x]yy');
    const scanner = new JsonScanner({ bytes, start: 2, end: 7, base: 100 }, 9);
    scanner.path = 'requests[0].body';
    const error = errorOf(() => scanner.value()) as Fault;
    expect([error.code, error.offset, String(error.path)]).toEqual(['invalid-json', 105, 'requests[0].body']);
    expect(scanner.offsetOf(1)).toBe(103);
  });
});
