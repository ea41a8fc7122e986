import { describe, expect, it } from 'vitest';
import { type MatchRules, PartMatcher } from '../../../src/batch/part-matcher.ts';

const none = undefined;

function match(
  named: readonly (number | undefined | 'conflict')[],
  itemCount: number,
  rules: Partial<MatchRules> = {},
) {
  const matcher = new PartMatcher(itemCount);
  for (const item of named) matcher.add(item);
  const { partOf, cause } = matcher.match({ ordered: true, mayBePrefix: false, ...rules });
  return { parts: Array.from({ length: itemCount }, (_, item) => partOf(item)), cause };
}

describe('PartMatcher', () => {
  it.each([
    ['by id, in any order', [2, 0, 1], 3, {}, [1, 2, 0]],
    ['by id, fewer parts', [2, 0], 3, {}, [1, none, 0]],
    ['by position where no part is named', [none, none], 2, {}, [0, 1]],
    ['by position where the named ones stand in their place', [none, 1, none], 3, {}, [0, 1, 2]],
    [
      'by position the first ones, where the answer may be a prefix',
      [none, none],
      3,
      { mayBePrefix: true },
      [0, 1, none],
    ],
    ['the named ones only, where the count does not fit', [none, 0], 3, {}, [1, none, none]],
    ['the named ones only, of too many', [none, 1, none], 2, {}, [none, 1]],
    ['the named ones only, where order says nothing', [none, 0], 2, { ordered: false }, [1, none]],
    ['the last one without a name by what is left', [none, 0], 2, { ordered: false, fillsGap: true }, [1, 0]],
    [
      'no two without a name by what is left',
      [none, 0, none],
      3,
      { ordered: false, fillsGap: true },
      [1, none, none],
    ],
    [
      'none by what is left, where one more is missing',
      [none, 0],
      3,
      { ordered: false, fillsGap: true },
      [1, none, none],
    ],
    ['nothing of nothing', [], 2, {}, [none, none]],
  ])('matches %s (P-07, P-10)', (_, named, itemCount, rules, parts) => {
    expect(match(named, itemCount, rules).parts).toEqual(parts);
  });

  it.each<[string, (number | undefined | 'conflict')[]]>([
    ['an id stands twice', [0, 0]],
    ['an id contradicts its position', [1, none]],
    ['a part has the ids of two items', ['conflict', 1]],
  ])('matches nothing where %s (P-10)', (_, named) => {
    const { parts, cause } = match(named, 2);
    expect(parts).toEqual([none, none]);
    expect(cause()).toMatchObject({ name: 'BatchError', code: 'correlation-failed' });
  });

  it('says why an item has no part, all with one error', () => {
    const { cause } = match([none], 3);
    expect(cause()).toMatchObject({
      code: 'response-count-mismatch',
      message: '1 answers to 3 requests',
    });
    expect(cause()).toBe(cause());
    expect(match([none, none, none], 3, { ordered: false }).cause()).toMatchObject({
      code: 'correlation-failed',
    });
  });
});
