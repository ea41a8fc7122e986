import type { SyntaxErrorPlace } from '../errors.ts';
import { LF } from './ascii.ts';
import { latin1 } from './text.ts';

/** The line of an octet, from 1; a line ends with LF. */
export function lineAt(bytes: Uint8Array, offset: number): number {
  let line = 1;
  for (let at = bytes.indexOf(LF); at !== -1 && at < offset; at = bytes.indexOf(LF, at + 1)) line++;
  return line;
}

/** Where in a message an octet is, as {@link BatchSyntaxError} tells it. */
export function placeAt(bytes: Uint8Array, offset: number, path: string): SyntaxErrorPlace {
  return { offset, path, line: lineAt(bytes, offset), excerpt: excerptAt(bytes, offset) };
}

const MAX_EXCERPT = 60;

/**
 * The line of an octet with a caret under it, safe to log: what may be a secret (a header's value, a signature in a
 * query, a body) is left out.
 */
export function excerptAt(bytes: Uint8Array, offset: number): string {
  const start = bytes.subarray(0, offset).lastIndexOf(LF) + 1;
  const nextLineFeed = bytes.indexOf(LF, offset);
  const end = nextLineFeed === -1 ? bytes.length : nextLineFeed + 1;
  const shown = redact(latin1(bytes, start, Math.min(end, start + 2 * MAX_EXCERPT)));
  const caret = Math.min(visible(shown.slice(0, offset - start)).length, MAX_EXCERPT);
  return `${visible(shown).slice(0, MAX_EXCERPT)}\n${' '.repeat(caret)}^`;
}

/** A delimiter and a status line are shown whole, a request line without its query, of any other line the first word. */
function redact(line: string): string {
  if (/^(--|HTTP\/)/.test(line)) return line;
  if (/^(get|head|post|put|patch|merge|delete|options) /i.test(line)) return line.replace(/\?\S*/, '?…');
  const word = line.match(/^[\w-]*:?/)?.[0] ?? '';
  return word.length < line.trimEnd().length ? `${word}…` : line;
}

/** Line ends as the symbols for CR and LF, other controls as one dot. */
function visible(text: string): string {
  return text
    .replaceAll('\r', '␍')
    .replaceAll('\n', '␊')
    .replace(/[^\x20-\x7e␍␊…]/g, '·');
}
