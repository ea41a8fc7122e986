import { afterAll, beforeAll, expect, test } from 'vitest';
import { dynamicsClient, sendWithDynamics } from '../clients/dynamics.ts';
import { dataverseService } from './served-service.ts';
import { type BatchServer, startBatchServer } from './start-batch-server.ts';

const service = dataverseService();
const { store } = service;
let server: BatchServer;
beforeAll(async () => {
  server = await startBatchServer(service);
});
afterAll(() => server.stop());

const send = (
  write: Parameters<typeof sendWithDynamics>[1],
  options?: Parameters<typeof sendWithDynamics>[2],
) => sendWithDynamics(dynamicsClient(server.origin), write, options);
const key = (last: number): string => `20000000-0000-4000-8000-${String(last).padStart(12, '0')}`;
const account = (last: number, name: string) => ({
  collection: 'accounts',
  data: { accountid: key(last), name },
});

test('dynamics-web-api understands our answers to GETs, a change set and a write outside of it', async () => {
  store.insert('accounts', { accountid: key(1), name: 'Zoë · 自転車 · 🚲' });
  store.insert('accounts', { accountid: key(2), name: 'to be deleted' });
  const answers = await send((client) => {
    client.retrieve({ collection: 'accounts', key: key(1) });
    client.retrieveMultiple({ collection: 'contacts' });
    client.create({ collection: 'accounts', data: { accountid: key(3), name: 'Änne' }, contentId: '1' });
    client.create({ collection: 'contacts', data: { contactid: key(4), name: 'c' }, contentId: '$1' });
    client.update({ collection: 'accounts', key: key(1), data: { name: '自転車' } });
    client.deleteRecord({ collection: 'accounts', key: key(2) });
    client.create({ ...account(5, 'alone'), inChangeSet: false });
    client.retrieve({ collection: 'accounts', key: key(3) });
  });
  expect(answers).toEqual([
    { kind: 'answer', value: { accountid: key(1), name: 'Zoë · 自転車 · 🚲' } },
    { kind: 'answer', value: expect.objectContaining({ value: [] }) },
    { kind: 'answer', value: key(3) },
    { kind: 'answer', value: key(4) },
    { kind: 'answer', value: true },
    { kind: 'answer', value: true },
    { kind: 'answer', value: key(5) },
    { kind: 'answer', value: { accountid: key(3), name: 'Änne' } },
  ]);
  expect(store.find('contacts', key(4))).toMatchObject({ name: 'c', accounts_id: key(3) });
  expect(store.find('accounts', key(1))).toMatchObject({ name: '自転車' });
  expect(store.find('accounts', key(2))).toBeUndefined();
});

test('dynamics-web-api learns that a change set failed, and nothing of it stays', async () => {
  store.insert('accounts', { accountid: key(11), name: 'taken' });
  expect(
    await send((client) => {
      client.retrieve({ collection: 'accounts', key: key(11) });
      client.create(account(12, 'gone again'));
      client.create(account(11, 'a duplicate'));
      client.create(account(13, 'never tried'));
    }),
  ).toEqual([
    { kind: 'answer', value: { accountid: key(11), name: 'taken' } },
    { kind: 'error', status: 409, code: 'EntityAlreadyExists', message: 'the key is taken' },
  ]);
  expect(store.find('accounts', key(12))).toBeUndefined();
});

test('dynamics-web-api stops at a failure or goes on, as it asks', async () => {
  store.insert('accounts', { accountid: key(21), name: 'there' });
  const write: Parameters<typeof send>[0] = (client) => {
    client.retrieve({ collection: 'accounts', key: key(29) });
    client.retrieve({ collection: 'accounts', key: key(21) });
  };
  const missing = expect.objectContaining({ kind: 'error', status: 404, code: 'NotFound' });
  const there = { kind: 'answer', value: { accountid: key(21), name: 'there' } };
  expect(await send(write)).toEqual([missing]);
  expect(await send(write, { continueOnError: true })).toEqual([missing, there]);
});

test('dynamics-web-api gets 100 answers to 100 operations', async () => {
  const lasts = Array.from({ length: 100 }, (_, index) => 100 + index);
  const answers = await send((client) => {
    for (const last of lasts) client.create(account(last, `account ${last}`));
  });
  expect(answers).toEqual(lasts.map((last) => ({ kind: 'answer', value: key(last) })));
});

test('dynamics-web-api numbers each change set from the same id, which needs a tolerance', async () => {
  const twoChangeSets = (origin: string) =>
    sendWithDynamics(dynamicsClient(origin), (client) => {
      client.create(account(301, 'a'));
      client.retrieve({ collection: 'accounts', key: key(301) });
      client.create(account(302, 'b'));
    });
  await expect(twoChangeSets(server.origin)).rejects.toMatchObject({ status: 400 });
  expect(store.find('accounts', key(301))).toBeUndefined();

  const tolerant = await startBatchServer(service, { tolerate: ['content-id-per-change-set'] });
  try {
    expect(await twoChangeSets(tolerant.origin)).toEqual([
      { kind: 'answer', value: key(301) },
      { kind: 'answer', value: { accountid: key(301), name: 'a' } },
      { kind: 'answer', value: key(302) },
    ]);
  } finally {
    await tolerant.stop();
  }
});
