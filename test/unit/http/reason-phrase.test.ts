import { describe, expect, it } from 'vitest';
import { reasonPhrase } from '../../../src/http/reason-phrase.ts';

describe('reasonPhrase', () => {
  it.each([
    [100, 'Continue'],
    [200, 'OK'],
    [201, 'Created'],
    [202, 'Accepted'],
    [204, 'No Content'],
    [304, 'Not Modified'],
    [400, 'Bad Request'],
    [404, 'Not Found'],
    [412, 'Precondition Failed'],
    [424, 'Failed Dependency'],
    [428, 'Precondition Required'],
    [429, 'Too Many Requests'],
    [500, 'Internal Server Error'],
    [503, 'Service Unavailable'],
  ])('of %i is that of the RFCs', (status, phrase) => {
    expect(reasonPhrase(status)).toBe(phrase);
  });

  it.each([
    [199, 'Informational'],
    [299, 'Success'],
    [399, 'Redirection'],
    [499, 'Client Error'],
    [599, 'Server Error'],
  ])('of %i, which has none, is its class', (status, phrase) => {
    expect(reasonPhrase(status)).toBe(phrase);
  });

  it('is never empty and of printable characters only (H-17)', () => {
    for (let status = 100; status <= 599; status++)
      expect(reasonPhrase(status)).toMatch(/^[A-Za-z][A-Za-z -]*$/);
  });
});
