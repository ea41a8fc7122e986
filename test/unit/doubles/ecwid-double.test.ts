import { describe, expect, it } from 'vitest';
import { asFetched, documentedExchange } from '../../doubles/documented-exchange.ts';
import {
  createEcwidDouble,
  type EcwidDoubleOptions,
  startEcwidDouble,
} from '../../doubles/ecwid/ecwid-double.ts';
import { VirtualClock } from '../virtual-clock.ts';

const TICKET = '11kl140a2-966f-1a9f-b4e6-fc451bc78570';
const BATCH = 'https://app.ecwid.com/api/v3/1003/batch';
const KEY = '3f0b9a52-6d0c-4b52-9b8e-2f4c3a1d7e60';
const HEADERS = {
  Authorization: 'Bearer secret_token',
  'Content-Type': 'application/json',
  'Cache-Control': 'no-cache',
};
const AUTHORIZED = { headers: { Authorization: 'Bearer secret_token' } };
const GET_PROFILE = { id: 'a', path: '/profile', method: 'GET', body: '' };

function setUp(options: Partial<EcwidDoubleOptions> = {}) {
  const clock = new VirtualClock();
  const double = createEcwidDouble({ storeId: 1003, token: 'secret_token', clock, ...options });
  const create = async (operations: unknown, query = '', changes: object = {}) => {
    const init = { method: 'POST', headers: HEADERS, body: JSON.stringify(operations), ...changes };
    const response = await double.fetch(BATCH + query, init);
    return { status: response.status, body: (await response.json()) as { ticket: string } };
  };
  const ask = async (query: string, method = 'GET', path = '') => {
    const response = await double.fetch(`${BATCH}${path}?${query}`, { ...AUTHORIZED, method });
    return { status: response.status, body: JSON.parse(await response.text()) };
  };
  return { clock, double, create, ask };
}

/** So many requests, to paths of their own. */
function several(count: number): object[] {
  return Array.from({ length: count }, (_, i) => ({ id: `${i}`, path: `/products/${i}`, method: 'GET' }));
}

const states = (body: { responses: { status: string }[] }) => body.responses.map(({ status }) => status);

describe('the documented exchanges', () => {
  it('create a batch and give its ticket, in process and over a socket', async () => {
    const fixture = documentedExchange('ecwid', 'create-batch');
    const { url, init } = asFetched(fixture);
    const options = { storeId: 1003, token: 'secret_token', ticket: () => TICKET };
    const inProcess = createEcwidDouble(options);
    const server = await startEcwidDouble(options);
    for (const fetch of [inProcess.fetch, server.fetch]) {
      const response = await fetch(url, init);
      expect(response.status).toBe(200);
      expect(response.headers.get('Content-Type')).toBe('application/json');
      expect(await response.json()).toEqual(fixture.response.body);
    }
    await server.close();
    for (const { log } of [inProcess, server.double]) {
      expect(log.violations).toEqual([]);
      expect(log.requests).toMatchObject([{ kind: 'create', target: fixture.request.target, status: 200 }]);
    }
  });

  it('take a path with commas', async () => {
    const { double } = setUp({ ticket: () => TICKET });
    const fixture = documentedExchange('ecwid', 'path-with-commas');
    const { url, init } = asFetched(fixture);
    expect(await (await double.fetch(url, init)).json()).toEqual(fixture.response.body);
    expect(double.log.violations).toEqual([]);
  });

  it('tell the status, list, stop and delete', async () => {
    const { clock, double, create } = setUp({
      ticket: () => TICKET,
      respond: ({ method }) =>
        method === 'GET'
          ? { status: 200, body: { total: 134, items: [] } }
          : { status: 400, body: { errorMessage: 'name is required', errorCode: 'INVALID_PRODUCT' } },
    });
    const operations = [
      { id: '000001', path: '/orders?limit=1', method: 'GET' },
      { id: '000003', path: '/products', method: 'POST', body: { sku: '0012199' } },
    ];
    await create(operations);
    await clock.advance(1000);
    for (const name of [
      'batch-status',
      'batch-status-escaped',
      'search-by-status',
      'stop-and-delete-batch',
    ]) {
      const fixture = documentedExchange('ecwid', name);
      const { url, init } = asFetched(fixture);
      const response = await double.fetch(url, init);
      expect(response.status, name).toBe(fixture.response.status);
      expect(await response.json(), name).toEqual(fixture.response.body);
    }
    await create(operations, '?groupId=17');
    const stop = documentedExchange('ecwid', 'stop-batch');
    const { url, init } = asFetched(stop);
    expect(await (await double.fetch(url, init)).json()).toEqual(stop.response.body);
    expect(double.log.violations).toEqual([]);
  });
});

describe('requests that are not as documented', () => {
  it.each<[string, object]>([
    ['without Authorization', { headers: { ...HEADERS, Authorization: undefined } }],
    ['with another token', { headers: { ...HEADERS, Authorization: 'Bearer other' } }],
    ['without Content-Type', { headers: { 'Content-Type': 'text/plain' } }],
    ['without Cache-Control', { headers: { ...HEADERS, 'Cache-Control': 'max-age=0' } }],
    ['with a field of its own', { headers: { ...HEADERS, Prefer: 'respond-async' } }],
    ['as text', { body: '[' }],
    ['as no UTF-8', { body: new Uint8Array([0x5b, 0x22, 0xff, 0x22, 0x5d]) }],
  ])('are refused, sent %s', async (_, changes) => {
    const { double } = setUp();
    const init = { method: 'POST', headers: HEADERS, body: JSON.stringify([GET_PROFILE]), ...changes };
    const given = Object.fromEntries(Object.entries(init.headers).filter(([, value]) => value !== undefined));
    const response = await double.fetch(BATCH, { ...init, headers: given });
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(double.log.violations).toHaveLength(1);
    expect(double.log.ofKind('create')).toMatchObject([{ acted: false }]);
  });

  it.each<[string, unknown]>([
    ['no array', GET_PROFILE],
    ['empty', []],
    ['501 requests', several(501)],
    ['a number as id', [{ ...GET_PROFILE, id: 1 }]],
    ['an id twice', [GET_PROFILE, GET_PROFILE]],
    ['no path', [{ method: 'GET' }]],
    ['a whole URL', [{ ...GET_PROFILE, path: 'https://app.ecwid.com/api/v3/1003/profile' }]],
    ['a path with the prefix', [{ ...GET_PROFILE, path: '/api/v3/1003/profile' }]],
    ['a space in a path', [{ ...GET_PROFILE, path: '/products?keyword=a b' }]],
    ['a batch in a batch', [{ ...GET_PROFILE, path: '/batch?ticket=1' }]],
    ['a token in a path', [{ ...GET_PROFILE, path: '/profile?token=secret_token' }]],
    ['PATCH', [{ ...GET_PROFILE, method: 'PATCH' }]],
    ['lower case', [{ ...GET_PROFILE, method: 'get' }]],
    ['a body of GET', [{ ...GET_PROFILE, body: { a: 1 } }]],
    ['null as body', [{ ...GET_PROFILE, method: 'POST', body: null }]],
    ['headers', [{ ...GET_PROFILE, headers: {} }]],
  ])('are refused, with a body that has or is %s', async (_, operations) => {
    const { double, create } = setUp();
    expect((await create(operations)).status).toBe(400);
    expect(double.log.violations).toMatchObject([{ request: 0, code: 'wrong-batch' }]);
  });

  it.each([
    '?allowParallelMode=yes',
    '?stopOnFirstFailure=0',
    '?deduplicationKey=1',
    '?groupId=',
    '?groupId=a&groupId=b',
    '?token=secret_token',
  ])('are refused, with the query %s', async (query) => {
    const { double, create } = setUp();
    expect((await create([GET_PROFILE], query)).status).toBe(400);
    expect(double.log.violations).toHaveLength(1);
  });

  it('are refused: other paths, stores, methods and questions', async () => {
    const { double, ask } = setUp();
    const other = 'https://app.ecwid.com/api/v3/1004/batch?ticket=1';
    expect((await double.fetch(other, AUTHORIZED)).status).toBe(404);
    expect((await ask('ticket=1', 'PUT')).status).toBe(404);
    expect((await ask('ticket=1')).status).toBe(404);
    expect((await ask('ticketId=1')).status).toBe(400);
    expect((await ask('status=DONE&limit=100')).status).toBe(400);
    expect((await ask('status=QUEUED&limit=101')).status).toBe(400);
    expect((await ask('', 'POST', '/cancel-group')).status).toBe(400);
    expect(double.log.violations).toHaveLength(7);
    expect(double.log.ofKind('unknown')).toHaveLength(3);
  });

  it('reach no other host', async () => {
    const { double } = setUp();
    await expect(double.fetch('https://app.ecwid.com.example/api/v3/1003/batch')).rejects.toThrow();
    expect(double.log.requests).toEqual([]);
  });
});

describe('a batch', () => {
  it('is done in order, one after another, and tells how far it is', async () => {
    const { clock, double, create, ask } = setUp({ duration: 100 });
    const { ticket } = (await create(several(3))).body;
    expect((await ask(`ticket=${ticket}`)).body).toEqual({
      ...{ status: 'QUEUED', totalRequests: 3, completedRequests: 0, responses: [] },
    });
    await clock.advance(250);
    const half = (await ask(`ticket=${ticket}`)).body;
    expect(half).toMatchObject({ status: 'IN_PROGRESS', completedRequests: 2 });
    expect(half.responses.map(({ id }: { id: string }) => id)).toEqual(['0', '1']);
    await clock.advance(50);
    expect((await ask(`ticket=${ticket}`)).body).toMatchObject({ status: 'COMPLETED', completedRequests: 3 });
    const begun = Date.UTC(2026, 0, 1);
    expect(double.log.executions.map(({ at, what }) => [at - begun, what])).toEqual([
      [100, 'GET /products/0'],
      [200, 'GET /products/1'],
      [300, 'GET /products/2'],
    ]);
  });

  it('waits for the batches before it', async () => {
    const { clock, create, ask } = setUp({ duration: 100 });
    await create(several(2));
    const { ticket } = (await create(several(1))).body;
    await clock.advance(250);
    expect((await ask(`ticket=${ticket}`)).body.status).toBe('QUEUED');
    await clock.advance(50);
    expect((await ask(`ticket=${ticket}`)).body.status).toBe('COMPLETED');
  });

  it('does a hundred requests at the same time in parallel mode', async () => {
    const { clock, create, ask } = setUp({ duration: 100 });
    const { ticket } = (await create(several(250), '?allowParallelMode=true')).body;
    const done: number[] = [];
    for (let i = 0; i < 3; i++) {
      await clock.advance(100);
      done.push((await ask(`ticket=${ticket}`)).body.completedRequests);
    }
    expect(done).toEqual([100, 200, 250]);
  });

  it('stops at the first error, unless it is told not to', async () => {
    const respond = ({ path }: { path: string }) => ({ status: path.endsWith('1') ? 404 : 200 });
    const { clock, double, create, ask } = setUp({ respond });
    const stopped = (await create(several(3))).body.ticket;
    const whole = (await create(several(3), '?stopOnFirstFailure=false')).body.ticket;
    await clock.advance(10_000);
    const { body } = await ask(`ticket=${stopped}`);
    expect(body).toMatchObject({ status: 'COMPLETED', totalRequests: 3, completedRequests: 2 });
    expect(states(body)).toEqual(['COMPLETED', 'FAILED', 'NOT_EXECUTED']);
    expect(body.responses[2]).toEqual({ id: '2', status: 'NOT_EXECUTED' });
    expect(states((await ask(`ticket=${whole}`)).body)).toEqual(['COMPLETED', 'FAILED', 'COMPLETED']);
    expect(double.log.timesDone('GET /products/2')).toBe(1);
  });

  it('begins nothing after an error in parallel mode, and ends what is under way', async () => {
    const { clock, create, ask } = setUp({
      respond: ({ path }) => ({ status: path.endsWith('/0') ? 500 : 200 }),
      duration: ({ path }) => (path.endsWith('/0') ? 10 : 100),
    });
    const { ticket } = (await create(several(120), '?allowParallelMode=true')).body;
    await clock.advance(1000);
    const { body } = await ask(`ticket=${ticket}`);
    const count = (state: string) => states(body).filter((one) => one === state).length;
    expect([count('FAILED'), count('COMPLETED'), count('NOT_EXECUTED')]).toEqual([1, 99, 20]);
  });

  it('tries a request five times, three seconds apart, where the store fails and it may go on', async () => {
    const { clock, double, create, ask } = setUp({
      duration: 0,
      respond: ({ path }, attempt) => ({ status: path.endsWith('0') || attempt < 3 ? 503 : 200 }),
    });
    const { ticket } = (await create(several(2), '?stopOnFirstFailure=false')).body;
    await clock.advance(60_000);
    expect(states((await ask(`ticket=${ticket}`)).body)).toEqual(['FAILED', 'COMPLETED']);
    const begun = Date.UTC(2026, 0, 1);
    expect(double.log.executions.map(({ at, item, attempt }) => [item, attempt, at - begun])).toEqual([
      ...[1, 2, 3, 4, 5].map((attempt) => [0, attempt, (attempt - 1) * 3000]),
      ...[1, 2, 3].map((attempt) => [1, attempt, 12_000 + (attempt - 1) * 3000]),
    ]);
  });

  it('is created once for a deduplication key within the hour', async () => {
    const { clock, double, create } = setUp();
    const query = `?deduplicationKey=${KEY}`;
    const first = await create([GET_PROFILE], query);
    await clock.advance(3_599_000);
    expect(await create([GET_PROFILE], query)).toEqual(first);
    expect(double.log.timesDone('GET /profile')).toBe(1);
    expect(double.log.violations).toEqual([]);
    await create([{ ...GET_PROFILE, id: 'b' }], query);
    expect(double.log.violations).toMatchObject([{ code: 'reused-key', request: 2 }]);
    await clock.advance(1000);
    expect((await create([GET_PROFILE], query)).body.ticket).not.toBe(first.body.ticket);
    await clock.advance(1000);
    expect(double.log.timesDone('GET /profile')).toBe(2);
  });

  it('is cancelled by its group: what has not begun is told as completed, without an answer', async () => {
    const { clock, double, create, ask } = setUp();
    const { ticket } = (await create(several(3), '?groupId=night')).body;
    const other = (await create(several(1), '?groupId=day')).body.ticket;
    await clock.advance(150);
    expect((await ask('groupId=night', 'POST', '/cancel-group')).body).toEqual({ updateCount: 1 });
    await clock.advance(1000);
    const { body } = await ask(`ticket=${ticket}`);
    expect(body).toMatchObject({ status: 'COMPLETED', completedRequests: 2 });
    expect(body.responses[2]).toEqual({ id: '2', status: 'COMPLETED' });
    expect(double.log.timesDone('GET /products/2')).toBe(0);
    expect((await ask('groupId=night', 'POST', '/cancel-group')).body).toEqual({ updateCount: 0 });
    expect(states((await ask(`ticket=${other}`)).body)).toEqual(['COMPLETED']);
    expect(double.log.violations).toEqual([]);
  });

  it('is gone when it is deleted, at any time or only while it is queued', async () => {
    for (const deletesOnlyQueued of [false, true]) {
      const { clock, double, create, ask } = setUp({ deletesOnlyQueued });
      const { ticket } = (await create(several(2))).body;
      await clock.advance(150);
      const { body } = await ask(`ticketId=${ticket}`, 'DELETE');
      expect(body).toEqual({ deleteCount: deletesOnlyQueued ? 0 : 1 });
      await clock.advance(1000);
      expect((await ask(`ticket=${ticket}`)).status).toBe(deletesOnlyQueued ? 200 : 404);
      expect(double.log.executions.length).toBe(2);
    }
  });

  it('is refused where the token has not all the scopes, which is no violation', async () => {
    const { double, create } = setUp({ allows: ({ path }) => path !== '/profile' });
    const { status, body } = await create([...several(1), GET_PROFILE]);
    expect({ status, body }).toEqual({
      status: 403,
      body: { errorMessage: expect.stringContaining('access scopes required for requests included') },
    });
    expect(double.log.violations).toEqual([]);
    expect(double.log.executions).toEqual([]);
  });

  it('is found by its status, a page at a time', async () => {
    const { clock, create, ask } = setUp({ duration: 1 });
    const tickets: string[] = [];
    for (let i = 0; i < 3; i++) tickets.push((await create(several(1))).body.ticket);
    expect((await ask('status=QUEUED&limit=2')).body.items.length).toBe(2);
    await clock.advance(1000);
    const second = await ask('status=COMPLETED&limit=2&offset=2');
    expect(second.body).toEqual({ items: [{ ticket: tickets[2], status: 'COMPLETED' }] });
  });
});

describe('odd shapes', () => {
  it('are told where they are asked for', async () => {
    const run = async (shapes: EcwidDoubleOptions['shapes'], query = '') => {
      const { clock, create, ask } = setUp({
        shapes: shapes ?? {},
        respond: ({ path }) => ({ status: path.endsWith('2') ? 400 : 200, body: { path } }),
      });
      const { ticket } = (await create(several(5))).body;
      const queued = (await ask(`ticket=${ticket}`)).body;
      await clock.advance(1000);
      return { queued, done: (await ask(`ticket=${ticket}${query}`)).body };
    };
    expect((await run({ whileQueued: 'null' })).queued.responses).toBeNull();
    expect((await run({ whileQueued: 'absent' })).queued).not.toHaveProperty('responses');
    expect((await run({ omitsNotExecuted: true })).done.responses).toHaveLength(3);
    expect((await run({ statusField: 'httpCode' })).done.responses[0]).toMatchObject({ httpCode: 200 });
    expect((await run({ tellsBodies: false })).done.responses[0]).not.toHaveProperty('httpBody');
    const escaped = (await run({ tellsBodies: false }, '&escapedJson=true')).done.responses[0];
    expect(escaped.escapedHttpBody).toBe('{"path":"/products/0"}');
    const { done } = await run({ order: 'shuffled' });
    const ids = done.responses.map(({ id }: { id: string }) => id);
    expect(ids).not.toEqual(['0', '1', '2', '3', '4']);
    expect(ids.sort()).toEqual(['0', '1', '2', '3', '4']);
  });

  it('a batch stays queued for as many polls as it should', async () => {
    const { clock, create, ask } = setUp({ pendingPolls: 2 });
    const { ticket } = (await create(several(1))).body;
    const seen: string[] = [];
    for (let i = 0; i < 3; i++) {
      await clock.advance(60_000);
      seen.push((await ask(`ticket=${ticket}`)).body.status);
    }
    expect(seen).toEqual(['QUEUED', 'QUEUED', 'COMPLETED']);
  });

  it('more than 600 requests a minute block the token for a minute', async () => {
    const { clock, double, ask } = setUp();
    for (let i = 0; i < 600; i++) expect((await ask('status=QUEUED')).status).toBe(200);
    const refused = await double.fetch(`${BATCH}?status=QUEUED`, AUTHORIZED);
    expect([refused.status, refused.headers.get('Retry-After')]).toEqual([429, '60']);
    await clock.advance(59_000);
    expect((await ask('status=QUEUED')).status).toBe(429);
    expect(double.log.early).toHaveLength(1);
    await clock.advance(1000);
    expect((await ask('status=QUEUED')).status).toBe(200);
    expect(double.log.violations).toEqual([]);
  });
});

describe('after the last word', () => {
  it('each question for the status is noted, unless the client never had the answer or is another one', async () => {
    let isLost = true;
    const { clock, double, create, ask } = setUp({
      trouble: ({ kind }) => (kind === 'status' && isLost ? { afterActing: 'lose' } : undefined),
    });
    const { ticket } = (await create(several(1))).body;
    await clock.advance(1000);
    await expect(ask(`ticket=${ticket}`)).rejects.toThrow('fetch failed');
    isLost = false;
    await ask(`ticket=${ticket}`);
    expect(double.log.afterFinal).toEqual([]);
    await ask(`ticket=${ticket}`);
    expect(double.log.afterFinal).toMatchObject([{ index: 3 }]);
    double.forgetClient();
    await ask(`ticket=${ticket}`);
    expect(double.log.afterFinal).toHaveLength(1);
  });
});
