import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The repository, with a slash at its end. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export function readText(path: string): string {
  return readFileSync(`${ROOT}${path}`, 'utf8');
}

/** The rows of all tables whose first column has this heading; cells without the white space round them. */
export function tableRows(markdown: string, firstHeading: string): string[][] {
  const rows: string[][] = [];
  let inside = false;
  for (const line of markdown.split('\n')) {
    const cells = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    if (cells.length === 0) inside = false;
    else if (cells[0] === firstHeading) inside = true;
    else if (inside && !/^-+$/.test(cells[0] ?? '')) rows.push(cells);
  }
  return rows;
}

/** What stands between backticks. */
export function codeSpans(text: string): string[] {
  return Array.from(text.matchAll(/`([^`]+)`/g), ([, code = '']) => code);
}

/** The fixtures that a text names, such as `golden/g01-smallest-get`. */
export function fixturesIn(text: string): string[] {
  return codeSpans(text).filter((code) => /^(golden|negative|peers|recorded)\/[\w-]+$/.test(code));
}

/** A section and the text below its heading. */
export interface Section {
  readonly heading: string;
  readonly text: string;
}

/** The sections of one level, each up to the next heading of any level. */
export function sections(markdown: string, level: number): Section[] {
  const parts = markdown.split(/^(?=#{1,6} )/m);
  const mark = `${'#'.repeat(level)} `;
  return parts
    .filter((part) => part.startsWith(mark))
    .map((part) => {
      const end = part.indexOf('\n');
      return { heading: part.slice(mark.length, end), text: part.slice(end).trim() };
    });
}
