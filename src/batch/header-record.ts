import { joinFields } from '../mime/header-field.ts';
import type { HeaderPair } from './header-pairs.ts';

/** Fields as a request has them: those of one name, however it is written, in one (RFC 9110 section 5.3). */
export function headerRecord(pairs: Iterable<HeaderPair>): Readonly<Record<string, string>> {
  const fields = new Map<string, HeaderPair>();
  for (const [name, value] of pairs) {
    const key = name.toLowerCase();
    const [first, before] = fields.get(key) ?? [name];
    fields.set(key, [first, before === undefined ? value : joinFields(key, before, value)]);
  }
  return Object.fromEntries(fields.values());
}
