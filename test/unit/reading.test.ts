import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/limits.ts';
import { completeLimits } from '../../src/reading.ts';
import { RESPONSE_TOLERANCES } from '../../src/tolerances.ts';

describe('completeLimits', () => {
  it('takes the defaults for what is not given, undefined included', () => {
    expect(completeLimits(undefined)).toEqual(DEFAULT_LIMITS);
    expect(completeLimits({ maxParts: 3, maxPartBytes: undefined as never })).toEqual({
      ...DEFAULT_LIMITS,
      maxParts: 3,
    });
  });

  it('changes no default', () => {
    expect(Object.isFrozen(DEFAULT_LIMITS)).toBe(true);
    expect(Object.isFrozen(RESPONSE_TOLERANCES)).toBe(true);
  });
});

it('every limit is finite', () => {
  for (const maximum of Object.values(DEFAULT_LIMITS))
    expect(Number.isSafeInteger(maximum) && maximum > 0).toBe(true);
});

it('answers are read with seven tolerances, requests with none', () => {
  expect([...RESPONSE_TOLERANCES].sort()).toEqual([
    'any-content-id',
    'folded-header',
    'invalid-content-length',
    'other-http-version',
    'space-before-colon',
    'three-dash-close',
    'unencoded-body',
  ]);
});
