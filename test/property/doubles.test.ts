import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEcwidDouble } from '../doubles/ecwid/ecwid-double.ts';
import { createKiboDouble } from '../doubles/kibo/kibo-double.ts';
import { createQuartileDouble } from '../doubles/quartile/quartile-double.ts';
import { seededRandom } from '../doubles/seeded-random.ts';
import type { ServiceDouble } from '../doubles/service-double.ts';
import { randomTrouble } from '../doubles/trouble.ts';
import { VirtualClock } from '../unit/virtual-clock.ts';
import { RUNS, SEED } from './seed.ts';

interface Sent {
  readonly url: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

/** Asks until there is an answer that is JSON and was not refused for a while. */
async function insist(double: ServiceDouble, clock: VirtualClock, { url, ...init }: Sent): Promise<unknown> {
  for (;;) {
    try {
      const response = await clock.until(double.fetch(url, init));
      const text = await response.text();
      if (response.status < 300) return JSON.parse(text);
    } catch (error) {
      if (!(error instanceof TypeError) && !(error instanceof SyntaxError)) throw error;
    }
    await clock.advance(5000);
  }
}

const world = fc.record({
  seed: fc.integer({ min: 0, max: 0xffff_ffff }),
  count: fc.integer({ min: 1, max: 30 }),
  rate: fc.constantFrom(0, 0.3, 0.8),
  badness: fc.constantFrom(0, 0.2, 1),
  pendingPolls: fc.integer({ min: 0, max: 3 }),
});
type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

/** Runs a property, and looks at what every double must have kept. */
function holds(run: (world: World, clock: VirtualClock, random: () => number) => Promise<ServiceDouble>) {
  return fc.assert(
    fc.asyncProperty(world, async (given) => {
      const { log } = await run(given, new VirtualClock(), seededRandom(given.seed));
      expect(log.violations).toEqual([]);
      const times = log.executions.map(({ at }) => at);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      const attempts = log.executions.map(({ job, item, attempt }) => `${job} ${item} ${attempt}`);
      expect(new Set(attempts).size).toBe(attempts.length);
    }),
    { seed: SEED, numRuns: Math.max(10, RUNS / 2) },
  );
}

describe('a double that is asked again and again', () => {
  it('of Ecwid does each request as often as it says, and tells of each in the end', () =>
    holds(async ({ seed, count, rate, badness, pendingPolls }, clock, random) => {
      const isParallel = random() < 0.5;
      const stops = random() < 0.5;
      const double = createEcwidDouble({
        ...{ storeId: 1, token: 't', clock, random, pendingPolls, requestsPerMinute: 1e6 },
        trouble: randomTrouble({ random, rate }),
        respond: () => ({ status: random() < badness ? (random() < 0.5 ? 400 : 500) : 200 }),
        duration: () => Math.floor(random() * 1000),
      });
      const authorized = { Authorization: 'Bearer t' };
      const key = `00000000-0000-0000-0000-${seed.toString(16).padStart(12, '0')}`;
      const created = await insist(double, clock, {
        url: `https://app.ecwid.com/api/v3/1/batch?allowParallelMode=${isParallel}&stopOnFirstFailure=${stops}&deduplicationKey=${key}`,
        method: 'POST',
        headers: { ...authorized, 'Content-Type': 'application/json', 'Cache-Control': 'no-cache' },
        body: JSON.stringify(
          Array.from({ length: count }, (_, i) => ({ id: `${i}`, path: `/${i}`, method: 'GET' })),
        ),
      });
      const { ticket } = created as { ticket: string };
      const url = `https://app.ecwid.com/api/v3/1/batch?ticket=${ticket}`;
      let told: { status: string; responses: { id: string; status: string }[] };
      do {
        await clock.advance(random() * 20_000);
        told = (await insist(double, clock, { url, method: 'GET', headers: authorized })) as typeof told;
      } while (told.status !== 'COMPLETED');
      expect(told.responses.map(({ id }) => id)).toEqual(Array.from({ length: count }, (_, i) => `${i}`));
      for (const { id, status } of told.responses) {
        const done = double.log.executions.filter(({ what }) => what === `GET /${id}`);
        const last = done.at(-1)?.outcome;
        const expected = last === undefined ? 'NOT_EXECUTED' : last === '200' ? 'COMPLETED' : 'FAILED';
        expect(status).toBe(expected);
        expect(done.length).toBe(last === '500' && !stops ? 5 : Math.max(done.length, last ? 1 : 0));
        if (stops) expect(done.length).toBeLessThanOrEqual(1);
      }
      expect(new Set(double.log.executions.map(({ job }) => job)).size).toBeLessThanOrEqual(1);
      return double;
    }));

  it('of Quartile tells of each resource what it noted', () =>
    holds(async ({ count, rate, badness, pendingPolls }, clock, random) => {
      const double = createQuartileDouble({
        ...{ subscriptionKey: 'k', token: 't', clock, random, pendingPolls },
        trouble: randomTrouble({ random, rate }),
        process: () => ({ success: random() >= badness, message: 'm', process: 'UPDATE' }),
        shapes: { order: 'shuffled', partialPolls: Math.floor(random() * 3) },
      });
      const headers = {
        'Content-Type': 'application/json',
        'Subscription-Key': 'k',
        Authorization: 'Bearer t',
      };
      const origin = 'https://api.quartile.com/amazon/v2/';
      const body = JSON.stringify(Array.from({ length: count }, (_, asin) => ({ asin })));
      const sent = { url: `${origin}process/masterlist`, method: 'PATCH', headers, body };
      const { batchId } = (await insist(double, clock, sent)) as { batchId: string };
      let told: { data?: { asin: number; status: { success: boolean } }[] };
      do {
        await clock.advance(random() * 2000);
        told = (await insist(double, clock, {
          url: `${origin}batch/${batchId}`,
          method: 'GET',
          headers,
        })) as typeof told;
      } while (told.data === undefined);
      const noted = double.log.executions.filter(({ job }) => job === batchId);
      expect(told.data).toHaveLength(count);
      for (const { asin, status } of told.data) {
        expect(noted[asin]?.outcome).toBe(status.success ? 'success' : 'failure');
      }
      return double;
    }));

  it('of Kibo does nothing before the start, and tells of each item what came last', () =>
    holds(async ({ count, rate, badness }, clock, random) => {
      const double = createKiboDouble({
        ...{ clock, random, baseUrl: 'https://kibo.example/api' },
        trouble: randomTrouble({ random, rate }),
        process: () => (random() < badness ? (random() < 0.5 ? 'Failed' : 'ValidationFailed') : 'Completed'),
      });
      const root = 'https://kibo.example/api';
      const send = (method: string, path: string, body?: object) =>
        insist(double, clock, {
          ...{ url: root + path, method },
          headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        });
      const job = '/platform/data/batchJob';
      /** Until it was done: to do it again, once there is a job or it is over, would be a conflict. */
      const sendUntilDone = async (kind: string, path: string, body: object) => {
        while (!double.log.ofKind(kind).some(({ acted }) => acted)) {
          const headers = { 'Content-Type': 'application/json' };
          const sent = double.fetch(root + path, { method: 'POST', headers, body: JSON.stringify(body) });
          await clock.until(sent.catch(() => undefined));
          await clock.advance(5000);
        }
      };
      await sendUntilDone('create', job, { code: 'j', jobName: 'n', domain: 'Catalog' });
      for (let i = 0; i < count; i++) {
        await send('POST', '/commerce/catalog/admin/products?batchJobCode=j', { productCode: `${i}` });
      }
      expect(double.log.executions).toEqual([]);
      await sendUntilDone('start', `${job}/actions/j`, { action: 'start' });
      for (;;) {
        const { status } = (await send('GET', `${job}/j`)) as { status: string };
        if (status === 'Completed') break;
        await clock.advance(random() * 5000);
      }
      const items: { processingStatus: string }[] = [];
      for (let total = 1; items.length < total; ) {
        const page = await send('POST', `${job}/actions/j/items?pageSize=7&startIndex=${items.length}`);
        const { items: more, totalCount } = page as { items: typeof items; totalCount: number };
        items.push(...more);
        total = totalCount;
      }
      for (const [index, { processingStatus }] of items.entries()) {
        const done = double.log.executions.filter(({ item }) => item === index);
        expect(done.at(-1)?.outcome).toBe(processingStatus);
        expect(processingStatus === 'Completed' || done.length === 3).toBe(true);
      }
      return double;
    }));
});
