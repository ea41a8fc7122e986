/** One segment of a path, taken apart: `Products(1)` is a name and a key predicate. */
export interface UrlSegment {
  /** As it stands in the URL. */
  readonly raw: string;
  /** The name, percent-decoded where that is possible. */
  readonly name: string;
  /** What stands in the parentheses, percent-decoded; null where there are none, undefined where it can't be read. */
  readonly predicate: string | null | undefined;
}

/** Splits a path at its slashes and takes each segment apart. A path is decoded after it is split, and once. */
export function parseSegments(path: string): UrlSegment[] {
  return path.split('/').map(parseSegment);
}

function parseSegment(raw: string): UrlSegment {
  const text = decode(raw);
  const open = (text ?? raw).indexOf('(');
  if (text === undefined) return { raw, name: open === -1 ? raw : raw.slice(0, open), predicate: undefined };
  if (open === -1) return { raw, name: text, predicate: null };
  // Without its closing parenthesis it was cut short, by a "/" or a "?" in a key that should have been encoded.
  const predicate = text.endsWith(')') ? text.slice(open + 1, -1) : undefined;
  return { raw, name: text.slice(0, open), predicate };
}

/** Undefined for what is no percent-encoded UTF-8. */
function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** A key of a compound predicate: `Name='x'`. */
export interface NamedLiteral {
  readonly name: string;
  readonly literal: string;
}

const NAME = /^[\p{L}_][\p{L}\p{N}_.]*\s*=/u;

/** Whether the keys of a predicate are named, as in `(ID=1)`. */
export function isNamed(predicate: string): boolean {
  return NAME.test(predicate);
}

/** Reads `ProductID=1,Name='a,b'`, spaces behind a comma allowed; undefined where it is no list of named literals. */
export function parseNamedLiterals(predicate: string): NamedLiteral[] | undefined {
  const found: NamedLiteral[] = [];
  for (const [index, item] of splitOutsideQuotes(predicate).entries()) {
    const text = index === 0 ? item : item.replace(/^ +/, '');
    const equals = text.indexOf('=');
    if (equals < 1) return undefined;
    found.push({ name: text.slice(0, equals), literal: text.slice(equals + 1) });
  }
  return found;
}

/** Splits at the commas between literals; those inside quotes are theirs. */
function splitOutsideQuotes(predicate: string): string[] {
  const items: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let at = 0; at < predicate.length; at++) {
    if (predicate[at] === "'") isQuoted = !isQuoted;
    else if (predicate[at] === ',' && !isQuoted) {
      items.push(predicate.slice(start, at));
      start = at + 1;
    }
  }
  items.push(predicate.slice(start));
  return items;
}
