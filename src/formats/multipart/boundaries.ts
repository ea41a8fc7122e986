import type { RandomSource } from '../../batch/encode-options.ts';
import type { Issues } from '../../batch/issues.ts';
import { compileSearch } from '../../bytes/byte-search.ts';
import { isOctets } from '../../bytes/octets-of.ts';
import { latin1, utf8Encoder } from '../../bytes/text.ts';
import { TextSet } from '../../bytes/text-set.ts';
import { isBoundary } from '../../mime/boundary.ts';

/** The boundaries of one message, and the proof that its content holds none of them (law 6). */
export interface Boundaries {
  readonly batch: string;
  /** That of a change set, counted from 0. */
  readonly changeSet: (index: number) => string;
  /** Whether any of them is the caller's. */
  readonly hasCallers: boolean;
  /** The caller's boundary that some content holds; undefined where it holds none. */
  readonly callersIn: (content: Uint8Array) => string | undefined;
  /** Whether some content holds the random part of the others; only another message can then be tried. */
  readonly randomIn: (content: Uint8Array) => boolean;
  /** The octets that all random boundaries have in common. */
  readonly token: Uint8Array;
}

/** Clients and servers look for these words instead of reading the boundary parameter. */
export interface BoundaryPrefixes {
  readonly batch: string;
  readonly changeSet: string;
}

/**
 * Chooses boundaries: the caller's in order, then random ones.
 *
 * The random ones share their 128 random bits, so that one search tells that none of them occurs, and their numbers come
 * first, so that none is a prefix of another (M-13).
 */
export function chooseBoundaries(
  given: string | readonly string[] | undefined,
  changeSetCount: number,
  prefixes: BoundaryPrefixes,
  random: RandomSource,
  issues: Issues,
): Boundaries {
  const callers = callersBoundaries(given, issues).slice(0, 1 + changeSetCount);
  const callersSet = new TextSet(callers);
  const token = randomToken(random, issues);
  // Where a receiver that compares prefixes would take the customary name for one of the caller's (M-13), another letter
  // begins it.
  let lead: string | undefined;
  const name = (prefix: string, number: string) => {
    const customary = `${prefix}_${number}${token}`;
    if (callersSet.at(customary, 0).length === 0) return customary;
    lead ??= leadOf(callers);
    return `${lead}${token}_${number}`;
  };
  const batch = callers[0] ?? name(prefixes.batch, '');
  const changeSet = (index: number) => callers[index + 1] ?? name(prefixes.changeSet, `${index + 1}_`);
  if (callers.length > 0) {
    const changeSets = Array.from({ length: changeSetCount }, (_, index) => changeSet(index));
    checkCallers(callers, [batch, ...changeSets], issues);
  }

  const octets = utf8Encoder.encode(token);
  const searchToken = compileSearch(octets);
  const hasRandom = callers.length < 1 + changeSetCount;
  return {
    batch,
    changeSet,
    hasCallers: callers.length > 0,
    callersIn: compileCallersIn(callers, callersSet),
    randomIn: (content) => hasRandom && searchToken(content, 0) !== -1,
    token: octets,
  };
}

/** A letter that none of the caller's boundaries begins with. */
function leadOf(callers: readonly string[]): string {
  const letters = Array.from('_xyzXYZ0123456789');
  return letters.find((letter) => !callers.some((caller) => caller.startsWith(letter))) ?? '';
}

/** 128 random bits as letters and digits. */
export function randomToken(random: RandomSource, issues: Issues): string {
  return hexadecimal(randomOctets(random, issues));
}

/** The 128 bits of law 6, and nothing else: what the source returns becomes part of a header. */
function randomOctets(random: RandomSource, issues: Issues): Uint8Array {
  const octets: unknown = random(new Uint8Array(16));
  if (isOctets(octets) && octets.length === 16) return octets;
  issues.add('options.random', 'invalid-option', 'expected the 16 octets that the function was given');
  return new Uint8Array(16);
}

function callersBoundaries(given: unknown, issues: Issues): string[] {
  if (given === undefined) return [];
  if (typeof given === 'string') return [given];
  if (Array.isArray(given) && Array.from(given).every((boundary) => typeof boundary === 'string'))
    return given;
  issues.add('options.boundary', 'invalid-boundary', 'expected a text or a list of texts');
  return [];
}

function checkCallers(callers: readonly string[], all: readonly string[], issues: Issues): void {
  const rivals = findRivals(all.filter(isBoundary));
  for (const [index, boundary] of callers.entries()) {
    const path = index === 0 ? 'options.boundary' : `options.boundary[${index}]`;
    if (!isBoundary(boundary)) {
      const message = "expected 1 to 70 letters, digits, spaces or '()+_,-./:=?, the last no space";
      issues.add(path, 'invalid-boundary', message);
      continue;
    }
    const rival = rivals.get(boundary);
    if (rival !== undefined)
      issues.add(path, 'boundary-conflict', `the boundaries "${boundary}" and "${rival}" are alike`);
  }
}

/**
 * For each boundary another one that is alike: the delimiter of one stands in that of the other.
 *
 * A receiver that compares prefixes would take the longer one for the shorter (M-12, M-13); and a boundary stands in a
 * header value, which must not hold another one's delimiter (M-31).
 */
function findRivals(boundaries: readonly string[]): ReadonlyMap<string, string> {
  const all = new TextSet(boundaries);
  const seen = new Set<string>();
  const rivals = new Map<string, string>();
  for (const boundary of boundaries) {
    if (seen.has(boundary)) rivals.set(boundary, boundary);
    seen.add(boundary);
    const delimiter = `--${boundary}`;
    for (let dashes = 0; dashes !== -1; dashes = delimiter.indexOf('--', dashes + 1)) {
      for (const other of all.at(delimiter, dashes + 2)) {
        if (other === boundary) continue;
        rivals.set(boundary, other);
        rivals.set(other, boundary);
      }
    }
  }
  return rivals;
}

const MAX_BOUNDARY = 70;

/** Looks for what all delimiters begin with, and there only for the rest of each. */
function compileCallersIn(callers: readonly string[], set: TextSet): Boundaries['callersIn'] {
  const [first] = callers;
  if (first === undefined) return () => undefined;
  let common = Math.min(first.length, MAX_BOUNDARY);
  for (const caller of callers) while (!caller.startsWith(first.slice(0, common))) common--;
  const search = compileSearch(utf8Encoder.encode(`--${first.slice(0, common)}`));
  return (content) => {
    for (let at = search(content, 0); at !== -1; at = search(content, at + 1)) {
      const behind = latin1(content, at + 2, Math.min(at + 2 + MAX_BOUNDARY, content.length));
      const [found] = set.at(behind, 0);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

function hexadecimal(octets: Uint8Array): string {
  let text = '';
  for (const octet of octets) text += (octet | 0x100).toString(16).slice(1);
  return text;
}

/** How many octets are asked for at once: enough for 64 messages. */
const POOL_SIZE = 1024;
let pool: Uint8Array | undefined;
let used = 0;

/** The default source of boundaries: asks the runtime seldom, because a question costs about as much as twenty operations. */
export const cryptoRandom: RandomSource = (octets) => {
  if (pool === undefined || used + octets.length > pool.length) {
    const { crypto } = globalThis as unknown as {
      crypto: { getRandomValues(octets: Uint8Array): Uint8Array };
    };
    pool = crypto.getRandomValues(new Uint8Array(POOL_SIZE));
    used = 0;
  }
  octets.set(pool.subarray(used, used + octets.length));
  used += octets.length;
  return octets;
};
