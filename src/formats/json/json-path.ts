import type { Path } from '../../reading.ts';

/** Of names that nobody knows, so much is told. */
const SHOWN = 40;

/** Names a place in a JSON batch, and is put into words only where something is wrong: `requests[2].headers.prefer`. */
export class JsonPath {
  readonly #parent: Path;
  readonly #step: string | number;

  /** @param parent what the place is in; empty for the message itself */
  constructor(parent: Path, step: string | number) {
    this.#parent = parent;
    this.#step = typeof step === 'number' ? step : step.slice(0, SHOWN);
  }

  toString(): string {
    const parent = this.#parent.toString();
    if (typeof this.#step === 'number') return `${parent}[${this.#step}]`;
    return parent === '' ? this.#step : `${parent}.${this.#step}`;
  }
}
