import { describe, expect, it } from 'vitest';
import { loadFixtures } from '../conformance/fixture.ts';
import { codeSpans, readText, tableRows } from './markdown.ts';
import { stringLiterals, testFiles } from './source-text.ts';

/** The ids that must have a row: [letter, first, last]. */
const RANGES = [
  ['M', 1, 14],
  ['M', 20, 47],
  ['H', 1, 6],
  ['H', 10, 20],
  ['H', 30, 36],
  ['H', 40, 58],
  ['H', 60, 69],
  ['B', 1, 24],
  ['R', 1, 17],
  ['P', 1, 23],
  ['S', 1, 12],
  ['A', 1, 6],
  ['J', 1, 23],
  ['X', 1, 12],
] as const;
const REQUIRED = RANGES.flatMap(([letter, first, last]) =>
  Array.from({ length: last - first + 1 }, (_, index) => ruleId(letter, first + index)),
);

function ruleId(letter: string, number: number): string {
  return letter === 'X' ? `X${number}` : `${letter}-${String(number).padStart(2, '0')}`;
}

const ID = String.raw`(?:[A-Z]-\d\d|X\d\d?)`;
/** How tests name the rules they show: at the end of a name, `(M-21, H-61)`. */
const NAMED = new RegExp(String.raw`\((${ID}(?:, ${ID})*)\)`, 'g');

function idsNamedIn(text: string): string[] {
  return Array.from(text.matchAll(NAMED), ([, ids = '']) => ids.split(', ')).flat();
}

interface Row {
  readonly id: string;
  readonly rule: string;
  readonly source: string;
  readonly shownBy: string;
}

const rows: Row[] = tableRows(readText('docs/rules.md'), 'id').map(
  ([id = '', rule = '', source = '', shownBy = '']) => ({ id, rule, source, shownBy }),
);
const ids = rows.map(({ id }) => id);

/** The ids that each fixture and each test file names. */
const named = new Map<string, ReadonlySet<string>>();
for (const { folder, name, rules } of loadFixtures()) named.set(`${folder}/${name}`, new Set(rules));
for (const file of testFiles()) {
  if (!file.startsWith('test/docs/')) named.set(file, new Set(stringLiterals(file).flatMap(idsNamedIn)));
}

const REASON = /^no test: .{20,}/;

describe('docs/rules.md', () => {
  it('has each rule once', () => {
    expect(REQUIRED.filter((id) => !ids.includes(id))).toEqual([]);
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
  });

  it('says of each rule what it is, where it comes from and what shows it', () => {
    for (const { id, rule, source, shownBy } of rows) {
      expect(id).toMatch(new RegExp(`^${ID}$`));
      expect(rule, id).toMatch(/^.{15,}\.$/);
      expect(source, id).not.toBe('');
      expect(shownBy, id).not.toBe('');
    }
  });

  it('names fixtures and tests that exist and name the rule', () => {
    for (const { id, shownBy } of rows) {
      if (REASON.test(shownBy)) continue;
      const shown = codeSpans(shownBy);
      expect(shownBy, id).toBe(shown.map((name) => `\`${name}\``).join(', '));
      const wrong = shown.filter((name) => named.get(name)?.has(id) !== true);
      expect({ id, wrong }).toEqual({ id, wrong: [] });
    }
  });

  it('has a row for each rule that a fixture or a test names', () => {
    const without = [...named].flatMap(([name, rules]) =>
      [...rules].filter((id) => !ids.includes(id)).map((id) => `${id}: ${name}`),
    );
    expect(without).toEqual([]);
  });

  it('gives a reason only where nothing shows the rule', () => {
    for (const { id, shownBy } of rows) {
      if (!REASON.test(shownBy)) continue;
      const shown = [...named].filter(([, rules]) => rules.has(id)).map(([name]) => name);
      expect({ id, shown }).toEqual({ id, shown: [] });
    }
  });
});
