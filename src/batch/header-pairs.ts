import type { UsageErrorCode } from '../errors.ts';
import { isFieldValue, isToken, SINGLE_FIELDS, trimWhiteSpace } from '../mime/header-field.ts';
import type { Issues, Name } from './issues.ts';
import type { HeadersInput } from './operation.ts';

export type HeaderPair = readonly [name: string, value: string];

/** No fields. */
export const NO_PAIRS: readonly HeaderPair[] = [];

/**
 * Lists the header fields that a caller gave and tells which can't be written (H-40, H-44).
 *
 * @param before a list that this function returned and in which nothing was wrong; where the fields are the same, this very
 *   list is returned again
 */
export function headerPairs(
  input: HeadersInput | undefined,
  path: Name,
  issues: Issues,
  before: readonly HeaderPair[] = NO_PAIRS,
): readonly HeaderPair[] {
  if (input === undefined) return NO_PAIRS;
  let same = 0;
  let list: PairList | undefined;
  eachPair(input, path, issues, (name, value) => {
    if (list === undefined) {
      const pair = before[same];
      if (pair !== undefined && pair[0] === name && pair[1] === value) {
        same++;
        return;
      }
      list = new PairList(before.slice(0, same), path, issues);
    }
    list.add(name, value);
  });
  if (list !== undefined) return list.pairs;
  return same === before.length ? before : before.slice(0, same);
}

/** Fields that can be written. */
class PairList {
  readonly pairs: HeaderPair[] = [];
  readonly #path: Name;
  readonly #issues: Issues;
  #single: readonly string[] = [];

  constructor(pairs: HeaderPair[], path: Name, issues: Issues) {
    this.#path = path;
    this.#issues = issues;
    for (const pair of pairs) this.#push(pair);
  }

  add(name: unknown, value: unknown): void {
    if (typeof name !== 'string' || !isToken(name)) {
      this.#issues.add(this.#path, 'invalid-header-name', 'expected a token as header name');
    } else if (typeof value !== 'string') {
      this.#refuse(name, 'invalid-header-value', 'expected a text as header value');
    } else if (!isFieldValue(value)) {
      const message = 'expected characters up to U+00FF without control characters';
      this.#refuse(name, 'invalid-header-value', message);
    } else {
      this.#push([name, trimWhiteSpace(value)]);
    }
  }

  #push(pair: HeaderPair): void {
    const [name] = pair;
    const key = name.toLowerCase();
    if (SINGLE_FIELDS.has(key)) {
      if (this.#single.includes(key)) this.#refuse(name, 'duplicate-header', `${name} may be given once`);
      else this.#single = [...this.#single, key];
    }
    this.pairs.push(pair);
  }

  #refuse(name: string, code: UsageErrorCode, message: string): void {
    this.#issues.add(`${this.#path}.${name}`, code, message);
  }
}

type AddPair = (name: unknown, value: unknown) => void;

function eachPair(input: unknown, path: Name, issues: Issues, add: AddPair): void {
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
  for (const pair of pairs) if (isNamed(pair[0], name)) return pair[1];
  return undefined;
}

/** Whether a field has a name (in lower case). */
export function isNamed(field: string, name: string): boolean {
  // Lengths mostly differ, and comparing them makes no text.
  return field.length === name.length && field.toLowerCase() === name;
}
