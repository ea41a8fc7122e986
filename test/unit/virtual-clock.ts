import type { Clock } from '../../src/transport/clock.ts';

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

/** A clock on which an hour takes no time. */
export class VirtualClock implements Clock {
  #now: number;
  #timers: Timer[] = [];

  constructor(now = Date.UTC(2026, 0, 1)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  schedule(run: () => void, ms: number): () => void {
    const timer = { at: this.#now + Math.max(0, ms), run };
    const place = this.#timers.findIndex(({ at }) => at > timer.at);
    this.#timers.splice(place === -1 ? this.#timers.length : place, 0, timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** How many wait for their time. */
  get timers(): number {
    return this.#timers.length;
  }

  /** Lets time pass, and everything happen that happens in it. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settled();
    for (let [next] = this.#timers; next !== undefined && next.at <= end; [next] = this.#timers) {
      await this.#runNext(next);
    }
    this.#now = end;
  }

  /** Lets time pass until something has happened; fails where nothing will happen any more. */
  async until<T>(promise: Promise<T>): Promise<T> {
    let isDone = false;
    const done = () => {
      isDone = true;
    };
    promise.then(done, done);
    await settled();
    while (!isDone) {
      const [next] = this.#timers;
      if (next === undefined) {
        await settled();
        if (!isDone && this.#timers.length === 0) throw new Error('nothing happens any more');
        continue;
      }
      await this.#runNext(next);
    }
    return promise;
  }

  async #runNext(timer: Timer): Promise<void> {
    this.#timers.shift();
    this.#now = timer.at;
    timer.run();
    await settled();
  }
}

/** Waits until everything has happened that can happen now. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
