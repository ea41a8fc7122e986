import { describe, expect, it } from 'vitest';
import { flattenBatch } from '../../../src/batch/flatten-batch.ts';
import { Issues } from '../../../src/batch/issues.ts';
import { errorOf, issuesOf } from '../catch-error.ts';

const flatten = (batch: unknown) => {
  const issues = new Issues();
  const places = flattenBatch(batch, issues);
  issues.throwIfAny();
  return places.map((place) => ({ ...place, name: String(place.name) }));
};

const operation = (url = 'x') => ({ method: 'POST', url });

describe('flattenBatch', () => {
  it('lists operations with their place in the flattened batch and in the batch (B-09)', () => {
    const [a, b, c, d] = [operation(), operation(), operation(), operation()];
    expect(flatten([a, [b, c], d])).toEqual([
      { operation: a, given: a, index: 0, path: [0], name: 'batch[0]' },
      { operation: b, given: b, index: 1, path: [1, 0], name: 'batch[1][0]' },
      { operation: c, given: c, index: 2, path: [1, 1], name: 'batch[1][1]' },
      { operation: d, given: d, index: 3, path: [2], name: 'batch[2]' },
    ]);
  });

  it.each([
    ['no array', { 0: operation() }, ['batch: invalid-operation']],
    ['nothing', undefined, ['batch: invalid-operation']],
    ['a change set without operations (M-25)', [operation(), []], ['batch[1]: empty-change-set']],
    [
      'a change set in a change set (H-05)',
      [[operation(), [operation()]]],
      ['batch[0][1]: nested-change-set'],
    ],
    ['null', [null], ['batch[0]: invalid-operation']],
    ['a text', [['x']], ['batch[0][0]: invalid-operation']],
    ['a hole', Object.assign(new Array(2), { 1: operation() }), ['batch[0]: invalid-operation']],
    [
      'several things at once',
      [null, [], operation(), [1]],
      ['batch[0]: invalid-operation', 'batch[1]: empty-change-set', 'batch[3][0]: invalid-operation'],
    ],
  ])('refuses %s', (_, batch, issues) => {
    expect(issuesOf(() => flatten(batch))).toEqual(issues);
  });

  it('refuses the same object twice, in a change set too', () => {
    const same = operation();
    expect(issuesOf(() => flatten([same, [operation(), same]]))).toEqual([
      'batch[1][1]: duplicate-operation',
    ]);
  });

  it.each([
    ['header', 'did you mean "headers"?'],
    ['BODY', 'did you mean "body"?'],
    ['urll', 'did you mean "url"?'],
    ['dependOn', 'did you mean "dependsOn"?'],
    ['contentId', 'operations have method, url, id, headers, body, dependsOn, if, schema, tag'],
    ['__proto__x', 'operations have method, url, id, headers, body, dependsOn, if, schema, tag'],
  ])('refuses an operation with "%s": %s', (property, hint) => {
    const error = errorOf(() => flatten([{ ...operation(), [property]: 1 }]));
    expect(error).toMatchObject({
      code: 'unknown-property',
      issues: [{ path: `batch[0].${property}`, code: 'unknown-property' }],
    });
    expect((error as Error).message).toContain(hint);
  });
});
