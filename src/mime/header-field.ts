/** A token of RFC 9110 section 5.6.2: header names, methods (H-40). */
const TOKEN = /^[\w!#$%&'*+\-.^`|~]+$/;
/** Neither a control character (H-44) nor one that is no octet. */
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Fields that may stand once in a header block (H-48), in lower case. */
export const SINGLE_FIELDS: ReadonlySet<string> = new Set([
  'content-id',
  'content-length',
  'content-transfer-encoding',
  'content-type',
  'host',
]);

export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/** Two fields of one name, in lower case, as one (RFC 9110 section 5.3; cookies: RFC 6265 section 5.4). */
export function joinFields(name: string, before: string, value: string): string {
  return `${before}${name === 'cookie' ? '; ' : ', '}${value}`;
}

export function isFieldValue(text: string): boolean {
  return FIELD_VALUE.test(text);
}

/** Removes the white space of RFC 9110 section 5.6.3 at both ends; in linear time, which `/[ \t]+$/` is not. */
export function trimWhiteSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isWhiteSpace(text, start)) start++;
  while (end > start && isWhiteSpace(text, end - 1)) end--;
  return text.slice(start, end);
}

function isWhiteSpace(text: string, at: number): boolean {
  return text[at] === ' ' || text[at] === '\t';
}
