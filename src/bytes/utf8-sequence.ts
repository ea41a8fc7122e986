/** The least and the greatest second octet of sequences that begin with these; of all others they are 0x80 and 0xBF. */
const SECOND: Readonly<Record<number, readonly [number, number]>> = {
  224: [0xa0, 0xbf],
  237: [0x80, 0x9f],
  240: [0x90, 0xbf],
  244: [0x80, 0x8f],
};

/**
 * The length of the UTF-8 sequence of a character beyond ASCII that begins at `at` (RFC 3629 section 4).
 *
 * @returns 0 where there is none; `'cut'` where the octets end within it
 */
export function utf8SequenceLength(bytes: Uint8Array, at: number): number | 'cut' {
  const first = bytes[at] as number;
  if (first < 0xc2 || first > 0xf4) return 0;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  for (let i = 1; i < length; i++) {
    const octet = bytes[at + i];
    if (octet === undefined) return 'cut';
    const [least, greatest] = (i === 1 ? SECOND[first] : undefined) ?? [0x80, 0xbf];
    if (octet < least || octet > greatest) return 0;
  }
  return length;
}
