import { type ByteSearch, compileSearch } from './byte-search.ts';

/** Looks for octets in what passes chunk by chunk; an occurrence may begin in one chunk and end in another. */
export class ChunkSearch {
  readonly #search: ByteSearch;
  /** How many octets of an occurrence the chunks before the last one can hold. */
  readonly #overlap: number;
  /** The last octets that passed, as many as the overlap. */
  #tail: Uint8Array = new Uint8Array(0);

  constructor(needle: Uint8Array) {
    this.#search = compileSearch(needle);
    this.#overlap = needle.length - 1;
  }

  /** Whether an occurrence ends in this chunk. */
  endsIn(chunk: Uint8Array): boolean {
    const overlap = this.#overlap;
    const seam = joined(this.#tail, chunk.subarray(0, overlap));
    const found = this.#search(seam, 0) !== -1 || this.#search(chunk, 0) !== -1;
    const last = chunk.length < overlap ? seam : chunk;
    // Copied, and not by `slice`: of a Buffer that is the caller's memory, which the next chunk may use again.
    this.#tail = new Uint8Array(last.subarray(Math.max(0, last.length - overlap)));
    return found;
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
