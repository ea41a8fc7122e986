import { isBatchUrl } from '../batch/batch-url.ts';
import type { DecodedOperation } from '../batch/decoded-batch.ts';
import { resolveReference } from '../odata/resolve-reference.ts';
import type { Problem } from './problem.ts';

/** How far the operations of a batch reach: the service itself, or all that its host has. */
export type UrlScope = 'service' | 'origin';

/** What URLs are judged by. */
export interface UrlRules {
  /** Ends with a slash. */
  readonly serviceRoot: string;
  readonly urlScope: UrlScope;
  /** The path of the batch endpoint, as it was asked for. */
  readonly batchPath: string;
}

/** The part of the URL standard that is used here; no ECMAScript library names it. */
interface ParsedUrl {
  readonly href: string;
  readonly origin: string;
  readonly protocol: string;
  readonly host: string;
  readonly username: string;
  readonly password: string;
  readonly pathname: string;
}

/** A URL taken apart as fetch does it, dot segments gone; undefined where it is none. */
export function parseUrl(url: string): ParsedUrl | undefined {
  const { URL } = globalThis as unknown as { URL: new (url: string) => ParsedUrl };
  try {
    return new URL(url);
  } catch {
    return undefined;
  }
}

/**
 * The absolute URL that an operation is sent to: below the service root (H-35), no batch itself (H-06); or why there is none.
 *
 * @param locations what references mean: see ReferenceContext
 */
export function locateOperation(
  operation: DecodedOperation,
  rules: UrlRules,
  locations: ReadonlyMap<string, string | null>,
): string | Problem {
  const given = resolveReference(operation.url, { serviceRoot: rules.serviceRoot, locations });
  if (typeof given !== 'string') return given;
  const url = parseUrl(given);
  if (url === undefined || url.username !== '' || url.password !== '') {
    return { status: 400, code: 'invalid-url', message: 'the URL of the operation is none' };
  }
  const root = parseUrl(rules.serviceRoot) as ParsedUrl;
  const isWithin = url.origin === root.origin && (rules.urlScope === 'origin' || isBelow(url, root));
  if (!isWithin || !isHost(operation.headers.get('Host'), root)) {
    const message = 'the operation is for another service than the batch';
    return { status: 403, code: 'url-outside-service-root', message };
  }
  if (isBatch(url.pathname, rules)) {
    return { status: 400, code: 'nested-batch', message: 'a batch must not hold another batch' };
  }
  return url.href;
}

function isBelow({ pathname }: ParsedUrl, root: ParsedUrl): boolean {
  // Dots are gone from here, but not those that only a router that decodes slashes first would see.
  const climbs = routedSegments(pathname).includes('..');
  return !climbs && (pathname.startsWith(root.pathname) || `${pathname}/` === root.pathname);
}

/** The Host of an operation can only be that of the service: a path is relative to it (H-30), a URL says the same itself. */
function isHost(host: string | null, root: ParsedUrl): boolean {
  return host === null || parseUrl(`${root.protocol}//${host}`)?.host === root.host;
}

/**
 * Whether a path leads to a batch endpoint: `$batch`, this one, or anything below it, since a router may take a path for a prefix.
 * Routers match letter case as they like, and an endpoint need not be called `$batch`.
 */
function isBatch(path: string, { batchPath, serviceRoot }: UrlRules): boolean {
  const asked = routed(path);
  const batch = routed(batchPath);
  if (asked === batch || isBatchUrl(`/${asked}`)) return true;
  // An endpoint at the service root, or above it, is no prefix to be told by.
  const isWithinService = !isAtOrBelow(routed(parseUrl(serviceRoot)?.pathname ?? ''), batch);
  if (isWithinService && isAtOrBelow(asked, batch)) return true;
  // A key may hold slashes: in quotes they separate nothing.
  return routed(path.replace(/'[^']*'/g, "''"))
    .split('/')
    .includes('$batch');
}

function isAtOrBelow(path: string, prefix: string): boolean {
  return path === prefix || prefix === '' || path.startsWith(`${prefix}/`);
}

/** A path without what many routers pass over: letter case, empty segments, a slash at the end. */
function routed(path: string): string {
  const segments = routedSegments(path).filter((segment) => segment !== '');
  return segments.join('/').toLowerCase();
}

/** The segments of a path as routers see them that decode it first, and pass over what stands behind a `;` (RFC 3986 section 3.3). */
function routedSegments(path: string): string[] {
  return decodeAscii(path)
    .split(/[/\\]/)
    .map((segment) => segment.replace(/;.*$/s, ''));
}

/** One escape after the other: where one of them is none, or half a character, others still are what they are. */
function decodeAscii(path: string): string {
  return path.replace(/%([0-7][\da-f])/gi, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
}
