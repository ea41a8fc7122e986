import { expectArgument } from '../expect-argument.ts';
import { type AbortSignalLike, makeController } from './abort-signal.ts';
import type { Clock } from './clock.ts';

/** Until when something is worth waiting for. */
export interface TimeLimit {
  /** Aborted when the time is over, or when the outer signal is. */
  readonly signal: AbortSignalLike;
  /** Whether the time was over first. */
  readonly isOver: boolean;
  /** Lets go of the timer and of the outer signal. */
  close(): void;
}

/**
 * A signal that is aborted after some time, or with another one.
 *
 * @param ms Infinity for no limit
 * @param reason what it is aborted with when the time is over
 */
export function startTimeLimit(
  clock: Clock,
  ms: number,
  reason: () => unknown,
  outer?: AbortSignalLike | undefined,
): TimeLimit {
  expectArgument(typeof clock?.schedule === 'function', 'clock', 'a clock');
  expectArgument(typeof ms === 'number', 'ms', 'milliseconds');
  expectArgument(typeof reason === 'function', 'reason', 'a function');
  const isSignal = typeof outer?.addEventListener === 'function';
  expectArgument(outer === undefined || isSignal, 'outer', 'an AbortSignal');
  const controller = makeController();
  let isOver = false;
  const onAbort = () => controller.abort(outer?.reason);
  const cancel = Number.isFinite(ms)
    ? clock.schedule(() => {
        isOver = !controller.signal.aborted;
        controller.abort(reason());
      }, ms)
    : () => {};
  if (outer?.aborted) onAbort();
  else outer?.addEventListener('abort', onAbort);
  return {
    signal: controller.signal,
    get isOver() {
      return isOver;
    },
    close() {
      cancel();
      outer?.removeEventListener('abort', onAbort);
    },
  };
}
