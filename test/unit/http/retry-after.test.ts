import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseHttpDate, retryAfterMs } from '../../../src/http/retry-after.ts';

const NOW = Date.UTC(1994, 10, 6, 8, 49, 0);

describe('Retry-After', () => {
  it.each([
    ['0', 0],
    ['120', 120_000],
    [' 7\t', 7_000],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 37_000],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 37_000],
    ['Sun Nov  6 08:49:37 1994', 37_000],
    ['Sun Nov 16 08:49:37 1994', 10 * 86_400_000 + 37_000],
    // A time that is over.
    ['Sun, 06 Nov 1994 08:48:00 GMT', 0],
    ['Sat, 31 Dec 1994 23:59:60 GMT', Date.UTC(1995, 0, 1) - NOW],
  ])('%j is so many milliseconds', (value, ms) => {
    expect(retryAfterMs(value, NOW)).toBe(ms);
  });

  it.each([
    null,
    undefined,
    '',
    '-1',
    '-0.5',
    '+1',
    '.5',
    '1.',
    '1,5',
    '1.5.2',
    'Infinity',
    'NaN',
    '٣',
    '1e3',
    '0x10',
    'soon',
    '2 minutes',
    'Sun, 6 Nov 1994 08:49:37 GMT',
    'Sun, 06 Nov 1994 08:49:37',
    'Sun, 06 Nov 1994 08:49:37 UTC',
    'Sun, 31 Feb 1994 08:49:37 GMT',
    'Sun, 06 Nov 1994 24:00:00 GMT',
    'Sun, 06 Nov 1994 08:60:00 GMT',
    'sun, 06 nov 1994 08:49:37 gmt',
    '1994-11-06T08:49:37Z',
    '120, 120',
  ])('%j is neither form', (value) => {
    expect(retryAfterMs(value, NOW)).toBeUndefined();
  });

  it.each([
    ['0.249', 249],
    ['1.5', 1500],
    ['0.0001', 1],
    // 2.007 * 1000 is more than 2007.
    ['2.007', 2007],
    ['000120', 120_000],
    ['999999999', 999_999_999_000],
  ])('%s is read as seconds, rounded up to milliseconds', (value, ms) => {
    expect(retryAfterMs(value, NOW)).toBe(ms);
  });

  it('is a date where it is the seconds or milliseconds since 1970', () => {
    const now = Date.UTC(2026, 0, 1);
    expect(retryAfterMs(String(now / 1000 + 30), now)).toBe(30_000);
    expect(retryAfterMs(`${now / 1000 + 30}.25`, now)).toBe(30_250);
    expect(retryAfterMs(String(now + 30), now)).toBe(30);
    expect(retryAfterMs(String(now / 1000 - 30), now)).toBe(0);
    // The clock that wrote one wrote the other.
    expect(retryAfterMs(String(now / 1000 + 90), now, 'Thu, 01 Jan 2026 00:01:00 GMT')).toBe(30_000);
  });

  it('is beyond every ceiling where it is beyond every date', () => {
    expect(retryAfterMs('9'.repeat(400), NOW)).toBe(Number.POSITIVE_INFINITY);
    expect(retryAfterMs('9'.repeat(20), NOW)).toBe(1e23);
    expect(retryAfterMs('Fri, 31 Dec 9999 23:59:59 GMT', NOW)).toBe(Date.UTC(9999, 11, 31, 23, 59, 59) - NOW);
  });

  it('is never negative and never no number, whatever it holds', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.stringMatching(/^[\d.+-]{1,30}$/)),
        fc.date({ noInvalidDate: true }),
        (value, date) => {
          const ms = retryAfterMs(value, date.getTime());
          expect(ms === undefined || ms >= 0).toBe(true);
        },
      ),
      { seed: 20_460_501 },
    );
  });

  it('counts a date from the Date of the same answer, whatever our clock says', () => {
    const date = 'Sun, 06 Nov 1994 10:00:00 GMT';
    expect(retryAfterMs('Sun, 06 Nov 1994 10:00:30 GMT', NOW, date)).toBe(30_000);
    expect(retryAfterMs('Sun, 06 Nov 1994 08:49:37 GMT', NOW, 'nonsense')).toBe(37_000);
    expect(retryAfterMs('30', NOW, date)).toBe(30_000);
  });

  it('takes two digits of a year for the nearest that is not far ahead', () => {
    const year = (text: string, now: number) =>
      new Date(parseHttpDate(`Sunday, 06-Nov-${text} 08:49:37 GMT`, now) ?? 0).getUTCFullYear();
    expect(year('30', Date.UTC(2026, 0))).toBe(2030);
    expect(year('76', Date.UTC(2026, 0))).toBe(2076);
    expect(year('77', Date.UTC(2026, 0))).toBe(1977);
    expect(year('00', Date.UTC(2026, 0))).toBe(2000);
  });

  it('reads every date that a runtime prints', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date('9999-01-01'), noInvalidDate: true }), (date) => {
        const whole = Math.floor(date.getTime() / 1000) * 1000;
        expect(parseHttpDate(date.toUTCString(), NOW)).toBe(whole);
      }),
    );
  });
});
