import { expect, test } from 'vitest';
import { nameChangeSets } from '../../../../src/formats/json/name-change-sets.ts';

test('change sets are numbered, single operations are not', () => {
  expect(nameChangeSets([['a'], 'b', ['c', 'd']], ['1', '2', '3', '4'])).toEqual([
    'group1',
    undefined,
    'group2',
  ]);
});

test('no name is an id, in whatever letter case (J-03)', () => {
  expect(nameChangeSets([['a'], ['b'], ['c']], ['group1', 'GROUP3', undefined])).toEqual([
    'group2',
    'group4',
    'group5',
  ]);
});
