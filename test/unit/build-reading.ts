import { DEFAULT_LIMITS, type Limits } from '../../src/limits.ts';
import type { Reading, Slice } from '../../src/reading.ts';
import type { Tolerance } from '../../src/tolerances.ts';
import { octets } from './build-octets.ts';

/** A {@link Reading} that keeps its warnings as `code@offset path`. */
export interface RecordedReading extends Reading {
  readonly warnings: string[];
}

export function buildReading(
  tolerate: readonly Tolerance[] = [],
  limits: Partial<Limits> = {},
): RecordedReading {
  const warnings: string[] = [];
  return {
    limits: { ...DEFAULT_LIMITS, ...limits },
    tolerate: new Set(tolerate),
    warn: (code, offset, path) => warnings.push(`${code}@${offset} ${path}`.trimEnd()),
    lineAt: () => 1,
    warnings,
  };
}

export function buildSlice(text: string, offset = 0): Slice {
  const bytes = octets(text);
  return { bytes, start: 0, end: bytes.length, base: offset };
}
