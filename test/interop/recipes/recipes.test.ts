import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Batch, encodeBatchRequest, readBatchResponse, reference } from 'odata-batch-codec';
import { toNodeListener } from 'odata-batch-codec/server';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { ProductDatabase } from './database.ts';

type Start = (database: ProductDatabase, serviceRoot: string) => Promise<RequestListener>;

const startExpress: Start = async (database, serviceRoot) => {
  vi.resetModules();
  return (await import('./express.ts')).expressService(database, serviceRoot);
};

const recipes: [string, Start][] = [
  ['Express 4', startExpress],
  [
    'Express 5',
    async (database, serviceRoot) => {
      vi.doMock('express', () => import('express-5' as string));
      return startExpress(database, serviceRoot);
    },
  ],
  [
    'Fastify',
    async (database, serviceRoot) => {
      const app = (await import('./fastify.ts')).fastifyService(database, serviceRoot);
      await app.ready();
      return app.routing;
    },
  ],
  [
    'Hono',
    async (database, serviceRoot) => {
      const app = (await import('./hono.ts')).honoService(database, serviceRoot);
      return toNodeListener((request) => app.fetch(request));
    },
  ],
];

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
  vi.doUnmock('express');
});

describe.each(recipes)('the recipe for %s', (_, start) => {
  /** Starts the service on a socket; gives what sends it batches, and what it holds. */
  async function serve() {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    stops.push(() => {
      server.close();
      server.closeAllConnections();
    });
    const serviceRoot = `http://127.0.0.1:${(server.address() as AddressInfo).port}/odata/`;
    const database = new ProductDatabase();
    server.on('request', await start(database, serviceRoot));

    const send = async (batch: Batch, continueOnError = false) => {
      const request = encodeBatchRequest(batch, { continueOnError });
      const response = await fetch(`${serviceRoot}$batch`, request);
      const results = (await readBatchResponse(response, { request })).flat();
      return results.map((result) => ('status' in result ? result.status : result.outcome));
    };
    return { serviceRoot, database, send };
  }
  const post = (name: string) => ({ method: 'POST', url: 'Products', body: { name } });
  const names = (database: ProductDatabase) => database.all().map(({ name }) => name);

  test('answers a batch with reads, a change set and a reference', async () => {
    const { database, send } = await serve();
    const created = post('Assam');
    const batch = [
      { method: 'GET', url: 'Products' },
      [created, { ...post('Earl Grey · 茶') }],
      { method: 'GET', url: reference(created) },
    ];
    expect(await send(batch)).toEqual([200, 201, 201, 200]);
    expect(names(database)).toEqual(['Assam', 'Earl Grey · 茶']);
  });

  test('undoes a change set that fails, and goes on or stops', async () => {
    const { database, send } = await serve();
    const batch = [[post('Assam'), post('Assam')], { method: 'GET', url: 'Products(9)' }, post('Darjeeling')];
    expect(await send(batch)).toEqual(['rolled-back', 409, 'not-executed', 'not-executed']);
    expect(await send(batch, true)).toEqual(['rolled-back', 409, 404, 201]);
    expect(names(database)).toEqual(['Darjeeling']);
  });

  test('refuses what is no batch, and takes a large one', async () => {
    const { serviceRoot, database, send } = await serve();
    const init = { method: 'POST', body: '{}', headers: { 'Content-Type': 'multipart/mixed; boundary=b' } };
    const refused = await fetch(`${serviceRoot}$batch`, init);
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ error: { code: 'missing-delimiter' } });

    const large = Array.from({ length: 40 }, (_, index) => post(`${index} ${'x'.repeat(50_000)}`));
    expect(await send([large])).toEqual(large.map(() => 201));
    expect(names(database)).toHaveLength(40);
  });

  test('answers requests that come alone', async () => {
    const { serviceRoot } = await serve();
    const response = await fetch(`${serviceRoot}Products`);
    expect(await response.json()).toEqual({ value: [] });
  });
});
