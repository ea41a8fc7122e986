import type { EncodeBatchRequestOptions } from '../batch/encode-options.ts';
import { isBatchError } from '../batch/is-batch-error.ts';
import { batchOf } from './encode-units.ts';
import { encodedSize, frameSize } from './encoded-size.ts';
import type { Unit } from './unit.ts';

/** Ids have more digits in a batch than alone. */
const SPARE = 6;

/** How many octets units have, and how many a batch may have; measured only where that matters. */
export class UnitSizes {
  readonly #options: EncodeBatchRequestOptions;
  readonly #sizes = new WeakMap<Unit, number>();
  /** What is known to be taken: by the service's word, or because more was refused. */
  #maximum: number;
  #frame: number | undefined;

  constructor(options: EncodeBatchRequestOptions, maximum: number) {
    this.#options = options;
    this.#maximum = maximum;
  }

  /** Octets for units, in a batch that may have so many. */
  get room(): number {
    return Number.isFinite(this.#maximum) ? this.#maximum - this.#frameSize() : this.#maximum;
  }

  of(unit: Unit): number {
    const known = this.#sizes.get(unit);
    if (known !== undefined) return known;
    const size = this.#measure(unit);
    this.#sizes.set(unit, size);
    return size;
  }

  /** A batch of so many octets was too large. */
  tooLarge(octets: number): void {
    this.#maximum = Math.min(this.#maximum, Math.floor(octets / 2));
  }

  #measure(unit: Unit): number {
    try {
      return encodedSize(batchOf([unit]), this.#options) - this.#frameSize() + unit.operations * SPARE;
    } catch (error) {
      // What can't be encoded is told when its batch is.
      if (isBatchError(error)) return 0;
      throw error;
    }
  }

  #frameSize(): number {
    this.#frame ??= frameSize(this.#options);
    return this.#frame;
  }
}
