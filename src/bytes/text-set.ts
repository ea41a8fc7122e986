/** Texts that are looked for all at once: as long as they have few lengths, a thousand take as long as one. */
export class TextSet {
  readonly #texts: ReadonlySet<string>;
  readonly #lengths: ReadonlySet<number>;

  constructor(texts: readonly string[]) {
    this.#texts = new Set(texts);
    this.#lengths = new Set(texts.map(({ length }) => length));
  }

  /** Those that a text has at `at`. */
  at(text: string, at: number): string[] {
    const found: string[] = [];
    for (const length of this.#lengths) {
      const part = text.slice(at, at + length);
      if (this.#texts.has(part)) found.push(part);
    }
    return found;
  }
}
