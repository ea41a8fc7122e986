/**
 * A field without its quoted strings (RFC 9110 section 5.6.4), so that commas and words in them mean nothing. One that is never
 * closed reaches to the end: to look for its end from each quote in it again would take quadratic time.
 */
export function withoutQuotedStrings(field: string): string {
  return field.replace(/"(?:[^"\\]|\\.)*(?:"|\\?$)/gs, '');
}
