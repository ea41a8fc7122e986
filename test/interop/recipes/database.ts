import { AsyncLocalStorage } from 'node:async_hooks';

export interface Product {
  readonly id: number;
  readonly name: string;
}

/** What a transaction has written and nobody else sees yet. */
type Draft = Map<number, Product>;

/** Products in memory: what belongs to one transaction, only its own operations see, until it is committed. */
export class ProductDatabase {
  #committed: ReadonlyMap<number, Product> = new Map();
  #last = 0;
  readonly #current = new AsyncLocalStorage<Draft>();

  /** Runs something as one. What it calls, however deep, is part of it. */
  async transaction<T>(run: () => Promise<T>): Promise<T> {
    const draft: Draft = new Map();
    const result = await this.#current.run(draft, run);
    this.#committed = new Map([...this.#committed, ...draft]);
    return result;
  }

  all(): Product[] {
    return [...this.#committed.values(), ...(this.#current.getStore()?.values() ?? [])];
  }

  find(id: number): Product | undefined {
    return this.all().find((product) => product.id === id);
  }

  /** Undefined where the name is taken. */
  insert(name: string): Product | undefined {
    if (this.all().some((product) => product.name === name)) return undefined;
    const product = { id: ++this.#last, name };
    const draft = this.#current.getStore();
    if (draft !== undefined) draft.set(product.id, product);
    else this.#committed = new Map(this.#committed).set(product.id, product);
    return product;
  }
}
