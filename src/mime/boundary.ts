/**
 * RFC 2046 section 5.1.1: 1 to 70 characters of a small alphabet, the last no space (M-01, M-02).
 */
const BOUNDARY = /^[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]$/;

/** What may stand unquoted in a parameter: no space, no tspecial of RFC 2045 section 5.1. */
const TOKEN = /^[0-9A-Za-z'+_\-.]+$/;

export function isBoundary(value: string): boolean {
  return BOUNDARY.test(value);
}

/** A multipart media type, its boundary quoted only where it has to be: several clients can't read quotes (M-03, M-04). */
export function multipartMediaType(boundary: string): string {
  return `multipart/mixed; boundary=${TOKEN.test(boundary) ? boundary : `"${boundary}"`}`;
}
