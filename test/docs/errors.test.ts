import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/limits.ts';
import { RESPONSE_TOLERANCES, type Tolerance } from '../../src/tolerances.ts';
import { type Fixture, loadFixtures } from '../conformance/fixture.ts';
import { codeSpans, fixturesIn, readText, sections, tableRows } from './markdown.ts';
import { unionMembers } from './source-text.ts';

const SYNTAX = unionMembers('src/errors.ts', 'SyntaxErrorCode');
const USAGE = unionMembers('src/errors.ts', 'UsageErrorCode');
const ALL = new Set(unionMembers('src/errors.ts', 'BatchErrorCode'));
/** Codes that have another class, or one more, than the two unions say. */
const OTHER_CLASSES: Readonly<Record<string, string>> = {
  'limit-exceeded': 'BatchLimitError',
  'not-a-batch': 'BatchResponseError',
  'token-refused': 'BatchResponseError',
  'job-refused': 'BatchResponseError',
  'unexpected-answer': 'BatchResponseError',
  'operation-failed': 'BatchResponseError',
  'response-lost': 'BatchTransportError',
  'not-sent': 'BatchTransportError',
  'timed-out': 'BatchTransportError',
  'redirect-refused': 'BatchTransportError',
  'correlation-failed': 'BatchError',
  'ambiguous-answer': 'BatchError',
  aborted: 'BatchError',
  'response-count-mismatch': 'BatchError',
  'submission-unknown': 'BatchError',
  'submission-incomplete': 'BatchError',
  'job-expired': 'BatchError',
  'job-cancelled': 'BatchError',
};

const fixtures = new Map(loadFixtures().map((fixture) => [`${fixture.folder}/${fixture.name}`, fixture]));
const errors = readText('docs/errors.md');
const entries = sections(errors, 3).map(({ heading, text }) => ({ code: heading.replaceAll('`', ''), text }));
const warnings = tableRows(errors, 'code');
const limits = tableRows(errors, 'limit');
const tolerancesText = readText('docs/tolerances.md');
const tolerances = tableRows(tolerancesText, 'tolerance');

function fixture(name: string): Fixture {
  const found = fixtures.get(name);
  if (found === undefined) throw new Error(`there is no fixture ${name}`);
  return found;
}

/** The errors that a fixture gives: of its own, without its tolerances, or as outcome of an operation. */
function codesOf(given: Fixture): (string | undefined)[] {
  return [given.error?.code, 'strict' in given ? given.strict?.code : undefined];
}

function sorted(list: Iterable<string>): string[] {
  return [...list].sort();
}

describe('docs/errors.md', () => {
  it('has each error code under one heading, and no other', () => {
    expect(sorted(entries.map(({ code }) => code))).toEqual(sorted(ALL));
  });

  it.each(entries)('says which class $code is of', ({ code, text }) => {
    const classes = [
      ...(SYNTAX.includes(code) ? ['BatchSyntaxError'] : []),
      ...(USAGE.includes(code) ? ['BatchUsageError'] : []),
      ...(code in OTHER_CLASSES ? [OTHER_CLASSES[code] ?? ''] : []),
    ];
    const [first = ''] = text.split('. ');
    expect(sorted(codeSpans(first))).toEqual(sorted(classes));
  });

  it.each(entries)('gives an example of $code, its place and what to do', ({ code, text }) => {
    expect(text).toMatch(/^- Example: ./m);
    expect(text).toMatch(/^- What to do: ./m);
    expect(/^- Points at: ./m.test(text)).toBe(SYNTAX.includes(code));
  });

  it.each(entries)('names fixtures that give $code', ({ code, text }) => {
    const given = fixturesIn(text).map(fixture);
    for (const each of given) {
      if (each.error === undefined && each.kind === 'response' && each.outcomes !== undefined) {
        expect(each.outcomes.flat(), each.name).toContain('unknown');
      } else expect(codesOf(each), each.name).toContain(code);
    }
    const shown = [...fixtures.values()].some(
      (each) => each.folder === 'negative' && codesOf(each).includes(code),
    );
    if (shown) expect(given).not.toEqual([]);
  });

  it('has each warning once, with a fixture that gives it', () => {
    const codes = warnings.map(([code = '']) => codeSpans(code)[0] ?? '');
    expect(sorted(codes)).toEqual(sorted(unionMembers('src/reading.ts', 'WarningCode')));
    for (const [index, row] of warnings.entries()) {
      const names = fixturesIn(row.at(-1) ?? '');
      expect(names, row[0]).not.toEqual([]);
      for (const each of names.map(fixture)) {
        expect('warnings' in each ? each.warnings : [], each.name).toContain(codes[index]);
      }
    }
  });

  it('has each warning of calls once', () => {
    const codes = tableRows(errors, 'warning').map(([code = '']) => codeSpans(code)[0] ?? '');
    expect(sorted(codes)).toEqual(sorted(unionMembers('src/batch/usage-warning.ts', 'UsageWarningCode')));
  });

  it('has each limit once, with its default', () => {
    const documented = limits.map(([name = '', value = '']) => [codeSpans(name)[0], octets(value)]);
    expect(Object.fromEntries(documented)).toEqual(DEFAULT_LIMITS);
    expect(documented).toHaveLength(Object.keys(DEFAULT_LIMITS).length);
  });
});

/** `256 MiB` or `10 000` as a number. */
function octets(text: string): number {
  const [, digits = '', unit] = /^([\d ]+?)(?: ([KM]iB))?$/.exec(text) ?? [];
  const factor = unit === undefined ? 1 : unit === 'KiB' ? 1024 : 1024 * 1024;
  return Number(digits.replaceAll(' ', '') || Number.NaN) * factor;
}

describe('docs/tolerances.md', () => {
  const names = tolerances.map(([name = '']) => codeSpans(name)[0] ?? '');

  it('has each tolerance once, and no other', () => {
    expect(sorted(names)).toEqual(sorted(unionMembers('src/tolerances.ts', 'Tolerance')));
  });

  it.each(tolerances)('says whether %s is on for answers', (name, accepted, who, on) => {
    const tolerance = codeSpans(name ?? '')[0] as Tolerance;
    expect(accepted).toMatch(/.{10,}/);
    expect(who).toMatch(/.{5,}/);
    // The one tolerance that depends on the answer.
    if (tolerance === 'missing-inner-close') expect(on).toBe('where no answer of the set is missing');
    else expect(on).toBe(RESPONSE_TOLERANCES.includes(tolerance) ? 'yes' : 'no');
  });

  it.each(tolerances)('names fixtures that need %s', (name, _accepted, _who, _on, shownBy) => {
    const needed = fixturesIn(shownBy ?? '').map(fixture);
    expect(needed).not.toEqual([]);
    for (const each of needed) {
      expect('tolerate' in each ? each.tolerate : [], each.name).toContain(codeSpans(name ?? '')[0]);
    }
  });

  it.each(tableRows(tolerancesText, 'what'))(
    'names fixtures of what is always accepted: %s',
    (what, shownBy) => {
      const shown = fixturesIn(shownBy ?? '').map(fixture);
      expect(shown).not.toEqual([]);
      for (const each of shown) {
        if (each.error !== undefined) return expect.unreachable(`${each.name} is refused`);
        expect(each.tolerate, each.name).toEqual([]);
        expect(each.warnings.length > 0, each.name).toBe(what?.endsWith('with a warning'));
      }
    },
  );

  it('names only answers for what is always accepted in answers', () => {
    const [section] = sections(tolerancesText, 2).filter(({ heading }) => heading.endsWith('in answers'));
    const shown = fixturesIn(section?.text ?? '').map(fixture);
    expect(shown).not.toEqual([]);
    expect(shown.filter(({ kind }) => kind !== 'response')).toEqual([]);
  });
});
