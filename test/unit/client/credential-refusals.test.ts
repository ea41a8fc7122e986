import { describe, expect, it } from 'vitest';
import type { Operation } from '../../../src/batch/operation.ts';
import type { OperationResult } from '../../../src/batch/result.ts';
import type { CredentialRefusal } from '../../../src/batch/service.ts';
import { compileCredentialRefusals } from '../../../src/client/credential-refusals.ts';
import { csrfToken } from '../../../src/client/csrf-token.ts';
import { requestDigest } from '../../../src/client/request-digest.ts';
import { sendBatch } from '../../../src/client/send-batch.ts';
import { sendBatchStream } from '../../../src/client/send-batch-stream.ts';
import type { SendOptions } from '../../../src/client/send-options.ts';
import type { BatchError } from '../../../src/errors.ts';
import { cap } from '../../../src/services/cap.ts';
import { dataverse } from '../../../src/services/dataverse.ts';
import { sapGatewayV2 } from '../../../src/services/sap-gateway-v2.ts';
import { sapGatewayV4 } from '../../../src/services/sap-gateway-v4.ts';
import { sharePoint } from '../../../src/services/share-point.ts';
import { successFactors } from '../../../src/services/success-factors.ts';
import type { TextAnswer } from '../../doubles/batch-text.ts';
import { plainReply, type Script, scriptedService } from '../../doubles/scripted-service.ts';
import { TokenService } from '../../doubles/token-service.ts';
import { issuesOf, rejectionOf } from '../catch-error.ts';
import { VirtualClock } from '../virtual-clock.ts';

const ORIGIN = 'https://erp.example';
const serviceRoot = `${ORIGIN}/v1/`;
const REQUIRED = { 'x-csrf-token': 'Required' };

const posts = (count: number): Operation[] =>
  Array.from({ length: count }, (_, index) => ({ method: 'POST', url: `Orders(${index})/Ship`, body: 'x' }));
const outcomes = (results: readonly unknown[]) =>
  results.flat().map((result) => (result as OperationResult).outcome);

/** Sends to a scripted service; counts how often new headers were asked for. */
async function send(batch: Operation[], script: Script, options: SendOptions = {}) {
  const clock = new VirtualClock();
  const service = scriptedService(script);
  let refreshes = 0;
  const headers: SendOptions['headers'] = ({ refresh }) => {
    if (refresh) refreshes++;
    return { Authorization: `token ${refreshes}` };
  };
  const sending = { serviceRoot, fetch: service.fetch, clock, headers, ...options };
  const sent = await clock.until(
    sendBatch(batch, sending).then(
      (results) => ({ results, error: undefined }),
      (error: BatchError) => ({ results: error.results as readonly OperationResult[], error }),
    ),
  );
  return { ...sent, ...service, refreshes };
}

describe('a service whose tokens expire', () => {
  it('SAP: every operation is done once, however often the token has to be fetched again', async () => {
    const double = new TokenService({ kind: 'sap', batchesPerToken: 7 });
    const service = sapGatewayV2({ serviceRoot: ORIGIN + double.root });
    const clock = new VirtualClock();
    const headers = csrfToken({ service, fetch: double.fetch, clock });
    const results = await clock.until(
      sendBatch(posts(400), {
        // Without change sets, which the double can't read.
        service: { name: service.name, credentialRefusals: service.credentialRefusals },
        serviceRoot: ORIGIN + double.root,
        headers,
        fetch: double.fetch,
        clock,
        batchLimits: { maxOperations: 10 },
        concurrency: 4,
      }),
    );
    expect(new Set(outcomes(results))).toEqual(new Set(['succeeded']));
    expect(double.done).toHaveLength(400);
    expect(new Set(double.done).size).toBe(400);
    // 40 batches, seven for each token; those that were refused together fetch one.
    expect(double.tokens).toBeGreaterThanOrEqual(6);
    expect(double.tokens).toBeLessThanOrEqual(7);
    expect(double.log.filter((line) => line === 'batch 200')).toHaveLength(40);
  });

  it('SharePoint: what was read in the batch stays read, what was to be written is written with the new digest', async () => {
    const double = new TokenService({ kind: 'share-point' });
    const { credentialRefusals } = sharePoint();
    const headers = requestDigest({ serviceRoot: ORIGIN + double.root, fetch: double.fetch });
    const clock = new VirtualClock();
    const options = {
      service: { name: 'flat', credentialRefusals },
      serviceRoot: ORIGIN + double.root,
      headers,
      fetch: double.fetch,
      clock,
      batchLimits: { maxOperations: 3 },
      concurrency: 1,
    };
    const mixed: Operation[] = posts(9).map((operation, index) =>
      index % 3 === 0 ? { method: 'GET', url: `Lists(${index})` } : operation,
    );
    await clock.until(sendBatch(mixed.slice(0, 3), options));
    double.expire();
    const results = await clock.until(sendBatch(mixed, options));
    expect(new Set(outcomes(results))).toEqual(new Set(['succeeded']));
    expect(double.log).toEqual([
      'POST 200',
      'batch 200',
      'batch 200',
      'POST 200',
      ...['batch 200', 'batch 200', 'batch 200'],
    ]);
    // All of the first batch, then each of the second one once.
    expect(double.done.slice(3).sort()).toEqual(mixed.map(({ url }) => String(url)).sort());
    expect(results[0]).toMatchObject({ attempts: 1 });
    expect(results[1]).toMatchObject({ attempts: 2 });
    // A batch of writes is refused as a whole, in XML that nobody reads.
    double.expire();
    const written = await clock.until(sendBatch(posts(3), options));
    expect(new Set(outcomes(written))).toEqual(new Set(['succeeded']));
    expect(double.log.slice(-3)).toEqual(['batch 403', 'POST 200', 'batch 200']);
  });

  it('a token that is not given ends the call with what the service answered', async () => {
    const double = new TokenService({ kind: 'sap', instead: () => ({ status: 403, body: 'no' }) });
    const service = sapGatewayV2({ serviceRoot: ORIGIN + double.root });
    const headers = csrfToken({ service, fetch: double.fetch });
    const sending = sendBatch(posts(2), {
      service: { name: 's' },
      serviceRoot: ORIGIN + double.root,
      headers,
      fetch: double.fetch,
    });
    const error = (await rejectionOf(sending)) as BatchError;
    expect(error).toMatchObject({ name: 'BatchResponseError', code: 'token-refused', status: 403 });
    expect(outcomes(error.results as unknown[])).toEqual(['not-executed', 'not-executed']);
  });
});

describe('an answer that refuses credentials', () => {
  const required: Script = () => plainReply(403, REQUIRED, 'CSRF token validation failed');
  const credentialRefusals: CredentialRefusal[] = [{ status: 403, header: ['X-CSRF-Token', 'required'] }];

  it.each([
    ['SAP Gateway, OData 2.0', sapGatewayV2(), 403, REQUIRED, ''],
    ['SAP Gateway, OData 4.0', sapGatewayV4(), 403, REQUIRED, ''],
    ['SuccessFactors', successFactors(), 403, { 'X-CSRF-TOKEN': 'required' }, ''],
    ['CAP', cap(), 403, REQUIRED, ''],
    ['Dataverse', dataverse(), 401, {}, ''],
    [
      'SharePoint, in JSON',
      sharePoint(),
      403,
      { 'Content-Type': 'application/json' },
      '{"error":{"code":"-2130575252, Microsoft.SharePoint.SPException","message":{"value":"x"}}}',
    ],
    [
      'SharePoint, in XML',
      sharePoint(),
      403,
      { 'Content-Type': 'application/xml' },
      '<m:error><m:code>-2130575251, Microsoft.SharePoint.SPException</m:code></m:error>',
    ],
  ])('as a whole makes the batch go again with new ones: %s', async (_, service, status, headers, body) => {
    const { credentialRefusals: refusals, name } = service;
    const script: Script = (operations, { headers: sent }) =>
      sent.authorization === 'token 0'
        ? plainReply(status, headers, body)
        : operations.map(() => ({ status: 204 }));
    const options = { service: { name, credentialRefusals: refusals } };
    const { results, requests, refreshes } = await send(posts(5), script, options);
    expect(outcomes(results)).toEqual(Array.from({ length: 5 }, () => 'succeeded'));
    expect([requests.length, refreshes]).toEqual([2, 1]);
  });

  it.each<[string, SendOptions, number, Record<string, string>, string]>([
    ['a plain 403', { credentialRefusals }, 403, {}, 'no'],
    ['another value of the field', { credentialRefusals }, 403, { 'x-csrf-token': 'abc' }, ''],
    ['another status', { credentialRefusals }, 400, REQUIRED, ''],
    ['a service that does not say so', {}, 403, REQUIRED, ''],
    [
      'another code',
      { credentialRefusals: [{ status: 403, codes: ['-2130575252'] }] },
      403,
      { 'Content-Type': 'application/json' },
      '{"error":{"code":"-2130575338, SPException","message":"not -2130575252"}}',
    ],
    [
      'a code within a longer one',
      { credentialRefusals: [{ status: 403, codes: ['-2130575252'] }] },
      403,
      { 'Content-Type': 'application/xml' },
      '<code>-21305752521</code>',
    ],
    [
      'a field without the code',
      { credentialRefusals: [{ status: 403, header: ['x-csrf-token', 'Required'], codes: ['expired'] }] },
      403,
      REQUIRED,
      'validation failed',
    ],
  ])('is not meant by %s, which stays a refusal', async (_, options, status, headers, body) => {
    const { error, results, requests, refreshes } = await send(
      posts(3),
      () => plainReply(status, headers, body),
      options,
    );
    expect(error).toMatchObject({ code: 'not-a-batch', status });
    expect(outcomes(results)).toEqual(['not-executed', 'not-executed', 'not-executed']);
    expect([requests.length, refreshes]).toEqual([1, 0]);
  });

  it('is said by an option, for a service that says something else, and 401 is one all the same', async () => {
    const service = { name: 's', credentialRefusals };
    const script: Script = (operations, _, call) =>
      [plainReply(419), plainReply(401)][call] ?? operations.map(() => ({ status: 204 }));
    const options = { service, credentialRefusals: [{ status: 419 }] };
    const { error, refreshes } = await send(posts(1), script, options);
    // The second one in a row is believed.
    expect(error).toMatchObject({ status: 401 });
    expect(refreshes).toBe(1);
    const one = await send(
      posts(1),
      (operations, request, call) => script(operations, request, call + 1),
      options,
    );
    expect(outcomes(one.results)).toEqual(['succeeded']);
    const other = await send(posts(1), required, options);
    expect(other.error).toMatchObject({ status: 403 });
    expect(other.refreshes).toBe(0);
  });

  it('is a refusal where headers do not change', async () => {
    const headers = { Authorization: 'token' };
    const { error, requests } = await send(posts(2), required, { credentialRefusals, headers });
    expect(error).toMatchObject({ status: 403 });
    expect(requests).toHaveLength(1);
  });

  it.each<[string, unknown, string[]]>([
    ['no list', {}, ['options.credentialRefusals: invalid-option']],
    ['no status', [{}], ['options.credentialRefusals[0].status: invalid-option']],
    ['a success', [{ status: 204 }], ['options.credentialRefusals[0].status: invalid-option']],
    [
      'half a field',
      [{ status: 403, header: ['a'] }],
      ['options.credentialRefusals[0].header: invalid-option'],
    ],
    ['no codes', [{ status: 403, codes: [] }], ['options.credentialRefusals[0].codes: invalid-option']],
  ])('cannot be given as an option as %s', async (_, given, issues) => {
    const options = { serviceRoot, credentialRefusals: given as readonly CredentialRefusal[] };
    const error = (await rejectionOf(sendBatch(posts(1), options))) as BatchError;
    expect(
      issuesOf(() => {
        throw error;
      }),
    ).toEqual(issues);
  });
});

describe('new credentials that do not help', () => {
  const credentialRefusals: CredentialRefusal[] = [{ status: 403, header: ['x-csrf-token', 'Required'] }];
  const refused = plainReply(403, REQUIRED);

  it('are asked for once, and the refusal is thrown', async () => {
    const { error, requests, refreshes } = await send(posts(50), () => refused, {
      credentialRefusals,
      batchLimits: { maxOperations: 10 },
    });
    expect(error).toMatchObject({ code: 'not-a-batch', status: 403 });
    expect(refreshes).toBe(1);
    // Four side by side with the old ones, and no more than that with the new ones.
    expect(requests.length).toBeLessThanOrEqual(8);
  });

  it('end a stream that new operations come to all the time', async () => {
    const clock = new VirtualClock();
    const service = scriptedService((operations, _, call) =>
      call === 0 ? operations.map(() => ({ status: 204 })) : refused,
    );
    let refreshes = 0;
    async function* source() {
      for (let index = 0; ; index++) yield { method: 'POST', url: `Orders(${index})/Ship` } as const;
    }
    const options = {
      serviceRoot,
      fetch: service.fetch,
      clock,
      credentialRefusals,
      batchLimits: { maxOperations: 3 },
      headers: ({ refresh }: { refresh: boolean }) => {
        if (refresh) refreshes++;
        return {};
      },
    };
    const told: string[] = [];
    const run = (async () => {
      for await (const result of sendBatchStream(source(), options)) told.push(result.outcome);
    })();
    await clock.until(run);
    expect(refreshes).toBeLessThanOrEqual(2);
    expect(told.filter((outcome) => outcome === 'succeeded')).toHaveLength(3);
    expect(service.requests.length).toBeLessThan(20);
  });

  it('for one operation do not keep the others from theirs', async () => {
    const invalid: TextAnswer = { status: 403, headers: REQUIRED };
    const script: Script = (operations) =>
      operations.map(({ url }) => (url.includes('(5)') ? invalid : { status: 204 }));
    const { results, operations, refreshes } = await send(posts(40), script, {
      credentialRefusals,
      batchLimits: { maxOperations: 10 },
      concurrency: 1,
    });
    expect(outcomes(results)).toEqual(
      Array.from({ length: 40 }, (_, at) => (at === 5 ? 'failed' : 'succeeded')),
    );
    expect(results[5]).toMatchObject({ status: 403, attempts: 2 });
    expect(refreshes).toBe(1);
    // Nothing but that one was sent twice.
    expect(operations.flat()).toHaveLength(41);
  });

  it('by a status alone are asked for only where nothing in the batch got further', async () => {
    const some: Script = (operations) =>
      operations.map((_, place): TextAnswer => ({ status: place === 0 ? 204 : 401 }));
    const mixed = await send(posts(3), some);
    expect(outcomes(mixed.results)).toEqual(['succeeded', 'failed', 'failed']);
    expect([mixed.requests.length, mixed.refreshes]).toEqual([1, 0]);
    // The service stops at the first error.
    const first: Script = (operations, { headers }) =>
      headers.authorization === 'token 0' ? [{ status: 401 }] : operations.map(() => ({ status: 204 }));
    const stopped = await send(posts(3), first, { continueOnError: false });
    expect(outcomes(stopped.results)).toEqual(['succeeded', 'succeeded', 'succeeded']);
    expect([stopped.requests.length, stopped.refreshes]).toEqual([2, 1]);
  });

  it('in a change set that is undone make all of it go again', async () => {
    const script: Script = (operations, { headers }) =>
      headers.authorization === 'token 0'
        ? [{ status: 204 }, { status: 403, headers: REQUIRED }]
        : operations.map(() => ({ status: 204 }));
    const clock = new VirtualClock();
    const service = scriptedService(script);
    let refreshes = 0;
    const sent = await clock.until(
      sendBatch([{ method: 'PUT', url: 'A', body: 'x' }, posts(2).slice(0, 1)], {
        serviceRoot,
        fetch: service.fetch,
        clock,
        credentialRefusals,
        headers: ({ refresh }) => {
          if (refresh) refreshes++;
          return { Authorization: `token ${refreshes}` };
        },
      }),
    );
    expect(outcomes(sent)).toEqual(['succeeded', 'succeeded']);
    expect(service.requests).toHaveLength(2);
    expect(sent[1]?.[0]).toMatchObject({ attempts: 2 });
  });

  it('leave what was refused not executed where the time is over before they are there', async () => {
    const clock = new VirtualClock();
    const service = scriptedService((operations) =>
      operations.map(
        ({ method }): TextAnswer => (method === 'GET' ? { status: 204 } : { status: 403, headers: REQUIRED }),
      ),
    );
    const results = await clock.until(
      sendBatch([{ method: 'GET', url: 'A' }, ...posts(1)], {
        serviceRoot,
        fetch: service.fetch,
        clock,
        credentialRefusals,
        totalTimeoutMs: 5_000,
        headers: ({ refresh, signal }) =>
          refresh
            ? new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
            : {},
      }),
    );
    expect(results[0]).toMatchObject({ outcome: 'succeeded' });
    expect(results[1]).toMatchObject({ outcome: 'not-executed', attempts: 1, cause: { status: 403 } });
  });
});

describe('compileCredentialRefusals', () => {
  const answer = (status: number, headers: Record<string, string> = {}, body = '') => ({
    status,
    headers: new Headers(headers),
    bytes: new TextEncoder().encode(body),
  });

  it('tells what is certain, what the status alone says, and what means something else', () => {
    const refusalOf = compileCredentialRefusals([
      { status: 403, header: ['x-csrf-token', 'Required'] },
      { status: 401, codes: ['a+b', '(301)'] },
      { status: 419 },
    ]);
    expect(refusalOf(answer(403, REQUIRED))).toBe('certain');
    expect(refusalOf(answer(419))).toBe('possible');
    expect(refusalOf(answer(401))).toBe('possible');
    expect(refusalOf(answer(401, {}, 'code (301)'))).toBe('certain');
    expect(refusalOf(answer(401, {}, 'code a+b.'))).toBe('certain');
    expect(refusalOf(answer(401, {}, 'code aab'))).toBe('possible');
    expect(refusalOf({ ...answer(401, {}, '(301)'), error: { code: 'other' } })).toBe('possible');
    expect(refusalOf({ ...answer(401), error: { code: 'a+b , more' } })).toBe('certain');
    expect(refusalOf(answer(403))).toBeUndefined();
    expect(refusalOf(answer(204))).toBeUndefined();
    // Far behind it is text like any other.
    expect(refusalOf(answer(401, {}, `${' '.repeat(9000)}(301)`))).toBe('possible');
  });
});
