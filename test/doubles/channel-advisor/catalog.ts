/** What belongs to one product, by name or number. */
export interface Product {
  readonly id: number;
  readonly sku: string;
  readonly attributes: Map<string, string>;
  readonly images: Map<string, string>;
  readonly labels: Set<string>;
  readonly components: Map<number, number>;
  readonly quantities: Map<number, unknown>;
}

/** Products and orders in memory. */
export class Catalog {
  #products: Map<number, Product>;
  readonly orders: ReadonlySet<number> = new Set([9]);

  constructor(ids: Iterable<number>) {
    this.#products = new Map(Array.from(ids, (id) => [id, newProduct(id)]));
  }

  product(id: number): Product | undefined {
    return this.#products.get(id);
  }

  /** Runs something that happens as a whole or, where it gives false, not at all. */
  async transaction(run: () => Promise<boolean>): Promise<boolean> {
    const before = new Map(Array.from(this.#products, ([id, product]) => [id, copyOf(product)]));
    const isCommitted = await run();
    if (!isCommitted) this.#products = before;
    return isCommitted;
  }
}

function newProduct(id: number): Product {
  return {
    id,
    sku: `SKU-${id}`,
    attributes: new Map(),
    images: new Map(),
    labels: new Set(),
    components: new Map(),
    quantities: new Map(),
  };
}

function copyOf(product: Product): Product {
  const { attributes, images, labels, components, quantities } = product;
  return {
    ...product,
    attributes: new Map(attributes),
    images: new Map(images),
    labels: new Set(labels),
    components: new Map(components),
    quantities: new Map(quantities),
  };
}
