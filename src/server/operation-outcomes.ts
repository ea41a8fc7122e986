/** What became of the operations of a batch so far, by their ids. */
export class OperationOutcomes {
  readonly #locations: LayeredLocations;
  readonly #failed = new Set<string>();
  readonly #before: OperationOutcomes | undefined;

  /** @param before those of the batch, for a change set: its own count for others only when it has succeeded */
  constructor(before?: OperationOutcomes) {
    this.#before = before;
    this.#locations = new LayeredLocations(before?.locations);
  }

  /** What references mean: see ReferenceContext. */
  get locations(): ReadonlyMap<string, string | null> {
    return this.#locations;
  }

  /** Whether an operation did not succeed, so that what depends on it must not run (J-10). */
  hasFailed(id: string): boolean {
    return this.#failed.has(id) || this.#before?.hasFailed(id) === true;
  }

  note(id: string | undefined, status: number, location: string | null): void {
    if (id === undefined) return;
    this.#locations.set(id, location);
    if (status < 200 || status > 299) this.#failed.add(id);
  }

  /** Notes that operations did not happen. */
  noteUndone(operations: readonly { readonly id?: string | undefined }[]): void {
    for (const { id } of operations) this.note(id, 0, null);
  }

  /** Makes them count for the batch. */
  commit(): void {
    for (const [id, location] of this.#locations.own) {
      this.#before?.note(id, this.#failed.has(id) ? 0 : 200, location);
    }
  }
}

/** The locations of a change set, and behind them those of the batch. */
class LayeredLocations extends Map<string, string | null> {
  readonly #before: ReadonlyMap<string, string | null> | undefined;

  constructor(before: ReadonlyMap<string, string | null> | undefined) {
    super();
    this.#before = before;
  }

  get own(): Iterable<[string, string | null]> {
    return this.entries();
  }

  override has(id: string): boolean {
    return super.has(id) || this.#before?.has(id) === true;
  }

  override get(id: string): string | null | undefined {
    return super.has(id) ? super.get(id) : this.#before?.get(id);
  }
}
