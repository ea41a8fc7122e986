import { describeKey, type KeyValue, parseKey } from './key-type.ts';
import { isNamed, parseNamedLiterals, type UrlSegment } from './url-segment.ts';
import type { TemplateKey, TemplateSegment, UrlTemplate } from './url-template.ts';

/** How a path relates to a template. */
export type TemplateMatch =
  | { readonly kind: 'match'; readonly keys: ReadonlyMap<string, KeyValue> }
  /** The path is that of the template, but for a key that can't be one. */
  | { readonly kind: 'invalid-key'; readonly difference: string }
  /** Not the template, but so like it that it may have been meant. */
  | { readonly kind: 'like'; readonly difference: string }
  /** Something else; `depth` counts the segments that agree, one that lacks only its key as half of one. */
  | { readonly kind: 'other'; readonly difference: string; readonly depth: number };

/** Compares a path with a template, name for name; {@link UrlSegment} has been decoded. */
export function matchTemplate(template: UrlTemplate, path: readonly UrlSegment[]): TemplateMatch {
  const keys = new Map<string, KeyValue>();
  for (const [index, wanted] of template.segments.entries()) {
    const difference = differenceOf(wanted, path[index]);
    if (difference !== undefined) {
      const isHalf = path[index]?.name.toLowerCase() === wanted.name.toLowerCase();
      return notMatching(template, path, difference, isHalf ? index + 0.5 : index);
    }
    const problem = wanted.keys === null ? undefined : readKeys(wanted.keys, path[index], keys);
    if (problem !== undefined) {
      return path.length === template.segments.length
        ? problem
        : notMatching(template, path, problem.difference, index);
    }
  }
  if (path.length === template.segments.length) return { kind: 'match', keys };
  const more = `it goes on behind ${template.segments.at(-1)?.name}`;
  return notMatching(template, path, more, template.segments.length);
}

/**
 * Whether a path is that of a template for a reader who takes no notice of letter case, empty segments and keys.
 *
 * @param isTail whether the path may have more before it
 */
export function matchLoosely(template: UrlTemplate, path: readonly UrlSegment[], isTail = false): boolean {
  const { length } = template.segments;
  const segments = path.filter(({ raw }) => raw !== '');
  const compared = isTail ? segments.slice(-length) : segments;
  return compared.length === length && beginsLoosely(template, compared);
}

function beginsLoosely({ segments: wanted }: UrlTemplate, path: readonly UrlSegment[]): boolean {
  if (path.length < wanted.length) return false;
  return wanted.every(({ name, keys }, index) => {
    const { name: given, predicate } = path[index] as UrlSegment;
    // Without keys of its own a segment may be a function, which services take with and without parentheses.
    if (keys === null ? typeof predicate === 'string' && predicate !== '' : predicate === null) return false;
    return isLikeName(given, name);
  });
}

/** Whether a reader who takes no notice of letter case and namespaces would take a name for the one that is wanted. */
export function isLikeName(given: string, wanted: string): boolean {
  const [givenName, wantedName] = [given.toLowerCase(), wanted.toLowerCase()];
  return givenName === wantedName || givenName.endsWith(`.${wantedName}`);
}

function notMatching(
  template: UrlTemplate,
  path: readonly UrlSegment[],
  difference: string,
  depth: number,
): TemplateMatch {
  const segments = path.filter(({ raw }) => raw !== '');
  return beginsLoosely(template, segments)
    ? { kind: 'like', difference }
    : { kind: 'other', difference, depth };
}

/** What tells a segment from the one that is wanted, keys apart; undefined where nothing does. */
function differenceOf({ name, keys }: TemplateSegment, segment: UrlSegment | undefined): string | undefined {
  if (segment === undefined) return `it ends before ${name}`;
  if (segment.name !== name) {
    const isCase = segment.name.toLowerCase() === name.toLowerCase();
    return isCase ? `${name} is written in another letter case` : `${name} is missing`;
  }
  if (keys === null) return segment.predicate === null ? undefined : `${name} has a key`;
  return segment.predicate === null ? `${name} has no key` : undefined;
}

type KeyProblem = Extract<TemplateMatch, { kind: 'invalid-key' | 'like' }>;

/** Reads the keys of a segment; tells what is wrong with them, if anything is. */
function readKeys(
  wanted: readonly TemplateKey[],
  segment: UrlSegment | undefined,
  keys: Map<string, KeyValue>,
): KeyProblem | undefined {
  const { name = '', raw = '', predicate } = segment ?? {};
  if (typeof predicate !== 'string') {
    // Cut short by a "/" or a "?" it is another path; else what it says can't be read.
    return raw.endsWith(')')
      ? { kind: 'invalid-key', difference: `the key of ${name} is not percent-encoded UTF-8` }
      : { kind: 'like', difference: `the key of ${name} ends nowhere: write %2F for "/" and %3F for "?"` };
  }
  const [only] = wanted;
  if (wanted.length === 1 && only !== undefined && only.property === undefined) {
    if (isNamed(predicate)) return { kind: 'like', difference: `the key of ${name} is named` };
    return readKey(only, predicate, name, keys);
  }

  const given = parseNamedLiterals(predicate);
  const isComplete =
    given?.length === wanted.length &&
    wanted.every(({ property }) => given.some((literal) => literal.name === property));
  if (!isComplete) return { kind: 'like', difference: `the keys of ${name} are not those of the template` };
  for (const key of wanted) {
    const { literal } = given.find(({ name: property }) => property === key.property) ?? { literal: '' };
    const problem = readKey(key, literal, name, keys);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function readKey(
  { name, spec }: TemplateKey,
  literal: string,
  segment: string,
  keys: Map<string, KeyValue>,
): KeyProblem | undefined {
  const value = spec === undefined ? { literal, value: literal } : parseKey(literal, spec);
  if (value === undefined && spec !== undefined) {
    return { kind: 'invalid-key', difference: `the key of ${segment} must be ${describeKey(spec)}` };
  }
  if (value !== undefined) keys.set(name, value);
  return undefined;
}
