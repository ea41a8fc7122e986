import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type CloudSdkPathType,
  cloudSdk,
  sendWithCloudSdk,
} from '../clients/cloud-sdk/send-with-cloud-sdk.ts';
import { authorsService } from './served-service.ts';
import { type BatchServer, startBatchServer } from './start-batch-server.ts';

const service = authorsService();
let server: BatchServer;
beforeAll(async () => {
  server = await startBatchServer(service);
});
afterAll(() => server.stop());

const send = (batch: Parameters<typeof sendWithCloudSdk>[2], pathType?: CloudSdkPathType) =>
  sendWithCloudSdk(server.origin, '/odata/v4/interop', batch, pathType);

test.each(['noPath', 'relativeToEntity', 'relativeToService', 'absolute'] as const)(
  'the SAP Cloud SDK understands our answers to URLs in its form %s',
  async (pathType) => {
    const zoë = { id: 1, name: 'Zoë · 自転車 · 🚲' };
    const b = { id: 2, name: 'b' };
    const batch = [
      [cloudSdk.create(zoë), cloudSdk.create(b)],
      cloudSdk.byKey(1),
      [cloudSdk.update({ id: 1, name: 'c' }), cloudSdk.remove(2)],
      cloudSdk.all(),
      [cloudSdk.remove(1)],
      cloudSdk.all(),
    ];
    expect(await send(batch, pathType)).toEqual([
      { kind: 'change set', statuses: [201, 201], authors: [zoë, b] },
      { kind: 'read', status: 200, authors: [zoë] },
      { kind: 'change set', statuses: [200, 204], authors: [{ id: 1, name: 'c' }] },
      { kind: 'read', status: 200, authors: [{ id: 1, name: 'c' }] },
      { kind: 'change set', statuses: [204], authors: [] },
      { kind: 'read', status: 200, authors: [] },
    ]);
  },
);

test('the SAP Cloud SDK learns that a change set failed, and sees it rolled back', async () => {
  expect(
    await send([
      [cloudSdk.create({ id: 11, name: 'a' })],
      [cloudSdk.create({ id: 12, name: 'gone again' }), cloudSdk.create({ id: 11, name: 'a duplicate' })],
      cloudSdk.byKey(11),
    ]),
  ).toEqual([
    { kind: 'change set', statuses: [201], authors: [{ id: 11, name: 'a' }] },
    { kind: 'error', status: 409, code: 'EntityAlreadyExists', message: 'the key is taken' },
  ]);
  expect(await send([cloudSdk.byKey(11)])).toMatchObject([{ kind: 'read' }]);
  expect(await send([cloudSdk.byKey(12)])).toMatchObject([{ kind: 'error', status: 404 }]);
});

test('the SAP Cloud SDK gets 100 answers to 100 operations', async () => {
  const authors = Array.from({ length: 100 }, (_, index) => ({ id: 100 + index, name: `author ${index}` }));
  const [created, ...read] = await send([
    authors.map((author) => cloudSdk.create(author)),
    ...authors.map(({ id }) => cloudSdk.byKey(id)),
  ]);
  expect(created).toEqual({ kind: 'change set', statuses: authors.map(() => 201), authors });
  expect(read).toEqual(authors.map((author) => ({ kind: 'read', status: 200, authors: [author] })));
});
