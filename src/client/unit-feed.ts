import type { Batch } from '../batch/operation.ts';
import type { SourcedUnit } from './unit-stream.ts';

type Item = Batch[number];

/** Where units come from, one way or the other. */
export interface UnitFeed {
  /** Units that are there now, until they have so many operations. */
  pull(operations: number): Iterable<SourcedUnit>;
  /** Whether there will be no more. */
  readonly isEnded: boolean;
  /** Says that nobody wants more; gives those that were taken from the source and never pulled. */
  close(): readonly SourcedUnit[];
}

/** Takes items and gives units. */
interface Chaining {
  next(item: Item): readonly SourcedUnit[];
  end(): readonly SourcedUnit[];
}

function operationsOf(units: readonly SourcedUnit[]): number {
  return units.reduce((sum, { unit }) => sum + unit.operations, 0);
}

/** Units that are made as they are asked for. */
export class UnitsAtHand implements UnitFeed {
  readonly #units: Iterator<SourcedUnit>;
  readonly #chaining: Pick<Chaining, 'end'> | undefined;
  #isRunning = false;
  isEnded = false;

  /** @param chaining what the units are made by, where it keeps back some of them */
  constructor(units: Iterable<SourcedUnit>, chaining?: Pick<Chaining, 'end'>) {
    this.#units = units[Symbol.iterator]();
    this.#chaining = chaining;
  }

  *pull(operations: number): Generator<SourcedUnit, void, undefined> {
    for (let count = 0; count < operations && !this.isEnded; ) {
      const { done, value } = this.#next();
      if (done) this.isEnded = true;
      else {
        count += value.unit.operations;
        yield value;
      }
    }
  }

  close(): readonly SourcedUnit[] {
    if (!this.isEnded && !this.#isRunning) this.#leave();
    this.isEnded = true;
    return this.#chaining?.end() ?? [];
  }

  #next(): IteratorResult<SourcedUnit, unknown> {
    this.#isRunning = true;
    try {
      return this.#units.next();
    } finally {
      this.#isRunning = false;
      // Whoever closed it while it was running could not leave it.
      if (this.isEnded) this.#leave();
    }
  }

  #leave(): void {
    try {
      this.#units.return?.();
    } catch {
      // Nobody hears what the source fails with when it is left.
    }
  }
}

/** Makes units of items that are all there, or made as they are asked for. */
export function* unitsOfItems(
  items: Iterable<Item>,
  chaining: Chaining,
): Generator<SourcedUnit, void, undefined> {
  for (const item of items) yield* chaining.next(item);
  yield* chaining.end();
}

/** Units that come when they come; a few are asked for ahead. */
export class ComingUnits implements UnitFeed {
  readonly #items: AsyncIterator<Item>;
  readonly #chaining: Chaining;
  readonly #ahead: number;
  readonly #onChange: (failure?: { readonly cause: unknown }) => void;
  #buffer: SourcedUnit[] = [];
  #operations = 0;
  #isPumping = false;
  #hasEnded = false;

  /**
   * @param ahead how many operations are asked for ahead
   * @param onChange told when units are there, at the end, and of a failure
   */
  constructor(
    items: AsyncIterable<Item>,
    chaining: Chaining,
    ahead: number,
    onChange: (failure?: { readonly cause: unknown }) => void,
  ) {
    this.#items = items[Symbol.asyncIterator]();
    this.#chaining = chaining;
    this.#ahead = ahead;
    this.#onChange = onChange;
  }

  get isEnded(): boolean {
    return this.#hasEnded && this.#buffer.length === 0;
  }

  pull(operations: number): readonly SourcedUnit[] {
    const pulled = operations > 0 ? this.#buffer : [];
    if (operations > 0) {
      this.#buffer = [];
      this.#operations = 0;
      void this.#pump();
    }
    return pulled;
  }

  close(): readonly SourcedUnit[] {
    if (!this.#hasEnded) {
      this.#hasEnded = true;
      // Nobody waits for what the source does about it, nor hears what it fails with.
      void (async () => this.#items.return?.())().catch(() => {});
    }
    this.#operations = 0;
    return [...this.#buffer.splice(0), ...this.#chaining.end()];
  }

  async #pump(): Promise<void> {
    if (this.#isPumping || this.#hasEnded) return;
    this.#isPumping = true;
    try {
      while (!this.#hasEnded && this.#operations < this.#ahead) {
        const { done, value } = await this.#items.next();
        if (this.#hasEnded) return;
        if (done) this.#hasEnded = true;
        this.#keep(done ? this.#chaining.end() : this.#chaining.next(value));
      }
    } catch (cause) {
      this.#hasEnded = true;
      this.#onChange({ cause });
    } finally {
      this.#isPumping = false;
      this.#onChange();
    }
  }

  #keep(units: readonly SourcedUnit[]): void {
    const wasEmpty = this.#buffer.length === 0;
    this.#buffer.push(...units);
    this.#operations += operationsOf(units);
    // Who waits is woken for the first one, and then when there are enough.
    if (wasEmpty && units.length > 0) this.#onChange();
  }
}
