import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { it } from 'vitest';
import { RUNS, SEED } from './seed.ts';

/** What failed once and is replayed for ever. */
interface Regressions {
  readonly runs: readonly { readonly property: string; readonly seed: number; readonly path: string }[];
  readonly messages: readonly KeptMessage[];
}

/** A message that once broke a law, its octets as latin1. */
export interface KeptMessage {
  readonly why: string;
  readonly contentType: string;
  readonly latin1: string;
}

export const REGRESSIONS: Regressions = JSON.parse(
  readFileSync(new URL('./regressions.json', import.meta.url), 'utf8'),
);

/**
 * Declares the test of a law: what failed before first, then new runs.
 *
 * @param weight how many runs, as a multiple of FC_RUNS: cheap properties take more, costly ones less
 */
export function law<T>(name: string, property: fc.IRawProperty<T>, weight = 1): void {
  it(name, async () => {
    for (const { seed, path } of REGRESSIONS.runs.filter((run) => run.property === name)) {
      await fc.assert(property, { seed, path });
    }
    await fc.assert(property, { seed: SEED, numRuns: Math.max(1, Math.ceil(RUNS * weight)) });
  });
}
