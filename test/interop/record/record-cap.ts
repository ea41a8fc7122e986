import assert from 'node:assert/strict';
import { type Batch, encodeBatchRequest, type Operation } from '../../../src/index.ts';
import { cloudSdk, sendWithCloudSdk } from '../clients/cloud-sdk/send-with-cloud-sdk.ts';
import { capV2, capV4, type LiveService, read } from '../our-client/live-service.ts';
import { type Exchange, type Recorder, recordExchanges } from './record-exchanges.ts';
import type { Recordings } from './recordings.ts';

const CAP = '@sap/cds 9.9.3';
const CAP_V2 = `@cap-js-community/odata-v2-adapter 1.15.10 on ${CAP}`;
const CLOUD_SDK = '@sap-cloud-sdk/odata-v4 4.8.0';
const CODEC = 'odata-batch-codec';

export async function recordCap(port: number, recordings: Recordings): Promise<void> {
  const recorder = await recordExchanges(port);
  const recordedPort = Number(new URL(recorder.origin).port);
  try {
    await recordCloudSdk(recorder, recordings);
    await recordVersion(capV4(recordedPort), '4.0', 100, recorder, recordings);
    await recordVersion(capV2(recordedPort), '2.0', 200, recorder, recordings);
  } finally {
    await recorder.stop();
  }
}

async function recordCloudSdk(recorder: Recorder, recordings: Recordings): Promise<void> {
  const send = (batch: Parameters<typeof sendWithCloudSdk>[2]) =>
    sendWithCloudSdk(recorder.origin, '/odata/v4/interop', batch, 'noPath');
  const answers = await send([
    [cloudSdk.create({ id: 1, name: 'Zoë · 自転車 · 🚲' }), cloudSdk.create({ id: 2, name: 'b' })],
    cloudSdk.byKey(1),
    [cloudSdk.update({ id: 1, name: 'c' }), cloudSdk.remove(2)],
    cloudSdk.all(),
  ]);
  assert.deepEqual(
    answers.map((answer) => (answer.kind === 'change set' ? answer.statuses : answer.status)),
    [[201, 201], 200, [200, 204], 200],
  );
  const mixed = await one(recorder);
  recordings.request(mixed, {
    name: 'cloud-sdk-mixed',
    title: 'The SAP Cloud SDK sends GUIDs as Content-IDs, relative URLs, a line end behind each body.',
    rules: ['B-09', 'B-16', 'H-60', 'H-66'],
    between: `${CLOUD_SDK} to ${CAP}`,
    version: '4.0',
    asked: [
      ['POST Authors', 'POST Authors'],
      'GET Authors(ID=1)',
      ['PATCH Authors(ID=1)', 'DELETE Authors(ID=2)'],
      'GET Authors',
    ],
  });
  recordings.response(mixed, {
    name: 'cap-v4-mixed',
    title: 'CAP answers the SAP Cloud SDK with the boundaries of the request and header names in lower case.',
    rules: ['P-02', 'P-08', 'H-66', 'P-22'],
    between: `${CAP} to ${CLOUD_SDK}`,
    version: '4.0',
    statuses: [[201, 201], 200, [200, 204], 200],
    outcomes: [['succeeded', 'succeeded'], 'succeeded', ['succeeded', 'succeeded'], 'succeeded'],
  });

  const failing = await send([
    cloudSdk.byKey(1),
    [cloudSdk.create({ id: 3, name: 'gone again' }), cloudSdk.create({ id: 1, name: 'a duplicate' })],
    cloudSdk.byKey(1),
  ]);
  assert.deepEqual(
    failing.map(({ kind }) => kind),
    ['read', 'error'],
  );
  recordings.response(await one(recorder), {
    name: 'cap-v4-failed-change-set',
    title: 'CAP answers a failed change set with one error in its place, and stops there.',
    rules: ['P-03', 'P-04', 'P-15'],
    between: `${CAP} to ${CLOUD_SDK}`,
    version: '4.0',
    statuses: [200, 500],
    outcomes: ['succeeded', ['rolled-back', 'failed'], 'not-executed'],
  });
}

/** The same two batches for both versions: one that goes on after failures, one that stops. */
async function recordVersion(
  service: LiveService,
  version: '2.0' | '4.0',
  from: number,
  recorder: Recorder,
  recordings: Recordings,
): Promise<void> {
  const label = version === '4.0' ? 'cap-v4' : 'cap-v2';
  const product = version === '4.0' ? 'CAP' : "CAP's V2 adapter";
  const between = `${version === '4.0' ? CAP : CAP_V2} to ${CODEC}`;
  const author = (id: number): Operation => ({
    method: 'POST',
    url: 'Authors',
    body: { ID: id, name: `Ä${id}` },
  });
  const get = (id: number): Operation => ({ method: 'GET', url: `Authors(${id})` });
  const exists = async (id: number): Promise<boolean> =>
    (await read(service, `Authors(${id})`)).status === 200;
  const send = async (batch: Batch, continueOnError?: true): Promise<Exchange> => {
    const boundary = ['batch_b', 'changeset_c1', 'changeset_c2', 'changeset_c3'];
    const request = encodeBatchRequest(batch, { ...service.plainOptions, boundary, continueOnError });
    await recorder.take();
    await fetch(`${service.root}/$batch`, {
      ...request,
      headers: { ...request.headers, ...service.headers('$batch') },
    });
    return one(recorder);
  };

  const references = [
    author(from + 1),
    { method: 'POST', url: '$1/books', body: { ID: from + 1, title: 'Ünïcode' } },
    { method: 'PATCH', url: '$1', body: { name: 'patched' } },
  ];
  const all = await send(
    [
      references,
      get(from + 9),
      [author(from + 2), author(from + 1)],
      [{ method: 'DELETE', url: `Authors(${from + 1})` }],
      get(from + 1),
    ],
    true,
  );
  assert.deepEqual(await Promise.all([from + 1, from + 2].map(exists)), [false, false]);
  recordings.response(all, {
    name: `${label}-continue-on-error`,
    title: `${product} goes on after a missing entity and a failed change set.`,
    rules: ['R-01', 'S-04', 'P-03', 'P-08'],
    between,
    version,
    statuses: [[201, 201, 200], 404, 500, [204], 404],
    outcomes: [
      ['succeeded', 'succeeded', 'succeeded'],
      'failed',
      ['rolled-back', 'failed'],
      ['succeeded'],
      'failed',
    ],
    continueOnError: true,
  });

  const stopped = await send([
    [author(from + 3)],
    get(from + 3),
    get(from + 9),
    get(from + 3),
    [author(from + 4)],
  ]);
  assert.deepEqual(await Promise.all([from + 3, from + 4].map(exists)), [true, false]);
  recordings.response(stopped, {
    name: `${label}-stopped`,
    title: `${product} stops at the first failure.`,
    rules: ['S-04', 'P-04'],
    between,
    version,
    statuses: [[201], 200, 404],
    outcomes: [['succeeded'], 'succeeded', 'failed', 'not-executed', ['not-executed']],
  });
}

async function one(recorder: Recorder): Promise<Exchange> {
  const exchanges = await recorder.take();
  const batch = exchanges.findLast(({ target }) => target.includes('batch'));
  assert.ok(batch);
  return batch;
}
