import { describe, expect, it } from 'vitest';
import { fieldOf, type HeaderPair, headerPairs } from '../../../src/batch/header-pairs.ts';
import { Issues } from '../../../src/batch/issues.ts';
import type { HeadersInput } from '../../../src/batch/operation.ts';
import { HeaderFields } from '../../../src/mime/header-list.ts';
import { issuesOf } from '../catch-error.ts';

const pairs = (input: unknown) => {
  const issues = new Issues();
  const result = headerPairs(input as HeadersInput, 'h', issues);
  issues.throwIfAny();
  return result;
};

describe('headerPairs', () => {
  it.each([
    ['nothing', undefined, []],
    [
      'an object, in its order',
      { B: '1', a: '2' },
      [
        ['B', '1'],
        ['a', '2'],
      ],
    ],
    [
      'a list of values as one field each (H-48)',
      { Prefer: ['a', 'b'] },
      [
        ['Prefer', 'a'],
        ['Prefer', 'b'],
      ],
    ],
    ['no field for undefined and an empty list', { A: undefined, B: [] }, []],
    [
      'pairs',
      [
        ['A', '1'],
        ['A', '2'],
      ],
      [
        ['A', '1'],
        ['A', '2'],
      ],
    ],
    ['a Map', new Map([['A', '1']]), [['A', '1']]],
    ['a Headers', new Headers({ 'Content-Type': 'a/b' }), [['content-type', 'a/b']]],
    [
      'a HeaderList',
      new HeaderFields([
        ['A', '1'],
        ['a', '2'],
      ]),
      [
        ['A', '1'],
        ['a', '2'],
      ],
    ],
    ['white space round a value, without it (H-42)', { A: ' \tx y\t ' }, [['A', 'x y']]],
    ['octets above 0x7F', { A: 'caf\xe9' }, [['A', 'caf\xe9']]],
    [
      '__proto__ and constructor as any other',
      JSON.parse('{"__proto__":"a","constructor":"b"}'),
      [
        ['__proto__', 'a'],
        ['constructor', 'b'],
      ],
    ],
  ])('takes %s', (_, input, expected) => {
    expect(pairs(input)).toEqual(expected);
  });

  it.each([
    ['a name with a line end (H-44)', { 'A\r\nX-Evil': '1' }, 'h: invalid-header-name'],
    ['a name with a space (H-40, H-41)', { 'A ': '1' }, 'h: invalid-header-name'],
    ['a name with a colon (H-40)', { 'A:': '1' }, 'h: invalid-header-name'],
    ['an empty name (H-40)', { '': '1' }, 'h: invalid-header-name'],
    ['a name that is no text', [[1, '1']], 'h: invalid-header-name'],
    ['CRLF in a value (H-44, H-45)', { A: 'v\r\nX-Evil: 1' }, 'h.A: invalid-header-value'],
    ['CRLF and white space in a value: no folding (H-45)', { A: 'v\r\n x' }, 'h.A: invalid-header-value'],
    ['CR in a value (H-44)', { A: 'v\rx' }, 'h.A: invalid-header-value'],
    ['LF at the end of a value (H-44)', { A: 'v\n' }, 'h.A: invalid-header-value'],
    ['NUL in a value (H-44)', { A: 'v\x00' }, 'h.A: invalid-header-value'],
    ['a character that is no octet', { A: 'a\u0100' }, 'h.A: invalid-header-value'],
    ['a number as value', { A: 1 }, 'h.A: invalid-header-value'],
    ['null as value', { A: null }, 'h.A: invalid-header-value'],
    ['a list in a list', { A: [['x']] }, 'h.A: invalid-header-value'],
    ['null', null, 'h: invalid-header-value'],
    ['a text', 'A: 1', 'h: invalid-header-value'],
    ['something that is no pair', ['A: 1'], 'h: invalid-header-name'],
    [
      'two Content-Types (H-48)',
      [
        ['Content-Type', 'a/b'],
        ['content-type', 'a/b'],
      ],
      'h.content-type: duplicate-header',
    ],
    ['two Content-Lengths (H-48)', { 'Content-Length': ['1', '1'] }, 'h.Content-Length: duplicate-header'],
    [
      'two Content-IDs (H-48)',
      [
        ['Content-ID', '1'],
        ['content-id', '1'],
      ],
      'h.content-id: duplicate-header',
    ],
    [
      'two Content-Transfer-Encodings, which no reader of ours takes either (H-48)',
      { 'Content-Transfer-Encoding': ['8bit', '8bit'] },
      'h.Content-Transfer-Encoding: duplicate-header',
    ],
  ])('refuses %s', (_, input, issue) => {
    expect(issuesOf(() => pairs(input))).toEqual([issue]);
  });

  it('gives the list from before where the fields are the same, else takes nothing from it that is not', () => {
    const again = (input: unknown, before: readonly HeaderPair[]) => {
      const issues = new Issues();
      const result = headerPairs(input as HeadersInput, 'h', issues, before);
      issues.throwIfAny();
      return result;
    };
    const before = pairs({ A: '1', Host: 'h', B: '2' });
    expect(again([...before], before)).toBe(before);
    expect(again({ A: '1', Host: 'h', B: '2' }, before)).toBe(before);
    expect(again(undefined, before)).toEqual([]);
    expect(again({}, before)).toEqual([]);
    expect(again({ A: '1' }, before)).toEqual([['A', '1']]);
    expect(again({ A: ' 1', Host: 'h', B: '2' }, before)).toEqual(before);
    expect(again({ A: '1', Host: 'h', B: '3', C: '4' }, before)).toEqual([
      ['A', '1'],
      ['Host', 'h'],
      ['B', '3'],
      ['C', '4'],
    ]);
    expect(again({ A: '1', Host: 'h', B: '2', C: '3' }, before)).toEqual([...before, ['C', '3']]);
    expect(before).toHaveLength(3);
    expect(issuesOf(() => again({ A: '1', Host: ['h', 'h'] }, before))).toEqual(['h.Host: duplicate-header']);
    expect(issuesOf(() => again([['A', '1'], [undefined]], before))).toEqual(['h: invalid-header-name']);
    expect(issuesOf(() => again([['A', '1'], ['Host', 'h'], ['B', '2'], []], before))).toEqual([
      'h: invalid-header-name',
    ]);
  });

  it('reads each value once', () => {
    let read = 0;
    const input = {
      get A() {
        return String(++read);
      },
    };
    const issues = new Issues();
    expect(headerPairs(input, 'h', issues, [['A', '7']])).toEqual([['A', '1']]);
    expect(headerPairs(input, 'h', issues, [['A', '2']])).toEqual([['A', '2']]);
  });

  it('tells all that is wrong at once', () => {
    expect(issuesOf(() => pairs({ 'A ': '1', B: '\n', C: 'x', D: '\x00' }))).toEqual([
      'h: invalid-header-name',
      'h.B: invalid-header-value',
      'h.D: invalid-header-value',
    ]);
  });
});

describe('fieldOf', () => {
  it('is the first value of a name in any letter case', () => {
    expect(
      fieldOf(
        [
          ['a', '1'],
          ['ACCEPT', '2'],
          ['accept', '3'],
        ],
        'accept',
      ),
    ).toBe('2');
    expect(fieldOf([], '__proto__')).toBeUndefined();
  });
});
