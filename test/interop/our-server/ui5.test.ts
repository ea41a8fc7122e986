import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Ui5Request, type Ui5Response, ui5Batch } from '../clients/ui5-batch.ts';
import { type DefaultEndpoint, startDefaultEndpoint } from './start-default-endpoint.ts';

const ROOT = '/odata/';
const TOKEN = { Authorization: 'Bearer token', 'X-CSRF-Token': 'csrf' };
let endpoint: DefaultEndpoint;
beforeAll(async () => {
  endpoint = await startDefaultEndpoint(ROOT);
});
afterAll(() => endpoint.stop());
beforeEach(() => {
  endpoint.asked.length = 0;
});

/** As UI5's V4 model sends: what it sends with the batch stands in every part as well. */
async function send(
  requests: readonly (Ui5Request | readonly Ui5Request[])[],
  outer: Record<string, string> = {},
): Promise<(Ui5Response | Ui5Response[])[]> {
  const { body, headers } = ui5Batch.serializeBatchRequest(requests, 'Group ID: $auto');
  const response = await fetch(`${endpoint.origin}${ROOT}$batch?sap-client=1`, {
    method: 'POST',
    headers: { Accept: 'multipart/mixed', 'OData-Version': '4.0', ...TOKEN, ...headers, ...outer },
    body,
  });
  expect(response.status).toBe(200);
  return ui5Batch.deserializeBatchResponse(response.headers.get('Content-Type') ?? '', await response.text());
}

const request = (
  method: string,
  url: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Ui5Request => ({
  method,
  url,
  headers: {
    Accept: 'application/json;odata.metadata=minimal;IEEE754Compatible=true',
    'Content-Type': 'application/json;charset=UTF-8;IEEE754Compatible=true',
    ...TOKEN,
    ...headers,
  },
  ...(body !== undefined && { body }),
});
const statuses = (responses: readonly (Ui5Response | Ui5Response[])[]) =>
  responses.map((each) => (Array.isArray(each) ? each.map(({ status }) => status) : each.status));

describe("UI5's _Batch", () => {
  test('reads answers to reads and change sets, whose parts repeat the credentials of the batch', async () => {
    const responses = await send([
      request('GET', 'Teas?$filter=a%20eq%201'),
      [
        request('POST', 'Teas', { name: 'Grüner Tee · 緑茶 · 🍵' }),
        request('PATCH', 'Teas(7)', { price: 1 }, { 'If-Match': 'W/"1"' }),
        request('POST', '$0/Labels', { text: 'new' }),
        request('DELETE', 'Teas(8)'),
      ],
      request('GET', 'Teas(7)'),
    ]);
    expect(statuses(responses)).toEqual([200, [201, 204, 201, 204], 200]);
    const [, written, read] = responses as [Ui5Response, Ui5Response[], Ui5Response];
    expect(JSON.parse(written[0]?.responseText ?? '').value).toEqual({ name: 'Grüner Tee · 緑茶 · 🍵' });
    expect(JSON.parse(read.responseText)).toEqual({ price: 1 });
    expect(endpoint.asked.map(({ line }) => line)).toEqual([
      'GET Teas',
      'POST Teas',
      'PATCH Teas(7)',
      'POST Teas(1)/Labels',
      'DELETE Teas(8)',
      'GET Teas(7)',
    ]);
    for (const { headers } of endpoint.asked) {
      expect([headers.get('Authorization'), headers.get('X-CSRF-Token')]).toEqual(['Bearer token', 'csrf']);
    }
    expect(endpoint.asked[2]?.headers.get('If-Match')).toBe('W/"1"');
  });

  test('gets a change set back as one failure, and nothing of it stays', async () => {
    const responses = await send(
      [[request('PUT', 'Kept(1)', { a: 1 }), request('POST', 'Taken', {})], request('GET', 'Kept(1)')],
      { Prefer: 'odata.continue-on-error' },
    );
    expect(statuses(responses)).toEqual([409, 200]);
    const [failed, read] = responses as Ui5Response[];
    expect(JSON.parse(failed?.responseText ?? '').error.code).toBe('Conflict');
    expect(JSON.parse(read?.responseText ?? '')).toEqual({ path: 'Kept(1)' });
  });

  test('learns that the batch stopped at the first failure', async () => {
    const responses = await send([request('GET', 'Missing'), request('GET', 'Teas')]);
    expect(statuses(responses)).toEqual([404]);
    expect(endpoint.asked).toHaveLength(1);
  });

  test('is refused for an operation under another token, and for that alone', async () => {
    const stranger = request('GET', 'Teas', undefined, { Authorization: 'Bearer other' });
    const responses = await send([stranger, request('GET', 'Teas(1)')], {
      Prefer: 'odata.continue-on-error',
    });
    expect(statuses(responses)).toEqual([400, 200]);
    expect(endpoint.asked.map(({ line }) => line)).toEqual(['GET Teas(1)']);
  });

  test('gets 100 answers to 100 requests in their order', async () => {
    const responses = await send(Array.from({ length: 100 }, (_, index) => request('GET', `Rows(${index})`)));
    const paths = (responses as Ui5Response[]).map(({ responseText }) => JSON.parse(responseText).path);
    expect(paths).toEqual(Array.from({ length: 100 }, (_, index) => `Rows(${index})`));
  });
});
