import { describe, expect, it } from 'vitest';
import { matchParts } from '../../../src/batch/match-parts.ts';

const none = undefined;

describe('matchParts', () => {
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
    ['nothing of nothing', [], 2, {}, [none, none]],
  ])('matches %s (P-07, P-10)', (_, named, itemCount, rest, parts) => {
    expect(matchParts({ named, itemCount, ordered: true, mayBePrefix: false, ...rest }).parts).toEqual(parts);
  });

  it.each<[string, (number | undefined | 'conflict')[]]>([
    ['an id stands twice', [0, 0]],
    ['an id contradicts its position', [1, none]],
    ['a part has the ids of two items', ['conflict', 1]],
  ])('matches nothing where %s (P-10)', (_, named) => {
    const match = matchParts({ named, itemCount: 2, ordered: true, mayBePrefix: false });
    expect(match.parts).toEqual([none, none]);
    expect(match.cause).toMatchObject({ name: 'BatchError', code: 'correlation-failed' });
  });

  it('says why an item has no part', () => {
    const input = { itemCount: 3, ordered: true, mayBePrefix: false };
    expect(matchParts({ ...input, named: [none] }).cause).toMatchObject({
      code: 'response-count-mismatch',
      message: '1 answers to 3 requests',
    });
    expect(matchParts({ ...input, named: [none, none, none], ordered: false }).cause).toMatchObject({
      code: 'correlation-failed',
    });
  });
});
