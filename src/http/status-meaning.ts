/**
 * What the status of an answer says of what became of the request:
 *
 * - `throttled`: the service was not willing to work on it just now;
 * - `unauthorized`: the service did not know who asks;
 * - `too-large`: the service did not want to read so much;
 * - `refused`: the service will not have it, now or later;
 * - `timed-out`: there was no answer in time: it may have happened, and was too much at once;
 * - `lost`: the service, or something on the way to it, failed: it may have happened.
 */
export type StatusMeaning = 'throttled' | 'unauthorized' | 'too-large' | 'refused' | 'timed-out' | 'lost';

/** Statuses from the first to the last; `onlyIfTimed` where the answer must say when to come again. */
type Row = readonly [
  first: number,
  last: number,
  meaning: StatusMeaning | undefined,
  onlyIfTimed?: 'onlyIfTimed',
];

/**
 * The first row that fits counts; what fits none is `lost`: a 5xx, and what is no final status (RFC 9110 section 15), such as the 0 of
 * an opaque answer, which says nothing of what happened.
 */
const ROWS: readonly Row[] = [
  [200, 299, undefined],
  [401, 401, 'unauthorized'],
  [413, 413, 'too-large'],
  [429, 429, 'throttled'],
  // A service sets Retry-After on purpose; proxies answer 503 as well where they lost the service while it worked.
  [503, 503, 'throttled', 'onlyIfTimed'],
  // No answer in time, as gateways say it: Request Timeout, Gateway Timeout, and Cloudflare's word for the same.
  [408, 408, 'timed-out'],
  [504, 504, 'timed-out'],
  [524, 524, 'timed-out'],
  [300, 499, 'refused'],
];

/** After these it is certain that nothing happened; after any other it may have. */
const NOTHING_HAPPENED: readonly (string | undefined)[] = [
  'throttled',
  'unauthorized',
  'too-large',
  'refused',
];

/**
 * What a status says; undefined for a success.
 *
 * @param isTimed whether the answer has a Retry-After that can be read
 */
export function meaningOfStatus(status: number, isTimed: boolean): StatusMeaning | undefined {
  const row = ROWS.find(
    ([first, last, , onlyIfTimed]) =>
      first <= status && status <= last && (onlyIfTimed === undefined || isTimed),
  );
  return row === undefined ? 'lost' : row[2];
}

/** Whether an answer of this meaning is a promise that nothing happened. */
export function saysNothingHappened(meaning: StatusMeaning | undefined): boolean {
  return NOTHING_HAPPENED.includes(meaning);
}
