import { LF } from './ascii.ts';

type NativeIndexOf = (this: Uint8Array, octet: number, from: number) => number;
const nativeIndexOf = (globalThis as { Buffer?: { prototype: { indexOf: NativeIndexOf } } }).Buffer?.prototype
  .indexOf;

/** A native search pays where it passes over more octets than this; shorter lines are counted octet by octet. */
const PAYS = 64;

/** How many line feeds there are from `start` to `end`. */
export function countLineFeeds(bytes: Uint8Array, start: number, end: number): number {
  // A view, because the native search knows no end.
  const view = bytes.subarray(start, end);
  let count = 0;
  for (let at = 0; at < view.length; ) {
    const next = nativeIndexOf === undefined ? at : nativeIndexOf.call(view, LF, at);
    if (next === -1) return count;
    if (next - at > PAYS) {
      count++;
      at = next + 1;
      continue;
    }
    for (const stretch = Math.min(view.length, at + 16 * PAYS); at < stretch; at++)
      if (view[at] === LF) count++;
  }
  return count;
}
