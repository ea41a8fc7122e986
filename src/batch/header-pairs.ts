import { isFieldValue, isToken, SINGLE_FIELDS, trimWhiteSpace } from '../mime/header-field.ts';
import type { Issues } from './issues.ts';
import type { HeadersInput } from './operation.ts';

export type HeaderPair = readonly [name: string, value: string];

/** Lists the header fields that a caller gave and tells which can't be written (H-40, H-44). */
export function headerPairs(input: HeadersInput | undefined, path: string, issues: Issues): HeaderPair[] {
  const pairs: HeaderPair[] = [];
  const seen = new Set<string>();
  for (const [name, value] of givenPairs(input, path, issues)) {
    const where = `${path}.${String(name)}`;
    if (typeof name !== 'string' || !isToken(name)) {
      issues.add(path, 'invalid-header-name', 'expected a token as header name');
    } else if (typeof value !== 'string') {
      issues.add(where, 'invalid-header-value', 'expected a text as header value');
    } else if (!isFieldValue(value)) {
      issues.add(
        where,
        'invalid-header-value',
        'expected characters up to U+00FF without control characters',
      );
    } else {
      const key = name.toLowerCase();
      if (SINGLE_FIELDS.has(key) && seen.has(key))
        issues.add(where, 'duplicate-header', `${name} may be given once`);
      seen.add(key);
      pairs.push([name, trimWhiteSpace(value)]);
    }
  }
  return pairs;
}

function* givenPairs(input: unknown, path: string, issues: Issues): Generator<readonly [unknown, unknown]> {
  if (input === undefined) return;
  if (typeof input !== 'object' || input === null) {
    issues.add(path, 'invalid-header-value', 'expected an object or a list of pairs');
    return;
  }
  if (Symbol.iterator in input) {
    for (const pair of input as Iterable<unknown>)
      yield Array.isArray(pair) ? [pair[0], pair[1]] : [pair, undefined];
    return;
  }
  for (const [name, value] of Object.entries(input)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) yield [name, one];
  }
}

/** The value of the first field of a name (in lower case). */
export function fieldOf(pairs: readonly HeaderPair[], name: string): string | undefined {
  return pairs.find(([given]) => given.toLowerCase() === name)?.[1];
}
