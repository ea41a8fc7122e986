import { describe, expect, it } from 'vitest';
import type { Operation } from '../../../src/batch/operation.ts';
import type { JobPlan } from '../../../src/jobs/job-service.ts';
import { kibo } from '../../../src/jobs/kibo.ts';
import { quartile } from '../../../src/jobs/quartile.ts';
import { runJob } from '../../../src/jobs/run-job.ts';
import { HeaderFields } from '../../../src/mime/header-list.ts';
import { confirmGrowth, type WorkOf } from '../growth.ts';
import { utf8 } from '../octets.ts';

const CATALOG = '/commerce/catalog/admin/';
const catalog = kibo({ baseUrl: 'https://t1.example/api' });
const submit = { code: 'a', name: 'b' };
const masterlist = quartile<object>({ subscriptionKey: 'k', token: 't', resource: 'masterlist' });

/** Between linear and quadratic: small sizes are not exact. */
const LIMIT = 1.5;

async function expectLinear(workOf: WorkOf, sizes: readonly number[]): Promise<void> {
  const growth = await confirmGrowth(workOf, { sizes, limit: LIMIT, fewestRounds: 1, sampleMs: 2 });
  expect(growth.exponent).toBeLessThan(LIMIT);
}

/** Reads an answer about all inputs of a plan. */
function reading(plan: JobPlan<unknown>, memory: unknown, body: object): () => unknown {
  const part = { from: 0, to: plan.items.length, state: 'started' } as const;
  const answer = { status: 200, headers: new HeaderFields([]), bytes: utf8(JSON.stringify(body)) };
  return () => plan.readStatus(part, memory, answer, { now: 0, isCancelled: false });
}

function list<T>(size: number, make: (place: number) => T): T[] {
  return Array.from({ length: size }, (_, place) => make(place));
}

const addProduct = (place: number): Operation => {
  return { method: 'POST', url: `${CATALOG}products`, body: { productCode: `P${place}` } };
};
const deleteColor = (place: number): Operation => {
  return { method: 'DELETE', url: `${CATALOG}products/P${place}/Properties/color` };
};
const add = { processingStatus: 'Completed', httpMethod: 'POST', uri: `/api${CATALOG}products/` };

describe('the items of a job of Kibo are known in linear time', () => {
  it.each<[string, (place: number) => Operation, (place: number) => object]>([
    ['by their names', addProduct, (place) => ({ ...add, itemKey: `P${place}` })],
    ['not at all, where they have none', addProduct, () => add],
    ['not at all, by names of others', addProduct, (place) => ({ ...add, itemKey: `X${place}` })],
    ['not at all, by nothing', addProduct, () => ({ processingStatus: 'Completed' })],
    [
      'by paths that end alike',
      deleteColor,
      (place) => ({ processingStatus: 'Completed', itemKey: 'color', uri: deleteColor(place).url }),
    ],
    [
      'where all are of the same thing',
      () => addProduct(0),
      () => ({ ...add, itemKey: 'P0', uri: `${'/'.repeat(1000)}${add.uri}` }),
    ],
  ])('%s', async (_name, update, item) => {
    const workOf = (size: number) =>
      reading(
        catalog.plan(list(size, update), submit),
        { state: 'done', items: [] },
        { items: list(size, item), totalCount: size },
      );
    await expectLinear(workOf, [500, 5_000]);
  });
});

it('updates are put into a job of Kibo in linear time', async () => {
  const fetch = async () => Response.json({ code: 'a', status: 'Canceled', items: [], totalCount: 0 });
  const workOf = (size: number) => () => runJob(catalog, list(size, addProduct), { submit, fetch }).done;
  await expectLinear(workOf, [400, 4_000]);
});

it('so many results as nobody can give to a function at once are given all the same', async () => {
  const inputs = list(130_000, deleteColor);
  const fetch = () => new Promise<never>(() => {});
  const job = runJob(catalog, inputs, { submit, fetch, deadline: 1 });
  expect((await job.done).results).toHaveLength(130_000);
});

it('rows of Quartile are known in linear time where all answers are of the same one', async () => {
  const row = { asin: 'A', status: { success: true } };
  const workOf = (size: number) =>
    reading(masterlist.plan([{ asin: 'A' }], undefined), undefined, {
      status: 'SUCCESS',
      data: list(size, () => row),
    });
  await expectLinear(workOf, [1_000, 10_000]);
});
