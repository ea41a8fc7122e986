import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Budget, type BudgetLimits, createBudget } from '../../../src/transport/budget.ts';
import { fullestWindow, type SeenRequest } from '../../doubles/fullest-window.ts';
import { RUNS, SEED } from '../../property/seed.ts';
import { issuesOf, rejectionOf } from '../catch-error.ts';
import { VirtualClock } from '../virtual-clock.ts';

function setUp(limits: BudgetLimits) {
  const clock = new VirtualClock();
  return { clock, budget: createBudget(limits, { clock }) };
}

/** Whether a promise has been kept by now. */
async function isKept(promise: Promise<unknown>): Promise<boolean> {
  let kept = false;
  promise.then(() => {
    kept = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  return kept;
}

describe('a budget', () => {
  it('gives what there is, and waits for the rest until the window has passed', async () => {
    const { clock, budget } = setUp({ rates: [{ requests: 10, seconds: 60 }] });
    const first = await budget.acquire({ atMost: 6 });
    const begun = clock.now();
    await clock.advance(1000);
    first.release();
    const second = budget.acquire({ atMost: 6 });
    expect(budget.waitingFor()).toBe('rate');
    expect(budget.available()).toBe(4);
    await clock.until(second);
    // From the end of the first: the service may have counted it at any time before that.
    expect(clock.now() - begun).toBeGreaterThan(61_000);
    expect(clock.now() - begun).toBeLessThan(61_200);
  });

  it('gives fewer than are asked for where that is enough', async () => {
    const { budget } = setUp({ rates: [{ requests: 10, seconds: 60 }] });
    expect((await budget.acquire({ atMost: 7 })).requests).toBe(7);
    expect((await budget.acquire({ atMost: 7, atLeast: 3 })).requests).toBe(3);
    expect(await isKept(budget.acquire({ atMost: 7, atLeast: 1 }))).toBe(false);
  });

  it('holds several rates at once', async () => {
    const { clock, budget } = setUp({
      rates: [
        { requests: 2, seconds: 1 },
        { requests: 5, seconds: 60 },
      ],
    });
    expect(budget.capacity).toBe(2);
    const begun = clock.now();
    for (let i = 0; i < 5; i++) (await clock.until(budget.acquire({ atMost: 1 }))).release();
    expect(clock.now() - begun).toBeLessThan(3000);
    await clock.until(budget.acquire({ atMost: 1 }));
    expect(clock.now() - begun).toBeGreaterThan(60_000);
  });

  it('counts what is under way at once', async () => {
    const { clock, budget } = setUp({ maxConcurrentRequests: 2 });
    const [first] = [await budget.acquire({ atMost: 1 }), await budget.acquire({ atMost: 1 })];
    const third = budget.acquire({ atMost: 1 });
    await clock.advance(3_600_000);
    expect(await isKept(third)).toBe(false);
    expect([budget.waitingFor(), budget.available()]).toEqual(['connection', 0]);
    first?.release();
    first?.release();
    expect(await isKept(third)).toBe(true);
    expect(await isKept(budget.acquire({ atMost: 1 }))).toBe(false);
  });

  it('takes back what was not used', async () => {
    const { budget } = setUp({ rates: [{ requests: 10, seconds: 60 }] });
    (await budget.acquire({ atMost: 10 })).release(3);
    expect(budget.available()).toBe(7);
    (await budget.acquire({ atMost: 7 })).release(0);
    expect(budget.available()).toBe(7);
  });

  it('gives back at once what turns out not to be needed', async () => {
    const { clock, budget } = setUp({ rates: [{ requests: 10, seconds: 60 }] });
    const lease = await budget.acquire({ atMost: 10 });
    const waiting = budget.acquire({ atMost: 7 });
    lease.trim(20);
    expect(lease.requests).toBe(10);
    lease.trim(3);
    expect([lease.requests, await isKept(waiting)]).toEqual([3, true]);
    lease.release();
    lease.trim(0);
    expect(budget.available()).toBe(0);
    (await waiting).release(0);
    expect([budget.available(), clock.timers]).toEqual([7, 0]);
  });

  it('serves in order, however much is asked for', async () => {
    const { clock, budget } = setUp({ rates: [{ requests: 10, seconds: 1 }] });
    const served: string[] = [];
    const ask = async (name: string, atMost: number) => {
      const lease = await budget.acquire({ atMost });
      served.push(name);
      lease.release();
    };
    const all = Promise.all([ask('a', 8), ask('big', 10), ask('b', 1), ask('c', 1)]);
    await clock.until(all);
    expect(served).toEqual(['a', 'big', 'b', 'c']);
  });

  it('lets those go who want to wait no longer, and serves the next', async () => {
    const { clock, budget } = setUp({ rates: [{ requests: 10, seconds: 1 }] });
    const lease = await budget.acquire({ atMost: 9 });
    const controller = new AbortController();
    const big = rejectionOf(budget.acquire({ atMost: 10 }, { signal: controller.signal }));
    const small = budget.acquire({ atMost: 1 }, { signal: new AbortController().signal });
    expect(await isKept(small)).toBe(false);
    controller.abort('enough');
    expect(await big).toBe('enough');
    expect(await isKept(small)).toBe(true);
    expect(await rejectionOf(budget.acquire({ atMost: 1 }, { signal: controller.signal }))).toBe('enough');
    lease.release();
    expect(clock.timers).toBe(0);
  });

  it('pauses for all', async () => {
    const { clock, budget } = setUp({ rates: [{ requests: 10, seconds: 1 }] });
    const begun = clock.now();
    budget.pause(5000);
    budget.pause(1000);
    expect([budget.waitingFor(), budget.available()]).toEqual(['pause', 0]);
    await clock.until(Promise.all([budget.acquire({ atMost: 1 }), budget.acquire({ atMost: 1 })]));
    expect(clock.now() - begun).toBe(5000);
    expect(budget.waitingFor()).toBeUndefined();
  });

  it('says at once what it can never give', async () => {
    const { budget } = setUp({ rates: [{ requests: 10, seconds: 1 }] });
    expect(await rejectionOf(budget.acquire({ atMost: 20, atLeast: 11 }))).toMatchObject({
      code: 'budget-too-small',
    });
    expect((await budget.acquire({ atMost: 20, atLeast: 1 })).requests).toBe(10);
  });

  it.each([{ atMost: Number.NaN }, { atMost: -1 }, { atMost: 5, atLeast: Number.NaN }])(
    'says at once what is no number of requests: %j',
    async (ask) => {
      const error = await rejectionOf(createBudget().acquire(ask));
      expect(error).toMatchObject({ code: 'invalid-option', issues: [{ path: 'ask' }] });
    },
  );

  it('can be paused after a pause that was none', () => {
    const budget = createBudget();
    for (const ms of [Number.NaN, -1, 0]) budget.pause(ms);
    expect(budget.waitingFor()).toBe(undefined);
    budget.pause(5000);
    expect(budget.waitingFor()).toBe('pause');
  });

  it('has no end where nothing is limited', async () => {
    const { budget } = setUp({});
    expect(budget.capacity).toBe(Number.POSITIVE_INFINITY);
    expect((await budget.acquire({ atMost: 1_000_000 })).requests).toBe(1_000_000);
  });

  it('counts operations where the service does', () => {
    expect(createBudget({ countsOperations: true }).costOf(100)).toBe(101);
    expect(createBudget({}).costOf(100)).toBe(1);
  });

  it('tells what is wrong with its limits', () => {
    const limits = { rates: [{ requests: 0, seconds: -1 }], maxConcurrentRequests: 1.5 };
    expect(issuesOf(() => createBudget(limits))).toEqual([
      'limits.rates[0].requests: invalid-option',
      'limits.rates[0].seconds: invalid-option',
      'limits.maxConcurrentRequests: invalid-option',
    ]);
  });

  it('keeps an hour of single requests in little memory', async () => {
    const { clock, budget } = setUp({ rates: [{ requests: 1_000_000, seconds: 3600 }] });
    const begun = performance.now();
    for (let i = 0; i < 200_000; i++) {
      (await budget.acquire({ atMost: 1 })).release();
      if (i % 100 === 0) await clock.advance(1000);
    }
    expect(budget.available()).toBe(800_000);
    expect(performance.now() - begun).toBeLessThan(20_000);
  });
});

const task = fc.record({
  wait: fc.nat(3000),
  atMost: fc.integer({ min: 1, max: 60 }),
  least: fc.double({ min: 0.1, max: 1, noNaN: true }),
  takes: fc.nat(5000),
  /** When in between the service counts it. */
  counted: fc.double({ min: 0, max: 1, noNaN: true }),
  used: fc.double({ min: 0, max: 1, noNaN: true }),
  pause: fc.option(fc.nat(2000), { freq: 20 }),
  abortAfter: fc.option(fc.nat(4000), { freq: 8 }),
});

describe('in every window that slides', () => {
  it('a service counts no more than its limits, whenever it counts', async () => {
    const rates = [
      { requests: 60, seconds: 10 },
      { requests: 150, seconds: 60 },
    ];
    await fc.assert(
      fc.asyncProperty(fc.array(task, { minLength: 1, maxLength: 40 }), async (tasks) => {
        const { clock, budget } = setUp({ rates, maxConcurrentRequests: 3 });
        const seen: SeenRequest[] = [];
        let underWay = 0;
        let most = 0;
        const wait = (ms: number) => new Promise<void>((resolve) => clock.schedule(resolve, ms));
        const run = async ({
          atMost,
          least,
          takes,
          counted,
          used,
          pause,
          abortAfter,
        }: (typeof tasks)[number]) => {
          const controller = new AbortController();
          if (abortAfter !== null) clock.schedule(() => controller.abort(), abortAfter);
          const atLeast = Math.ceil(atMost * least);
          const lease = await budget
            .acquire({ atMost, atLeast }, { signal: controller.signal })
            .catch(() => undefined);
          if (lease === undefined) return;
          expect(lease.requests).toBeGreaterThanOrEqual(atLeast);
          expect(lease.requests).toBeLessThanOrEqual(atMost);
          most = Math.max(most, ++underWay);
          await wait(takes * counted);
          const count = Math.round(lease.requests * used);
          seen.push({ at: clock.now(), count });
          await wait(takes * (1 - counted));
          underWay--;
          if (pause !== null) budget.pause(pause);
          lease.release(count);
        };
        const all: Promise<void>[] = [];
        for (const one of tasks) {
          await clock.advance(one.wait);
          all.push(run(one));
        }
        await clock.until(Promise.all(all));
        for (const { requests, seconds } of rates) {
          expect(fullestWindow(seen, seconds * 1000)).toBeLessThanOrEqual(requests);
        }
        expect(most).toBeLessThanOrEqual(3);
      }),
      { seed: SEED, numRuns: RUNS },
    );
  });

  it('a sender who never stops comes within 10 % of the ceiling', async () => {
    const limits = {
      rates: [{ requests: 2000, seconds: 60 }],
      maxConcurrentRequests: 5,
      countsOperations: true,
    };
    const { clock, budget } = setUp(limits);
    const begun = clock.now();
    const seen: SeenRequest[] = [];
    let left = 40_000;
    const send = async (shared: Budget) => {
      while (left > 0) {
        const lease = await shared.acquire({ atMost: shared.costOf(Math.min(100, left)), atLeast: 51 });
        left -= lease.requests - 1;
        await new Promise<void>((resolve) => clock.schedule(resolve, 2000));
        seen.push({ at: clock.now(), count: lease.requests });
        lease.release();
      }
    };
    await clock.until(Promise.all(Array.from({ length: 5 }, () => send(budget))));
    expect(fullestWindow(seen, 60_000)).toBeLessThanOrEqual(2000);
    const requests = seen.reduce((sum, { count }) => sum + count, 0);
    // 40 400 requests at 2 000 a minute are 20.2 minutes; the last window need not pass.
    const minutes = (clock.now() - begun) / 60_000;
    expect(requests).toBeLessThan(40_600);
    expect(minutes).toBeLessThan(20.2 * 1.1);
  });
});
