import type { JobTicket } from '../../../src/jobs/job.ts';
import type { Fetch } from '../../../src/transport/fetch.ts';

/** Nothing comes of it any more. */
const NEVER = new Promise<never>(() => {});

/**
 * A process that ends after some steps, between any two of them: before a request leaves, before its answer is read, before
 * and after a ticket is kept. What had been kept by then is all that is left of it.
 */
export class MortalProcess {
  readonly died: Promise<void>;
  readonly signal: AbortSignal;
  readonly #controller = new AbortController();
  readonly #keep: (ticket: JobTicket) => void;
  #stepsLeft: number;
  #die = () => {};

  constructor(steps: number, keep: (ticket: JobTicket) => void) {
    this.#stepsLeft = steps;
    this.#keep = keep;
    this.signal = this.#controller.signal;
    this.died = new Promise((resolve) => {
      this.#die = resolve;
    });
  }

  get isDead(): boolean {
    return this.#stepsLeft < 0;
  }

  fetch(fetch: Fetch): Fetch {
    return async (url, init) => {
      await this.#step();
      const answer = await fetch(url, { ...init, signal: new AbortController().signal });
      await this.#step();
      return answer;
    };
  }

  readonly onTicket = async (ticket: JobTicket): Promise<void> => {
    await this.#step();
    this.#keep(JSON.parse(JSON.stringify(ticket)));
    await this.#step();
  };

  async #step(): Promise<void> {
    if (--this.#stepsLeft >= 0) return;
    this.#die();
    // Its timers are gone with it.
    this.#controller.abort(new Error('the process is gone'));
    await NEVER;
  }
}
