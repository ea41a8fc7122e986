/** The least that a multipart reader can do: finds every delimiter, and looks at nothing else. */
export function searchDelimiters(bytes: Buffer, boundary: string): number {
  const needle = Buffer.from(`\r\n--${boundary}`);
  let found = 0;
  for (let at = bytes.indexOf(needle); at !== -1; at = bytes.indexOf(needle, at + needle.length)) found++;
  return found;
}
