import type { Peer } from '../peers/peer.ts';
import type { Contestant } from './interleave.ts';
import type { Verdict } from './judge.ts';

/** One thing that is measured, on one shape. */
export interface Row {
  readonly group: 'decode' | 'frame' | 'encode';
  /** Such as `decode 1000 × 1 KiB`. */
  readonly title: string;
  readonly shape: string;
  readonly limit: Contestant;
  readonly entrants: readonly Entrant[];
  /** What our ratio is to be at most; absent where the row is there for comparison only. */
  readonly goal: number | undefined;
}

/** Who takes part in a row. */
export interface Entrant {
  readonly name: string;
  readonly isOurs: boolean;
  readonly isRival: boolean;
  readonly run: () => unknown;
  readonly judge: () => Promise<Verdict>;
}

export function entrantOf(peer: Peer, run: () => unknown, judge: () => Promise<Verdict>): Entrant {
  const isOurs = peer.name === 'odata-batch-codec';
  return { name: peer.name, isOurs, isRival: !isOurs, run, judge };
}
