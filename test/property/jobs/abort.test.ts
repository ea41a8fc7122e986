import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ecwid } from '../../../src/jobs/ecwid.ts';
import type { Job, RunOptions } from '../../../src/jobs/job.ts';
import { kibo } from '../../../src/jobs/kibo.ts';
import { odataAsync } from '../../../src/jobs/odata-async.ts';
import { quartile } from '../../../src/jobs/quartile.ts';
import { runJob } from '../../../src/jobs/run-job.ts';
import type { Fetch } from '../../../src/transport/fetch.ts';
import { createEcwidDouble } from '../../doubles/ecwid/ecwid-double.ts';
import { createKiboDouble } from '../../doubles/kibo/kibo-double.ts';
import { createODataDouble } from '../../doubles/odata/odata-double.ts';
import { createQuartileDouble } from '../../doubles/quartile/quartile-double.ts';
import { seededRandom } from '../../doubles/seeded-random.ts';
import type { DoubleOptions, ServiceDouble } from '../../doubles/service-double.ts';
import { randomTrouble } from '../../doubles/trouble.ts';
import { VirtualClock } from '../../unit/virtual-clock.ts';
import { RUNS, SEED } from '../seed.ts';

const baseUrl = 'https://t1234-s5678.sandbox.mozu.com/api';
const keys = { subscriptionKey: 'key', token: 'token' };
const store = { storeId: 1003, token: 'secret_token' };
const places = [0, 1, 2, 3, 4];

interface Case {
  readonly double: (options: DoubleOptions) => ServiceDouble;
  readonly run: (options: RunOptions) => Job<unknown, unknown>;
}

const CASES: Readonly<Record<string, Case>> = {
  Ecwid: {
    double: (options) => createEcwidDouble({ ...options, ...store, duration: 3000 }),
    run: (options) =>
      runJob(
        ecwid(store),
        places.map((place) => ({ method: 'GET', url: `/orders/${place}` })),
        options,
      ),
  },
  Kibo: {
    double: (options) => createKiboDouble({ ...options, baseUrl, itemTime: 3000 }),
    run: (options) => {
      const updates = places.map((place) => {
        return { method: 'DELETE', url: `/commerce/catalog/admin/products/${place}` };
      });
      const submit = { code: 'a', name: 'b', scheduledDate: '2026-01-01T00:00:10Z' };
      return runJob(kibo({ baseUrl }), updates, { ...options, submit });
    },
  },
  Quartile: {
    double: (options) => createQuartileDouble({ ...options, ...keys, queueTime: 20_000 }),
    run: (options) =>
      runJob(
        quartile({ ...keys, resource: 'masterlist' }),
        places.map((asin) => ({ asin })),
        options,
      ),
  },
  OData: {
    double: (options) => createODataDouble({ ...options, parts: [1, 2] }),
    run: (options) =>
      runJob(
        odataAsync({ url: 'https://odata.example/service/$batch' }),
        places.map((place) => ({ method: 'POST', url: `R${place}`, body: {} })),
        options,
      ),
  },
};

it.each(Object.entries(CASES))('%s: an abort ends everything at once, at any time', async (_name, given) => {
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: 40_000 }), fc.nat(), async (at, seed) => {
      const clock = new VirtualClock();
      const random = seededRandom(seed);
      const double = given.double({ clock, random, trouble: randomTrouble({ random, rate: 0.3 }) });
      const controller = new AbortController();
      const reason = new Error('enough');
      const fetch = double.fetch as unknown as Fetch;
      const job = given.run({ fetch, clock, random, signal: controller.signal });
      const outcome = job.done.then(
        () => 'done',
        (error) => error,
      );
      await clock.advance(at);
      controller.abort(reason);
      const begun = clock.now();
      const asked = double.log.requests.length;
      const end = await Promise.race([outcome, clock.advance(0).then(() => 'late')]);
      // It may have ended before, and a service that will have nothing ends it, too.
      if (end !== 'done' && (end as { results?: unknown }).results === undefined) expect(end).toBe(reason);
      expect(clock.now()).toBe(begun);
      await clock.advance(3_600_000);
      expect(double.log.requests.length, 'nothing is asked any more').toBe(asked);
    }),
    { numRuns: RUNS, seed: SEED },
  );
});
