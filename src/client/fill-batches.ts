import type { CompleteLimits } from './batch-limits.ts';
import type { ItemsTogether } from './items-together.ts';

/** Items that stay together, and how much they are. */
export interface Piece extends ItemsTogether {
  readonly operations: number;
  /** Octets beside those that every batch has; 0 where octets are not limited. */
  readonly bytes: number;
}

/** Puts pieces into batches, in order, each as full as it can be. Every piece has to fit into a batch of its own. */
export function fillBatches(
  pieces: readonly Piece[],
  { maxOperations, maxItems, maxBytes }: CompleteLimits,
  firstOperations: number,
): Piece[][] {
  const batches: Piece[][] = [];
  let room = { operations: 0, items: 0, bytes: 0 };
  for (const piece of pieces) {
    const { from, to, operations, bytes } = piece;
    const fits = operations <= room.operations && to - from <= room.items && bytes <= room.bytes;
    const last = batches.at(-1);
    if (fits && last !== undefined) last.push(piece);
    else {
      // What is left of a budget counts only where anything fits into it.
      const isFirst = batches.length === 0 && operations <= firstOperations;
      const most = isFirst ? Math.min(maxOperations, firstOperations) : maxOperations;
      room = { operations: most, items: maxItems, bytes: maxBytes };
      batches.push([piece]);
    }
    room = {
      operations: room.operations - operations,
      items: room.items - (to - from),
      bytes: room.bytes - bytes,
    };
  }
  return batches;
}
