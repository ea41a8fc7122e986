import { describe, expect, it } from 'vitest';
import { asFetched, documentedExchange } from '../../doubles/documented-exchange.ts';
import { createKiboDouble, type KiboDoubleOptions, startKiboDouble } from '../../doubles/kibo/kibo-double.ts';
import { VirtualClock } from '../virtual-clock.ts';

const API = 'https://t1234-s5678.sandbox.mozu.com/api';
const JOBS = '/platform/data/batchJob';
const CATALOG = '/commerce/catalog/admin/';
const NEW_JOB = { code: 'batch_job_1', jobName: 'Example Job', domain: 'Catalog' };
const BEGUN = Date.UTC(2026, 0, 1);

function setUp(options: KiboDoubleOptions = {}) {
  const clock = new VirtualClock(BEGUN);
  const double = createKiboDouble({ clock, ...options });
  const send = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const response = await double.fetch(API + path, {
      method,
      headers: { ...(body !== undefined && { 'Content-Type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const parsed = text === '' ? undefined : JSON.parse(text);
    return { status: response.status, body: parsed, headers: response.headers };
  };
  return {
    clock,
    double,
    send,
    create: (changes: object = {}) => send('POST', JOBS, { ...NEW_JOB, ...changes }),
    add: (code: string) =>
      send('POST', `${CATALOG}products/?batchJobCode=batch_job_1`, { productCode: code }),
    act: (action: string) => send('POST', `${JOBS}/actions/batch_job_1`, { action }),
    status: async () => (await send('GET', `${JOBS}/batch_job_1`)).body.status,
    items: async (query = '') => (await send('POST', `${JOBS}/actions/batch_job_1/items${query}`)).body,
  };
}

const statuses = (page: { items: { processingStatus: string }[] }) =>
  page.items.map(({ processingStatus }) => processingStatus);

describe('the documented exchanges', () => {
  it('create a job, add to it, start it, read it, rename it and reset it, in process and over a socket', async () => {
    const shapes = { item: () => ({ correlationId: 'c1' }) };
    const clocks = [new VirtualClock(), new VirtualClock()] as const;
    const inProcess = createKiboDouble({ clock: clocks[0], shapes });
    const server = await startKiboDouble({ clock: clocks[1], shapes });
    const names = [
      'create-job',
      'add-product',
      'start-job',
      'get-job',
      'get-items',
      'rename-job',
      'reset-job',
    ];
    for (const [fetch, clock] of [
      [inProcess.fetch, clocks[0]],
      [server.fetch, clocks[1]],
    ] as const) {
      for (const name of names) {
        const fixture = documentedExchange('kibo', name);
        const { url, init } = asFetched(fixture);
        const response = await fetch(url, init);
        expect(response.status, name).toBe(fixture.response.status);
        expect(await response.json(), name).toEqual(fixture.response.body);
        if (name === 'start-job') await clock.advance(1000);
      }
    }
    await server.close();
    for (const { log } of [inProcess, server.double]) {
      expect(log.violations).toEqual([]);
      const kinds = ['create', 'operation', 'start', 'status', 'items', 'rename', 'reset'];
      expect(log.requests.map(({ kind }) => kind)).toEqual(kinds);
      expect(log.timesDone('POST /api/commerce/catalog/admin/products/ {"productCode":"P1"}')).toBe(1);
    }
  });
});

describe('requests that are not as documented', () => {
  it.each<[string, object]>([
    ['no code', { code: undefined }],
    ['the braces of the placeholder', { code: '{batch_job_1}' }],
    ['no name', { jobName: undefined }],
    ['the name of the schema', { jobName: undefined, name: 'Example Job' }],
    ['both names', { name: 'Example Job' }],
    ['no domain', { domain: undefined }],
    ['another domain', { domain: 'Prices' }],
    ['a status that no new job has', { status: 'Completed' }],
    ['a date without an offset', { scheduledDate: '2026-01-01T20:00:00' }],
    ['no date', { scheduledDate: '2026-13-01T20:00:00Z' }],
    ['a field of its own', { items: [] }],
  ])('are refused: a job with %s', async (_, changes) => {
    const { double, create } = setUp();
    expect((await create(changes)).status).toBe(400);
    expect(double.log.violations).toMatchObject([{ code: 'wrong-job' }]);
  });

  it('are refused: headers other than those that were agreed on', async () => {
    const headers = { Authorization: 'Bearer t', 'x-vol-tenant': '1234' };
    const { double, send } = setUp({ headers });
    expect((await send('POST', JOBS, NEW_JOB, headers)).status).toBe(200);
    expect((await send('POST', JOBS, NEW_JOB)).status).toBe(401);
    expect((await send('GET', `${JOBS}/batch_job_1`, undefined, { ...headers, Prefer: 'x' })).status).toBe(
      400,
    );
    expect((await send('POST', JOBS, NEW_JOB, { ...headers, 'Content-Type': 'text/json' })).status).toBe(415);
    expect(double.log.violations).toHaveLength(3);
  });

  it.each([
    ['GET', 'products/P1', undefined],
    ['PATCH', 'products/P1', {}],
    ['PUT', 'products', {}],
    ['POST', 'products/P1', {}],
    ['POST', 'categories', {}],
    ['POST', 'pricelists/bulkmoveentries', []],
    ['PUT', 'products/P1', 'text'],
  ])('are refused: %s %s in a job', async (method, path, body) => {
    const { double, create, send } = setUp();
    await create();
    const { status } = await send(method, `${CATALOG}${path}?batchJobCode=batch_job_1`, body);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(double.log.violations).toHaveLength(1);
  });

  it('are refused: updates without a code, with two, or of a job that is not there or is started', async () => {
    const { double, create, add, act, send } = setUp();
    await create();
    const product = { productCode: 'P1' };
    const products = `${CATALOG}products`;
    expect((await send('POST', products, product)).status).toBe(400);
    expect((await send('POST', `${products}?batchJobCode=a&batchJobCode=b`, product)).status).toBe(400);
    expect((await send('POST', `${products}?batchJobCode=%7Bbatch_job_1%7D`, product)).status).toBe(404);
    await act('start');
    expect((await add('P2')).status).toBe(409);
    expect(double.log.violations.map(({ code }) => code)).toEqual([
      'wrong-parameter',
      'wrong-parameter',
      'unknown-job',
      'item-after-start',
    ]);
  });

  it('are refused: actions, questions and changes that no document has', async () => {
    const { double, create, act, send } = setUp();
    await create();
    expect((await act('Start')).status).toBe(400);
    expect((await act('pause')).status).toBe(400);
    expect((await act('reset')).status).toBe(409);
    const items = `${JOBS}/actions/batch_job_1/items`;
    expect((await send('GET', items)).status).toBe(404);
    expect((await send('POST', `${items}?processingStatus=Cancelled`)).status).toBe(400);
    expect((await send('POST', `${items}?resourceType=Orders`)).status).toBe(400);
    expect((await send('POST', `${items}?filter=x`)).status).toBe(400);
    expect((await send('PUT', `${JOBS}/batch_job_1`, { ...NEW_JOB, status: 'Completed' })).status).toBe(400);
    expect((await send('POST', `${JOBS}/%zz`)).status).toBe(400);
    expect(double.log.violations).toHaveLength(9);
  });
});

describe('a job', () => {
  it('is Ready until it is done, and does nothing before it is started', async () => {
    const { clock, double, create, add, act, status, items } = setUp({ itemTime: 100 });
    expect((await create()).body).toEqual({ ...NEW_JOB, scheduledDate: null, status: 'Ready' });
    for (const code of ['P1', 'P2', 'P3']) await add(code);
    await clock.advance(86_400_000);
    expect(statuses(await items())).toEqual(['Waiting', 'Waiting', 'Waiting']);
    expect(double.log.executions).toEqual([]);
    expect((await act('start')).body.status).toBe('Ready');
    await clock.advance(150);
    expect(await status()).toBe('Ready');
    expect(statuses(await items())).toEqual(['Completed', 'Running', 'Waiting']);
    await clock.advance(150);
    expect(await status()).toBe('Completed');
    expect(statuses(await items())).toEqual(['Completed', 'Completed', 'Completed']);
    expect(double.log.afterFinal).toEqual([]);
    await status();
    expect(double.log.afterFinal).toHaveLength(1);
  });

  it('with a scheduled date is started all the same, and Pending until then', async () => {
    const { clock, double, create, add, act, status, items } = setUp({ itemTime: 1000 });
    await create({ scheduledDate: '2026-01-01T22:00:00+02:00' });
    await add('P1');
    expect(await status()).toBe('Ready');
    expect((await act('start')).body.status).toBe('Pending');
    await clock.advance(20 * 3_600_000 - 1000);
    expect([await status(), statuses(await items())]).toEqual(['Pending', ['Waiting']]);
    await clock.advance(2000);
    expect(await status()).toBe('Completed');
    expect(double.log.executions).toMatchObject([{ at: BEGUN + 20 * 3_600_000 + 1000 }]);
  });

  it('that is not started waits although its date has come', async () => {
    const { clock, create, add, act, status } = setUp();
    await create({ scheduledDate: '2026-01-01T20:00:00Z' });
    await add('P1');
    await clock.advance(24 * 3_600_000);
    expect(await status()).toBe('Ready');
    await act('start');
    await clock.advance(100);
    expect(await status()).toBe('Completed');
  });

  it('may pass over its date', async () => {
    const { create, act } = setUp({ ignoresSchedule: true });
    await create({ scheduledDate: '2026-01-02T00:00:00Z' });
    expect((await act('start')).body.status).toBe('Completed');
  });

  it('is Pending where it was created so', async () => {
    const { create, status } = setUp();
    await create({ status: 'Pending', scheduledDate: '2026-01-02T00:00:00Z' });
    expect(await status()).toBe('Pending');
  });

  it('tries again what failed, so that a failure is the last word only when the job is over', async () => {
    const { clock, double, create, add, act, status, items } = setUp({
      retryTime: 5000,
      process: ({ key }, attempt) => {
        if (key === 'P1') return attempt < 3 ? 'Failed' : 'Completed';
        return key === 'P2' ? 'ValidationFailed' : 'Failed';
      },
    });
    await create();
    for (const code of ['P1', 'P2', 'P3']) await add(code);
    await act('start');
    await clock.advance(1000);
    expect([await status(), statuses(await items())]).toEqual([
      'Ready',
      ['Failed', 'ValidationFailed', 'Failed'],
    ]);
    await clock.advance(20_000);
    const page = await items();
    expect([await status(), statuses(page)]).toEqual([
      'Completed',
      ['Completed', 'ValidationFailed', 'Failed'],
    ]);
    expect(page.items[0]).toMatchObject({ itemKey: 'P1', status: 200, retryCount: 2, errors: [] });
    expect(page.items[1]).toMatchObject({ status: 404, errors: [{ code: 'ITEM_NOT_FOUND' }] });
    expect(page.items[2]).toMatchObject({ status: 400, errors: [{ code: 'MISSING_DATA' }] });
    expect(double.log.executions).toHaveLength(9);
    expect(double.log.timesDone(`POST /api${CATALOG}products/ {"productCode":"P1"}`)).toBe(1);
  });

  it('is cancelled at any time before its end, with the items that were not tried', async () => {
    const { clock, create, add, act, status, items } = setUp();
    await create();
    for (const code of ['P1', 'P2', 'P3']) await add(code);
    await act('start');
    await clock.advance(150);
    expect((await act('cancel')).body.status).toBe('Canceled');
    await clock.advance(10_000);
    expect([await status(), statuses(await items())]).toEqual([
      'Canceled',
      ['Completed', 'Canceled', 'Canceled'],
    ]);
    expect((await act('cancel')).status).toBe(409);
    expect((await act('start')).status).toBe(409);
  });

  it('is reset when it is over: the items are gone, and the empty job can be used again', async () => {
    const { clock, double, create, add, act, status, items } = setUp();
    await create();
    await add('P1');
    await act('cancel');
    expect(await status()).toBe('Canceled');
    expect((await act('reset')).body.status).toBe('Ready');
    expect((await items()).items).toEqual([]);
    await add('P2');
    await act('start');
    await clock.advance(100);
    expect([await status(), (await items()).items[0].itemKey]).toEqual(['Completed', 'P2']);
    expect(double.log.violations).toEqual([]);
    expect(double.log.afterFinal).toEqual([]);
  });

  it('is there once, and its creation twice is a conflict', async () => {
    const { double, create, send } = setUp();
    expect((await send('GET', `${JOBS}/batch_job_1`)).status).toBe(404);
    await create();
    expect((await create()).status).toBe(409);
    expect((await send('DELETE', `${JOBS}/batch_job_1`)).body.code).toBe('batch_job_1');
    expect((await create()).status).toBe(200);
    expect(double.log.violations).toEqual([]);
  });

  it('is started once, however often that is said', async () => {
    const { clock, double, create, add, act } = setUp();
    await create();
    await add('P1');
    await act('start');
    expect((await act('start')).status).toBe(200);
    await clock.advance(1000);
    expect(double.log.executions).toHaveLength(1);
  });
});

describe('items', () => {
  it('are of Add, Update and Delete of the three APIs, with the query that they had', async () => {
    const { create, send, items } = setUp();
    await create();
    const job = 'batchJobCode=batch_job_1';
    for (const [method, path, body] of [
      ['POST', `products?${job}`, { productCode: 'P1' }],
      ['PUT', `products/P1?responseFields=productCode&${job}`, {}],
      ['DELETE', `products/P%201?${job}`, undefined],
      ['POST', `products/P1/Properties?${job}`, { attributeFQN: 'tenant~size' }],
      ['PUT', `products/P1/Properties/tenant~size?${job}`, {}],
      ['DELETE', `products/P1/Properties/tenant~size?${job}`, undefined],
      ['POST', `pricelists?${job}`, { priceListCode: 'L1' }],
      ['PUT', `pricelists/L1?${job}`, {}],
      ['DELETE', `pricelists/L1?${job}`, undefined],
      ['POST', `pricelists/L1/entries?${job}`, { productCode: 'P1' }],
      ['PUT', `pricelists/L1/entries/P1/USD?${job}`, {}],
      ['DELETE', `pricelists/L1/entries/P1/USD?${job}`, undefined],
      ['POST', `pricelists/bulkaddentries?${job}`, [{ productCode: 'P1' }]],
      ['POST', `pricelists/bulkupdateentries?${job}`, [{ productCode: 'P1' }]],
      ['POST', `pricelists/bulkdeleteentries?${job}`, [{ productCode: 'P1' }]],
    ] as const) {
      const { status } = await send(method, CATALOG + path, body);
      expect(status, path).toBe(method === 'DELETE' ? 204 : 200);
    }
    const found = (await items()).items as Record<string, string>[];
    expect(
      found.map(({ httpMethod, resourceType, itemKey }) => `${httpMethod} ${resourceType} ${itemKey}`),
    ).toEqual([
      'POST Products P1',
      'PUT Products P1',
      'DELETE Products P 1',
      'POST ProductProperty P1/tenant~size',
      'PUT ProductProperty P1/tenant~size',
      'DELETE ProductProperty P1/tenant~size',
      'POST Pricelistentries L1',
      'PUT Pricelistentries L1',
      'DELETE Pricelistentries L1',
      'POST Pricelistentries L1/P1',
      'PUT Pricelistentries L1/P1/USD',
      'DELETE Pricelistentries L1/P1/USD',
      'POST Pricelistentries P1',
      'POST Pricelistentries P1',
      'POST Pricelistentries P1',
    ]);
    expect(found[1]).toMatchObject({
      uri: '/api/commerce/catalog/admin/products/P1',
      query: '?responseFields=productCode&batchJobCode=batch_job_1',
    });
    expect((await items('?resourceType=ProductProperty&pageSize=2&startIndex=2')).items).toHaveLength(1);
  });

  it('are told a page at a time, and no more than the service gives', async () => {
    const { create, add, items } = setUp({ shapes: { maxPageSize: 30, countsOnlyWhenAsked: true } });
    await create();
    for (let i = 0; i < 45; i++) await add(`P${i}`);
    const first = await items();
    expect([first.pageSize, first.items.length, first.totalCount]).toEqual([20, 20, undefined]);
    const second = await items('?pageSize=1000&startIndex=20&includeCount=true');
    expect([second.pageSize, second.items.length, second.totalCount, second.pageCount]).toEqual([
      30, 25, 45, 2,
    ]);
    expect((await items('?startIndex=45')).items).toEqual([]);
  });

  it('can be told in another order, and with other fields', async () => {
    const { create, add, items } = setUp({ shapes: { order: 'shuffled', item: () => ({ itemKey: null }) } });
    await create();
    for (let i = 0; i < 10; i++) await add(`P${i}`);
    const all = (await items()).items as Record<string, unknown>[];
    const pages = [...(await items('?pageSize=5')).items, ...(await items('?pageSize=5&startIndex=5')).items];
    expect(pages).toEqual(all);
    expect(all.every(({ itemKey }) => itemKey === null)).toBe(true);
  });

  it.each(['none', 'equal', 'different'] as const)('have a correlation that is %s', async (correlation) => {
    const { create, add, items, send } = setUp({ shapes: { correlation } });
    await create();
    const told = (await add('P1')).headers.get('x-vol-correlation');
    const [{ correlationId }] = (await items()).items;
    expect(told === null).toBe(correlation === 'none');
    expect(told === correlationId).toBe(correlation === 'equal');
    const one = await send('POST', `${JOBS}/actions/batch_job_1/items/${correlationId}`);
    expect(one.body.items[0].itemKey).toBe('P1');
  });
});

describe('the spelling of the schema', () => {
  it('has other words for the same', async () => {
    const { clock, double, send, act, add, items, status } = setUp({ spelling: 'openapi' });
    const { jobName: name, ...job } = NEW_JOB;
    expect((await send('POST', JOBS, { ...job, name })).body).toMatchObject({ name: 'Example Job' });
    expect((await send('POST', JOBS, { ...NEW_JOB, code: 'other' })).status).toBe(400);
    await add('P1');
    await add('P2');
    expect((await send('GET', `${JOBS}/actions/batch_job_1`)).body).toEqual(['Start', 'Cancel']);
    expect((await act('start')).status).toBe(400);
    expect((await act('Start')).body.status).toBe('Running');
    await clock.advance(150);
    expect((await send('GET', `${JOBS}/actions/batch_job_1`)).body).toEqual(['Cancel']);
    await act('Cancel');
    expect([await status(), statuses(await items())]).toEqual(['Canceled', ['Completed', 'Cancelled']]);
    expect(statuses(await items('?processingStatus=Cancelled'))).toEqual(['Cancelled']);
    expect((await send('GET', `${JOBS}/actions/batch_job_1/summary`)).body.resources).toEqual([
      {
        resourceType: 'Products',
        counts: [
          { status: 'Completed', count: 1 },
          { status: 'Cancelled', count: 1 },
        ],
      },
    ]);
    expect((await send('GET', `${JOBS}?status=Canceled&domain=Catalog`)).body.items).toHaveLength(1);
    expect((await send('GET', `${JOBS}/actions/batch_job_1`)).body).toEqual(['Reset']);
    expect(double.log.violations).toHaveLength(2);
  });

  it('takes only what the schema takes', async () => {
    const { send } = setUp({ spelling: 'openapi' });
    await send('POST', JOBS, { code: 'batch_job_1', name: 'n', domain: 'Catalog' });
    const path = (rest: string) => `${CATALOG}${rest}?batchJobCode=batch_job_1`;
    expect((await send('POST', path('pricelists'), {})).status).toBe(400);
    expect((await send('POST', path('pricelists/bulkaddentries'), [])).status).toBe(200);
  });
});
