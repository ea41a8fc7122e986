import { beforeAll, beforeEach, expect, inject, test } from 'vitest';
import {
  type BatchResults,
  decodeBatchResponse,
  encodeBatchRequest,
  type Operation,
} from '../../../src/index.ts';
import { azureBlob, defineService } from '../../../src/services.ts';
import { blobAuthorization } from '../servers/blob-authorization.ts';
import { outcomes } from './live-service.ts';

const root = `http://127.0.0.1:${inject('blobPort')}/devtest/`;
const VERSION = { 'x-ms-version': '2020-04-08' };
const CONTAINER = 'pictures';

/** A plain request, past the codec. */
async function plain(method: string, path: string, body?: string): Promise<Response> {
  const headers = { ...VERSION, ...(body !== undefined && { 'x-ms-blob-type': 'BlockBlob' }) };
  const contentLength = body === undefined ? 0 : Buffer.byteLength(body);
  const contentType = body === undefined ? '' : 'text/plain';
  const authorization = blobAuthorization({ method, path, headers, contentType, contentLength });
  const type = body === undefined ? {} : { 'Content-Type': contentType };
  return fetch(root + path, {
    method,
    headers: { ...type, ...authorization },
    ...(body !== undefined && { body }),
  });
}

const status = async (blob: string): Promise<number> => (await plain('HEAD', `${CONTAINER}/${blob}`)).status;

/** An operation as its caller writes it: it is signed by itself. */
function operation(
  method: string,
  path: string,
  id?: string,
  headers: Record<string, string> = {},
): Operation {
  return { method, url: path, id, headers: blobAuthorization({ method, path, headers }) };
}
const remove = (blob: string): Operation => operation('DELETE', `${CONTAINER}/${blob}`, `remove-${blob}`);
const cool = (blob: string): Operation =>
  operation('PUT', `${CONTAINER}/${blob}?comp=tier`, undefined, { 'x-ms-access-tier': 'Cool' });

async function send<const B extends readonly Operation[]>(
  batch: B,
  service = azureBlob({ serviceRoot: root }),
): Promise<BatchResults<B>> {
  const request = encodeBatchRequest(batch, { service });
  const path = (service.endpoint ?? '').slice(root.length);
  const authorization = blobAuthorization({
    method: 'POST',
    path,
    contentType: request.contentType,
    contentLength: request.body.length,
    headers: VERSION,
  });
  const response = await fetch(service.endpoint ?? '', {
    method: request.method,
    headers: { ...request.headers, ...authorization },
    body: request.body,
  });
  const body = await response.arrayBuffer();
  return decodeBatchResponse({ status: response.status, headers: response.headers, body }, { request });
}

beforeAll(async () => {
  expect((await plain('PUT', `${CONTAINER}?restype=container`)).status).toBe(201);
});

beforeEach(async () => {
  for (const blob of ['a', 'b', 'c']) {
    expect((await plain('PUT', `${CONTAINER}/${blob}`, blob)).status).toBe(201);
  }
});

test('deletes blobs, and says of each what became of it', async () => {
  const results = await send([remove('a'), remove('missing'), remove('c')]);
  expect(outcomes(results)).toEqual(['succeeded', 'failed', 'succeeded']);
  expect(results[0]).toMatchObject({ status: 202, id: 'remove-a' });
  expect(results[1]).toMatchObject({
    status: 404,
    statusText: 'The specified blob does not exist.',
    error: { message: expect.stringContaining('The specified blob does not exist.') },
  });
  expect(await Promise.all(['a', 'b', 'c'].map(status))).toEqual([404, 200, 404]);
});

test('is sent to one container as well', async () => {
  const results = await send(
    [remove('a'), remove('b')],
    azureBlob({ serviceRoot: root, container: CONTAINER }),
  );
  expect(outcomes(results)).toEqual(['succeeded', 'succeeded']);
  expect(await Promise.all(['a', 'b', 'c'].map(status))).toEqual([404, 404, 200]);
});

test('puts blobs into another tier', async () => {
  expect(outcomes(await send([cool('a'), cool('b')]))).toEqual(['succeeded', 'succeeded']);
  const response = await plain('HEAD', `${CONTAINER}/a`);
  expect(response.headers.get('x-ms-access-tier')).toBe('Cool');
});

test('takes 256 operations', async () => {
  const results = await send(Array.from({ length: 256 }, (_, index) => remove(`none-${index}`)));
  expect(results.map((result) => result.outcome === 'failed' && result.status)).toEqual(
    Array.from({ length: 256 }, () => 404),
  );
  expect(results.map(({ id }) => id)).toEqual(
    Array.from({ length: 256 }, (_, index) => `remove-none-${index}`),
  );
});

test('refuses beforehand what the service refuses as a whole: its answer to it is that of all', async () => {
  const mixed = [remove('a'), cool('b')];
  await expect(send(mixed)).rejects.toMatchObject({ code: 'mixed-methods' });
  const { definition } = azureBlob({ serviceRoot: root });
  const permissive = defineService({ ...definition, sameMethod: false });
  const results = await send(mixed, permissive);
  expect(outcomes(results)).toEqual(['not-executed', 'not-executed']);
  expect(results[0]).toMatchObject({ cause: { status: 400, headers: expect.anything() } });
  expect(await Promise.all(['a', 'b'].map(status))).toEqual([200, 200]);
});

test('wants a signature for each operation', async () => {
  const [result] = await send([{ method: 'DELETE', url: `${CONTAINER}/a` }]);
  expect(result).toMatchObject({ outcome: 'failed', status: 403 });
  expect(await status('a')).toBe(200);
});
