import type { Answer } from '../exchange.ts';

const MINUTE = 60_000;

/** The requests that are taken from one token: so many in a minute, and after one too many none for a minute. */
export class TokenRate {
  readonly #perMinute: number;
  readonly #taken: number[] = [];
  #blockedUntil = Number.NEGATIVE_INFINITY;

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  /** The answer to one too many; undefined where the request is taken. */
  refuse(now: number): Answer | undefined {
    while (this.#taken[0] !== undefined && this.#taken[0] <= now - MINUTE) this.#taken.shift();
    if (now >= this.#blockedUntil) {
      this.#taken.push(now);
      if (this.#taken.length <= this.#perMinute) return undefined;
      this.#blockedUntil = now + MINUTE;
    }
    const seconds = Math.ceil((this.#blockedUntil - now) / 1000);
    const body = { errorMessage: 'Too many requests' };
    return { status: 429, headers: { 'Retry-After': String(seconds) }, body };
  }
}
