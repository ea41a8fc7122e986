/** Line breaks, other control characters and white space, which change what a terminal or a log shows. */
const GAPS = /[\p{Cc}\p{Zl}\p{Zp}\s]+/gu;
/** What turns text round. */
const DIRECTIONS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const HALF_CHARACTERS = /\p{Cs}/gu;

/**
 * A text of somebody else's as it can stand in a message: one line without control characters, half characters and changes of
 * direction, cut where it is too long.
 *
 * @param limit UTF-16 code units of the result, at most
 */
export function harmlessText(text: string, limit: number): string {
  // White space counts less than it is long: what is cut off here would rarely be in the result.
  const start = text.slice(0, 4 * limit);
  const line = start.replace(DIRECTIONS, '').replace(GAPS, ' ').replace(HALF_CHARACTERS, '\ufffd').trim();
  if (line.length <= limit && start.length === text.length) return line;
  const cut = line.slice(0, limit - 1);
  return `${/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}
