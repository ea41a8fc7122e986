import { parseUrlReference } from './content-id.ts';
import { removeDotSegments } from './resolve-url.ts';

/**
 * How the URL of an operation is written (OData 4.01 Protocol 11.7.7.1, H-30); `service-path` is the path below the service root
 * with a slash before it, which Microsoft Graph wants and OData does not know.
 */
export type UrlForm = 'as-given' | 'absolute' | 'absolute-path' | 'relative' | 'service-path';

/** A target as it goes on the request line, with the Host that an absolute path needs. */
export interface Target {
  readonly url: string;
  readonly host?: string;
}

/** Why a URL can't be written in the form asked for. */
export interface TargetProblem {
  readonly code: 'invalid-url' | 'service-root-required' | 'url-outside-service-root';
  readonly message: string;
}

const ABSOLUTE = /^([A-Za-z][A-Za-z0-9+.-]*:\/\/([^/?#]*))(.*)$/s;
const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//;
/** What RFC 3986 lets stand in a URL; `#` is missing because a target has no fragment. */
const UNSAFE = /[^A-Za-z0-9\-._~:/?[\]@!$&'()*+,;=%]+/g;
/** A URL without any of it that does not begin with `//`: nearly every one, and one question instead of five. */
const PLAIN = /^(?!\/\/)[A-Za-z0-9\-._~:/?[\]@!$&'()*+,;=%]+$/;

/** Percent-encodes what may not stand in a request target and leaves everything else as it is (H-14). */
export function encodeTarget(url: string): string | TargetProblem {
  if (PLAIN.test(url)) return url;
  const unusable = targetProblem(url);
  if (unusable !== undefined) return unusable;
  try {
    return url.replace(UNSAFE, encodeURIComponent);
  } catch {
    return problem('invalid-url', 'the URL holds half of a surrogate pair');
  }
}

/** Whether a URL holds a control character of ASCII. */
export function hasControl(url: string): boolean {
  return /[^\x20-\x7e\x80-\uffff]/.test(url);
}

/** Why a URL can't be the target of a request, however it is encoded; undefined where it can. */
export function targetProblem(url: string): TargetProblem | undefined {
  if (hasControl(url)) return problem('invalid-url', 'the URL holds a control character');
  if (url === '') return problem('invalid-url', 'the URL is empty');
  if (url.includes('#'))
    return problem('invalid-url', 'the URL has a fragment, which is never sent: write %23 for "#"');
  if (url.startsWith('//')) return problem('invalid-url', 'the URL begins with "//": write its scheme');
  return undefined;
}

/**
 * Writes an encoded URL in the form asked for. A reference stays as it is: it stands for a URL that only the service knows.
 *
 * @param serviceRoot absolute URL of the service; relative URLs are relative to it
 */
export function writeTarget(
  url: string,
  form: UrlForm,
  serviceRoot: string | undefined,
): Target | TargetProblem {
  if (parseUrlReference(url) !== undefined) return { url };
  const root = serviceRoot === undefined ? undefined : parseRoot(serviceRoot);
  if (root === null) return problem('invalid-url', 'serviceRoot is no absolute URL');

  const isAbsolute = SCHEME.test(url);
  if (form === 'as-given') {
    if (isAbsolute) return { url };
    if (!url.startsWith('/')) return { url: encodeColons(url) };
    return root === undefined ? { url } : { url, host: root.host };
  }

  const isPath = form === 'service-path';
  const given = isPath && !isAbsolute ? belowRoot(url, root) : url;
  if (isPath && given.startsWith('/')) return EMPTY_SEGMENT;
  // Without dots there is nothing that only the root could tell.
  if (root === undefined && (isPath || form === 'relative') && isPlainRelative(given)) {
    return { url: isPath ? `/${given}` : encodeColons(given) };
  }
  const absolute = isAbsolute ? url : root && resolve(given, root);
  if (absolute === undefined) {
    return problem(
      'service-root-required',
      `urlForm "${form}" needs serviceRoot for a URL that is not absolute`,
    );
  }
  if (form === 'absolute') return { url: absolute };

  const [, origin = '', host = '', rest = ''] = ABSOLUTE.exec(absolute) ?? [];
  const path = rest.startsWith('/') ? rest : `/${rest}`;
  if (form === 'absolute-path') return { url: path, host };

  if (root === undefined) return problem('service-root-required', `urlForm "${form}" needs serviceRoot`);
  if (origin.toLowerCase() !== root.origin.toLowerCase() || !path.startsWith(root.path)) {
    return problem('url-outside-service-root', 'the URL is not below serviceRoot');
  }
  const below = path.slice(root.path.length);
  if (below.startsWith('/')) return EMPTY_SEGMENT;
  return { url: isPath ? `/${below}` : encodeColons(below) || './' };
}

/** Behind it the rest would be read as another host, or from the root of this one on. */
const EMPTY_SEGMENT = problem('invalid-url', 'the path below the service root begins with an empty segment');

/** A path below the service root: what begins with a slash may be the path from the host on, or it already. */
function belowRoot(url: string, root: Root | undefined): string {
  if (!url.startsWith('/')) return url;
  return url.slice(root !== undefined && url.startsWith(root.path) ? root.path.length : 1);
}

function isPlainRelative(url: string): boolean {
  return !SCHEME.test(url) && !/^[/?]/.test(url) && !/(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i.test(pathOf(url));
}

/** The absolute URL that a target of a request means: relative to the batch's own URL (H-31), a path with its Host (H-30). */
export function resolveTarget(url: string, host: string | null, serviceRoot: string): string {
  const root = parseRoot(serviceRoot);
  if (root === null || SCHEME.test(url) || parseUrlReference(url) !== undefined) return url;
  if (url.startsWith('/') && host !== null) return `${root.scheme}://${host}${url}`;
  return resolve(url, root);
}

interface Root {
  readonly scheme: string;
  readonly origin: string;
  readonly host: string;
  /** Ends with a slash. */
  readonly path: string;
}

function parseRoot(serviceRoot: string): Root | null {
  const [, origin, host, rest] = ABSOLUTE.exec(serviceRoot) ?? [];
  if (origin === undefined || host === undefined || rest === undefined) return null;
  const path = rest.replace(/[?#].*$/s, '');
  return {
    scheme: origin.slice(0, origin.indexOf(':')),
    origin,
    host,
    path: path.endsWith('/') ? path : `${path}/`,
  };
}

function resolve(url: string, root: Root): string {
  if (url.startsWith('/')) return root.origin + url;
  if (url.startsWith('?')) return root.origin + root.path + url;
  const [path = '', query = ''] = splitQuery(root.path + url);
  return root.origin + removeDotSegments(path) + query;
}

/** A colon in the path of a relative URL would be read as the end of a scheme (H-33). */
function encodeColons(url: string): string {
  const [path = '', query = ''] = splitQuery(url);
  return path.replaceAll(':', '%3A') + query;
}

function splitQuery(url: string): [path: string, query: string] {
  const path = pathOf(url);
  return [path, url.slice(path.length)];
}

/** A URL without its query. */
export function pathOf(url: string): string {
  const mark = url.indexOf('?');
  return mark === -1 ? url : url.slice(0, mark);
}

function problem(code: TargetProblem['code'], message: string): TargetProblem {
  return { code, message };
}
