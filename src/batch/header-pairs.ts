import { isFieldValue, isToken, SINGLE_FIELDS, trimWhiteSpace } from '../mime/header-field.ts';
import type { Issues } from './issues.ts';
import type { HeadersInput } from './operation.ts';

export type HeaderPair = readonly [name: string, value: string];

/** Lists the header fields that a caller gave and tells which can't be written (H-40, H-44). */
export function headerPairs(input: HeadersInput | undefined, path: string, issues: Issues): HeaderPair[] {
  const pairs: HeaderPair[] = [];
  if (input === undefined) return pairs;
  let seen = NONE;
  eachPair(input, path, issues, (name, value) => {
    if (typeof name !== 'string' || !isToken(name)) {
      issues.add(path, 'invalid-header-name', 'expected a token as header name');
    } else if (typeof value !== 'string') {
      issues.add(`${path}.${name}`, 'invalid-header-value', 'expected a text as header value');
    } else if (!isFieldValue(value)) {
      const message = 'expected characters up to U+00FF without control characters';
      issues.add(`${path}.${name}`, 'invalid-header-value', message);
    } else {
      const key = name.toLowerCase();
      if (SINGLE_FIELDS.has(key)) {
        if (seen.includes(key))
          issues.add(`${path}.${name}`, 'duplicate-header', `${name} may be given once`);
        else seen = [...seen, key];
      }
      pairs.push([name, trimWhiteSpace(value)]);
    }
  });
  return pairs;
}

const NONE: readonly string[] = [];

type AddPair = (name: unknown, value: unknown) => void;

function eachPair(input: unknown, path: string, issues: Issues, add: AddPair): void {
  if (typeof input !== 'object' || input === null) {
    issues.add(path, 'invalid-header-value', 'expected an object or a list of pairs');
    return;
  }
  if (Symbol.iterator in input) {
    for (const pair of input as Iterable<unknown>) {
      if (Array.isArray(pair)) add(pair[0], pair[1]);
      else add(pair, undefined);
    }
    return;
  }
  // Half the time of Object.entries, which makes a list for each field.
  for (const name of Object.keys(input)) {
    const value: unknown = (input as Record<string, unknown>)[name];
    if (value === undefined) continue;
    if (Array.isArray(value)) for (const one of value) add(name, one);
    else add(name, value);
  }
}

/** The value of the first field of a name (in lower case). */
export function fieldOf(pairs: readonly HeaderPair[], name: string): string | undefined {
  return pairs.find(([field]) => isNamed(field, name))?.[1];
}

/** Whether a field has a name (in lower case). */
export function isNamed(field: string, name: string): boolean {
  // Lengths mostly differ, and comparing them makes no text.
  return field.length === name.length && field.toLowerCase() === name;
}
