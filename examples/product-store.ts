/** A product of the example service; its photo is kept beside it, octet for octet. */
export interface Product {
  readonly id: number;
  readonly name: string;
  readonly price: number;
  readonly photo?: Photo;
}

export interface Photo {
  readonly contentType: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Products in memory, with transactions: what fails half-way leaves nothing behind. */
export class ProductStore {
  #products = new Map<number, Product>();
  #nextId = 1;

  constructor(products: readonly Omit<Product, 'id'>[]) {
    for (const product of products) this.insert(product);
  }

  all(): Product[] {
    return [...this.#products.values()];
  }

  get(id: number): Product | undefined {
    return this.#products.get(id);
  }

  insert(product: Omit<Product, 'id'>): Product {
    const inserted = { ...product, id: this.#nextId++ };
    this.#products.set(inserted.id, inserted);
    return inserted;
  }

  update(product: Product): void {
    this.#products.set(product.id, product);
  }

  delete(id: number): boolean {
    return this.#products.delete(id);
  }

  /** Runs something and, where it throws, puts everything back as it was before. */
  async transaction<T>(run: () => Promise<T>): Promise<T> {
    const before = { products: new Map(this.#products), nextId: this.#nextId };
    try {
      return await run();
    } catch (error) {
      this.#products = before.products;
      this.#nextId = before.nextId;
      throw error;
    }
  }
}
