/** Makes work of a size, with input of its own; only what it returns is measured. */
export type WorkOf = (size: number) => () => unknown;

/** How long work of a size takes. */
export interface Point {
  readonly size: number;
  readonly ms: number;
}

/** How time grows with size. */
export interface Growth {
  /** 1 is linear, 2 is quadratic. */
  readonly exponent: number;
  readonly points: readonly Point[];
}

/** How growth is measured. */
export interface GrowthOptions {
  /** In ascending order; the largest is a multiple of each. */
  readonly sizes: readonly number[];
  /** What is linear enough: there are more rounds as long as the exponent is a little above it. */
  readonly limit: number;
  readonly fewestRounds?: number;
  readonly mostRounds?: number;
  /** What takes less is repeated; milliseconds. */
  readonly sampleMs?: number;
  /** Milliseconds; default: those that the processor worked for us. */
  readonly now?: () => number;
}

/**
 * Measures how the time of work grows with its size.
 *
 * A sample of any size does the same work in all: a hundred messages of 1 000 parts beside one of 100 000, all their results
 * alive until it ends. So the processor's caches and the garbage collector treat all sizes alike, and what is left is growth.
 * Time is that of the processor, since others may use it too. Each round takes a sample of every size, and of each size the
 * fastest counts: whatever else happens can only make work slower. An exponent that is too high may still be its doing, so
 * there are more rounds before it is believed.
 */
export async function measureGrowth(workOf: WorkOf, options: GrowthOptions): Promise<Growth> {
  const { sizes, limit, fewestRounds = 3, mostRounds = 15, sampleMs = 15, now = processorTime } = options;
  const total = Math.max(...sizes);
  const lanes = sizes.map((size): Lane => {
    const count = Math.round(total / size);
    return { size, works: Array.from({ length: count }, () => workOf(size)), ms: Number.POSITIVE_INFINITY };
  });
  // The first samples compile; the last one tells how often to repeat.
  let ms = 0;
  for (const lane of lanes) ms = await sample(lane, 1, now);
  const repetitions = Math.max(1, Math.ceil(sampleMs / Math.max(ms, 0.01)));

  for (let round = 1; ; round++) {
    let isSettled = true;
    for (const lane of lanes) {
      const ms = await sample(lane, repetitions, now);
      isSettled &&= ms > lane.ms * SETTLED;
      lane.ms = Math.min(lane.ms, ms);
    }
    const points = lanes.map(({ size, works, ms }) => ({ size, ms: ms / works.length }));
    const exponent = exponentOf(points);
    const isClear = isSettled && (exponent <= limit || exponent > limit + NOISE);
    if (round >= mostRounds || (round >= fewestRounds && isClear)) return { exponent, points };
  }
}

/**
 * Measures growth, and again where it is above the limit: noise goes by, and the price of memory has steps at sizes of its own.
 * Beyond the step, on larger sizes, true growth shows all the more, and every time: one such measurement alone may have been
 * beside a process that emptied the caches.
 */
export async function confirmGrowth(workOf: WorkOf, options: GrowthOptions): Promise<Growth> {
  let growth = await measureGrowth(workOf, options);
  const larger = { ...options, sizes: options.sizes.map((size) => size * 4) };
  for (let again = 0; again < CONFIRMATIONS && growth.exponent > options.limit; again++) {
    growth = await measureGrowth(workOf, larger);
  }
  return growth;
}

/** How often growth that is too fast is measured again before it is believed. */
const CONFIRMATIONS = 3;

/** No noise makes an exponent so much too high. */
const NOISE = 0.3;

/** A sample that takes so much less than those before it shows that they were not the fastest: V8 was compiling. */
const SETTLED = 0.9;

interface Lane {
  readonly size: number;
  readonly works: readonly (() => unknown)[];
  ms: number;
}

async function sample({ works }: Lane, repetitions: number, now: () => number): Promise<number> {
  const kept: unknown[] = [];
  emptyNursery();
  const start = now();
  for (let i = 0; i < repetitions; i++) {
    kept.length = 0;
    for (const work of works) {
      const result = work();
      // What is synchronous does not pay for a promise.
      kept.push(result instanceof Promise ? await result : result);
    }
  }
  return (now() - start) / repetitions;
}

const collect = (globalThis as { gc?: (options: { type: 'minor' }) => void }).gc;

/** So that no sample clears away what the one before has left; where the process was started for it. */
function emptyNursery(): void {
  collect?.({ type: 'minor' });
}

/** All threads of this process: what the garbage collector does beside us is work too. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The slope of the straight line that fits the logarithms best. */
export function exponentOf(points: readonly Point[]): number {
  const xs = points.map(({ size }) => Math.log(size));
  const ys = points.map(({ ms }) => Math.log(ms));
  const meanX = mean(xs);
  const meanY = mean(ys);
  const covariance = mean(xs.map((x, i) => (x - meanX) * ((ys[i] as number) - meanY)));
  return covariance / mean(xs.map((x) => (x - meanX) ** 2));
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
