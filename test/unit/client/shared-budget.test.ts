import { describe, expect, it } from 'vitest';
import type { Operation } from '../../../src/batch/operation.ts';
import { sendBatch } from '../../../src/client/send-batch.ts';
import { sendBatchStream } from '../../../src/client/send-batch-stream.ts';
import { channelAdvisor } from '../../../src/services/channel-advisor.ts';
import { createBudget } from '../../../src/transport/budget.ts';
import { sleep } from '../../../src/transport/clock.ts';
import { readBatch } from '../../doubles/batch-text.ts';
import { doubleFetch } from '../../doubles/double-fetch.ts';
import { fullestWindow, type SeenRequest } from '../../doubles/fullest-window.ts';
import { batchReply } from '../../doubles/scripted-service.ts';
import { seededRandom } from '../../doubles/seeded-random.ts';
import { VirtualClock } from '../virtual-clock.ts';

function updates(count: number, from = 0): Operation[] {
  return Array.from({ length: count }, (_, index) => ({
    method: 'PUT',
    url: `/v1/Products(${from + index})/Attributes('Size')`,
    body: { Value: 'XL' },
  }));
}

/** A service that takes its time, and counts each request at some moment while it does. */
function countingService(clock: VirtualClock, mostMs: number) {
  const random = seededRandom(5);
  const seen: SeenRequest[] = [];
  let underWay = 0;
  const most = { underWay: 0 };
  const fetch = doubleFetch(async ({ headers, body, url }) => {
    most.underWay = Math.max(most.underWay, ++underWay);
    const takes = random() * mostMs;
    const before = takes * random();
    await sleep(clock, before);
    const operations = url.endsWith('$batch') ? readBatch(headers['content-type'] ?? '', body).length : 0;
    seen.push({ at: clock.now(), count: operations + 1 });
    await sleep(clock, takes - before);
    underWay--;
    return batchReply(Array.from({ length: operations }, () => ({ status: 204 })));
  });
  return { fetch, seen, most };
}

describe('ChannelAdvisor', () => {
  it('counts 40 000 operations within its limits in every window, in hardly more than the shortest time', async () => {
    const clock = new VirtualClock();
    const begun = clock.now();
    const service = channelAdvisor();
    const { fetch, seen, most } = countingService(clock, 5000);
    let settled = 0;
    const run = async () => {
      for await (const { ok } of sendBatchStream(updates(40_000), { service, fetch, clock }))
        settled += ok ? 1 : 0;
    };
    await clock.until(run());
    const minutes = (clock.now() - begun) / 60_000;
    const requests = seen.reduce((sum, { count }) => sum + count, 0);
    const fullest = fullestWindow(seen, 60_000);
    console.log(`${requests} requests in ${minutes.toFixed(2)} minutes, ${fullest} in the fullest minute`);
    expect(settled).toBe(40_000);
    expect(fullest).toBeLessThanOrEqual(2000);
    expect(most.underWay).toBe(5);
    // estimate() says 40 400 and 20.2.
    expect(requests).toBeLessThan(40_400 * 1.01);
    expect(minutes).toBeLessThan(20.2 * 1.1);
  }, 120_000);

  it('is shared fairly by calls that share a budget', async () => {
    const clock = new VirtualClock();
    const service = channelAdvisor();
    const budget = createBudget(service.limits, { clock });
    const { fetch, seen } = countingService(clock, 3000);
    const settledAt: Record<string, number[]> = {};
    const send = async (name: string, from: number) => {
      const onProgress = ({ settled }: { settled: number }) => {
        settledAt[name] = [...(settledAt[name] ?? []), settled];
      };
      await sendBatch(updates(4000, from), { service, fetch, clock, budget, onProgress });
      return clock.now();
    };
    const ends = await clock.until(Promise.all([send('a', 0), send('b', 10_000), send('c', 20_000)]));
    expect(fullestWindow(seen, 60_000)).toBeLessThanOrEqual(2000);
    // Nobody is done long before the others.
    expect(Math.max(...ends) - Math.min(...ends)).toBeLessThan(65_000);
  }, 120_000);
});
