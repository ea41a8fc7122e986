import { type Contestant, interleave, type Pace } from './interleave.ts';
import type { Verdict } from './judge.ts';
import { median, quantile } from './median.ts';
import type { Entrant, Row } from './row.ts';

/** How one entrant did. */
export interface Standing {
  readonly name: string;
  readonly isOurs: boolean;
  readonly verdict: Verdict;
  /** Absent where there was nothing to measure. */
  readonly timing: Timing | undefined;
}

export interface Timing {
  readonly medianMs: number;
  /** Median over the limit's median. */
  readonly ratio: number;
  /** Between which the middle half of the rounds lies, over the limit's median. */
  readonly quartiles: readonly [number, number];
}

export interface RowResult {
  readonly row: Row;
  readonly limitMs: number;
  readonly rounds: number;
  readonly standings: readonly Standing[];
}

/** Judges the entrants of a row, then measures those that give any result, together with the limit. */
export async function measureRow(row: Row, pace: Pace): Promise<RowResult> {
  const verdicts = new Map<Entrant, Verdict>();
  for (const entrant of row.entrants) verdicts.set(entrant, await entrant.judge());
  const running = row.entrants.filter((entrant) => 'share' in (verdicts.get(entrant) as Verdict));
  const times = await interleave([row.limit, ...running], pace);

  const limitTimes = times.get(row.limit) as readonly number[];
  const limitMs = median(limitTimes);
  const standings = row.entrants.map(
    (entrant): Standing => ({
      name: entrant.name,
      isOurs: entrant.isOurs,
      verdict: verdicts.get(entrant) as Verdict,
      timing: timingOf(times.get(entrant as Contestant), limitTimes),
    }),
  );
  return { row, limitMs, rounds: limitTimes.length, standings };
}

function timingOf(times: readonly number[] | undefined, limitTimes: readonly number[]): Timing | undefined {
  if (times === undefined) return undefined;
  const limit = median(limitTimes);
  const medianMs = median(times);
  return {
    medianMs,
    ratio: medianMs / limit,
    quartiles: [quantile(times, 0.25) / limit, quantile(times, 0.75) / limit],
  };
}
