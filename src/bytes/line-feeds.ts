import { LF } from './ascii.ts';

type NativeIndexOf = (this: Uint8Array, octet: number, from: number) => number;
const nativeIndexOf = (globalThis as { Buffer?: { prototype: { indexOf: NativeIndexOf } } }).Buffer?.prototype
  .indexOf;

/** A native search pays where it passes over more octets than this; shorter lines are counted four octets at a time. */
const PAYS = 64;

/** How many line feeds there are from `start` to `end`; what lies after the last byte counts as none. */
export function countLineFeeds(bytes: Uint8Array, start: number, end: number): number {
  // A view, because the native search knows no end, and words beyond the last byte are no memory of ours.
  const view = bytes.subarray(start, end);
  if (nativeIndexOf === undefined) return countByWords(view, 0, view.length);
  let count = 0;
  for (let at = 0; at < view.length; ) {
    const next = nativeIndexOf.call(view, LF, at);
    if (next === -1) return count;
    if (next - at > PAYS) {
      count++;
      at = next + 1;
      continue;
    }
    const stretch = Math.min(view.length, at + 16 * PAYS);
    count += countByWords(view, at, stretch);
    at = stretch;
  }
  return count;
}

const FOUR_LINE_FEEDS = 0x0a0a0a0a;
/** So many words fit into sums of one octet each. */
const SUMMANDS = 255;

/** Four octets at a time; octet by octet 3 times as long, for lines of 8 to 20 octets. */
function countByWords(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 8) return countByOctets(bytes, start, end);
  const aligned = start + (-(bytes.byteOffset + start) & 3);
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + aligned, (end - aligned) >>> 2);
  let count = 0;
  for (let at = 0; at < words.length; ) {
    let sums = 0;
    for (const stop = Math.min(words.length, at + SUMMANDS); at < stop; at++) {
      // An octet that is LF is 0 here, and of the four high bits the only one that no carry or bit of its own sets.
      const octets = (words[at] as number) ^ FOUR_LINE_FEEDS;
      const others = ((octets & 0x7f7f7f7f) + 0x7f7f7f7f) | octets;
      sums = (sums + ((~others & 0x80808080) >>> 7)) | 0;
    }
    count += (sums & 0xff) + ((sums >>> 8) & 0xff) + ((sums >>> 16) & 0xff) + (sums >>> 24);
  }
  const rest = aligned + words.length * 4;
  return count + countByOctets(bytes, start, aligned) + countByOctets(bytes, rest, end);
}

function countByOctets(bytes: Uint8Array, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at++) if (bytes[at] === LF) count++;
  return count;
}
