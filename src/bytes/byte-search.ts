/** Finds the next place of a needle at or after `from`; -1 where there is none. */
export type ByteSearch = (haystack: Uint8Array, from: number) => number;

type NativeIndexOf = (this: Uint8Array, needle: Uint8Array, from: number) => number;

/**
 * Node's, Bun's and Deno's own search, which works on any Uint8Array. Ours finds the same places; with it scanning takes
 * 1.4 times as long on 1000 × 1 KiB, 5 times on 100 × 20 KB, and 0.3 times on bodies full of dashes.
 */
const nativeIndexOf = (globalThis as { Buffer?: { prototype: { indexOf: NativeIndexOf } } }).Buffer?.prototype
  .indexOf;

/** Prepares the search for one needle of at least one octet. */
export function compileSearch(needle: Uint8Array): ByteSearch {
  if (nativeIndexOf !== undefined) {
    return (haystack, from) => nativeIndexOf.call(haystack, needle, from);
  }
  return compilePortableSearch(needle);
}

/**
 * The search for runtimes without a native one: Horspool's. The octet under the needle's end says how far the needle can be
 * moved without passing over a match, mostly its whole length. Trying each place takes 6.5 times as long on
 * 1000 × 1 KiB, 13 times on 100 × 20 KB.
 */
export function compilePortableSearch(needle: Uint8Array): ByteSearch {
  const last = needle.length - 1;
  const shift = new Uint32Array(256).fill(needle.length);
  for (let i = 0; i < last; i++) shift[needle[i] as number] = last - i;

  return (haystack, from) => {
    const end = haystack.length - needle.length;
    let at = from;
    while (at <= end) {
      let i = last;
      while (i >= 0 && haystack[at + i] === needle[i]) i--;
      if (i < 0) return at;
      at += shift[haystack[at + last] as number] as number;
    }
    return -1;
  };
}
