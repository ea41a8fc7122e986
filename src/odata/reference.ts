import { BatchUsageError } from '../errors.ts';

/** In the registry of all realms, so that two copies of the package know each other's references. */
const BRAND: symbol = Symbol.for('odata-batch-codec.Reference');

/** Likewise: the objects that references name, so that only bodies of batches with one of them are searched. */
const NAMED = Symbol.for('odata-batch-codec.referenced');
const realm = globalThis as { [NAMED]?: WeakSet<object> };

/** What a reference can stand for: an object with an id, or without one as long as only its URL is asked for. */
interface Referable {
  readonly id?: string | undefined;
}

/**
 * Stands for what an earlier operation of the batch created: `$<id>` and a path behind it (OData 4.01 Protocol 11.7.4).
 *
 * It prints itself, in templates and in JSON bodies, where its target has an id. In a body of the batch it needs none.
 */
export class Reference<Target extends Referable = Referable> {
  /** The operation, or its id. */
  readonly target: Target | string;
  /** What follows the reference: empty, or beginning with `/`, `?` or `(`. */
  readonly path: string;

  constructor(target: Target | string, path: string) {
    this.target = target;
    this.path = path;
    Object.defineProperty(this, BRAND, { value: true });
    if (typeof target === 'string') return;
    realm[NAMED] ??= new WeakSet();
    realm[NAMED].add(target);
  }

  toString(): string {
    const id = typeof this.target === 'string' ? this.target : this.target.id;
    if (id !== undefined) return `$${id}${this.path}`;
    throw new BatchUsageError([
      {
        path: '',
        code: 'reference-without-id',
        message: 'the target of the reference has no id and is in no batch here: give it an id',
      },
    ]);
  }

  toJSON(): string {
    return this.toString();
  }
}

/** Tells a reference, of this copy of the package or another; nothing that came out of JSON can be one. */
export function isReference(value: unknown): value is Reference {
  return typeof value === 'object' && value !== null && BRAND in value;
}

/** Whether a reference to this object was ever made. */
export function isReferenced(operation: object): boolean {
  return realm[NAMED]?.has(operation) === true;
}

/** Makes sure that a path is told apart from the id before it. */
export function separatePath(path: string): string {
  return path === '' || /^[/?(]/.test(path) ? path : `/${path}`;
}
