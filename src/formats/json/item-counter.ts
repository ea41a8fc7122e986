import { BatchLimitError } from '../../errors.ts';
import type { Reading } from '../../reading.ts';

/** Counts the items of a JSON batch, a change set being one, and the operations of each change set. */
export class ItemCounter {
  readonly #limits: Reading['limits'];
  readonly #sizes = new Map<string, number>();
  #items = 0;

  constructor({ limits }: Reading) {
    this.#limits = limits;
  }

  /** Throws where there are more than allowed. */
  count(group: string | undefined): void {
    const { maxParts, maxOperationsPerChangeSet } = this.#limits;
    const size = (group === undefined ? 0 : (this.#sizes.get(group) ?? 0)) + 1;
    if (group !== undefined) this.#sizes.set(group, size);
    if (size === 1) this.#items++;
    if (this.#items > maxParts) throw new BatchLimitError('maxParts', maxParts, this.#items);
    if (group !== undefined && size > maxOperationsPerChangeSet) {
      throw new BatchLimitError('maxOperationsPerChangeSet', maxOperationsPerChangeSet, size);
    }
  }
}
