import { shared } from './outcome.ts';
import { isChangeSet, type PlannedItem, type PlannedOperation, sentItems } from './plan.ts';
import type { OperationResult } from './result.ts';

/** Operations that went with others, and the results that they share with those. */
export class CoalescedResults {
  /** The items as they were sent. */
  readonly sent: readonly PlannedItem[];
  readonly #items: readonly PlannedItem[];
  /** By the place, in the flattened batch, of the operation that was sent. */
  readonly #followers = new Map<number, PlannedOperation[]>();
  /** The item, of those sent, that an operation went in; empty where all were sent as they are. */
  readonly #sentIn = new Map<number, number>();

  constructor(items: readonly PlannedItem[]) {
    this.#items = items;
    this.sent = sentItems(items);
    if (this.sent === items) return;
    for (const [place, item] of this.sent.entries()) {
      for (const { index } of isChangeSet(item) ? item : [item]) this.#sentIn.set(index, place);
    }
    for (const planned of items.flat()) this.#follow(planned);
  }

  #follow(planned: PlannedOperation): void {
    const { sentAs, index } = planned;
    if (sentAs === undefined) return;
    this.#sentIn.set(index, this.#sentIn.get(sentAs) as number);
    const followers = this.#followers.get(sentAs);
    if (followers === undefined) this.#followers.set(sentAs, [planned]);
    else followers.push(planned);
  }

  /** The place, among the items that were sent, of the one that an operation went in. */
  placeOf({ index, path }: Pick<OperationResult, 'index' | 'path'>): number {
    return this.#sentIn.get(index) ?? path[0];
  }

  /** Results, each followed by those of the operations that share it. */
  spread(results: readonly OperationResult[]): readonly OperationResult[] {
    if (this.#followers.size === 0) return results;
    return results.flatMap((result) => {
      const followers = this.#followers.get(result.index) ?? [];
      return [result, ...followers.map((planned) => shared(result, planned))];
    });
  }

  /** The results of what was sent as results of all, nested like the batch. */
  nest<Item extends OperationResult | OperationResult[]>(results: Item[]): Item[] {
    if (this.#followers.size === 0) return results;
    const byIndex = new Map(results.flat().map((result) => [result.index, result as OperationResult]));
    const resultOf = (planned: PlannedOperation): OperationResult => {
      const result = byIndex.get(planned.sentAs ?? planned.index) as OperationResult;
      return planned.sentAs === undefined ? result : shared(result, planned);
    };
    return this.#items.map((item) => (isChangeSet(item) ? item.map(resultOf) : resultOf(item)) as Item);
  }
}
