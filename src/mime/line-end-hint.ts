import { type LineEndMistake, PartPath, type Path } from '../reading.ts';

const FOUND: Readonly<Record<LineEndMistake['found'], string>> = {
  'line-feed-before': 'would be a delimiter, but follows a lone LF where CRLF was expected',
  'carriage-return-behind': 'would be a delimiter, but ends in CR without LF',
  'carriage-return-first': 'begins with CR without LF',
};

/** Says which line was not read as it was meant, and what to do about it. */
export function lineEndHint({ line, found }: LineEndMistake): string {
  return `line ${line} ${FOUND[found]}: write CRLF everywhere`;
}

/** What to say of a line of the frame that holds a CR beside that of its line end. */
export const CARRIAGE_RETURN_HINT: string =
  'expected CRLF at the end of the line, found CR without LF: write CRLF everywhere';

/**
 * What to add to an error of a part in which a delimiter was missed; empty where it explains nothing.
 *
 * @param offset of the error; absent where it is the body as a whole that is wrong
 */
export function partHint(path: Path, offset: number = Number.POSITIVE_INFINITY): string {
  const mistake = path instanceof PartPath ? path.mistake : undefined;
  // A line that begins with CR tells its error itself.
  if (mistake === undefined || mistake.found === 'carriage-return-first' || offset < mistake.offset)
    return '';
  return `: ${lineEndHint(mistake)}`;
}
