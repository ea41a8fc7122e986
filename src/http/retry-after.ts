import { expectArgument } from '../expect-argument.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const MONTH = `(?<month>${MONTHS.join('|')})`;
const TIME = '(?<hour>\\d\\d):(?<minute>\\d\\d):(?<second>\\d\\d)';

/** The three forms of a date that a recipient takes (RFC 9110 section 5.6.7). */
const DATES = [
  new RegExp(`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (?<day>\\d\\d) ${MONTH} (?<year>\\d{4}) ${TIME} GMT$`),
  new RegExp(
    `^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?<day>\\d\\d)-${MONTH}-(?<year>\\d\\d) ${TIME} GMT$`,
  ),
  new RegExp(`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ${MONTH} (?<day>\\d\\d| \\d) ${TIME} (?<year>\\d{4})$`),
];

/** A number of seconds, fractions of which some services write. */
const SECONDS = /^\d+(?:\.\d+)?$/;
/**
 * Numbers that are no time to wait but a date: the seconds since 1970 from 2001 to 5138, or the milliseconds. Read as seconds
 * they would be 31 years or more.
 */
const EPOCHS = [
  { from: 1e9, to: 1e11, unit: 1000 },
  { from: 1e12, to: 1e14, unit: 1 },
] as const;

/** The longest time that a service may ask to wait unless a caller says otherwise: one hour, in milliseconds. */
export const DEFAULT_MAX_RETRY_AFTER_MS = 3_600_000;

/**
 * How long a Retry-After asks to wait, in milliseconds, rounded up: `120` as well as `Fri, 31 Dec 1999 23:59:59 GMT` (RFC 9110
 * section 10.2.3), and what services send beside these: `0.249`, and the seconds or milliseconds since 1970. Undefined where it
 * is none of them; 0 for a time that is over; Infinity for a number beyond all numbers.
 *
 * @param now milliseconds since 1970
 * @param date the Date of the same answer: where there is one a date is counted from it, since the clock that wrote one wrote
 *   the other
 */
export function retryAfterMs(
  value: string | null | undefined,
  now: number,
  date?: string | null | undefined,
): number | undefined {
  expectArgument(isTextOrNone(value), 'value', 'a text');
  expectArgument(isTextOrNone(date), 'date', 'a text');
  expectArgument(typeof now === 'number', 'now', 'milliseconds since 1970');
  const text = value?.trim() ?? '';
  const until = SECONDS.test(text) ? dateOfNumber(Number(text)) : parseHttpDate(text, now);
  if (until !== undefined)
    return Math.max(0, Math.ceil(until - (parseHttpDate(date?.trim() ?? '', now) ?? now)));
  // As text, since 2.007 * 1000 is a little more than 2007.
  return SECONDS.test(text) ? Math.ceil(Number(`${text}e3`)) : undefined;
}

/** The date that a number is, in milliseconds since 1970; undefined where it is a time to wait. */
function dateOfNumber(number: number): number | undefined {
  const epoch = EPOCHS.find(({ from, to }) => from <= number && number < to);
  return epoch && number * epoch.unit;
}

function isTextOrNone(value: unknown): boolean {
  return typeof (value ?? '') === 'string';
}

/** Milliseconds since 1970; undefined for what is no date of HTTP. */
export function parseHttpDate(text: string, now: number): number | undefined {
  const groups = DATES.map((pattern) => pattern.exec(text)?.groups).find((found) => found !== undefined);
  if (groups === undefined) return undefined;
  const { year = '', month = '', day, hour, minute, second } = groups;
  const [d, h, m, s] = [Number(day), Number(hour), Number(minute), Number(second)];
  const full = year.length === 2 ? fullYear(Number(year), now) : Number(year);
  const at = new Date(0);
  at.setUTCFullYear(full, MONTHS.indexOf(month), d);
  // A leap second is told as :60.
  const exists = at.getUTCDate() === d && h < 24 && m < 60 && s <= 60;
  return exists ? at.setUTCHours(h, m, s) : undefined;
}

/** What seems to lie more than 50 years ahead is the most recent year with these two digits. */
function fullYear(digits: number, now: number): number {
  const thisYear = new Date(now).getUTCFullYear();
  const year = thisYear - (thisYear % 100) + digits;
  return year > thisYear + 50 ? year - 100 : year;
}
