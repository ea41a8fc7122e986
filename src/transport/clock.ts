import type { AbortSignalLike } from './abort-signal.ts';

/** The time, and a way to wait for it. */
export interface Clock {
  /** Milliseconds since 1970; never goes back. */
  now(): number;
  /** Runs something once, so many milliseconds from now; returns what cancels that. */
  schedule(run: () => void, ms: number): () => void;
}

interface TimerGlobal {
  readonly performance: { readonly timeOrigin: number; now(): number };
  setTimeout(run: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
}

/** The longest that timers can wait; they take more for nothing. */
const LONGEST = 2 ** 31 - 1;

/** The runtime's own time. It is not set back where somebody corrects the clock of the machine. */
export const systemClock: Clock = {
  now() {
    const { performance } = globalThis as unknown as TimerGlobal;
    return performance.timeOrigin + performance.now();
  },
  schedule(run, ms) {
    const { setTimeout, clearTimeout } = globalThis as unknown as TimerGlobal;
    const end = systemClock.now() + ms;
    let timer: unknown;
    const step = (left: number) => {
      timer = setTimeout(
        () => {
          const rest = end - systemClock.now();
          if (rest >= 1) step(rest);
          else run();
        },
        Math.min(Math.max(left, 0), LONGEST),
      );
    };
    step(ms);
    return () => clearTimeout(timer);
  },
};

/** Waits; rejects with the signal's reason where that is aborted. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignalLike | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = () => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = clock.schedule(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', onAbort);
  });
}
