/** The first 32 bits of the fractional parts of a root of the first primes (FIPS 180-4, sections 4.2.2 and 5.3.3). */
const PRIMES = [
  2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103,
  107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167, 173, 179, 181, 191, 193, 197, 199, 211, 223,
  227, 229, 233, 239, 241, 251, 257, 263, 269, 271, 277, 281, 283, 293, 307, 311,
];
const fraction = (root: number) => ((root - Math.floor(root)) * 2 ** 32) | 0;

/**
 * SHA-256 in hexadecimal digits. Not the runtime's: that one answers later, and only where the page came over TLS.
 */
export function sha256(octets: Uint8Array): string {
  const rounds = PRIMES.map((prime) => fraction(Math.cbrt(prime)));
  const hash = Int32Array.from(PRIMES.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));
  const padded = pad(octets);
  const words = new Int32Array(64);
  for (let block = 0; block < padded.byteLength; block += 64) addBlock(hash, words, padded, block, rounds);
  return Array.from(hash, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

/** A one, zeros, and the length in bits, up to whole blocks. */
function pad(octets: Uint8Array): DataView {
  const view = new DataView(new ArrayBuffer((((octets.length + 8) >> 6) + 1) * 64));
  new Uint8Array(view.buffer).set(octets);
  view.setUint8(octets.length, 0x80);
  view.setUint32(view.byteLength - 8, Math.floor(octets.length / 2 ** 29));
  view.setUint32(view.byteLength - 4, octets.length << 3);
  return view;
}

function addBlock(
  hash: Int32Array,
  words: Int32Array,
  padded: DataView,
  block: number,
  rounds: readonly number[],
): void {
  for (let i = 0; i < 16; i++) words[i] = padded.getInt32(block + i * 4);
  for (let i = 16; i < 64; i++) {
    const [w15, w2] = [at(words, i - 15), at(words, i - 2)];
    const s0 = rotate(w15, 7) ^ rotate(w15, 18) ^ (w15 >>> 3);
    const s1 = rotate(w2, 17) ^ rotate(w2, 19) ^ (w2 >>> 10);
    words[i] = at(words, i - 16) + s0 + at(words, i - 7) + s1;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = hash;
  for (let i = 0; i < 64; i++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (rounds[i] as number) + at(words, i)) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
  }
  for (const [i, word] of [a, b, c, d, e, f, g, h].entries()) hash[i] = at(hash, i) + word;
}

function rotate(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

function at(words: Int32Array, index: number): number {
  return words[index] as number;
}
