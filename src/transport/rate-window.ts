/** A number of requests in a time. */
export interface Rate {
  readonly requests: number;
  readonly seconds: number;
}

/** Times are rounded up to this part of the window, so that an hour of single requests takes no more memory than a minute. */
const STEPS = 1000;

/**
 * Counts requests in a window of time that slides. A request counts from the moment it is begun until the window's length
 * after it has ended: whenever in between the service counted it, it has left the service's window too.
 */
export class RateWindow {
  readonly requests: number;
  readonly #length: number;
  /** Ended requests, by the time from which they no longer count. */
  readonly #ended: { readonly until: number; count: number }[] = [];
  #used = 0;

  constructor({ requests, seconds }: Rate) {
    this.requests = requests;
    this.#length = seconds * 1000;
  }

  /** How many requests can be begun now. */
  room(now: number): number {
    for (let [oldest] = this.#ended; oldest !== undefined && oldest.until <= now; [oldest] = this.#ended) {
      this.#used -= oldest.count;
      this.#ended.shift();
    }
    return this.requests - this.#used;
  }

  begin(count: number): void {
    this.#used += count;
  }

  /** Takes back what was begun and never went out. */
  cancel(count: number): void {
    this.#used -= count;
  }

  end(count: number, now: number): void {
    const step = this.#length / STEPS;
    // Later than the window's length, never earlier: a window includes both its ends.
    const until = Math.floor((now + this.#length) / step + 1) * step;
    const last = this.#ended.at(-1);
    if (last !== undefined && last.until >= until) last.count += count;
    else this.#ended.push({ until, count });
  }

  /** When there will be room for so many; undefined where that takes requests that have not ended yet. */
  freeAt(count: number, now: number): number | undefined {
    let room = this.room(now);
    if (room >= count) return now;
    for (const { until, count: ended } of this.#ended) {
      room += ended;
      if (room >= count) return until;
    }
    return undefined;
  }
}
