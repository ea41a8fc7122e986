import { describe, expect, it } from 'vitest';
import { meaningOfStatus, saysNothingHappened } from '../../../src/http/status-meaning.ts';

describe('the meaning of a status', () => {
  it.each([
    [0, 'lost'],
    [100, 'lost'],
    [199, 'lost'],
    [200, undefined],
    [299, undefined],
    [304, 'refused'],
    [400, 'refused'],
    [401, 'unauthorized'],
    [404, 'refused'],
    [408, 'timed-out'],
    [409, 'refused'],
    [412, 'refused'],
    [413, 'too-large'],
    [424, 'refused'],
    [425, 'refused'],
    [429, 'throttled'],
    [499, 'refused'],
    [500, 'lost'],
    [502, 'lost'],
    [503, 'lost'],
    [504, 'timed-out'],
    [524, 'timed-out'],
    [599, 'lost'],
    [999, 'lost'],
  ])('%i is %s', (status, meaning) => {
    expect(meaningOfStatus(status, false)).toBe(meaning);
    // Only of 503 a Retry-After says more.
    expect(meaningOfStatus(status, true)).toBe(status === 503 ? 'throttled' : meaning);
  });

  it('promises that nothing happened only after a refusal', () => {
    const certain = [401, 413, 429, 400, 404].map((status) => meaningOfStatus(status, false));
    const open = [200, 408, 500, 502, 503, 504, 524].map((status) => meaningOfStatus(status, false));
    expect(certain.every(saysNothingHappened)).toBe(true);
    expect(open.some(saysNothingHappened)).toBe(false);
  });
});
