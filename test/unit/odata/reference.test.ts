import { describe, expect, it } from 'vitest';
import { Reference, separatePath } from '../../../src/odata/reference.ts';
import { errorOf } from '../catch-error.ts';

describe('Reference', () => {
  it.each([
    [new Reference('1', ''), '$1'],
    [new Reference({ id: 'a' }, '/Orders'), '$a/Orders'],
    [new Reference('0', '?$select=x'), '$0?$select=x'],
  ])('prints itself where its target has an id (R-01, R-17)', (reference, text) => {
    expect(String(reference)).toBe(text);
    expect(`${reference}`).toBe(text);
    expect(JSON.stringify({ 'Customer@odata.bind': reference })).toBe(`{"Customer@odata.bind":"${text}"}`);
  });

  it('does not print itself where its target has none', () => {
    const reference = new Reference({}, '/Orders');
    const expected = { name: 'BatchUsageError', code: 'reference-without-id' };
    expect(errorOf(() => `${reference}`)).toMatchObject(expected);
    expect(errorOf(() => JSON.stringify(reference))).toMatchObject(expected);
  });
});

describe('separatePath', () => {
  it.each([
    ['', ''],
    ['Orders', '/Orders'],
    ['/Orders', '/Orders'],
    ['?$top=1', '?$top=1'],
    ['(1)', '(1)'],
    ['$ref', '/$ref'],
    // Without the slash "$1" and "0" would be id 10.
    ['0', '/0'],
  ])('of %j is %j', (path, separated) => {
    expect(separatePath(path)).toBe(separated);
  });
});
