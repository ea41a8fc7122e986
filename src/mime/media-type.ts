/** A Content-Type taken apart. */
export interface MediaType {
  /** `type/subtype` in lower case. */
  readonly essence: string;
  /** Names in lower case, values as they are, in the order of the field; a name may come twice. */
  readonly parameters: readonly (readonly [name: string, value: string])[];
}

const ESSENCE = /^[\w!#$%&'*+\-.^`|~]+\/[\w!#$%&'*+\-.^`|~]+/;
const PARAMETER_NAME = /[\w!#$%&'*+\-.^`|~]+/y;
/** White space and RFC 822 comments (M-08); a comment in a comment does not occur. */
const GAP = /(?:[ \t\r\n]|\((?:[^()\\]|\\.)*\))*/y;
const QUOTED = /"((?:[^"\\]|\\.)*)"/sy;
/** Everything up to the next semicolon: services write tspecials without quotes (M-09). */
const UNQUOTED = /[^;]*/y;

/** Parses a Content-Type (RFC 2045 section 5.1); undefined where it does not follow the grammar. */
export function parseMediaType(value: string): MediaType | undefined {
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(value);
    if (match !== null) at = pattern.lastIndex;
    return match;
  };

  take(GAP);
  const essence = value.slice(at).match(ESSENCE)?.[0];
  if (essence === undefined) return undefined;
  at += essence.length;
  take(GAP);

  const parameters: [string, string][] = [];
  while (at < value.length) {
    if (value[at] !== ';') return undefined;
    at++;
    take(GAP);
    if (at === value.length || value[at] === ';') continue;

    const name = take(PARAMETER_NAME)?.[0];
    take(GAP);
    if (name === undefined || value[at] !== '=') return undefined;
    at++;
    take(GAP);

    const quoted = take(QUOTED)?.[1];
    const text =
      quoted === undefined ? withoutComment(take(UNQUOTED)?.[0] ?? '') : quoted.replace(/\\(.)/gs, '$1');
    if (quoted === undefined && text.startsWith('"')) return undefined;
    // Trailing white space was added on the way (M-11), inside quotes too.
    parameters.push([name.toLowerCase(), text.trimEnd()]);
    take(GAP);
  }
  return { essence: essence.toLowerCase(), parameters };
}

/** A comment stands apart; a parenthesis in the middle of a word is one of the tspecials that services don't quote. */
function withoutComment(value: string): string {
  const comment = value.search(/[ \t]\(/);
  return comment === -1 ? value : value.slice(0, comment);
}

/** The first parameter of a name (in lower case); undefined where there is none. */
export function parameterOf(mediaType: MediaType, name: string): string | undefined {
  return mediaType.parameters.find(([given]) => given === name)?.[1];
}
