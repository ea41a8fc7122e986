import assert from 'node:assert/strict';
import { cloudSdk, sendWithCloudSdk } from '../clients/cloud-sdk/send-with-cloud-sdk.ts';
import { dynamicsClient, sendWithDynamics } from '../clients/dynamics.ts';
import { authorsService, dataverseService } from '../our-server/served-service.ts';
import { startBatchServer } from '../our-server/start-batch-server.ts';
import { type Exchange, recordExchanges } from './record-exchanges.ts';
import type { Recordings } from './recordings.ts';

const CLOUD_SDK = '@sap-cloud-sdk/odata-v4 4.8.0';
const DYNAMICS = 'dynamics-web-api 2.5.0';
const CODEC = 'odata-batch-codec';

/** What clients send that no server here but ours takes. */
export async function recordClients(recordings: Recordings): Promise<void> {
  for (const [pathType, prefix] of [
    ['absolute', 'http://127.0.0.1:10000/odata/v4/interop/'],
    ['relativeToService', '/odata/v4/interop/'],
  ] as const) {
    const exchange = await recordOne(startBatchServer(authorsService()), async (origin) => {
      const batch = [[cloudSdk.create({ id: 1, name: 'a' })], cloudSdk.all()];
      const answers = await sendWithCloudSdk(origin, '/odata/v4/interop', batch, pathType);
      assert.deepEqual(answers, [
        { kind: 'change set', statuses: [201], authors: [{ id: 1, name: 'a' }] },
        { kind: 'read', status: 200, authors: [{ id: 1, name: 'a' }] },
      ]);
    });
    recordings.request(exchange, {
      name: pathType === 'absolute' ? 'cloud-sdk-absolute-urls' : 'cloud-sdk-absolute-paths',
      title: `The SAP Cloud SDK writes absolute ${pathType === 'absolute' ? 'URLs' : 'paths without a Host header'}.`,
      rules: ['H-30'],
      between: `${CLOUD_SDK} to ${CODEC}`,
      version: '4.0',
      asked: [[`POST ${prefix}Authors`], `GET ${prefix}Authors`],
    });
  }

  const root = 'http://127.0.0.1:10000/api/data/v9.2/';
  const key = '20000000-0000-4000-8000-000000000001';
  const mixed = await recordOne(startBatchServer(dataverseService()), async (origin) => {
    const answers = await sendWithDynamics(dynamicsClient(origin), (client) => {
      client.retrieveMultiple({ collection: 'accounts', select: ['name'] });
      client.create({ collection: 'accounts', data: { accountid: key, name: 'Zoë' }, contentId: '1' });
      client.create({ collection: 'contacts', data: { contactid: key, name: 'c' }, contentId: '$1' });
      client.update({ collection: 'accounts', key, data: { name: '自転車' } });
      client.deleteRecord({ collection: 'contacts', key });
      client.retrieve({ collection: 'accounts', key });
    });
    assert.deepEqual(
      answers.map(({ kind }) => kind),
      ['answer', 'answer', 'answer', 'answer', 'answer', 'answer'],
    );
  });
  // The GUIDs of boundaries come before that of the account.
  const account = '00000000-0000-4000-8000-000000000003';
  recordings.request(mixed, {
    name: 'dynamics-mixed',
    title: 'Dynamics-web-api begins with an empty line and puts a line end too many behind each body.',
    rules: ['M-27', 'R-01', 'H-60', 'H-62'],
    between: `${DYNAMICS} to ${CODEC}`,
    version: '4.0',
    asked: [
      `GET ${root}accounts?$select=name`,
      [
        `POST ${root}accounts`,
        'POST $1/contacts',
        `PATCH ${root}accounts(${account})`,
        `DELETE ${root}contacts(${account})`,
      ],
      `GET ${root}accounts(${account})`,
    ],
  });

  const tolerant = startBatchServer(dataverseService(), { tolerate: ['content-id-per-change-set'] });
  const twice = await recordOne(tolerant, async (origin) => {
    const answers = await sendWithDynamics(dynamicsClient(origin), (client) => {
      client.create({ collection: 'accounts', data: { name: 'a' } });
      client.retrieveMultiple({ collection: 'accounts' });
      client.create({ collection: 'accounts', data: { name: 'b' } });
    });
    assert.equal(answers.length, 3);
  });
  recordings.request(twice, {
    name: 'dynamics-two-change-sets',
    title: 'Each change set of dynamics-web-api counts from the same Content-ID.',
    rules: ['B-18', 'B-19'],
    between: `${DYNAMICS} to ${CODEC}`,
    version: '4.0',
    asked: [[`POST ${root}accounts`], `GET ${root}accounts`, [`POST ${root}accounts`]],
    tolerance: {
      name: 'content-id-per-change-set',
      code: 'duplicate-content-id',
      path: 'parts[2].changeset[0]',
      at: /Content-Type: application\/http\r\n.*\r\nContent-ID: 100001\r\n\r\n.*\r\n.*\r\n\r\n\{"name":"b"\}/,
    },
  });
}

async function recordOne(
  starting: ReturnType<typeof startBatchServer>,
  send: (origin: string) => Promise<void>,
): Promise<Exchange> {
  const server = await starting;
  const recorder = await recordExchanges(Number(new URL(server.origin).port));
  try {
    await send(recorder.origin);
    const [exchange] = await recorder.take();
    assert.ok(exchange);
    return exchange;
  } finally {
    await recorder.stop();
    await server.stop();
  }
}
