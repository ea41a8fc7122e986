export type Entity = Readonly<Record<string, unknown>>;

export interface EntitySetOptions {
  /** Names of the key properties. */
  readonly keys: readonly string[];
  /** Makes the key where the client gives none. */
  readonly newKey?: (() => string) | undefined;
}

/** What an operation's URL points at, such as `Authors(1)/books`. */
export interface EntityPath {
  readonly set: string;
  /** As it stands between the parentheses. */
  readonly key?: string | undefined;
  readonly navigation?: string | undefined;
}

/** Entities in memory, with real rollback: entities are never changed, only replaced. */
export class EntityStore {
  readonly #sets: Readonly<Record<string, EntitySetOptions>>;
  #rows = new Map<string, Entity>();

  constructor(sets: Readonly<Record<string, EntitySetOptions>>) {
    this.#sets = sets;
  }

  has(set: string): boolean {
    return Object.hasOwn(this.#sets, set);
  }

  all(set: string): Entity[] {
    return [...this.#rows].flatMap(([row, entity]) => (row.startsWith(`${set}(`) ? [entity] : []));
  }

  find(set: string, key: string): Entity | undefined {
    return this.#rows.get(this.#rowOfKey(set, key));
  }

  /** Undefined where the key is taken. */
  insert(set: string, body: Entity): Entity | undefined {
    const { keys, newKey } = this.#options(set);
    const [name] = keys;
    const entity =
      newKey !== undefined && name !== undefined && body[name] === undefined
        ? { [name]: newKey(), ...body }
        : body;
    const row = this.urlOf(set, entity);
    if (this.#rows.has(row)) return undefined;
    this.#rows.set(row, entity);
    return entity;
  }

  put(set: string, key: string, entity: Entity): void {
    this.#rows.set(this.#rowOfKey(set, key), entity);
  }

  remove(set: string, key: string): boolean {
    return this.#rows.delete(this.#rowOfKey(set, key));
  }

  /** The URL of an entity relative to the service root; also its place in the store. */
  urlOf(set: string, entity: Entity): string {
    const values = this.#options(set).keys.map((name) => [name, entity[name]] as const);
    const text = values.map(([name, value]) => (values.length === 1 ? String(value) : `${name}='${value}'`));
    return `${set}(${text.join(',')})`;
  }

  /** Undoes everything where `run` throws. */
  async transaction<T>(run: () => Promise<T>): Promise<T> {
    const before = new Map(this.#rows);
    try {
      return await run();
    } catch (error) {
      this.#rows = before;
      throw error;
    }
  }

  /** `Authors(1)` and `Authors(ID=1)` are one entity. */
  #rowOfKey(set: string, key: string): string {
    const { keys } = this.#options(set);
    const [only] = keys;
    return `${set}(${keys.length === 1 && key.startsWith(`${only}=`) ? key.slice(`${only}=`.length) : key})`;
  }

  #options(set: string): EntitySetOptions {
    const options = this.#sets[set];
    if (options === undefined) throw new Error(`no entity set ${set}`);
    return options;
  }
}
