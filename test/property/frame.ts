import { latin1 } from './octets.ts';

/** A delimiter line of a multipart, found line by line and owing nothing to the codec. */
export interface DelimiterLine {
  /** Where its first dash is. */
  readonly start: number;
  /** Behind its last dash or letter. */
  readonly textEnd: number;
  /** Behind its line end. */
  readonly end: number;
  readonly closes: boolean;
}

/** The boundary of a multipart Content-Type. */
export function boundaryParameter(contentType: string): string | undefined {
  const withoutComment = contentType.replace(/^(\S+ )\([^)]*\)/, '$1');
  const match = /;\s*boundary=(?:"((?:\\.|[^"\\])*)"|([^;]*))/i.exec(withoutComment);
  const [, quoted, plain] = match ?? [];
  return (quoted?.replace(/\\(.)/g, '$1') ?? plain)?.trimEnd();
}

/** The delimiter lines of a message, the close delimiter last: the first line decides about line ends (law 9). */
export function delimiterLines(message: Uint8Array, boundary: string): DelimiterLine[] {
  const found: DelimiterLine[] = [];
  let offset = 0;
  let before = '\r\n';
  let lineEnd = '\n';
  for (const line of latin1(message).split(/(?<=\n)/)) {
    const mark = offset === 0 && line.startsWith('\xef\xbb\xbf') ? 3 : 0;
    const text = line.slice(mark);
    const delimiter = `--${boundary}`;
    const rest = text.startsWith(delimiter) && before.endsWith(lineEnd) ? text.slice(delimiter.length) : 'x';
    const [, dashes, end] = /^(---?)?[ \t]*(\r?\n|\r?$)/.exec(rest) ?? [];
    if (end !== undefined) {
      if (found.length === 0 && end.endsWith('\r\n')) lineEnd = '\r\n';
      const start = offset + mark;
      const textEnd = start + delimiter.length + (dashes === undefined ? 0 : 2);
      found.push({ start, textEnd, end: offset + line.length, closes: dashes !== undefined });
      if (dashes !== undefined) break;
    }
    before = line;
    offset += line.length;
  }
  return found;
}

/** How many octets a message must have at least to be whole: up to the last dash of its close delimiter. */
export function lengthOfWhole(message: Uint8Array, boundary: string): number {
  const last = delimiterLines(message, boundary).at(-1);
  if (last?.closes !== true) throw new Error(`no close delimiter of "${boundary}"`);
  return last.textEnd;
}

/** Whether a line begins with `--boundary` and is no delimiter line, which RFC 2046 forbids and law 4 presumes. */
export function hasDelimiterLikeLine(message: Uint8Array, boundary: string): boolean {
  const lines = delimiterLines(message, boundary);
  const starts = new Set(lines.map(({ start }) => start));
  const end = lines.at(-1)?.start ?? 0;
  let offset = 0;
  for (const line of latin1(message).split(/(?<=\n)/)) {
    const mark = offset === 0 && line.startsWith('\xef\xbb\xbf') ? 3 : 0;
    if (offset < end && line.startsWith(`--${boundary}`, mark) && !starts.has(offset + mark)) return true;
    offset += line.length;
  }
  return false;
}
