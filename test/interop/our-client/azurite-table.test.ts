import { beforeAll, expect, inject, test } from 'vitest';
import { createdUrl, encodeBatchRequest, type Operation } from '../../../src/index.ts';
import { azuriteTable, outcomes, read, send } from './live-service.ts';

const service = azuriteTable(inject('tablePort'));
const insert = (rowKey: string, name = rowKey): Operation => ({
  method: 'POST',
  url: 'Codec',
  headers: { Prefer: 'return-no-content' },
  body: { PartitionKey: 'p', RowKey: rowKey, name },
});
const entityUrl = (rowKey: string): string => `Codec(PartitionKey='p',RowKey='${rowKey}')`;
const status = async (rowKey: string): Promise<number> => (await read(service, entityUrl(rowKey))).status;

beforeAll(async () => {
  await fetch(`${service.root}/Tables`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json', ...service.headers('Tables') },
    body: JSON.stringify({ TableName: 'Codec' }),
  });
});

test('commits a change set of every kind of write', async () => {
  await send(service, [[insert('old'), insert('older')]]);
  const results = await send(service, [
    [
      insert('1', 'Zoë · 自転車 · 🚲'),
      { method: 'POST', url: 'Codec', body: { PartitionKey: 'p', RowKey: '2' } },
      { method: 'PUT', url: entityUrl('3'), body: { PartitionKey: 'p', RowKey: '3', name: 'put' } },
      { method: 'MERGE', url: entityUrl('old'), headers: { 'If-Match': '*' }, body: { name: 'merged' } },
      { method: 'DELETE', url: entityUrl('older'), headers: { 'If-Match': '*' } },
    ],
  ]);
  expect(outcomes(results)).toEqual([['succeeded', 'succeeded', 'succeeded', 'succeeded', 'succeeded']]);
  expect(results[0].map((result) => result.outcome === 'succeeded' && result.status)).toEqual([
    204, 201, 204, 204, 204,
  ]);
  const [first] = results[0];
  expect(first.outcome === 'succeeded' && first.headers.get('etag')).toMatch(/^W\/"datetime'/);
  expect((await read(service, entityUrl('1'))).text).toContain('Zoë · 自転車 · 🚲');
  expect((await read(service, entityUrl('old'))).text).toContain('merged');
  expect(await status('older')).toBe(404);
});

test('reports which operation failed a change set, and what was rolled back', async () => {
  await send(service, [[insert('taken')]]);
  const [[before, duplicate, behind]] = await send(service, [[insert('b'), insert('taken'), insert('c')]]);
  expect(before.outcome).toBe('rolled-back');
  expect(duplicate).toMatchObject({ outcome: 'failed', status: 409, error: { code: 'EntityAlreadyExists' } });
  expect(behind.outcome).toBe('rolled-back');
  expect(await Promise.all(['taken', 'b', 'c'].map(status))).toEqual([200, 404, 404]);
});

test('reports it without Content-IDs too, by the place before the message', async () => {
  await send(service, [[insert('taken-2')]]);
  const batch = [[insert('d'), insert('taken-2'), insert('e')]] as const;
  const results = await send(service, batch, { contentId: 'none' });
  expect(outcomes(results)).toEqual([['rolled-back', 'failed', 'rolled-back']]);
});

test('takes a change set of 100 operations', async () => {
  const keys = Array.from({ length: 100 }, (_, index) => `n${index}`);
  const [results = []] = await send(service, [keys.map((key) => insert(key))]);
  expect(results.map((result) => result.outcome === 'succeeded' && result.status)).toEqual(
    keys.map(() => 204),
  );
  for (const [index, result] of results.entries()) {
    expect(result.outcome === 'succeeded' && result.headers.get('Location')).toContain(`RowKey='n${index}'`);
  }
});

test('rolls back 99 operations because of one', async () => {
  await send(service, [[insert('m60')]]);
  const keys = Array.from({ length: 100 }, (_, index) => `m${index}`);
  const [results = []] = await send(service, [keys.map((key) => insert(key))]);
  expect(results.map(({ outcome }) => outcome)).toEqual(
    keys.map((key) => (key === 'm60' ? 'failed' : 'rolled-back')),
  );
  expect(await Promise.all(['m0', 'm60', 'm99'].map(status))).toEqual([404, 200, 404]);
});

test('guesses nothing where Azurite answers a GET in no readable shape', async () => {
  await send(service, [[insert('readable')]]);
  await expect(send(service, [{ method: 'GET', url: entityUrl('readable') }])).rejects.toMatchObject({
    name: 'BatchSyntaxError',
    results: [{ outcome: 'unknown' }],
  });
});

test('tells where entities are', async () => {
  const [[created]] = await send(service, [[insert('placed')]]);
  const request = encodeBatchRequest([[insert('placed')]], service.options);
  expect(createdUrl(created, { request })).toBe(`${service.root}/${entityUrl('placed')}`);
});

test('guesses nothing where Azurite drops all change sets but one', async () => {
  const batch = [[insert('kept')], [insert('dropped')]] as const;
  await expect(send(service, batch)).rejects.toMatchObject({ code: 'too-many-operations' });
  // The definition refuses it; this is what would come of it.
  const plain = { service: undefined, ...service.plainOptions };
  expect(outcomes(await send(service, batch, plain))).toEqual([['unknown'], ['unknown']]);
});
