import type { RandomSource } from '../../batch/encode-options.ts';
import type { Issues } from '../../batch/issues.ts';
import type { MultipartLayout } from '../../batch/service.ts';
import { compileSearch } from '../../bytes/byte-search.ts';
import { utf8Encoder } from '../../bytes/text.ts';
import { type Boundaries, type BoundaryPrefixes, chooseBoundaries, randomToken } from './boundaries.ts';

/** What boundaries of a layout are chosen from. */
export interface LayoutBoundaryInput {
  readonly layout: MultipartLayout;
  readonly given: string | readonly string[] | undefined;
  readonly changeSetCount: number;
  readonly prefixes: BoundaryPrefixes;
  readonly random: RandomSource;
  /** Whether the layout's own boundary can't be taken: it occurs in the content, or nobody knows. */
  readonly mustBeRandom: boolean;
}

/**
 * Chooses boundaries as a layout wants them: the caller's where it allows them, its own word for the batch, and words
 * without special characters where it takes no others. What is chosen here is searched for like a random boundary.
 */
export function layoutBoundaries(input: LayoutBoundaryInput, issues: Issues): Boundaries {
  const { layout, given, changeSetCount, prefixes, random } = input;
  const callers: readonly string[] = Array.isArray(given) ? given : typeof given === 'string' ? [given] : [];
  for (const boundary of callers) checkCaller(boundary, layout, issues);
  const token = randomToken(random, issues);
  const batch = layout.boundary === undefined ? prefixes.batch + token : ownBoundary(input, token);
  const own = [
    batch,
    // The letter, which no token has, tells the number from the token: no boundary begins with another (M-13).
    ...Array.from({ length: changeSetCount }, (_, index) => `${prefixes.changeSet}${index + 1}x${token}`),
  ];
  const chosen = layout.plainBoundary ? own : own.slice(0, 1);
  // What is neither a text nor a list is refused where boundaries are chosen.
  const isUnreadable = given !== undefined && typeof given !== 'string' && !Array.isArray(given);
  const all = isUnreadable ? given : [...callers, ...chosen.slice(callers.length)];
  const boundaries = chooseBoundaries(all, changeSetCount, prefixes, random, issues);

  const isFixed = callers.length === 0 && batch === layout.boundary;
  const words = [isFixed ? layout.boundary : undefined, isFixed ? layout.reservedWord : undefined];
  const searches = words
    .filter((word) => word !== undefined)
    .map((word) => compileSearch(utf8Encoder.encode(`--${word}`)));
  const searchToken = compileSearch(utf8Encoder.encode(token));
  return {
    ...boundaries,
    hasCallers: callers.length > 0,
    callersIn: (content) => {
      const found = boundaries.callersIn(content);
      return found !== undefined && callers.includes(found) ? found : undefined;
    },
    randomIn: (content) =>
      boundaries.randomIn(content) ||
      searchToken(content, 0) !== -1 ||
      searches.some((search) => search(content, 0) !== -1),
    token: utf8Encoder.encode(token),
  };
}

function ownBoundary({ layout, mustBeRandom }: LayoutBoundaryInput, token: string): string {
  return mustBeRandom ? `${layout.boundary}${token}` : (layout.boundary ?? '');
}

function checkCaller(
  boundary: unknown,
  { plainBoundary, reservedWord }: MultipartLayout,
  issues: Issues,
): void {
  if (typeof boundary !== 'string') return;
  if (plainBoundary && !/^[A-Za-z0-9]*$/.test(boundary)) {
    const message = 'the service takes boundaries of letters and digits only';
    issues.add('options.boundary', 'invalid-boundary', message);
  }
  const [given, word] = [boundary.toLowerCase(), reservedWord?.toLowerCase()];
  if (word !== undefined && (given.startsWith(word) || word.startsWith(given))) {
    const message = `"--${reservedWord}" stands round the batch already: begin the boundary with another word`;
    issues.add('options.boundary', 'boundary-conflict', message);
  }
}
