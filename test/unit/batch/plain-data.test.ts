import { describe, expect, it } from 'vitest';
import { isPlainData } from '../../../src/batch/plain-data.ts';

describe('isPlainData', () => {
  it.each([
    ['a literal', { a: 1, length: 3, size: null }],
    ['an empty one', {}],
    ['what JSON gave', JSON.parse('{"__proto__":{"pipe":1},"constructor":2}')],
  ])('knows %s', (_, value) => {
    expect(isPlainData(value)).toBe(true);
  });

  it.each([
    ['a list', []],
    ['an object without prototype', Object.create(null)],
    ['an object of a class', new (class Tea {})()],
    ['a date', new Date(0)],
    ['a Map', new Map()],
    ['a Blob', new Blob([])],
    ['an object with toJSON', { toJSON: () => 1 }],
    ['an object that calls itself something', { [Symbol.toStringTag]: 'Tea' }],
    ['a stream of Node', { pipe: () => {} }],
    ['a stream of the web', { getReader: () => {} }],
    ['an iterable', { async *[Symbol.asyncIterator]() {} }],
    ['data that looks like one of them', { pipe: 'clay' }],
  ])('leaves %s to others', (_, value) => {
    expect(isPlainData(value)).toBe(false);
  });
});
