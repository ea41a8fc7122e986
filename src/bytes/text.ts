interface Decoder {
  decode(bytes: Uint8Array, options?: { stream: boolean }): string;
}
interface Encoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
  encodeInto(text: string, target: Uint8Array): { read: number; written: number };
}

/** The encoding standard's classes: in every runtime, but in no ECMAScript library that the types could name. */
const { TextDecoder, TextEncoder } = globalThis as unknown as {
  TextDecoder: new (label: string, options: { fatal: boolean; ignoreBOM: boolean }) => Decoder;
  TextEncoder: new () => Encoder;
};

type LatinSlice = (this: Uint8Array, start: number, end: number) => string;
interface NativeBuffer {
  readonly prototype: { readonly latin1Slice?: LatinSlice };
  /** How many octets a text has in UTF-8. */
  readonly byteLength?: (text: string) => number;
}
/** Node's, Bun's and Deno's own. */
const native = (globalThis as { Buffer?: NativeBuffer }).Buffer;
const nativeLatinSlice = native?.prototype.latin1Slice;
const nativeByteLength = native?.byteLength;

export const utf8Encoder: Encoder = new TextEncoder();
const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });
const exactDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** One character for each octet, as HTTP reads its own lines; unlike the label "latin1", which means windows-1252. */
export function latin1(bytes: Uint8Array, start: number, end: number): string {
  if (nativeLatinSlice !== undefined) return nativeLatinSlice.call(bytes, start, end);
  let text = '';
  for (let at = start; at < end; at += 4096) {
    text += String.fromCharCode(...bytes.subarray(at, Math.min(at + 4096, end)));
  }
  return text;
}

/**
 * The text of ASCII octets; undefined where there are others, or where the runtime has nothing faster for ASCII than for
 * any UTF-8.
 */
export function asciiText(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (nativeLatinSlice === undefined || nativeByteLength === undefined) return undefined;
  const text = nativeLatinSlice.call(bytes, start, end);
  // What is more than one octet in UTF-8 is no ASCII.
  return nativeByteLength(text) === text.length ? text : undefined;
}

/** Whether a label of the encoding standard means UTF-8, which is what no label means. */
export function isUtf8(charset: string | undefined): boolean {
  return charset === undefined || /^utf-?8$/i.test(charset);
}

/**
 * Decodes text, leaving out a byte order mark; undefined where the charset is unknown or the octets are not of it.
 *
 * @param charset a label of the encoding standard; default UTF-8
 */
export function decodeText(bytes: Uint8Array, charset?: string): string | undefined {
  try {
    if (isUtf8(charset)) return asciiText(bytes, 0, bytes.length) ?? utf8Decoder.decode(bytes);
    return new TextDecoder(charset as string, { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * Decodes the beginning of text, for people: octets that are not of the charset become U+FFFD. Undefined where the charset is
 * unknown.
 *
 * @param maximum octets that are decoded; a character that ends behind them is left out
 * @param charset a label of the encoding standard; default UTF-8
 */
export function decodeStart(bytes: Uint8Array, maximum: number, charset = 'utf-8'): string | undefined {
  try {
    const decoder = new TextDecoder(charset, { fatal: false, ignoreBOM: false });
    return decoder.decode(bytes.subarray(0, maximum), { stream: bytes.length > maximum });
  } catch {
    return undefined;
  }
}

/** Decodes UTF-8 so that encoding it gives the same octets again: a byte order mark is kept; undefined where it is none. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return exactDecoder.decode(bytes);
  } catch {
    return undefined;
  }
}
