import type { HeaderPair } from '../batch/header-pairs.ts';

/** Fields as a request has them: those of one name, however it is written, in one (RFC 9110 section 5.3). */
export function headerRecord(pairs: Iterable<HeaderPair>): Readonly<Record<string, string>> {
  const fields = new Map<string, HeaderPair>();
  for (const [name, value] of pairs) {
    const [first, before] = fields.get(name.toLowerCase()) ?? [name];
    fields.set(name.toLowerCase(), [first, before === undefined ? value : `${before}, ${value}`]);
  }
  return Object.fromEntries(fields.values());
}
