import type { TransactionAction } from '@azure/data-tables';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sendWithDataTables, tableClient } from '../clients/data-tables.ts';
import { storageAccount } from '../servers/storage-account.ts';
import { TABLE_ETAG, tableService } from './served-service.ts';
import { type BatchServer, startBatchServer } from './start-batch-server.ts';

const service = tableService(storageAccount.name);
const { store } = service;
let server: BatchServer;
beforeAll(async () => {
  server = await startBatchServer(service);
});
afterAll(() => server.stop());

const send = (actions: readonly TransactionAction[]) =>
  sendWithDataTables(tableClient(server.origin, 'Items'), actions);
const url = (rowKey: string): string => `PartitionKey='p',RowKey='${rowKey}'`;
const create = (rowKey: string, name = rowKey): TransactionAction => [
  'create',
  { partitionKey: 'p', rowKey, name },
];

test('data-tables understands our answers to every kind of action', async () => {
  store.insert('Items', { PartitionKey: 'p', RowKey: 'old', name: 'old' });
  store.insert('Items', { PartitionKey: 'p', RowKey: 'older', name: 'older' });
  expect(
    await send([
      create('1', 'Zoë · 自転車 · 🚲'),
      ['upsert', { partitionKey: 'p', rowKey: '2', name: 'replaced' }, 'Replace'],
      ['upsert', { partitionKey: 'p', rowKey: '3', name: 'merged' }, 'Merge'],
      ['update', { partitionKey: 'p', rowKey: 'old', more: 1 }, 'Merge'],
      ['delete', { partitionKey: 'p', rowKey: 'older' }],
    ]),
  ).toEqual({
    kind: 'accepted',
    status: 202,
    answers: [
      { status: 204, rowKey: '1', etag: TABLE_ETAG },
      { status: 204, rowKey: undefined, etag: TABLE_ETAG },
      { status: 204, rowKey: undefined, etag: TABLE_ETAG },
      { status: 204, rowKey: undefined, etag: TABLE_ETAG },
      { status: 204, rowKey: undefined, etag: undefined },
    ],
  });
  expect(store.find('Items', url('1'))).toMatchObject({ name: 'Zoë · 自転車 · 🚲' });
  expect(store.find('Items', url('old'))).toMatchObject({ name: 'old', more: 1 });
  expect(store.find('Items', url('older'))).toBeUndefined();
});

test('nothing of a failed change set of data-tables stays', async () => {
  store.insert('Items', { PartitionKey: 'p', RowKey: 'occupied' });
  await send([create('rolled-back'), create('occupied')]);
  expect(store.find('Items', url('rolled-back'))).toBeUndefined();
});

// It looks for `--changesetresponse_` only: an error in the place of the change set, as OData has it, it takes
// for a success.
test('data-tables learns that a change set failed', async () => {
  store.insert('Items', { PartitionKey: 'p', RowKey: 'taken' });
  expect(await send([create('gone-again'), create('taken')])).toEqual({
    kind: 'refused',
    status: 409,
    code: 'EntityAlreadyExists',
    message: 'the key is taken',
  });
});

test('data-tables gets 100 answers to 100 actions', async () => {
  const keys = Array.from({ length: 100 }, (_, index) => `n${index}`);
  expect(await send(keys.map((key) => create(key)))).toEqual({
    kind: 'accepted',
    status: 202,
    answers: keys.map((rowKey) => ({ status: 204, rowKey, etag: TABLE_ETAG })),
  });
});

test('data-tables understands the answers of an endpoint with default options', async () => {
  const plain = await startBatchServer(service, { failedChangeSet: undefined });
  try {
    const client = tableClient(plain.origin, 'Items');
    const keys = ['d1', 'd2', 'd3'];
    expect(
      await sendWithDataTables(
        client,
        keys.map((key) => create(key)),
      ),
    ).toEqual({
      kind: 'accepted',
      status: 202,
      answers: keys.map((rowKey) => ({ status: 204, rowKey, etag: TABLE_ETAG })),
    });
    // OData's own shape of a failed change set it does not see: nothing stays, but only failedChangeSet: 'nested' tells it so.
    await sendWithDataTables(client, [create('d4'), create('d1')]);
    expect(store.find('Items', url('d4'))).toBeUndefined();
  } finally {
    await plain.stop();
  }
});
