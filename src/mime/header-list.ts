import { type BodyFormat, bodyFormatOf } from './body-format.ts';
import { parseMediaType } from './media-type.ts';

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
  #bodyFormat: BodyFormat | undefined;

  constructor(fields: readonly (readonly [name: string, value: string])[]) {
    this.#fields = fields;
  }

  /** What the Content-Type says of the body; read once, because the answers of a batch share their headers. */
  get bodyFormat(): BodyFormat {
    this.#bodyFormat ??= bodyFormatOf(parseMediaType(this.get('Content-Type') ?? ''));
    return this.#bodyFormat;
  }

  get(name: string): string | null {
    let found: string | null = null;
    for (const [given, value] of this.#fields) {
      // Lengths first: most names differ in them, and lower case costs.
      if (given.length !== name.length || given.toLowerCase() !== name.toLowerCase()) continue;
      found = found === null ? value : `${found}, ${value}`;
    }
    return found;
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
