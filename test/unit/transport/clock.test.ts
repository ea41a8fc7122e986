import { describe, expect, it, vi } from 'vitest';
import { sleep, systemClock } from '../../../src/transport/clock.ts';
import { rejectionOf } from '../catch-error.ts';
import { VirtualClock } from '../virtual-clock.ts';

describe('the clock of the runtime', () => {
  it('tells the time', () => {
    expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(60_000);
  });

  it('waits as long as it is told, and not at all where that is cancelled', async () => {
    const begun = systemClock.now();
    let cancelled = false;
    systemClock.schedule(() => {
      cancelled = true;
    }, 5)();
    await sleep(systemClock, 20);
    expect(systemClock.now() - begun).toBeGreaterThanOrEqual(19);
    expect(cancelled).toBe(false);
  });

  it('waits longer than timers can', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    try {
      let ran = 0;
      systemClock.schedule(() => ran++, 2 ** 32);
      await vi.advanceTimersByTimeAsync(2 ** 32 - 1000);
      expect(ran).toBe(0);
      await vi.advanceTimersByTimeAsync(1001);
      expect(ran).toBe(1);
      const cancel = systemClock.schedule(() => ran++, 2 ** 32);
      await vi.advanceTimersByTimeAsync(2 ** 31 + 10);
      cancel();
      await vi.advanceTimersByTimeAsync(2 ** 32);
      expect(ran).toBe(1);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('sleep', () => {
  it('ends with the abort, and leaves no timer behind', async () => {
    const clock = new VirtualClock();
    const controller = new AbortController();
    const sleeping = rejectionOf(sleep(clock, 1000, controller.signal));
    await clock.advance(10);
    expect(clock.timers).toBe(1);
    controller.abort('enough');
    expect(await sleeping).toBe('enough');
    expect(clock.timers).toBe(0);
    expect(await rejectionOf(sleep(clock, 1000, controller.signal))).toBe('enough');
    expect(clock.timers).toBe(0);
  });

  it('ends in time', async () => {
    const clock = new VirtualClock();
    const begun = clock.now();
    await clock.until(sleep(clock, 1000, new AbortController().signal));
    expect(clock.now() - begun).toBe(1000);
  });
});
