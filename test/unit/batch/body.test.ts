import { describe, expect, it } from 'vitest';
import { encodableBody, type JsonStringify } from '../../../src/batch/body.ts';
import { Issues } from '../../../src/batch/issues.ts';
import type { BatchUsageError } from '../../../src/errors.ts';
import { octets } from '../build-octets.ts';
import { errorOf } from '../catch-error.ts';

const cycle: { self?: unknown } = {};
cycle.self = cycle;

const encodable = (body: unknown, stringify: JsonStringify = JSON.stringify) => {
  const issues = new Issues();
  const result = encodableBody(body, stringify, 'body', issues);
  issues.throwIfAny();
  return result;
};
const REFUSED = { issues: [{ path: 'body', code: 'body-not-encodable' }] };

describe('encodableBody', () => {
  it.each([
    ['no body', undefined, undefined],
    ['a text as it is', ' {"a": 1.0}\r\n', { content: ' {"a": 1.0}\r\n', isJson: false }],
    ['an empty text', '', { content: '', isJson: false }],
    ['null', null, { content: 'null', isJson: true }],
    ['booleans', false, { content: 'false', isJson: true }],
    ['numbers', 0, { content: '0', isJson: true }],
    ['lists', [1, 'a'], { content: '[1,"a"]', isJson: true }],
    ['objects', { a: 1 }, { content: '{"a":1}', isJson: true }],
    [
      'objects without prototype',
      Object.assign(Object.create(null), { a: 1 }),
      { content: '{"a":1}', isJson: true },
    ],
    ['dates by their toJSON', new Date(0), { content: '"1970-01-01T00:00:00.000Z"', isJson: true }],
    [
      'whatever has toJSON',
      Object.assign(new Map(), { toJSON: () => ({ b: 2 }) }),
      { content: '{"b":2}', isJson: true },
    ],
  ])('takes %s', (_, body, expected) => {
    expect(encodable(body)).toEqual(expected);
  });

  it('takes octets as they are, a view of a larger buffer too', () => {
    const bytes = octets('\x00\xff{}').subarray(1, 3);
    expect(encodable(bytes)).toEqual({ content: octets('\xff{'), isJson: false });
    expect(encodable(octets('\x01\x02').buffer)).toEqual({ content: octets('\x01\x02'), isJson: false });
    expect(encodable(Buffer.from('ab'))).toMatchObject({ isJson: false });
  });

  it.each([
    ['Map', new Map()],
    ['Set', new Set()],
    ['Blob', new Blob([])],
    ['FormData', new FormData()],
    ['ReadableStream', new ReadableStream()],
    ['Promise', Promise.resolve()],
    ['function', () => 1],
    ['symbol', Symbol('x')],
    ['bigint', 1n],
    ['NaN', Number.NaN],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['stream', { pipe: () => {} }],
    ['AsyncGenerator', (async function* () {})()],
    ['stream', { [Symbol.asyncIterator]: () => {} }],
  ])('refuses a %s, naming it', (kind, body) => {
    const error = errorOf(() => encodable(body));
    expect(error).toMatchObject(REFUSED);
    expect((error as BatchUsageError).message).toContain(`a body can't be a ${kind}`);
  });

  it.each([
    ['a cycle', () => cycle],
    ['a bigint inside', () => ({ a: 1n })],
    ['what prints as nothing', () => ({ toJSON: () => undefined })],
    ['half a surrogate pair', () => 'a\ud83c'],
  ])('refuses %s', (_, make) => {
    expect(errorOf(() => encodable(make()))).toMatchObject(REFUSED);
  });

  it.each([
    ['pipe', { pipe: 'yes' }, '{"pipe":"yes"}'],
    ['toJSON', { toJSON: 1 }, '{"toJSON":1}'],
  ])('takes an object whose %s is data', (_, body, json) => {
    expect(encodable(body)).toEqual({ content: json, isJson: true });
  });

  it("has what the caller's stringify throws as cause", () => {
    const failure = new RangeError('too deep');
    const stringify = () => {
      throw failure;
    };
    expect(errorOf(() => encodable({}, stringify))).toMatchObject({ ...REFUSED, cause: failure });
  });

  it('takes whole surrogate pairs', () => {
    expect(encodable('🎉')).toEqual({ content: '🎉', isJson: false });
  });
});
