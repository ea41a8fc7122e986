import { describe, expect, it } from 'vitest';
import { asFetched, documentedExchange } from '../../doubles/documented-exchange.ts';
import {
  createQuartileDouble,
  type QuartileDoubleOptions,
  startQuartileDouble,
} from '../../doubles/quartile/quartile-double.ts';
import { nameOf } from '../../doubles/quartile/read-rows.ts';
import { errorOf } from '../catch-error.ts';
import { VirtualClock } from '../virtual-clock.ts';

const ORIGIN = 'https://api.quartile.com';
const KEYS = { subscriptionKey: '<subscription_key>', token: '<access_token>' };
const HEADERS = {
  'Content-Type': 'application/json',
  'Subscription-Key': '<subscription_key>',
  Authorization: 'Bearer <access_token>',
};
const DOCUMENTED = {
  batchId: () => '5349b4ddd2781d08c09890f3',
  resourceId: () => '497f6eca-6276-4993-bfeb-53cbbbba6f08',
};
const ROW = { asin: 'A1', countryCode: 'US', percACoS: 2.7 };

function setUp(options: Partial<QuartileDoubleOptions> = {}) {
  const clock = new VirtualClock();
  const double = createQuartileDouble({ ...KEYS, clock, ...options });
  const submit = async (rows: unknown, path = '/amazon/v2/process/masterlist') => {
    const init = { method: 'PATCH', headers: HEADERS, body: JSON.stringify(rows) };
    const response = await double.fetch(ORIGIN + path, init);
    return { status: response.status, body: (await response.json()) as { batchId: string } };
  };
  const ask = async (batchId: string) => {
    const response = await double.fetch(`${ORIGIN}/amazon/v2/batch/${batchId}`, { headers: HEADERS });
    return { status: response.status, body: JSON.parse(await response.text()) };
  };
  return { clock, double, submit, ask };
}

function several(count: number): { asin: string }[] {
  return Array.from({ length: count }, (_, i) => ({ asin: `A${i}` }));
}

const status = (success: boolean) => ({
  success,
  message: success ? 'successfully' : 'no such asin',
  process: 'INSERT',
});

describe('the documented exchanges', () => {
  it('submit, find it pending, then done, in process and over a socket', async () => {
    const clocks = [new VirtualClock(), new VirtualClock()] as const;
    const inProcess = createQuartileDouble({ ...KEYS, ...DOCUMENTED, clock: clocks[0] });
    const server = await startQuartileDouble({ ...KEYS, ...DOCUMENTED, clock: clocks[1] });
    for (const [fetch, clock] of [
      [inProcess.fetch, clocks[0]],
      [server.fetch, clocks[1]],
    ] as const) {
      for (const name of ['submit-masterlist', 'status-pending', 'status-success']) {
        const fixture = documentedExchange('quartile', name);
        const { url, init } = asFetched(fixture);
        const response = await fetch(url, init);
        expect(response.status, name).toBe(fixture.response.status);
        expect(response.headers.get('Content-Type')).toBe('application/json');
        expect(await response.json(), name).toEqual(fixture.response.body);
        if (name === 'status-pending') await clock.advance(2000);
      }
    }
    await server.close();
    for (const { log } of [inProcess, server.double]) {
      expect(log.violations).toEqual([]);
      expect(log.requests.map(({ kind }) => kind)).toEqual(['submit', 'status', 'status']);
    }
  });

  it('have one answer that is no JSON as it is printed: a comma is missing', async () => {
    const { text = '', invalidAt } = documentedExchange('quartile', 'status-success-as-printed').response;
    expect(errorOf(() => JSON.parse(text))).toBeInstanceOf(SyntaxError);
    const { offset, line, column } = invalidAt ?? { offset: -1, line: -1, column: -1 };
    const before = text.slice(0, offset).split('\n');
    expect([before.length, (before.at(-1) ?? '').length + 1]).toEqual([line, column]);
    expect(text.slice(offset)).toMatch(/^"status": \{/);
    const corrected = JSON.parse(`${text.slice(0, offset)},${text.slice(offset)}`);
    expect(corrected).toEqual(documentedExchange('quartile', 'status-success').response.body);
    const printed = setUp({ trouble: () => ({ afterActing: { status: 200, text } }) });
    const response = await printed.double.fetch(`${ORIGIN}/amazon/v2/batch/x`, { headers: HEADERS });
    expect(await response.text()).toBe(text);
  });
});

describe('requests that are not as documented', () => {
  it.each<[string, object]>([
    ['no Content-Type', { 'Content-Type': undefined }],
    ['a charset', { 'Content-Type': 'application/json; charset=utf-8' }],
    ['no Subscription-Key', { 'Subscription-Key': undefined }],
    ['the name of the first version', { 'Subscription-Key': undefined, 'Ocp-Apim-Subscription-Key': 'k' }],
    ['no Authorization', { Authorization: undefined }],
    ['a field of its own', { Prefer: 'respond-async' }],
  ])('are refused by both calls: %s', async (_, changes) => {
    const { double } = setUp(DOCUMENTED);
    const given = Object.entries({ ...HEADERS, ...changes }).filter(([, value]) => value !== undefined);
    const headers = Object.fromEntries(given);
    const body = JSON.stringify([ROW]);
    const path = `${ORIGIN}/amazon/v2/`;
    const sent = await double.fetch(`${path}process/masterlist`, { method: 'PATCH', headers, body });
    const asked = await double.fetch(`${path}batch/5349b4ddd2781d08c09890f3`, { headers });
    expect([sent.ok, asked.ok]).toEqual([false, false]);
    expect(double.log.violations).toHaveLength(2);
  });

  it.each<[string, unknown]>([
    ['no array', ROW],
    ['an empty one', []],
    ['101 resources', several(101)],
    ['a resource that is no object', [ROW, 'A2']],
    ['the same resource twice', [ROW, { percACoS: 2.7, countryCode: 'US', asin: 'A1' }]],
  ])('are refused, with a body that has or is %s', async (_, rows) => {
    const { double, submit } = setUp();
    expect((await submit(rows)).status).toBe(400);
    expect(double.log.violations).toMatchObject([{ code: 'wrong-batch' }]);
  });

  it('are refused: other paths, methods, queries and batches, and a body of GET', async () => {
    const { double, submit, ask } = setUp();
    expect((await submit([ROW], '/amazon/v2/process/masterlist/batch')).status).toBe(404);
    expect((await submit([ROW], '/amazon/v2/process/masterlist?dry=1')).status).toBe(400);
    expect((await ask('5349b4ddd2781d08c09890f3')).status).toBe(404);
    const url = `${ORIGIN}/amazon/v2/process/masterlist`;
    expect((await double.fetch(url, { method: 'POST', headers: HEADERS, body: '[{}]' })).status).toBe(404);
    const { batchId } = (await submit([ROW])).body;
    const withBody = { headers: HEADERS, body: '{}' };
    expect((await double.fetch(`${ORIGIN}/amazon/v2/batch/${batchId}`, withBody)).status).toBe(400);
    expect(double.log.violations).toHaveLength(5);
    expect(double.log.executions).toEqual([]);
  });
});

describe('a batch', () => {
  it('is pending, running and done; each resource is told with what was sent', async () => {
    const { clock, double, submit, ask } = setUp({ queueTime: 1000, runTime: 500 });
    const { batchId } = (await submit(several(2))).body;
    expect(await ask(batchId)).toEqual({ status: 206, body: { detail: 'processing', status: 'PENDING' } });
    await clock.advance(1200);
    expect(await ask(batchId)).toEqual({ status: 206, body: { detail: 'processing', status: 'RUNNING' } });
    expect(double.log.executions).toEqual([]);
    await clock.advance(300);
    const done = await ask(batchId);
    expect(done).toMatchObject({ status: 200, body: { batchId, status: 'SUCCESS' } });
    expect(done.body.data).toEqual([
      { id: expect.any(String), asin: 'A0', status: status(true) },
      { id: expect.any(String), asin: 'A1', status: status(true) },
    ]);
    expect(double.log.executions.map(({ what, at }) => [what, at - Date.UTC(2026, 0, 1)])).toEqual([
      ['{"asin":"A0"}', 1500],
      ['{"asin":"A1"}', 1500],
    ]);
    expect(double.log.afterFinal).toEqual([]);
    await ask(batchId);
    expect(double.log.afterFinal).toHaveLength(1);
  });

  it.each([
    [[true, true], 200, 'SUCCESS'],
    [[true, false], 206, 'PARTIAL'],
    [[false, false], 206, 'FAILED'],
  ] as const)('of resources that end %j is told as %i %s, with the list', async (good, httpStatus, word) => {
    const { clock, submit, ask } = setUp({ process: (_, index) => status(good[index] ?? false) });
    const { batchId } = (await submit(several(2))).body;
    await clock.advance(2000);
    const { status: told, body } = await ask(batchId);
    expect([told, body.status]).toEqual([httpStatus, word]);
    expect(body.data.map((one: { status: object }) => one.status)).toEqual(good.map(status));
  });

  it('that fails as a whole has a detail and no list, and did nothing', async () => {
    const { clock, double, submit, ask } = setUp({ failsWhole: (batch) => batch === 0 });
    const [first, second] = [(await submit(several(2))).body, (await submit(several(2))).body];
    await clock.advance(2000);
    expect(await ask(first.batchId)).toEqual({
      ...{ status: 206, body: { detail: 'the batch could not be processed', status: 'FAILED' } },
    });
    expect((await ask(second.batchId)).body.status).toBe('SUCCESS');
    expect(double.log.executions.map(({ job }) => job)).toEqual([second.batchId, second.batchId]);
  });

  it('is done as often as it is submitted: nothing tells two apart', async () => {
    const { clock, double, submit } = setUp();
    await submit([ROW]);
    await submit([ROW]);
    await clock.advance(2000);
    expect(double.log.timesDone(nameOf(ROW))).toBe(2);
  });

  it('goes to the path that it is told to go to', async () => {
    const { double, submit } = setUp({ path: '/amazon/v2/campaigns/batch' });
    expect((await submit([ROW], '/amazon/v2/campaigns/batch')).status).toBe(200);
    expect(double.log.violations).toEqual([]);
  });
});

describe('odd shapes', () => {
  it('stay pending, are not found, or are partial without a list, for as many polls as they should', async () => {
    const { clock, double, submit, ask } = setUp({
      pendingPolls: 2,
      queueTime: 0,
      runTime: 0,
      shapes: { notFoundPolls: 1, partialPolls: 2 },
    });
    const { batchId } = (await submit([ROW])).body;
    const seen: unknown[] = [];
    for (let i = 0; i < 7; i++) {
      await clock.advance(60_000);
      const { status: told, body } = await ask(batchId);
      seen.push([told, body.status, Array.isArray(body.data)]);
    }
    expect(seen).toEqual([
      [404, undefined, false],
      [206, 'PENDING', false],
      [206, 'PENDING', false],
      [206, 'PARTIAL', false],
      [206, 'PARTIAL', false],
      [200, 'SUCCESS', true],
      [200, 'SUCCESS', true],
    ]);
    expect(double.log.violations).toEqual([]);
    expect(double.log.afterFinal).toHaveLength(1);
  });

  it('tell the list in another order, with resources missing, or with other fields', async () => {
    const list = async (shapes: QuartileDoubleOptions['shapes']) => {
      const { clock, submit, ask } = setUp({ shapes: shapes ?? {} });
      const { batchId } = (await submit(several(6))).body;
      await clock.advance(2000);
      return (await ask(batchId)).body.data as Record<string, unknown>[];
    };
    const asins = async (shapes: QuartileDoubleOptions['shapes']) =>
      (await list(shapes)).map(({ asin }) => asin);
    const shuffled = await asins({ order: 'shuffled' });
    expect(shuffled).not.toEqual(['A0', 'A1', 'A2', 'A3', 'A4', 'A5']);
    expect(shuffled.sort()).toEqual(['A0', 'A1', 'A2', 'A3', 'A4', 'A5']);
    expect(await asins({ omits: (_, index) => index === 2 })).toEqual(['A0', 'A1', 'A3', 'A4', 'A5']);
    expect((await list({ echo: () => ({}) }))[0]).toEqual({ id: expect.any(String), status: status(true) });
  });

  it('have another HTTP status, or a word that no document has, which is never the last', async () => {
    const { clock, double, submit, ask } = setUp({
      shapes: { httpStatus: () => 200, word: (word) => (word === 'SUCCESS' ? 'DONE' : word) },
    });
    const { batchId } = (await submit([ROW])).body;
    expect(await ask(batchId)).toMatchObject({ status: 200, body: { status: 'PENDING' } });
    await clock.advance(2000);
    expect((await ask(batchId)).body.status).toBe('DONE');
    await ask(batchId);
    expect(double.log.afterFinal).toEqual([]);
  });
});
