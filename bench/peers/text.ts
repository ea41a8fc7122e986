const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** What `fetch(…).text()` gives to packages that read text. */
export function textOf(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** What goes over the wire of packages that write text. */
export function bytesOf(text: string): Uint8Array {
  return encoder.encode(text);
}
