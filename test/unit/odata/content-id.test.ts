import { describe, expect, it } from 'vitest';
import { isContentId, isReservedId, parseUrlReference } from '../../../src/odata/content-id.ts';

describe('isContentId', () => {
  it.each(['1', '0', 'First-Insert~Customer_1.1', '0.0', 'group1', '~00', '-', 'a'.repeat(500)])(
    'takes %s (B-16, R-17)',
    (id) => {
      expect(isContentId(id)).toBe(true);
    },
  );

  it.each([
    '',
    ' ',
    'a b',
    '<1>',
    '1@h',
    'a/b',
    '$1',
    'ä',
    'a+b',
    '1\n',
    '\r\n1',
    '1\r\nX-Evil: 1',
    'a\x00',
    'a:b',
    "a'",
  ])('refuses %j (B-16, M-44)', (id) => {
    expect(isContentId(id)).toBe(false);
  });
});

describe('isReservedId', () => {
  it.each(['batch', 'crossjoin', 'all', 'entity', 'root', 'id', 'metadata'])(
    '$%s is a system resource (R-06)',
    (id) => {
      expect(isReservedId(id)).toBe(true);
    },
  );

  it.each(['it', 'this', 'root'])('$%s is a literal (R-07)', (id) => {
    expect(isReservedId(id)).toBe(true);
  });

  it.each(['1', 'Metadata', 'BATCH', 'metadata1', 'ids', '__proto__', 'constructor'])(
    '$%s is free: ids are case-sensitive (B-18)',
    (id) => {
      expect(isReservedId(id)).toBe(false);
    },
  );
});

describe('parseUrlReference', () => {
  it.each([
    ['$1', '1', ''],
    ['$1/Orders', '1', '/Orders'],
    ['$1?$select=x', '1', '?$select=x'],
    ['$1/$ref', '1', '/$ref'],
    ['$1/NS.Action', '1', '/NS.Action'],
    ['$1(3)', '1', '(3)'],
    ['$1#x', '1', '#x'],
    ['$10/Orders', '10', '/Orders'],
    ['$1.2', '1.2', ''],
    ['$First-Insert~Customer_1.1/a', 'First-Insert~Customer_1.1', '/a'],
    ['$0/a', '0', '/a'],
    ['$Metadata', 'Metadata', ''],
  ])('%s is a reference to %s (R-01, R-08, R-17)', (url, id, rest) => {
    expect(parseUrlReference(url)).toEqual({ id, rest });
  });

  it.each([
    'Orders',
    '/$1/Orders',
    'http://h/$1',
    '%241',
    '$',
    '$/x',
    'a$1',
    '',
    '$metadata',
    '$metadata#x',
    '$batch?a',
    '$all',
    '$crossjoin(A,B)',
    '$root/x',
    '$id',
    '$entity?$id=x',
  ])('%j is none (R-06, R-08)', (url) => {
    expect(parseUrlReference(url)).toBeUndefined();
  });
});
