/** One octet for each character, so that a test can write any octet as `\xNN`. */
export function octets(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => {
    const code = character.charCodeAt(0);
    if (character.length !== 1 || code > 0xff) throw new RangeError(`no octet: ${character}`);
    return code;
  });
}

/** The opposite of {@link octets}: a difference in text can be read. */
export function textOf(bytes: Uint8Array): string {
  return Array.from(bytes, (octet) => String.fromCharCode(octet)).join('');
}

/** Lines of a message, each ended by CRLF. */
export function crlf(...lines: readonly string[]): string {
  return lines.map((line) => `${line}\r\n`).join('');
}
