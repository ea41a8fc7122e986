const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const PADDING = 0x3d;

const LETTERS = /* @__PURE__ */ codesOf(ALPHABET);
/** The six bits of each letter, of base64 and of base64url; 64 for what is none. */
const BITS = /* @__PURE__ */ bitsOfLetters();

/** Writes octets in base64url (RFC 4648 section 5), without padding. */
export function encodeBase64url(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const text = new Uint8Array(Math.ceil((bytes.length * 4) / 3));
  let at = 0;
  for (let i = 0; i < bytes.length; i += 3) {
    const bits = ((bytes[i] as number) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    // What lies behind the end is dropped by the array.
    text[at++] = LETTERS[bits >> 18] as number;
    text[at++] = LETTERS[(bits >> 12) & 63] as number;
    text[at++] = LETTERS[(bits >> 6) & 63] as number;
    text[at++] = LETTERS[bits & 63] as number;
  }
  return text;
}

/** Reads base64url or base64, with or without padding (J-14); undefined where the text is neither. */
export function decodeBase64url(text: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  const { length } = text;
  let end = length;
  if (length % 4 === 0) while (end > length - 2 && text[end - 1] === PADDING) end--;
  if (end % 4 === 1) return undefined;

  const bytes = new Uint8Array(Math.floor((end * 3) / 4));
  let buffer = 0;
  let at = 0;
  for (let i = 0; i < end; i++) {
    const bits = BITS[text[i] as number] as number;
    if (bits === 64) return undefined;
    buffer = ((buffer << 6) | bits) & 0xffffff;
    if (i % 4 > 0) bytes[at++] = (buffer >> (6 - 2 * (i % 4))) & 0xff;
  }
  return bytes;
}

function codesOf(letters: string): Uint8Array {
  return Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
}

function bitsOfLetters(): Uint8Array {
  const table = new Uint8Array(256).fill(64);
  for (const letters of [ALPHABET, `${ALPHABET.slice(0, 62)}+/`]) {
    for (const [bits, code] of codesOf(letters).entries()) table[code] = bits;
  }
  return table;
}
