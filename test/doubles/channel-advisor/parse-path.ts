/** What a path below the service root is about: a name, its keys, and what follows. */
export interface Resource {
  readonly set: string;
  readonly keys: Readonly<Record<string, string | number>>;
  /** Behind a product: the name of what belongs to it, and its key. */
  readonly below?: { readonly set: string; readonly key?: string | number };
}

const SEGMENT = /^(\w+)(?:\((.*)\))?$/s;

/** Reads a path; undefined where it is none that the service has. Written without looking at the rules of the codec. */
export function parsePath(path: string): Resource | undefined {
  const segments = path.split('/').map((segment) => SEGMENT.exec(decodeURIComponent(segment)));
  const [first, second, third] = segments;
  if (!first || third !== undefined || segments.includes(null)) return undefined;
  const [, set = '', predicate] = first;
  const keys = predicate === undefined ? {} : readKeys(predicate);
  if (keys === undefined) return undefined;
  if (second === undefined) return { set, keys };
  if (!second) return undefined;
  const [, name = '', key] = second;
  const value = key === undefined ? undefined : readLiteral(key);
  if (key !== undefined && value === undefined) return undefined;
  return { set, keys, below: { set: name, ...(value !== undefined && { key: value }) } };
}

function readKeys(predicate: string): Record<string, string | number> | undefined {
  const single = readLiteral(predicate);
  if (single !== undefined) return { ID: single };
  const keys: Record<string, string | number> = {};
  // A comma between quotes belongs to the text.
  for (const [, name = '', literal = ''] of predicate.matchAll(
    /(\w+)=((?:'(?:[^']|'')*'|[^,'])+)(?:, ?|$)/g,
  )) {
    const value = readLiteral(literal);
    if (value === undefined) return undefined;
    keys[name] = value;
  }
  return Object.keys(keys).length === 0 ? undefined : keys;
}

function readLiteral(text: string): string | number | undefined {
  if (/^-?\d{1,10}$/.test(text)) return Number(text);
  const [, quoted] = /^'((?:[^']|'')+)'$/s.exec(text) ?? [];
  return quoted?.replaceAll("''", "'");
}
