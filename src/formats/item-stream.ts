import type { ChunkReader } from '../bytes/read-chunks.ts';

/** Items that octets gave, and what went wrong behind them. */
export interface ReadItems<T> {
  readonly items: readonly T[];
  readonly failure?: { readonly reason: unknown };
}

/** Makes items of octets. */
export interface ItemReader<T> {
  /** Reads the next octets, or their end. */
  read(chunk: Uint8Array | undefined): ReadItems<T>;
  /** Says that the source failed. */
  lost(cause: unknown): void;
}

/** What comes next: an item, what went wrong, or, at the end, nothing. */
export type Next<T> =
  | { readonly item: T }
  | { readonly failure: unknown }
  | { readonly lost: unknown }
  | undefined;

/**
 * Items as their octets come. Who asks for items asks for chunks, and so does who reads the body of an item while it
 * comes; both get them from here, one at a time.
 */
export class ItemStream<T> {
  readonly #chunks: ChunkReader;
  readonly #reader: ItemReader<T>;
  /** Those before `#told` were told and are let go; `shift` would move all the others, each time. */
  #items: (T | undefined)[] = [];
  #told = 0;
  #end: Next<T>;
  #isOver = false;
  #reading: Promise<void> | undefined;

  constructor(chunks: ChunkReader, reader: ItemReader<T>) {
    this.#chunks = chunks;
    this.#reader = reader;
  }

  /** Reads the next chunk; never rejects: what goes wrong comes behind the items before it. */
  advance(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async next(): Promise<Next<T>> {
    while (this.#told === this.#items.length && !this.#isOver) await this.advance();
    if (this.#told === this.#items.length) return this.#end;
    const item = this.#items[this.#told] as T;
    this.#items[this.#told++] = undefined;
    if (this.#told === this.#items.length) {
      this.#items = [];
      this.#told = 0;
    }
    return { item };
  }

  async #read(): Promise<void> {
    if (this.#isOver) return;
    let chunk: Uint8Array | undefined;
    try {
      chunk = await this.#chunks.next();
    } catch (lost) {
      this.#isOver = true;
      this.#end = { lost };
      this.#reader.lost(lost);
      return;
    }
    const { items, failure } = this.#reader.read(chunk);
    for (const item of items) this.#items.push(item);
    this.#isOver = chunk === undefined || failure !== undefined;
    if (failure !== undefined) this.#end = { failure: failure.reason };
  }
}
