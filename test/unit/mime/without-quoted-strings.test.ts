import { describe, expect, it } from 'vitest';
import { withoutQuotedStrings } from '../../../src/mime/without-quoted-strings.ts';

describe('withoutQuotedStrings', () => {
  it.each([
    ['a/b;c="d, e";q=1, f/g', 'a/b;c=;q=1, f/g'],
    [String.raw`a;b="\", c";d`, 'a;b=;d'],
    ['a;b="\n";c', 'a;b=;c'],
    ['a;b="c, d', 'a;b='],
    [String.raw`a;b="c\"`, 'a;b='],
    ['a;b="c\\', 'a;b='],
    ['""', ''],
    ['', ''],
  ])('leaves of %j %j', (field, rest) => {
    expect(withoutQuotedStrings(field)).toBe(rest);
  });

  it('takes linear time, whatever is not closed', () => {
    const start = performance.now();
    expect(withoutQuotedStrings(`"${'\\"'.repeat(200_000)}`)).toBe('');
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
