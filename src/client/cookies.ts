import { isFieldValue, isToken } from '../mime/header-field.ts';

/** Cookies by their names. */
export type Cookies = ReadonlyMap<string, string>;

/** Header fields of an answer; not every runtime tells the fields of one name apart when it lists them. */
export interface CookieHeaders extends Iterable<[string, string]> {
  getSetCookie?(): string[];
}

/** Where several Set-Cookie fields were joined to one: at a comma before a name; the comma of a date has none behind it. */
const JOINT = /,(?=\s*[^\s;,=]+=)/;

/**
 * The cookies that an answer sets (RFC 6265 section 5.2), the last of each name; those that it deletes are left out.
 *
 * @param now milliseconds since 1970
 */
export function cookiesSetBy(headers: CookieHeaders, now: number): Cookies {
  const listed = () =>
    [...headers].flatMap(([name, value]) => (name.toLowerCase() === 'set-cookie' ? value.split(JOINT) : []));
  const cookies = new Map<string, string>();
  for (const field of headers.getSetCookie?.() ?? listed()) {
    const [pair = '', ...attributes] = field.split(';').map((part) => part.trim());
    const [name, value] = splitPair(pair);
    if (!isToken(name) || !isFieldValue(value)) continue;
    if (isDeleted(attributes, now)) cookies.delete(name);
    else cookies.set(name, value);
  }
  return cookies;
}

/** A Cookie field of the caller's cookies and those that were set, which count where both have one of a name; undefined for none. */
export function cookieField(given: readonly string[], set: Cookies): string | undefined {
  const own = given
    .flatMap((field) => field.split(';'))
    .map((part) => part.trim())
    .filter((part) => part !== '' && !set.has(splitPair(part)[0]));
  const all = [...own, ...Array.from(set, ([name, value]) => `${name}=${value}`)];
  return all.length === 0 ? undefined : all.join('; ');
}

function splitPair(pair: string): [name: string, value: string] {
  const equals = pair.indexOf('=');
  return equals === -1 ? ['', pair] : [pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()];
}

/** Max-Age comes before Expires (RFC 6265 section 5.3). */
function isDeleted(attributes: readonly string[], now: number): boolean {
  const named = new Map(
    attributes.map((attribute) => splitPair(attribute)).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const maxAge = named.get('max-age');
  if (maxAge !== undefined && /^-?\d+$/.test(maxAge)) return Number(maxAge) <= 0;
  return Date.parse(named.get('expires') ?? '') <= now;
}
