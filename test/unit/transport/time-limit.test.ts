import { describe, expect, it } from 'vitest';
import { startTimeLimit } from '../../../src/transport/time-limit.ts';
import { untilAborted } from '../../../src/transport/until-aborted.ts';
import { rejectionOf } from '../catch-error.ts';
import { VirtualClock } from '../virtual-clock.ts';

describe('a time limit', () => {
  it('aborts when the time is over', async () => {
    const clock = new VirtualClock();
    const limit = startTimeLimit(clock, 100, () => 'late');
    await clock.advance(99);
    expect(limit.signal.aborted).toBe(false);
    await clock.advance(1);
    expect([limit.signal.aborted, limit.signal.reason, limit.isOver]).toEqual([true, 'late', true]);
  });

  it('aborts with the outer signal, before and after', async () => {
    const clock = new VirtualClock();
    const outer = new AbortController();
    const limit = startTimeLimit(clock, 100, () => 'late', outer.signal);
    outer.abort('enough');
    await clock.advance(200);
    expect([limit.signal.reason, limit.isOver]).toEqual(['enough', false]);
    expect(startTimeLimit(clock, 100, () => 'late', outer.signal).signal.reason).toBe('enough');
  });

  it('leaves nothing behind', async () => {
    const clock = new VirtualClock();
    const outer = new AbortController();
    const limit = startTimeLimit(clock, 100, () => 'late', outer.signal);
    limit.close();
    expect(clock.timers).toBe(0);
    outer.abort();
    expect(limit.signal.aborted).toBe(false);
    expect(startTimeLimit(clock, Number.POSITIVE_INFINITY, () => 'late').signal.aborted).toBe(false);
    expect(clock.timers).toBe(0);
  });
});

describe('waiting, but not beyond an abort', () => {
  it('gives what comes in time', async () => {
    const { signal } = new AbortController();
    expect(await untilAborted(Promise.resolve(1), signal)).toBe(1);
    expect(await rejectionOf(untilAborted(Promise.reject('broken'), signal))).toBe('broken');
  });

  it('lets go of what comes too late', async () => {
    const controller = new AbortController();
    const late: number[] = [];
    let resolve = (_: number) => {};
    const slow = new Promise<number>((settle) => {
      resolve = settle;
    });
    const waiting = rejectionOf(untilAborted(slow, controller.signal, (value) => late.push(value)));
    controller.abort('enough');
    expect(await waiting).toBe('enough');
    resolve(7);
    await slow;
    await Promise.resolve();
    expect(late).toEqual([7]);
    expect(await rejectionOf(untilAborted(new Promise(() => {}), controller.signal))).toBe('enough');
  });
});
