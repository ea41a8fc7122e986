import { describe, expect, it } from 'vitest';
import { misspeltMethod } from '../../../src/http/method.ts';

describe('misspeltMethod', () => {
  it.each([
    ['get', 'GET'],
    ['Get', 'GET'],
    ['patch', 'PATCH'],
    ['merge', 'MERGE'],
    ['options', 'OPTIONS'],
  ])('takes %s for %s (H-11)', (method, meant) => {
    expect(misspeltMethod(method)).toBe(meant);
  });

  it.each(['GET', 'DELETE', 'lookup', 'M-Search', '', 'gett'])('takes %s for what it is (H-11)', (method) => {
    expect(misspeltMethod(method)).toBeUndefined();
  });
});
