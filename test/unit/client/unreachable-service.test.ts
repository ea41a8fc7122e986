import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Operation } from '../../../src/batch/operation.ts';
import { sendBatch } from '../../../src/client/send-batch.ts';
import { sendBatchStream } from '../../../src/client/send-batch-stream.ts';
import type { SendOptions } from '../../../src/client/send-options.ts';
import type { SentResult } from '../../../src/client/sent-result.ts';
import { createBudget } from '../../../src/transport/budget.ts';
import type { Fetch } from '../../../src/transport/fetch.ts';
import { allDone, plainReply, type Script, scriptedService } from '../../doubles/scripted-service.ts';
import { serveOnLoopback } from '../../doubles/serve-on-loopback.ts';
import { VirtualClock } from '../virtual-clock.ts';

const serviceRoot = 'https://shop.example/v1/';

function posts(count: number): Operation[] {
  return Array.from({ length: count }, (_, index) => ({
    method: 'POST',
    url: `Orders(${index})/Ship`,
    body: 'x',
  }));
}

const refused = () =>
  Object.assign(new TypeError('fetch failed'), {
    cause: Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect' }),
  });
const untrusted = () =>
  Object.assign(new TypeError('fetch failed'), {
    cause: Object.assign(new Error('self-signed certificate'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }),
  });

/** Sends to a service, to which some calls do not get through. */
async function send(
  count: number,
  failureOf: (call: number, now: number) => Error | undefined,
  options: SendOptions = {},
  script: Script = allDone,
) {
  const clock = new VirtualClock();
  const begun = clock.now();
  const service = scriptedService(script);
  let calls = 0;
  const fetch: Fetch = async (url, init) => {
    const failure = failureOf(calls++, clock.now() - begun);
    if (failure !== undefined) throw failure;
    return service.fetch(url, init);
  };
  const results = (await clock.until(
    sendBatch(posts(count), { serviceRoot, fetch, clock, ...options }),
  )) as SentResult[];
  return { results, calls, ms: clock.now() - begun, requests: service.requests };
}

function outcomes(results: readonly SentResult[]): string[] {
  return [...new Set(results.map(({ outcome }) => outcome))];
}

describe('a service to which nothing can be sent, now or later', () => {
  it('is tried once: nothing happened, and the reason says where and why', async () => {
    const { results, calls, ms } = await send(300, untrusted, { concurrency: 1 });
    expect([calls, ms]).toEqual([1, 0]);
    expect(outcomes(results)).toEqual(['not-executed']);
    const message =
      'nothing was sent to https://shop.example: its certificate is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)';
    expect(results[0]).toMatchObject({ attempts: 1, reason: { code: 'not-sent', message } });
    expect(results[299]).toMatchObject({ attempts: 0, reason: { code: 'not-sent', message } });
  });

  it('takes nothing from the budget', async () => {
    const clock = new VirtualClock();
    const budget = createBudget(
      { rates: [{ requests: 400, seconds: 60 }], countsOperations: true },
      { clock },
    );
    const fetch = () => Promise.reject(untrusted());
    await clock.until(sendBatch(posts(300), { serviceRoot, fetch, clock, budget }));
    expect(budget.available()).toBe(400);
  });

  it('ends a stream, which takes no more from its source', async () => {
    let taken = 0;
    function* source() {
      for (;;) yield { method: 'POST', url: `Orders(${taken++})/Ship`, body: 'x' };
    }
    const fetch = () => Promise.reject(untrusted());
    const results: SentResult[] = [];
    const sent = sendBatchStream(source(), { serviceRoot, fetch, batchLimits: { maxOperations: 10 } });
    for await (const result of sent) results.push(result);
    expect(outcomes(results)).toEqual(['not-executed']);
    expect(results.map(({ index }) => index).sort((a, b) => a - b)).toEqual([...Array(taken).keys()]);
    expect(taken).toBeLessThan(200);
  });

  it('that was reached before ends the run as well', async () => {
    const failureOf = (call: number) => (call === 0 ? undefined : untrusted());
    const options = { concurrency: 1, batchLimits: { maxOperations: 10 } };
    const { results, calls } = await send(40, failureOf, options);
    expect(calls).toBe(2);
    expect(results.slice(0, 10).every(({ ok }) => ok)).toBe(true);
    expect(outcomes(results.slice(10))).toEqual(['not-executed']);
  });

  it('leaves what may have happened before unknown', async () => {
    const script: Script = () => plainReply(429);
    const reset = Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNRESET' } });
    const failureOf = (call: number) => (call === 0 ? reset : untrusted());
    const options = { service: { name: 's', repeatable: [{ methods: ['POST'] }] } };
    const { results } = await send(1, failureOf, options, script);
    expect(results).toMatchObject([{ outcome: 'unknown', cause: { code: 'response-lost' }, attempts: 2 }]);
  });
});

describe('a service that can not be reached', () => {
  it('is tried three times where it never was, whatever the number of batches', async () => {
    for (const concurrency of [1, 4]) {
      const { results, calls, ms } = await send(1000, refused, { concurrency });
      expect(calls).toBe(3 * concurrency);
      expect(ms).toBeLessThanOrEqual(2000);
      expect(outcomes(results)).toEqual(['not-executed']);
      const message = 'nothing was sent to https://shop.example: the connection was refused (ECONNREFUSED)';
      expect(results[999]).toMatchObject({ reason: { code: 'not-sent', message, isPermanent: false } });
    }
  });

  it('may come up while it is tried', async () => {
    const { results } = await send(300, (call) => (call < 2 ? refused() : undefined), { concurrency: 1 });
    expect(outcomes(results)).toEqual(['succeeded']);
  });

  it('is tried as often as any other where it was reached before', async () => {
    const options = { concurrency: 1, batchLimits: { maxOperations: 10 } };
    const restart = await send(40, (call) => (call > 0 && call < 9 ? refused() : undefined), options);
    expect(outcomes(restart.results)).toEqual(['succeeded']);
    const gone = await send(40, (call) => (call > 0 ? refused() : undefined), options);
    expect(gone.calls).toBe(11);
    expect(gone.results.filter(({ ok }) => ok)).toHaveLength(10);
  });

  it('is tried as often as the caller says', async () => {
    expect((await send(1, refused, { maxAttempts: 1 })).calls).toBe(1);
    expect((await send(1, refused, { maxAttempts: 6 })).calls).toBe(6);
    const late = await send(1, (call) => (call < 5 ? refused() : undefined), { maxAttempts: 6 });
    expect(outcomes(late.results)).toEqual(['succeeded']);
  });

  it('is the reason where the time ends first, for what was never sent, too', async () => {
    const options = {
      concurrency: 1,
      totalTimeoutMs: 3000,
      maxAttempts: 100,
      batchLimits: { maxOperations: 10 },
    };
    const { results, ms } = await send(40, refused, options);
    expect(ms).toBe(3000);
    expect(outcomes(results)).toEqual(['not-executed']);
    const reason = { code: 'not-sent', message: expect.stringContaining('ECONNREFUSED') };
    expect(results[0]).toMatchObject({ reason });
    expect(results[39]).toMatchObject({ reason, attempts: 0 });
  });
});

describe('the fetch of this runtime', () => {
  const files = new URL('../../doubles/self-signed/', import.meta.url);
  const read = (name: string) => readFileSync(fileURLToPath(new URL(name, files)));
  let reached = 0;
  const server = createServer({ key: read('key.pem'), cert: read('certificate.pem') }, (_, response) => {
    reached++;
    response.end();
  });
  let port = 0;

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it('sends nothing to a service with a self-signed certificate, and 300 POST are not executed', async () => {
    const results = await sendBatch(posts(300), { serviceRoot: `https://localhost:${port}/v1/` });
    expect(reached).toBe(0);
    expect(outcomes(results)).toEqual(['not-executed']);
    const message = `nothing was sent to https://localhost:${port}: its certificate is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)`;
    expect(results[299]).toMatchObject({ reason: { code: 'not-sent', message, isPermanent: true } });
  });

  it('sends nothing where no TLS is spoken, nobody listens, or fetch blocks the port', async () => {
    const plain = await serveOnLoopback(async () => plainReply(200));
    const gone = await serveOnLoopback(async () => plainReply(200));
    await gone.close();
    const cases = [
      [plain.origin.replace('http:', 'https:'), 'the TLS handshake failed (ERR_SSL_WRONG_VERSION_NUMBER)'],
      [gone.origin, 'the connection was refused (ECONNREFUSED)'],
      ['http://127.0.0.1:6000', 'its port is one that fetch blocks'],
    ] as const;
    for (const [origin, why] of cases) {
      const [result] = await sendBatch(posts(1), { serviceRoot: `${origin}/v1/`, maxAttempts: 1 });
      expect(result).toMatchObject({
        outcome: 'not-executed',
        reason: { code: 'not-sent', message: `nothing was sent to ${origin}: ${why}` },
      });
    }
    await plain.close();
  });
});
