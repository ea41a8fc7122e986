import type { AbortSignalLike } from './abort-signal.ts';

/**
 * Waits for something, but not beyond an abort: not everything that is given a signal listens to it.
 *
 * @param late told of what comes all the same, so that it can be let go of
 */
export function untilAborted<T>(
  promise: Promise<T>,
  signal: AbortSignalLike,
  late: (value: T) => void = () => {},
): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort);
    const done = () => signal.removeEventListener('abort', onAbort);
    promise.then(
      (value) => {
        done();
        if (signal.aborted) late(value);
        resolve(value);
      },
      (error) => {
        done();
        reject(error);
      },
    );
  });
}
