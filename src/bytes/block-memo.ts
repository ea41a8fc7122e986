/** Blocks that are known at a time: the few that one service writes. */
const SIZE = 4;
/** Where so many were none of those, all of them differ, and copying more is in vain. */
const TRIES = 64;
/** Octets of a block that is worth a copy. */
const MAX_LENGTH = 1024;

interface Block<T> {
  readonly octets: DataView;
  readonly value: T;
}

/**
 * Remembers what blocks of octets mean: nearly all parts of a batch begin with the same lines, and to compare them is
 * cheaper than to read them.
 */
export class BlockMemo<T> {
  readonly #blocks: Block<T>[] = [];
  #tries = 0;

  /** The value of a block that stands at `at`; undefined where no known one does. */
  recall(view: DataView, at: number, end: number): T | undefined {
    for (const { octets, value } of this.#blocks) {
      if (octets.byteLength <= end - at && isSame(octets, view, at)) return value;
    }
    return undefined;
  }

  /** Keeps a copy of a block; what it means must follow from its octets alone. */
  remember(block: Uint8Array, value: T): void {
    if (block.length > MAX_LENGTH || this.#tries === TRIES) return;
    const octets = new DataView(new Uint8Array(block).buffer);
    this.#blocks[this.#tries++ % SIZE] = { octets, value };
  }
}

/** Compares four octets at a time; a view, unlike an array of numbers, reads them at any place. */
function isSame(block: DataView, view: DataView, at: number): boolean {
  const length = block.byteLength;
  let next = 0;
  for (; next + 4 <= length; next += 4) {
    if (block.getInt32(next) !== view.getInt32(at + next)) return false;
  }
  for (; next < length; next++) if (block.getUint8(next) !== view.getUint8(at + next)) return false;
  return true;
}
