/**
 * The value of a string literal such as `'O''Neil'`, percent-decoded before; undefined where the text is none
 * (`string` of the OData ABNF: each quote inside is doubled).
 */
export function parseStringLiteral(text: string): string | undefined {
  if (text.length < 2 || !text.startsWith("'") || !text.endsWith("'")) return undefined;
  const inner = text.slice(1, -1);
  return inner.replaceAll("''", '').includes("'") ? undefined : inner.replaceAll("''", "'");
}

/** Writes a string literal into a URL: quotes doubled, then percent-encoded. Throws URIError for half a surrogate pair. */
export function writeStringLiteral(value: string): string {
  return encodeURIComponent(`'${value.replaceAll("'", "''")}'`);
}
