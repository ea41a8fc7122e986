/** Only `scheme://` begins an absolute URL: `Products:5` is a path, whatever RFC 3986 makes of it. */
const PARTS = /^([A-Za-z][A-Za-z0-9+.-]*:)?(\/\/[^/?#]*)?([^?#]*)(\?[^#]*)?/;

/**
 * The absolute URL that a URL means where it stands in an answer to `base`, itself absolute (RFC 3986 section 5.2), without
 * dot segments and without fragment.
 */
export function resolveUrl(url: string, base: string): string {
  const given = partsOf(url);
  const from = partsOf(base);
  if (given.authority !== '')
    return write({ ...given, scheme: given.scheme === '' ? from.scheme : given.scheme });
  if (given.path.startsWith('/')) return write({ ...from, path: given.path, query: given.query });
  if (given.path === '') return write(given.query === '' ? from : { ...from, query: given.query });
  const folder = from.path.slice(0, from.path.lastIndexOf('/') + 1) || '/';
  return write({ ...from, path: folder + given.path, query: given.query });
}

interface UrlParts {
  /** With its colon. */
  readonly scheme: string;
  /** With its two slashes. */
  readonly authority: string;
  readonly path: string;
  /** With its question mark. */
  readonly query: string;
}

function partsOf(url: string): UrlParts {
  const [, scheme = '', authority = '', path = '', query = ''] = PARTS.exec(url) ?? [];
  // A scheme without authority is the beginning of a path.
  return authority === ''
    ? { scheme: '', authority, path: scheme + path, query }
    : { scheme, authority, path, query };
}

function write({ scheme, authority, path, query }: UrlParts): string {
  return scheme + authority + removeDotSegments(path) + query;
}

/** RFC 3986 section 5.2.4; an encoded dot is a dot, as the readers of URLs in fetch have it. */
export function removeDotSegments(path: string): string {
  const segments: string[] = [];
  const given = path.split('/').slice(1);
  given.forEach((segment, index) => {
    const dots = /^(?:\.|%2e){1,2}$/i.test(segment) ? segment.replace(/%2e/gi, '.') : '';
    const isLast = index === given.length - 1;
    if (dots === '..') segments.pop();
    else if (dots !== '.') segments.push(segment);
    if (isLast && dots !== '') segments.push('');
  });
  return `/${segments.join('/')}`;
}
