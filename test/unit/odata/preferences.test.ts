import { describe, expect, it } from 'vitest';
import { readPreferences } from '../../../src/odata/preferences.ts';

describe('readPreferences', () => {
  it.each([
    [null, undefined],
    ['', undefined],
    ['return=minimal', undefined],
    ['odata.continue-on-error', true],
    ['continue-on-error', true],
    ['Continue-On-Error', true],
    ['odata.continue-on-error=true', true],
    ['continue-on-error=false', false],
    ['continue-on-error = false', false],
    ['odata.continue-on-error\t=\tFALSE', false],
    ['continue-on-error="false"', false],
    ['return=minimal, odata.continue-on-error;foo, wait=5', true],
    ['x-continue-on-error', undefined],
    ['continue-on-errors', undefined],
  ])('of %j reads continue-on-error as %s (X7, S-05, S-06)', (prefer, continueOnError) => {
    expect(readPreferences(prefer).continueOnError).toBe(continueOnError);
  });

  it.each([
    [null, false],
    ['respond-async', true],
    ['Respond-Async, wait=10', true],
    ['wait=10,respond-async', true],
    ['respond-asynchronously', false],
  ])('of %j reads respond-async as %s (A-01)', (prefer, respondAsync) => {
    expect(readPreferences(prefer).respondAsync).toBe(respondAsync);
  });
});
