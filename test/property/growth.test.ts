import { describe, expect, it } from 'vitest';
import { confirmGrowth, exponentOf, type GrowthOptions, measureGrowth } from './growth.ts';

/** A machine on which work of a size takes as long as it is told to. */
function machine(cost: (size: number) => number) {
  let time = 0;
  const run = (size: number) => () => {
    time += cost(size);
  };
  const measure = (options: Partial<GrowthOptions> = {}) =>
    measureGrowth(run, { sizes: [1_000, 10_000, 100_000], limit: 1.1, now: () => time, ...options });
  return { measure };
}

describe('exponentOf', () => {
  it.each([0.5, 1, 1.5, 2])('finds %d', (exponent) => {
    const points = [1, 10, 50, 700].map((size) => ({ size, ms: 3 * size ** exponent }));
    expect(exponentOf(points)).toBeCloseTo(exponent, 6);
  });
});

describe('measureGrowth', () => {
  it('tells linear, quadratic and what lies between', async () => {
    expect((await machine((size) => size / 500).measure()).exponent).toBeCloseTo(1, 6);
    expect((await machine((size) => size ** 2 / 1e6).measure()).exponent).toBeCloseTo(2, 6);
    expect((await machine((size) => size ** 1.2 / 1e3).measure()).exponent).toBeCloseTo(1.2, 6);
  });

  it('finds what is quadratic and takes half of the time only at the largest size', async () => {
    const { exponent } = await machine((size) => size / 500 + size ** 2 / 500 / 100_000).measure();
    expect(exponent).toBeGreaterThan(1.1);
  });

  it('is not misled by what slows the machine down for a while', async () => {
    let run = 0;
    const { exponent } = await machine((size) => (size / 500) * (++run % 400 < 150 ? 3 : 1)).measure();
    expect(exponent).toBeCloseTo(1, 6);
  });

  it('tells the time of one work', async () => {
    const { points } = await machine((size) => size / 500).measure();
    expect(points.map(({ ms }) => ms)).toEqual([
      expect.closeTo(2, 6),
      expect.closeTo(20, 6),
      expect.closeTo(200, 6),
    ]);
  });

  it.each([
    ['linear', 1, 2],
    ['a little more', 1.2, 5],
    ['quadratic', 2, 2],
  ])('goes on as long as the exponent may be noise: %s', async (_, exponent, rounds) => {
    let largest = 0;
    const { measure } = machine((size) => {
      if (size === 100) largest++;
      return size ** exponent;
    });
    await measure({ sizes: [10, 100], fewestRounds: 2, mostRounds: 5 });
    // Once to warm up.
    expect(largest).toBe(1 + rounds);
  });

  it('waits for what is asynchronous', async () => {
    const work = (size: number) => () => new Promise((resolve) => setTimeout(resolve, size));
    const now = () => performance.now();
    const { points } = await measureGrowth(work, { sizes: [20, 40], limit: 2, fewestRounds: 1, now });
    for (const { size, ms } of points) expect(ms).toBeGreaterThan(size - 2);
  });

  it('tells linear from quadratic on this machine', async () => {
    const spin = (count: number) => () => {
      let sum = 0;
      for (let at = 0; at < count; at++) sum += Math.sqrt(at);
      return sum;
    };
    const options = { sizes: [100, 1_000, 10_000], limit: 1.1 };
    expect((await measureGrowth((size) => spin(size * 50), options)).exponent).toBeLessThan(1.1);
    expect((await measureGrowth((size) => spin(size ** 2 / 50), options)).exponent).toBeGreaterThan(1.8);
  });
});

describe('confirmGrowth', () => {
  const options = { sizes: [1_000, 10_000], limit: 1.1 };
  const confirm = (cost: (size: number) => number) => {
    let time = 0;
    const workOf = (size: number) => () => {
      time += cost(size);
    };
    return confirmGrowth(workOf, { ...options, now: () => time });
  };

  it('measures a step again, beyond it', async () => {
    const { exponent, points } = await confirm((size) => (size < 4_000 ? size / 500 : size / 300));
    expect(exponent).toBeCloseTo(1, 6);
    expect(points.map(({ size }) => size)).toEqual([4_000, 40_000]);
  });

  it('finds what grows', async () => {
    expect((await confirm((size) => size ** 1.2 / 1e3)).exponent).toBeCloseTo(1.2, 6);
  });
});
