/** Header fields as they stood in a message: repeated ones are kept, names match in any letter case. */
export interface HeaderList extends Iterable<[string, string]> {
  /** The values of a field joined with `, `; null where it is absent. */
  get(name: string): string | null;
  /** The values of a field, in order. */
  getAll(name: string): string[];
  has(name: string): boolean;
}

/**
 * A list of pairs rather than a map: order and repetition are kept, and no name (`__proto__`) has a meaning.
 * Each value has one character for each octet, as with `Headers`, so `new Headers(list)` works.
 */
export class HeaderFields implements HeaderList {
  readonly #fields: readonly (readonly [name: string, value: string])[];

  constructor(fields: readonly (readonly [name: string, value: string])[]) {
    this.#fields = fields;
  }

  get(name: string): string | null {
    const values = this.getAll(name);
    return values.length === 0 ? null : values.join(', ');
  }

  getAll(name: string): string[] {
    const wanted = name.toLowerCase();
    return this.#fields.filter(([given]) => given.toLowerCase() === wanted).map(([, value]) => value);
  }

  has(name: string): boolean {
    const wanted = name.toLowerCase();
    return this.#fields.some(([given]) => given.toLowerCase() === wanted);
  }

  *[Symbol.iterator](): IterableIterator<[string, string]> {
    for (const [name, value] of this.#fields) yield [name, value];
  }

  // What Node's console shows; without it an empty object.
  static {
    Object.defineProperty(HeaderFields.prototype, Symbol.for('nodejs.util.inspect.custom'), {
      value(this: HeaderFields) {
        return [...this];
      },
    });
  }
}
