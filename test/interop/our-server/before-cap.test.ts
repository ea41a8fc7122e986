import { createBatchHandler } from 'odata-batch-codec/server';
import { describe, expect, inject, test } from 'vitest';
import {
  type Batch,
  type BatchFormat,
  encodeBatchRequest,
  type Operation,
  readBatchResponse,
  reference,
} from '../../../src/index.ts';
import { capV4 } from '../our-client/live-service.ts';

const service = capV4(inject('capPort'));
const serviceRoot = `${service.root}/`;
const batchUrl = `${serviceRoot}$batch`;

/** CAP's own endpoint for batches, and ours, which sends it operation by operation. */
const ours = createBatchHandler({
  serviceRoot,
  fetch: (request) => fetch(request),
  // What fails here fails first: nothing of it has to be undone.
  transaction: (run) => run(),
  responseFormat: 'accept',
});

const author = (id: number, rest: Partial<Operation> = {}): Operation => ({
  method: 'POST',
  url: 'Authors',
  body: { ID: id, name: `Zoë · 自転車 ${id}` },
  ...rest,
});
const get = (url: Operation['url'], rest: Partial<Operation> = {}): Operation => ({
  method: 'GET',
  url,
  ...rest,
});

/** Batches that create what is not there yet, from an id on. */
const BATCHES: Record<string, (id: number) => Batch> = {
  'references and what depends on them': (id) => {
    const created = author(id);
    return [
      created,
      { method: 'PATCH', url: reference(created), body: { name: `changed ${id}` } },
      // CAP takes no query behind the id itself.
      get(reference(created)),
      { method: 'POST', url: reference(created, 'books'), body: { ID: id, title: 'Ünïcode', stock: 3 } },
      get(`Authors(${id})/books/$count`, { dependsOn: [created] }),
      { method: 'DELETE', url: `Books(${id})`, dependsOn: [created] },
    ];
  },
  'a failure and what depends on it': (id) => {
    const missing = get(`Authors(${id})`);
    const dependent = get('Authors/$count', { dependsOn: [missing] });
    return [missing, dependent, author(id + 1, { dependsOn: [dependent] }), author(id + 2)];
  },
  'change sets': (id) => {
    const created = author(id);
    const set = [created, author(id + 1), { method: 'PATCH', url: reference(created), body: { name: 'x' } }];
    return [set, get(`Authors(${id})`, { dependsOn: [created] }), [author(id + 2)]];
  },
  'a change set that fails, and what depends on it': (id) => {
    const twice = author(id, { id: 'twice' });
    return [author(id), [twice, author(id + 1)], get(`Authors(${id})`, { dependsOn: [twice] })];
  },
};

/** What each operation came to, with ids that are the same in each run. */
async function send(endpoint: (request: Request) => Promise<Response>, batch: Batch, answer: BatchFormat) {
  const accept = answer === 'json' ? 'application/json' : 'multipart/mixed';
  const request = encodeBatchRequest(batch, {
    ...service.options,
    format: 'json',
    continueOnError: true,
    headers: { Accept: accept },
  });
  const response = await endpoint(new Request(batchUrl, request));
  expect(response.status).toBe(200);
  expect(response.headers.get('Content-Type')).toContain(accept);
  const results = await readBatchResponse(response, { request });
  return results.flat().map((result) => ({
    outcome: result.outcome,
    ...('status' in result && { status: result.status }),
    ...(result.outcome === 'succeeded' && {
      value: JSON.stringify(result.value ?? null).replaceAll(/\b7\d\d(\d)\b/g, '$1'),
    }),
  }));
}

describe('JSON batches to our endpoint, in front of CAP V4', () => {
  test.each(Object.entries(BATCHES))('come to what they come to at its own: %s', async (name, batch) => {
    const from = 7000 + 100 * Object.keys(BATCHES).indexOf(name);
    const [atCap, atOurs, inMultipart] = [
      await send(fetch, batch(from + 10), 'json'),
      await send(ours, batch(from + 30), 'json'),
      await send(ours, batch(from + 50), 'multipart'),
    ];
    expect(atOurs).toEqual(atCap);
    expect(inMultipart).toEqual(atCap);
  });
});
