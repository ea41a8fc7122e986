/** Something that several wait for, again and again. */
export class Change {
  #resolve: () => void = () => {};
  #promise: Promise<void> | undefined;

  /** Resolves when something has changed since. */
  get next(): Promise<void> {
    this.#promise ??= new Promise((resolve) => {
      this.#resolve = resolve;
    });
    return this.#promise;
  }

  notify(): void {
    this.#resolve();
    this.#promise = undefined;
    this.#resolve = () => {};
  }
}
