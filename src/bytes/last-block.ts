/** Tells whether the last block of a window comes again in it; nothing is copied. */
export class LastBlock {
  #start = 0;
  #length = 0;
  #view: DataView | undefined;

  get length(): number {
    return this.#length;
  }

  /** There is another window. */
  forget(): void {
    this.#length = 0;
    this.#view = undefined;
  }

  set(start: number, end: number): void {
    this.#start = start;
    this.#length = end - start;
  }

  /** Whether the same octets stand at `at` too; not where there was no block. */
  isAt(window: Uint8Array, at: number): boolean {
    const length = this.#length;
    if (length === 0 || length > window.length - at) return false;
    this.#view ??= new DataView(window.buffer, window.byteOffset, window.length);
    const view = this.#view;
    const start = this.#start;
    let next = 0;
    // Four octets at a time: a view, unlike an array, reads them at any place.
    for (; next + 4 <= length; next += 4) {
      if (view.getInt32(start + next, true) !== view.getInt32(at + next, true)) return false;
    }
    for (; next < length; next++) if (window[start + next] !== window[at + next]) return false;
    return true;
  }
}
