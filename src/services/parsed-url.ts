import { parseUrlReference } from '../odata/content-id.ts';
import type { UrlForm } from '../odata/target.ts';
import { parseSegments, type UrlSegment } from './url-segment.ts';

/** A URL as rules see it. */
export interface ParsedUrl {
  /**
   * Where it leads: below the service root, elsewhere, into what another operation of the batch creates, or nobody knows,
   * because it begins at the host and the service root is not known.
   */
  readonly place: 'service' | 'elsewhere' | 'reference' | 'unknown';
  /** What stands before the path below the service root, as given; rewriting keeps it. */
  readonly lead: string;
  /** The path below the service root, behind the reference, or where the root is not known the whole; dots resolved. */
  readonly path: readonly UrlSegment[];
  /** What stands behind `?`; undefined where there is none. */
  readonly query: string | undefined;
  /** Whether nothing had to be resolved or overlooked to find the path; what is not plain is never rewritten. */
  readonly isPlain: boolean;
}

/** The service root taken apart. */
export interface ServiceRoot {
  readonly origin: string;
  /** With a slash at its end. */
  readonly path: string;
  readonly segments: readonly string[];
  /** Whether a path that begins with a slash may be the path below it, as in urlForm `service-path`. */
  readonly isSlash: boolean;
}

const ABSOLUTE = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#]*)(.*)$/s;
const DEFAULT_PORTS: Readonly<Record<string, string>> = { http: '80', https: '443' };

/** Reads a service root; undefined where it is no absolute URL. */
export function parseServiceRoot(url: string, urlForm?: UrlForm): ServiceRoot | undefined {
  const [, scheme, authority, rest] = ABSOLUTE.exec(url) ?? [];
  if (scheme === undefined || authority === undefined || rest === undefined) return undefined;
  const [path = ''] = rest.split(/[?#]/, 1);
  return {
    origin: originOf(scheme, authority),
    path: path.endsWith('/') ? path : `${path}/`,
    segments: path.split('/').filter((segment) => segment !== ''),
    isSlash: urlForm === 'service-path',
  };
}

/** Reads the URL of an operation; it must hold no fragment. */
export function parseUrl(url: string, root: ServiceRoot | undefined): ParsedUrl {
  const mark = url.indexOf('?');
  const query = mark === -1 ? undefined : url.slice(mark + 1);
  const whole = mark === -1 ? url : url.slice(0, mark);

  const reference = parseUrlReference(whole);
  if (reference !== undefined) {
    const lead = whole.slice(0, whole.length - reference.rest.length);
    const path = reference.rest.startsWith('/') ? parseSegments(reference.rest.slice(1)) : [];
    return { place: 'reference', lead, path, query, isPlain: true };
  }

  const [, scheme, authority = '', rest] = ABSOLUTE.exec(whole) ?? [];
  if (scheme === undefined && !whole.startsWith('/')) return relative(whole, query, root);
  const path = rest ?? whole;
  const lead = scheme === undefined ? '' : whole.slice(0, whole.length - path.length);
  if (root === undefined) {
    return { place: 'unknown', lead, path: resolveDots(parseSegments(path.slice(1))), query, isPlain: false };
  }
  if (scheme !== undefined && originOf(scheme, authority) !== root.origin) {
    return { place: 'elsewhere', lead, path: [], query, isPlain: false };
  }
  // Which of the two a path is, its beginning tells, as it does when it is written.
  const isBelow = scheme === undefined && root.isSlash && !path.startsWith(root.path);
  return isBelow
    ? { ...relative(path.slice(1), query, root), lead: '/' }
    : belowRoot(lead, path, query, root);
}

function relative(path: string, query: string | undefined, root: ServiceRoot | undefined): ParsedUrl {
  const given = path === '' ? [] : parseSegments(path);
  if (!given.some(isDotSegment)) return { place: 'service', lead: '', path: given, query, isPlain: true };
  const base = (root?.segments ?? []).map((raw) => ({ raw, name: raw, predicate: null }));
  const resolved = resolveDots([...base, ...given]);
  return stripRoot(resolved, root?.segments ?? [], '', query, false);
}

/** A path from the root of the host on. */
function belowRoot(lead: string, path: string, query: string | undefined, root: ServiceRoot): ParsedUrl {
  const given = parseSegments(path.slice(1));
  const hasDots = given.some(isDotSegment);
  const segments = hasDots ? resolveDots(given) : given;
  const rootPath = segments.slice(0, root.segments.length).map(({ raw }) => raw);
  const fullLead = `${lead}/${rootPath.join('/')}${rootPath.length > 0 ? '/' : ''}`;
  return stripRoot(segments, root.segments, fullLead, query, !hasDots);
}

/** Takes the service root off a path that begins with it; in another letter case it is not plain. */
function stripRoot(
  segments: readonly UrlSegment[],
  root: readonly string[],
  lead: string,
  query: string | undefined,
  isPlain: boolean,
): ParsedUrl {
  const path = segments.slice(root.length);
  if (root.every((name, index) => segments[index]?.raw === name)) {
    return { place: 'service', lead, path, query, isPlain };
  }
  const isSimilar = root.every((name, index) => segments[index]?.name.toLowerCase() === name.toLowerCase());
  return { place: isSimilar ? 'service' : 'elsewhere', lead, path, query, isPlain: false };
}

function isDotSegment({ name, predicate }: UrlSegment): boolean {
  return predicate === null && (name === '.' || name === '..');
}

/** RFC 3986 section 5.2.4; an encoded dot is a dot. */
function resolveDots(segments: readonly UrlSegment[]): UrlSegment[] {
  const resolved: UrlSegment[] = [];
  for (const segment of segments) {
    if (!isDotSegment(segment)) resolved.push(segment);
    else if (segment.name === '..') resolved.pop();
  }
  return resolved;
}

/** Scheme, host and port, so that equal ones are equal texts; whoever names a user means another origin. */
function originOf(scheme: string, authority: string): string {
  const [, host = '', port = ''] = /^(.*?)(?::(\d*))?$/s.exec(authority.toLowerCase()) ?? [];
  const name = scheme.toLowerCase();
  return `${name}://${host}:${port === '' ? (DEFAULT_PORTS[name] ?? '') : String(Number(port))}`;
}
