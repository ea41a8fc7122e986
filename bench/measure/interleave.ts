/** Something to measure; what it returns is kept, so that no compiler leaves the work out. */
export interface Contestant {
  readonly name: string;
  run(): unknown;
}

export interface Pace {
  readonly rounds: number;
  /** No further round begins after that, but at least `fewestRounds` are done. */
  readonly budgetMs: number;
  readonly fewestRounds: number;
  /** How long each contestant runs beforehand. */
  readonly warmUpMs: number;
  /** Something short is repeated until a sample takes about so long. */
  readonly sampleMs: number;
  /** Something slower takes part in every fifth round only, so that it leaves time for the others. */
  readonly slowMs: number;
}

/** For a run whose numbers are published. */
export const FULL_PACE: Pace = {
  rounds: 41,
  budgetMs: 5500,
  fewestRounds: 9,
  warmUpMs: 150,
  sampleMs: 4,
  slowMs: 50,
};
/** For a run that only shows that everything works. */
export const QUICK_PACE: Pace = {
  rounds: 2,
  budgetMs: 500,
  fewestRounds: 1,
  warmUpMs: 0,
  sampleMs: 0,
  slowMs: 50,
};

interface Lane {
  readonly contestant: Contestant;
  readonly repetitions: number;
  readonly isSlow: boolean;
  readonly times: number[];
}

/** Keeps the last result of each sample alive. */
export const kept: { result: unknown } = { result: undefined };

/**
 * Measures contestants in rounds: each round runs every one of them once, beginning with another one each time, so that
 * whatever slows the machine down for a while slows all of them. Returns the milliseconds per run, one for each sample.
 */
export async function interleave(
  contestants: readonly Contestant[],
  pace: Pace,
): Promise<Map<Contestant, readonly number[]>> {
  const lanes: Lane[] = [];
  for (const contestant of contestants) lanes.push(await warmUp(contestant, pace));
  const start = performance.now();
  for (let round = 0; round < pace.rounds; round++) {
    if (round >= pace.fewestRounds && performance.now() - start > pace.budgetMs) break;
    for (const lane of rotated(lanes, round)) {
      if (lane.isSlow && round % 5 !== 0) continue;
      emptyNursery();
      lane.times.push(await sample(lane));
    }
  }
  return new Map(lanes.map(({ contestant, times }) => [contestant, times]));
}

/** The same items, beginning at `by`. */
export function rotated<T>(items: readonly T[], by: number): T[] {
  const start = items.length === 0 ? 0 : by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}

async function warmUp(contestant: Contestant, { warmUpMs, sampleMs, slowMs }: Pace): Promise<Lane> {
  const lane: Lane = { contestant, repetitions: 1, isSlow: false, times: [] };
  let fastest = Number.POSITIVE_INFINITY;
  const start = performance.now();
  do {
    fastest = Math.min(fastest, await sample(lane));
  } while (performance.now() - start < warmUpMs);
  return { ...lane, repetitions: Math.max(1, Math.ceil(sampleMs / fastest)), isSlow: fastest > slowMs };
}

async function sample({ contestant, repetitions }: Lane): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < repetitions; i++) {
    const result = contestant.run();
    // Those that are synchronous do not pay for those that are not.
    kept.result = result instanceof Promise ? await result : result;
  }
  return (performance.now() - start) / repetitions;
}

const collect = (globalThis as { gc?: (options: { type: 'minor' }) => void }).gc;

/** So that nobody clears away what the one before has left. */
function emptyNursery(): void {
  collect?.({ type: 'minor' });
}
