/** `request-id = 1*unreserved` of the OData ABNF (B-16). */
const REQUEST_ID = /^[A-Za-z0-9\-._~]+$/;

/** A reference by one of these names would mean the system resource or the literal instead. */
const RESERVED: ReadonlySet<string> = new Set([
  'all',
  'batch',
  'count',
  'crossjoin',
  'entity',
  'filter',
  'id',
  'it',
  'metadata',
  'ref',
  'root',
  'this',
  'value',
]);

export function isContentId(text: string): boolean {
  return REQUEST_ID.test(text);
}

export function isReservedId(id: string): boolean {
  return RESERVED.has(id);
}

/** What a URL's first segment says, when it begins with `$`. */
export interface UrlReference {
  readonly id: string;
  /** The rest of the URL, with its `/`, `?`, `#` or `(`; may be empty. */
  readonly rest: string;
}

/**
 * Reads the reference at the start of a URL, whole segment by whole segment: `$10/Orders` is never id 1.
 * System resources such as `$metadata` are none.
 */
export function parseUrlReference(url: string): UrlReference | undefined {
  if (!url.startsWith('$')) return undefined;
  const match = /^\$([^/?#(]+)(.*)$/s.exec(url);
  const [, id, rest] = match ?? [];
  if (id === undefined || rest === undefined || isReservedId(id)) return undefined;
  return { id, rest };
}
