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

/**
 * How long a Retry-After asks to wait, in milliseconds: `120` as well as `Fri, 31 Dec 1999 23:59:59 GMT` (RFC 9110 section
 * 10.2.3). Undefined where it is neither; 0 for a time that is over.
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
  const text = value?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const until = parseHttpDate(text, now);
  if (until === undefined) return undefined;
  return Math.max(0, until - (parseHttpDate(date?.trim() ?? '', now) ?? now));
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
