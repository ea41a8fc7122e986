import { describe, expect, it } from 'vitest';
import { assignIds } from '../../../src/batch/assign-ids.ts';
import { Issues } from '../../../src/batch/issues.ts';
import { issuesOf } from '../catch-error.ts';

const assign = (...ids: unknown[]) => {
  const issues = new Issues();
  const places = ids.map((id, index) => {
    const operation = { method: 'GET', url: 'x', ...(id !== undefined && { id: id as string }) };
    return { operation, given: operation, index, path: [index] as const, name: `batch[${index}]` };
  });
  const assigned = assignIds(places, issues);
  issues.throwIfAny();
  return assigned;
};

describe('assignIds', () => {
  it.each([
    ['numbers by place, from 1 (B-14, M-44)', [undefined, undefined, undefined], ['1', '2', '3']],
    ["keeps the caller's, and numbers the others by their place", ['a', undefined, '0'], ['a', '2', '0']],
    ['skips numbers that come later', [undefined, '1', undefined], ['2', '1', '3']],
    ['skips numbers that come before', ['2', undefined, undefined], ['2', '3', '4']],
    ['skips several', [undefined, '1', '2', '3', undefined], ['4', '1', '2', '3', '5']],
    ['takes 01 and 1 for different ids', ['01', undefined], ['01', '2']],
    ['tells letter cases apart (B-18)', ['a', 'A'], ['a', 'A']],
    [
      'takes names of object properties',
      ['__proto__', 'constructor', undefined],
      ['__proto__', 'constructor', '3'],
    ],
    ['takes 0 for an id like any other (R-17)', ['0', undefined], ['0', '2']],
  ])('%s', (_, given, expected) => {
    expect(assign(...given)).toEqual(expected);
  });

  it.each([
    ['a text outside the syntax (B-16)', ['a b'], ['batch[0].id: invalid-content-id']],
    ['a line end in it (H-44)', [undefined, '1\r\nX-Evil: 1'], ['batch[1].id: invalid-content-id']],
    ['angle brackets (M-44)', ['<1>'], ['batch[0].id: invalid-content-id']],
    ['an empty text (B-16)', [''], ['batch[0].id: invalid-content-id']],
    ['a number', [1], ['batch[0].id: invalid-content-id']],
    ['null', [null], ['batch[0].id: invalid-content-id']],
    ['a system resource (R-06)', ['metadata'], ['batch[0].id: reserved-content-id']],
    ['a literal (R-07)', ['it'], ['batch[0].id: reserved-content-id']],
    ['one id twice (B-18, X4)', ['a', undefined, 'a'], ['batch[2].id: duplicate-content-id']],
  ])('refuses %s', (_, given, issues) => {
    expect(issuesOf(() => assign(...given))).toEqual(issues);
  });
});
