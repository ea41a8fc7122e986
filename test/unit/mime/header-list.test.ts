import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { HeaderFields } from '../../../src/mime/header-list.ts';

const list = new HeaderFields([
  ['Prefer', 'respond-async'],
  ['ETag', 'W/"1"'],
  ['prefer', 'wait=10'],
]);

describe('HeaderFields', () => {
  it('finds a field in any letter case (H-40)', () => {
    expect(list.get('etag')).toBe('W/"1"');
    expect(list.get('ETAG')).toBe('W/"1"');
    expect(list.has('eTag')).toBe(true);
  });

  it('joins a repeated field with a comma and a space, in order (H-48)', () => {
    expect(list.get('PREFER')).toBe('respond-async, wait=10');
    expect(list.getAll('Prefer')).toEqual(['respond-async', 'wait=10']);
  });

  it('has null, nothing and false for an absent field', () => {
    expect(list.get('Location')).toBeNull();
    expect(list.getAll('Location')).toEqual([]);
    expect(list.has('Location')).toBe(false);
  });

  it('tells an empty field from an absent one', () => {
    const empty = new HeaderFields([['X', '']]);
    expect(empty.get('x')).toBe('');
    expect(empty.has('x')).toBe(true);
  });

  it('gives the fields as they were written, repeated ones apart', () => {
    expect([...list]).toEqual([
      ['Prefer', 'respond-async'],
      ['ETag', 'W/"1"'],
      ['prefer', 'wait=10'],
    ]);
    expect([...list]).toEqual([...list]);
  });

  it('gives copies: changing a pair does not change the list', () => {
    const [pair] = list;
    if (pair === undefined) return expect.unreachable();
    pair[1] = 'changed';
    expect(list.getAll('prefer')).toEqual(['respond-async', 'wait=10']);
  });

  it('makes a Headers', () => {
    const headers = new Headers(list as never);
    expect([...headers]).toEqual([
      ['etag', 'W/"1"'],
      ['prefer', 'respond-async, wait=10'],
    ]);
  });

  it('makes a Headers of octets above 0x7F too', () => {
    expect(new Headers(new HeaderFields([['X', 'caf\xe9']]) as never).get('x')).toBe('caf\xe9');
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'has no field %s unless it was sent',
    (name) => {
      expect(list.get(name)).toBeNull();
      expect(list.has(name)).toBe(false);
      const sent = new HeaderFields([[name, 'x']]);
      expect(sent.get(name)).toBe('x');
      expect(sent.getAll(name.toUpperCase())).toEqual(['x']);
    },
  );

  it('is shown by Node as its fields', () => {
    expect(inspect(new HeaderFields([['X', '1']]))).toBe("[ [ 'X', '1' ] ]");
  });
});
