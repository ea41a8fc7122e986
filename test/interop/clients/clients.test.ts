import { expect, inject, test } from 'vitest';
import { cloudSdk, sendWithCloudSdk } from './cloud-sdk/send-with-cloud-sdk.ts';
import { sendWithDataTables, tableClient } from './data-tables.ts';

// Each driver against a server that its client was made for: what it reports there it must report of ours.

test('data-tables reads what Azurite answers', async () => {
  const client = tableClient(`http://127.0.0.1:${inject('tablePort')}`, 'Drivers');
  await client.createTable();
  expect(
    await sendWithDataTables(client, [
      ['create', { partitionKey: 'p', rowKey: '1', name: 'Zoë' }],
      ['upsert', { partitionKey: 'p', rowKey: '2', name: 'b' }, 'Replace'],
    ]),
  ).toMatchObject({
    kind: 'accepted',
    status: 202,
    answers: [{ status: 204, rowKey: '1' }, { status: 204 }],
  });
  expect(
    await sendWithDataTables(client, [
      ['create', { partitionKey: 'p', rowKey: '3' }],
      ['create', { partitionKey: 'p', rowKey: '1' }],
    ]),
  ).toMatchObject({ kind: 'refused', status: 409, code: 'EntityAlreadyExists' });
  await expect(client.getEntity('p', '3')).rejects.toMatchObject({ statusCode: 404 });
});

test('the SAP Cloud SDK reads what CAP answers', async () => {
  const origin = `http://127.0.0.1:${inject('capPort')}`;
  const send = (batch: Parameters<typeof sendWithCloudSdk>[2]) =>
    sendWithCloudSdk(origin, '/odata/v4/interop', batch, 'noPath');
  expect(
    await send([
      [cloudSdk.create({ id: 801, name: 'Zoë' }), cloudSdk.create({ id: 802, name: 'b' })],
      cloudSdk.byKey(801),
      [cloudSdk.update({ id: 801, name: 'c' }), cloudSdk.remove(802)],
    ]),
  ).toEqual([
    {
      kind: 'change set',
      statuses: [201, 201],
      authors: [
        { id: 801, name: 'Zoë' },
        { id: 802, name: 'b' },
      ],
    },
    { kind: 'read', status: 200, authors: [{ id: 801, name: 'Zoë' }] },
    { kind: 'change set', statuses: [200, 204], authors: [{ id: 801, name: 'c' }] },
  ]);
  expect(
    await send([
      [cloudSdk.create({ id: 803, name: 'gone again' }), cloudSdk.create({ id: 801, name: 'a duplicate' })],
      cloudSdk.byKey(801),
    ]),
  ).toMatchObject([{ kind: 'error', status: 500 }]);
  expect(await send([cloudSdk.byKey(803)])).toMatchObject([{ kind: 'error', status: 404 }]);
});
