import type { HeaderPair } from '../../batch/header-pairs.ts';
import type { Issues } from '../../batch/issues.ts';

/** Fields whose values can't be joined by commas (RFC 9110 section 5.3). */
const UNJOINABLE: ReadonlySet<string> = new Set(['cookie', 'set-cookie']);

/**
 * Fields as a JSON batch has them: names in lower case (J-12), each once (J-13); repeated ones are joined, which means the
 * same (H-48), or refused where it does not.
 */
export function jsonHeaders(pairs: readonly HeaderPair[], path: string, issues: Issues): HeaderPair[] {
  const joined = new Map<string, string>();
  for (const [given, value] of pairs) {
    const name = given.toLowerCase();
    const before = joined.get(name);
    if (before !== undefined && UNJOINABLE.has(name)) {
      issues.add(`${path}.${given}`, 'duplicate-header', `a JSON batch has ${given} once`);
    }
    joined.set(name, before === undefined ? value : join(before, value));
  }
  return [...joined];
}

/** An empty element of a list means nothing (RFC 9110 section 5.6.1), and its comma could not be told from a value. */
function join(before: string, value: string): string {
  return before === '' || value === '' ? before + value : `${before}, ${value}`;
}
