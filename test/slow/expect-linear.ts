import { expect, it } from 'vitest';
import { confirmGrowth, type Growth, type WorkOf } from '../property/growth.ts';

/** What we promise: ten times the input takes at most 1.26 times the time for each octet. */
export const LIMIT = 1.1;

/**
 * Three sizes, each four times the one before it. None is small: what fits the processor's nearest memory takes less time for
 * each octet, and that is no growth of ours.
 */
export function sizesUpTo(largest: number): number[] {
  return [largest / 16, largest / 4, largest];
}

/** Fails where work grows faster than its size. */
export async function expectLinear(workOf: WorkOf, sizes: readonly number[]): Promise<void> {
  const growth = await confirmGrowth(workOf, { sizes, limit: LIMIT, fewestRounds: 2 });
  expect(growth.exponent, textOf(growth)).toBeLessThanOrEqual(LIMIT);
}

function textOf({ points }: Growth): string {
  return points.map(({ size, ms }) => `${size}: ${ms.toFixed(2)} ms`).join(', ');
}

/** Registers a test that linear work passes and quadratic work fails, so that the tests behind it mean something. */
export function itTellsLinearFromQuadratic(): void {
  it('is tested itself first: linear work passes, quadratic work fails', async () => {
    const spin = (count: number) => () => {
      let sum = 0;
      for (let at = 0; at < count; at++) sum += Math.sqrt(at);
      return sum;
    };
    const sizes = [100, 1_000, 10_000];
    await expectLinear((size) => spin(size * 100), sizes);
    await expect(expectLinear((size) => spin(size ** 2 / 50), sizes)).rejects.toThrow('40000: ');
    // At the smallest size a twentieth of its time is quadratic.
    const partly = (size: number) => spin(size * 100 + size ** 2 / 20);
    await expect(expectLinear(partly, sizes)).rejects.toThrow('40000: ');
  });
}
