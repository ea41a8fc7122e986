import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backOffMs, DEFAULT_BACK_OFF } from '../../../src/transport/back-off.ts';

describe('back-off', () => {
  it('doubles, between half and all of it', () => {
    const options = { base: 100, maximum: 1000 };
    expect([1, 2, 3, 4, 5, 50].map((failures) => backOffMs(failures, () => 1, options))).toEqual([
      100, 200, 400, 800, 1000, 1000,
    ]);
    expect([1, 2, 5].map((failures) => backOffMs(failures, () => 0, options))).toEqual([50, 100, 500]);
  });

  it('stays within its bounds', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (failures, chance) => {
          const ms = backOffMs(failures, () => chance, DEFAULT_BACK_OFF);
          expect(ms).toBeGreaterThanOrEqual(DEFAULT_BACK_OFF.base / 2);
          expect(ms).toBeLessThanOrEqual(DEFAULT_BACK_OFF.maximum);
        },
      ),
    );
  });
});
