interface Decoder {
  decode(bytes: Uint8Array): string;
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
const nativeLatinSlice = (globalThis as { Buffer?: { prototype: { latin1Slice?: LatinSlice } } }).Buffer
  ?.prototype.latin1Slice;

export const utf8Encoder: Encoder = new TextEncoder();
const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

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
 * Decodes text, leaving out a byte order mark; undefined where the charset is unknown or the octets are not of it.
 *
 * @param charset a label of the encoding standard; default UTF-8
 */
export function decodeText(bytes: Uint8Array, charset?: string): string | undefined {
  try {
    const decoder =
      charset === undefined ? utf8Decoder : new TextDecoder(charset, { fatal: true, ignoreBOM: false });
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}
