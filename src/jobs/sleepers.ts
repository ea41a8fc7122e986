import type { AbortSignalLike } from '../transport/abort-signal.ts';
import type { Clock } from '../transport/clock.ts';

/** Those who wait for a time, and can be woken before. */
export class Sleepers {
  readonly #wakes = new Set<() => void>();

  /** Waits for some time, or until all are woken; rejects with the signal's reason where that is aborted. */
  sleep(clock: Clock, ms: number, signal: AbortSignalLike): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      const end = (settle: () => void) => {
        cancel();
        signal.removeEventListener('abort', onAbort);
        this.#wakes.delete(wake);
        settle();
      };
      const onAbort = () => end(() => reject(signal.reason));
      const wake = () => end(resolve);
      const cancel = clock.schedule(wake, ms);
      signal.addEventListener('abort', onAbort);
      this.#wakes.add(wake);
    });
  }

  wake(): void {
    for (const wake of [...this.#wakes]) wake();
  }
}
