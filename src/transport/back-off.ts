import { expectArgument, expectObject } from '../expect-argument.ts';

/** How waiting times grow; milliseconds. */
export interface BackOff {
  /** The first wait, at most. */
  readonly base: number;
  /** Every wait, at most. */
  readonly maximum: number;
}

export const DEFAULT_BACK_OFF: BackOff = { base: 500, maximum: 30_000 };

/**
 * How long to wait before sending again, in milliseconds: doubled with each failure, and between half of that and all of it by
 * chance, so that many senders who failed together do not come back together.
 *
 * @param failures how often it has failed, from 1
 * @param random from 0 to 1, as `Math.random`
 */
export function backOffMs(failures: number, random: () => number, backOff: BackOff): number {
  expectArgument(typeof failures === 'number', 'failures', 'a number');
  expectArgument(typeof random === 'function', 'random', 'a function');
  expectObject(backOff, 'backOff', '{ base, maximum }');
  const { base, maximum } = backOff;
  expectArgument(base >= 0 && maximum >= 0, 'backOff', 'milliseconds as base and maximum');
  const longest = Math.min(maximum, base * 2 ** (failures - 1));
  return longest / 2 + (longest / 2) * random();
}
