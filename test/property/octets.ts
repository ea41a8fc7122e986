/** Octets as one character each. */
export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

export function fromLatin1(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** How often a text occurs, overlaps included; octet by octet, to owe nothing to the codec's searches. */
export function occurrences(haystack: Uint8Array, needle: string): number {
  let count = 0;
  for (let at = 0; at + needle.length <= haystack.length; at++) {
    let same = 0;
    while (same < needle.length && haystack[at + same] === needle.charCodeAt(same)) same++;
    if (same === needle.length) count++;
  }
  return count;
}

/** How many lines of a message are exactly this text. */
export function linesOf(message: Uint8Array, line: string): number {
  return latin1(message)
    .split('\r\n')
    .filter((each) => each === line).length;
}

export function concat(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat(chunks));
}

/** Cuts octets into chunks of the given lengths; what is left is the last chunk. */
export function cut(bytes: Uint8Array, lengths: readonly number[]): Uint8Array<ArrayBuffer>[] {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let at = 0;
  for (const length of lengths) {
    if (at >= bytes.length) break;
    chunks.push(bytes.slice(at, at + length));
    at += length;
  }
  chunks.push(bytes.slice(at));
  return chunks;
}
