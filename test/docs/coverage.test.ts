import { describe, expect, it } from 'vitest';
import { readText, tableRows } from './markdown.ts';
import { stringLiterals, testFiles } from './source-text.ts';

/** The facts that must have a row: [letter, number of facts]. */
const FACTS = [
  ['Q', 26],
  ['K', 41],
  ['E', 28],
] as const;
const REQUIRED = FACTS.flatMap(([letter, count]) =>
  Array.from({ length: count }, (_, index) => `${letter}-${String(index + 1).padStart(2, '0')}`),
);
const DOCUMENTS = ['000', '001', '002', '004'];
const REASON = /^no test: .{20,}/;
/** `ecwid-double`: "name of a test" */
const SHOWN = /^`([\w-]+)`: "(.+)"$/;

const text = readText('docs/jobs/coverage.md');
const rows = tableRows(text, 'id').map(([id = '', fact = '', place = '', double = '', client = '']) => {
  return { id, fact, place, double, client };
});

/** Whether a test of this name is in a file of this name. */
function exists(file: string, test: string): boolean {
  const path = testFiles().find((one) => one.endsWith(`/${file}.test.ts`));
  return path !== undefined && stringLiterals(path).includes(test);
}

/** What is wrong with a cell that names a test; undefined where nothing is. */
function problemOf(cell: string): string | undefined {
  if (cell === '—' || REASON.test(cell)) return undefined;
  const [, file = '', test = ''] = SHOWN.exec(cell) ?? [];
  return exists(file, test) ? undefined : cell;
}

describe('docs/jobs/coverage.md', () => {
  it('has each fact once', () => {
    expect(rows.map(({ id }) => id)).toEqual(REQUIRED);
  });

  it('says of each fact what it is and where it stands', () => {
    for (const { id, fact, place } of rows) {
      expect(fact, id).toMatch(/^.{15,}\.$/);
      const named = place.match(/\b00\d\b/g) ?? [];
      expect(named.length, id).toBeGreaterThan(0);
      expect(named.filter((document) => !DOCUMENTS.includes(document))).toEqual([]);
    }
  });

  it('names tests that exist', () => {
    expect(rows.map(({ double }) => problemOf(double)).filter((problem) => problem !== undefined)).toEqual(
      [],
    );
    expect(rows.map(({ client }) => problemOf(client)).filter((problem) => problem !== undefined)).toEqual(
      [],
    );
  });

  it('leaves no fact without a test, unless it says why', () => {
    const without = rows.filter(
      ({ double, client }) => double === '—' && (client === '—' || REASON.test(client)),
    );
    expect(without.map(({ id }) => id)).toEqual([]);
  });

  it('lists all documents, and the services that leave something open', () => {
    expect(tableRows(text, 'document').map(([document]) => document)).toEqual(DOCUMENTS);
    const open = tableRows(text, 'service');
    expect([...new Set(open.map(([service]) => service))]).toEqual(['Ecwid', 'Quartile', 'Kibo']);
  });
});
