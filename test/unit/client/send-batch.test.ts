import { describe, expect, it } from 'vitest';
import type { Batch, Operation } from '../../../src/batch/operation.ts';
import { reference } from '../../../src/batch/reference.ts';
import type { OperationResult } from '../../../src/batch/result.ts';
import type { Progress } from '../../../src/client/progress.ts';
import { sendBatch } from '../../../src/client/send-batch.ts';
import type { BatchEvent, SendOptions } from '../../../src/client/send-options.ts';
import type { BatchError, BatchUsageError } from '../../../src/errors.ts';
import { channelAdvisor } from '../../../src/services/channel-advisor.ts';
import { createBudget } from '../../../src/transport/budget.ts';
import { sleep } from '../../../src/transport/clock.ts';
import {
  allDone,
  batchReply,
  plainReply,
  type Script,
  scriptedService,
} from '../../doubles/scripted-service.ts';
import { rejectionOf } from '../catch-error.ts';
import { VirtualClock } from '../virtual-clock.ts';

const serviceRoot = 'https://shop.example/v1/';

function puts(count: number, from = 0): Operation[] {
  return Array.from({ length: count }, (_, index) => ({
    method: 'PUT',
    url: `Products(${from + index})`,
    body: 'x',
  }));
}

function posts(count: number): Operation[] {
  return Array.from({ length: count }, (_, index) => ({
    method: 'POST',
    url: `Orders(${index})/Ship`,
    body: 'x',
  }));
}

/** Sends to a scripted service on a clock on which waiting takes no time. */
async function send<B extends Batch>(
  batch: B,
  script: Script,
  options: SendOptions = {},
  clock = new VirtualClock(),
) {
  const begun = clock.now();
  const service = scriptedService(script);
  const results = await clock.until(
    sendBatch(batch, { serviceRoot, fetch: service.fetch, clock, ...options }),
  );
  return { results, ms: clock.now() - begun, ...service };
}

function outcomes(results: readonly (OperationResult | OperationResult[])[]): string[] {
  return results.flat().map(({ outcome }) => outcome);
}

/** The codes of what results give as their reasons. */
function causesOf(results: readonly (OperationResult | OperationResult[])[]): unknown[] {
  return results.flat().map((result) => {
    const { cause, reason } = result as { cause?: { code?: string }; reason?: { code?: string } };
    return (cause ?? reason)?.code;
  });
}

/** Fails the first time, then does what it is asked. */
function onceThenDone(first: Script): Script {
  return (operations, request, call) => (call === 0 ? first : allDone)(operations, request, call);
}

const reset: Script = () => ({ kind: 'reset' });

describe('sendBatch', () => {
  it('splits, sends to the endpoint below the service root, and puts results in their places', async () => {
    const answer: Script = (operations) =>
      operations.map(({ url }) => ({ status: url.includes('(7)') ? 404 : 204 }));
    const flat = [...puts(150), ...puts(10, 300)];
    const sent = await send(flat, answer);
    expect(sent.results).toHaveLength(160);
    expect(sent.results.map(({ index }) => index)).toEqual(flat.map((_, index) => index));
    expect(sent.results.every(({ operation, index }) => operation === flat[index])).toBe(true);
    expect(sent.results[7]).toMatchObject({ outcome: 'failed', status: 404, attempts: 1, path: [7] });
    expect(sent.results[8]).toMatchObject({ outcome: 'succeeded', attempts: 1 });
    expect(sent.requests.map(({ url }) => url)).toEqual(
      Array.from(sent.requests, () => `${serviceRoot}$batch`),
    );
    expect(sent.operations.map(({ length }) => length)).toEqual([100, 60]);
  });

  it('gives nothing for nothing, without sending', async () => {
    const { results, requests } = await send([], allDone);
    expect([results, requests]).toEqual([[], []]);
  });

  it('tells all that is wrong before anything is sent', async () => {
    const service = scriptedService(allDone);
    const batch = [...puts(120), { method: 'GET', url: 'x', body: 'no' }, { method: 'get', url: 'x' }];
    const error = (await rejectionOf(
      sendBatch(batch, { serviceRoot, fetch: service.fetch }),
    )) as BatchUsageError;
    expect(error.issues.map(({ path, code }) => `${path}: ${code}`)).toEqual([
      'batch[120].body: body-not-allowed',
      'batch[121].method: lower-case-method',
    ]);
    expect(service.requests).toEqual([]);
  });

  it.each([
    [{}, 'service-root-required'],
    [{ url: '/v1/$batch' }, 'invalid-url'],
    [{ url: 'https://user:secret@shop.example/$batch' }, 'invalid-url'],
    [{ serviceRoot, url: 'https://evil.example/$batch' }, 'foreign-url'],
    [{ service: channelAdvisor(), url: 'http://api.channeladvisor.com/v1/$batch' }, 'foreign-url'],
    [{ serviceRoot, concurrency: 0 }, 'invalid-option'],
    [{ serviceRoot, maxAttempts: 1.5 }, 'invalid-option'],
    [{ serviceRoot, timeoutMs: -1 }, 'invalid-option'],
    [{ serviceRoot, single: 'plain' as never }, 'invalid-option'],
    [{ serviceRoot, onBatch: {} as never }, 'invalid-option'],
    [{ serviceRoot, headers: { 'X-A': 'a\r\nb' } }, 'invalid-header-value'],
    [{ serviceRoot, batchLimits: { maxOperations: 0 } }, 'invalid-option'],
  ])('refuses %j', async (options, code) => {
    const error = (await rejectionOf(sendBatch(puts(1), options))) as BatchError;
    expect(error.code).toBe(code);
    expect(String(error)).not.toMatch(/secret|a\r\nb/);
  });

  it('knows where ChannelAdvisor takes batches, and where its double does', async () => {
    const service = channelAdvisor();
    const there = await send(
      puts(2).map((one) => ({ ...one, url: `/v1/${one.url}`, body: {} })),
      allDone,
      { service, serviceRoot: undefined },
    );
    expect(there.requests[0]?.url).toBe('https://api.channeladvisor.com/v1/$batch');
    const here = await send(
      puts(2).map((one) => ({ ...one, body: {} })),
      allDone,
      { service, serviceRoot: 'http://127.0.0.1:8080/v1' },
    );
    expect(here.requests[0]?.url).toBe('http://127.0.0.1:8080/v1/$batch');
  });

  it('rewrites aliases, and says so', async () => {
    const service = channelAdvisor();
    const batch = [
      { method: 'PUT', url: "/v1/Products(1)/Attributes('Size')", body: { Value: 'XL' } },
      { method: 'DELETE', url: "/v1/Products(1)/Labels('x')" },
    ] as const;
    const { results, operations } = await send(batch, allDone, { service });
    expect(results.map(({ rewrite }) => rewrite?.rule)).toEqual(['attributes', 'labels']);
    expect(operations[0]?.[0]?.url).toContain("AttributeValues(ProductID=1,Name='Size')");
  });
});

describe('what is sent again', () => {
  it.each([
    ['429', plainReply(429, { 'Retry-After': '7' }), 7000],
    ['503 with a date', plainReply(503, { 'Retry-After': 'Thu, 01 Jan 2026 00:00:09 GMT' }), 9000],
    ['429 that says nothing', plainReply(429), 250],
  ])('everything after %s, when the service wants it', async (_, reply, ms) => {
    const sent = await send(
      posts(3),
      onceThenDone(() => reply),
    );
    expect(outcomes(sent.results)).toEqual(['succeeded', 'succeeded', 'succeeded']);
    expect(sent.results.map(({ attempts }) => attempts)).toEqual([2, 2, 2]);
    expect(sent.ms).toBeGreaterThanOrEqual(ms);
    expect(sent.ms).toBeLessThan(ms + 1000);
  });

  it('everything that could not be sent', async () => {
    const service = scriptedService(allDone);
    let calls = 0;
    const fetch: typeof service.fetch = (url, init) => {
      if (calls++ > 0) return service.fetch(url, init);
      throw Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNREFUSED' } });
    };
    const { results } = await send(posts(2), allDone, { fetch });
    expect(outcomes(results)).toEqual(['succeeded', 'succeeded']);
  });

  it.each([
    ['a reset', reset, 'response-lost'],
    ['502', () => plainReply(502), 'not-a-batch'],
    ['503 without a word', () => plainReply(503), 'not-a-batch'],
    ['504', () => plainReply(504), 'not-a-batch'],
  ] as [string, Script, string][])('only what may be done twice after %s', async (_, first, code) => {
    const { results, operations } = await send([...puts(2), ...posts(2)], onceThenDone(first));
    expect(outcomes(results)).toEqual(['succeeded', 'succeeded', 'unknown', 'unknown']);
    expect(causesOf(results)).toEqual([undefined, undefined, code, code]);
    expect(operations.map(({ length }) => length)).toEqual([4, 2]);
  });

  it('what came before an answer broke off stands', async () => {
    const answers = ({ length }: readonly unknown[]) => Array.from({ length }, () => ({ status: 204 }));
    const cut: Script = (operations) => batchReply(answers(operations), 150);
    const { results, operations } = await send([...posts(2), ...puts(2)], onceThenDone(cut));
    expect(outcomes(results)).toEqual(['succeeded', 'unknown', 'succeeded', 'succeeded']);
    expect(operations.map(({ length }) => length)).toEqual([4, 2]);
  });

  it('what the service says is worth it, of each operation by itself', async () => {
    const first: Script = () => [
      { status: 204 },
      { status: 429 },
      { status: 406 },
      { status: 500 },
      { status: 404 },
      { status: 500 },
      { status: 429 },
    ];
    const service = { name: 's', retryable: [406, '5xx'] as const };
    const { results, operations } = await send([...puts(5), ...posts(2)], onceThenDone(first), { service });
    // A POST that failed with 500 may have done half of it.
    expect(outcomes(results)).toEqual([
      'succeeded',
      'succeeded',
      'succeeded',
      'succeeded',
      'failed',
      'failed',
      'succeeded',
    ]);
    expect(operations.flat()).toHaveLength(11);
    expect(results[5]).toMatchObject({ status: 500, attempts: 1 });
  });

  it('what the service stopped before, however often', async () => {
    const stops: Script = (operations) => {
      const bad = operations.findIndex(({ url }) => /\((1|3|4)\)/.test(url));
      if (bad === -1) return operations.map(() => ({ status: 204 }));
      return [...operations.slice(0, bad).map(() => ({ status: 204 })), { status: 400 }];
    };
    const { results, operations } = await send(posts(6), stops, { maxAttempts: 1 });
    expect(outcomes(results)).toEqual(['succeeded', 'failed', 'succeeded', 'failed', 'failed', 'succeeded']);
    expect(operations.map(({ length }) => length)).toEqual([6, 4, 2, 1]);
  });

  it('nothing after a failure where that is what was asked for', async () => {
    const stops: Script = (operations) => [
      ...operations.slice(0, 2).map(() => ({ status: 204 })),
      { status: 400 },
    ];
    const options = { continueOnError: false, batchLimits: { maxOperations: 5 }, concurrency: 1 } as const;
    const { results, operations } = await send(posts(12), stops, options);
    expect(outcomes(results)).toEqual([
      'succeeded',
      'succeeded',
      'failed',
      ...Array.from({ length: 9 }, () => 'not-executed'),
    ]);
    expect(operations).toHaveLength(1);
  });

  it('a failure that may pass, and only then what stands behind it, where nothing is wanted after a failure', async () => {
    const first: Script = () => [{ status: 204 }, { status: 500 }];
    const options = { continueOnError: false, batchLimits: { maxOperations: 4 }, concurrency: 1 } as const;
    const { results, operations } = await send(puts(6), onceThenDone(first), options);
    expect(new Set(outcomes(results))).toEqual(new Set(['succeeded']));
    expect(operations.flat().map(({ url }) => url)).toEqual(
      [0, 1, 2, 3, 1, 2, 3, 4, 5].map((product) => `Products(${product})`),
    );
    const always: Script = () => [{ status: 500 }];
    const given = await send(puts(6), always, { ...options, maxAttempts: 2 });
    expect(outcomes(given.results)).toEqual(['failed', ...Array.from({ length: 5 }, () => 'not-executed')]);
    expect(given.requests).toHaveLength(2);
  });

  it('no more often than allowed', async () => {
    const { results, requests } = await send(puts(2), reset, { maxAttempts: 3 });
    expect(outcomes(results)).toEqual(['unknown', 'unknown']);
    expect(results[0]?.attempts).toBe(3);
    expect(requests).toHaveLength(3);
    const throttled = await send(puts(2), () => plainReply(429), { maxAttempts: 3 });
    expect(outcomes(throttled.results)).toEqual(['not-executed', 'not-executed']);
    expect(throttled.requests).toHaveLength(3);
  });

  it('is not taken for a failure where an earlier attempt may have done it', async () => {
    const deletes = [
      { method: 'DELETE', url: 'Products(1)' },
      { method: 'GET', url: 'Products(2)' },
    ] as const;
    const gone: Script = (operations) => operations.map(() => ({ status: 404 }));
    const { results } = await send(deletes, (operations, _, call) =>
      (call === 0 ? reset : gone)(operations, _, call),
    );
    expect(outcomes(results)).toEqual(['unknown', 'failed']);
    expect(results[0]).toMatchObject({
      cause: { code: 'ambiguous-answer', cause: { code: 'response-lost' } },
    });
    const refused: Script = () => plainReply(429);
    const never = await send(
      puts(1),
      (operations, request, call) => (call === 0 ? reset : refused)(operations, request, call),
      { maxAttempts: 2 },
    );
    expect(outcomes(never.results)).toEqual(['unknown']);
  });

  it('nothing that is older than something that may have happened', async () => {
    const batch: Operation[] = [
      { method: 'PUT', url: 'Products(1)', body: 'old' },
      { method: 'PUT', url: 'Products(2)', body: 'x' },
      { method: 'PUT', url: '/v1/Products(1)?x=1', body: 'new' },
    ];
    const { results, operations } = await send(batch, onceThenDone(reset));
    expect(outcomes(results)).toEqual(['unknown', 'succeeded', 'succeeded']);
    expect(results[0]).toMatchObject({ superseded: true, attempts: 1 });
    expect(operations.at(-1)?.map(({ body }) => body)).toEqual(['new']);

    // What was answered 429 did not happen, but what stands behind it did.
    const first: Script = () => [{ status: 429 }, { status: 204 }, { status: 204 }];
    const answered = await send(batch, onceThenDone(first));
    expect(outcomes(answered.results)).toEqual(['failed', 'succeeded', 'succeeded']);
    expect(answered.results[0]).toMatchObject({ superseded: true, status: 429 });

    // Where nothing happened, all goes again in order.
    const throttled = await send(
      batch,
      onceThenDone(() => plainReply(429)),
    );
    expect(outcomes(throttled.results)).toEqual(['succeeded', 'succeeded', 'succeeded']);
    expect(throttled.operations[1]?.map(({ body }) => body)).toEqual(['old', 'x', 'new']);
  });

  it('nothing older of what stays together, either, and the newer one once the older has come to its end', async () => {
    const named: Operation = { method: 'PUT', url: 'Products(1)', id: 'a', body: 'named' };
    const batch: Operation[] = [
      named,
      { method: 'PUT', url: 'Products(9)', body: 'old' },
      { method: 'POST', url: 'Products(8)', body: 'unsafe' },
      { method: 'PUT', url: 'Products(9)', body: 'new' },
      { method: 'PUT', url: 'Products(8)', body: 'newer' },
      { method: 'GET', url: reference(named, 'Labels') },
    ];
    const { results, operations, ms } = await send(batch, onceThenDone(reset), { quarantineMs: 9000 });
    expect(outcomes(results)).toEqual([
      'succeeded',
      'unknown',
      'unknown',
      'succeeded',
      'succeeded',
      'succeeded',
    ]);
    expect(results[1]).toMatchObject({ superseded: true, attempts: 1 });
    // What refers to the first one goes with it: both are there again.
    expect(operations.at(-1)?.map(({ body, url }) => body || url)).toEqual([
      'named',
      'new',
      'newer',
      '$a/Labels',
    ]);
    expect(ms).toBeGreaterThanOrEqual(9000);
  });

  it('a change set as a whole, and references with what they refer to', async () => {
    const created = { method: 'PUT', url: 'Products(1)', id: 'new', body: 'x' } as const;
    const chain = [created, { method: 'GET', url: reference(created, 'Labels') }, ...puts(1, 5)] as const;
    const first: Script = () => [{ status: 204 }, { status: 500 }, { status: 500 }];
    const { results, operations } = await send(chain, onceThenDone(first));
    // Its target has happened: there is nothing left to refer to.
    expect(outcomes(results)).toEqual(['succeeded', 'failed', 'succeeded']);
    expect(operations[1]?.map(({ url }) => url)).toEqual(['Products(5)']);
    const whole = await send(chain, onceThenDone(reset));
    expect(outcomes(whole.results)).toEqual(['succeeded', 'succeeded', 'succeeded']);
    expect(whole.operations.map(({ length }) => length)).toEqual([3, 3]);
  });

  it('and an operation with a reference in its body goes with its target, which needs no id', async () => {
    const account = { method: 'POST', url: 'accounts', body: { name: 'Ann' } } as const;
    const contact = {
      method: 'POST',
      url: 'contacts',
      body: { 'parent@odata.bind': reference(account) },
    } as const;
    const batch = [...puts(2), account, contact, ...puts(2, 5)];
    const { results, operations } = await send(batch, allDone, { batchLimits: { maxOperations: 3 } });
    expect(outcomes(results)).toEqual(batch.map(() => 'succeeded'));
    const [together] = operations.filter((sent) => sent.some(({ url }) => url === 'contacts'));
    const place = together?.findIndex(({ url }) => url === 'accounts') ?? -1;
    expect(together?.find(({ url }) => url === 'contacts')?.body).toBe(
      `{"parent@odata.bind":"$${place + 1}"}`,
    );
  });
});

describe('the size of batches', () => {
  it('is halved by time-outs, down to one, and grows again slowly', async () => {
    const late: Script = (operations) =>
      operations.length > 6 ? new Promise(() => {}) : operations.map(() => ({ status: 204 }));
    const { results, operations, ms } = await send(puts(200), late, { timeoutMs: 1000, concurrency: 1 });
    expect(new Set(outcomes(results))).toEqual(new Set(['succeeded']));
    const sizes = operations.map(({ length }) => length);
    expect(sizes.slice(0, 6)).toEqual([100, 50, 25, 12, 6, 7]);
    expect(Math.max(...sizes.slice(5))).toBe(7);
    expect(ms).toBeGreaterThan(5000);
    const never = await send(puts(4), () => new Promise(() => {}), {
      timeoutMs: 1000,
      maxAttempts: 2,
      concurrency: 4,
    });
    expect(outcomes(never.results)).toEqual(['unknown', 'unknown', 'unknown', 'unknown']);
    expect(causesOf(never.results)[0]).toBe('timed-out');
    expect(never.operations.map(({ length }) => length)).toEqual([4, 2, 2]);
  });

  it('is halved once by batches that time out together', async () => {
    const late: Script = (operations) =>
      operations.length > 50 ? new Promise(() => {}) : operations.map(() => ({ status: 204 }));
    const { operations } = await send(puts(400), late, { timeoutMs: 1000, concurrency: 4 });
    expect(operations.map(({ length }) => length).slice(0, 8)).toEqual([100, 100, 100, 100, 50, 50, 50, 50]);
  });

  it('grows again where change sets do not fill a batch to the last operation', async () => {
    const sets = Array.from({ length: 12 }, (_, set) => puts(30, set * 100));
    const { operations } = await send(
      sets,
      onceThenDone(() => plainReply(504)),
      { concurrency: 1 },
    );
    // Three sets were too much; after 90 operations there may be 45, 49, 53, 58, 63.
    expect(operations.map(({ length }) => length).slice(0, 6)).toEqual([3, 1, 1, 1, 1, 2]);
  });

  it.each([408, 504, 524])('is halved by %i', async (status) => {
    const first: Script = onceThenDone(() => plainReply(status));
    const { operations } = await send(puts(100), first, { concurrency: 1 });
    expect(operations.map(({ length }) => length)).toEqual([100, 50, 50]);
  });

  it('is cut where the service takes no more octets', async () => {
    const small: Script = (operations, { length }) =>
      length > 3000 ? plainReply(413) : operations.map(() => ({ status: 204 }));
    const batch = puts(40).map((one) => ({ ...one, body: 'x'.repeat(200) }));
    const large = { method: 'PUT', url: 'Products(99)', body: 'x'.repeat(5000) } as const;
    const { results, requests } = await send([...batch, large], small);
    expect(outcomes(results)).toEqual([...batch.map(() => 'succeeded'), 'not-executed']);
    expect(results[40]).toMatchObject({ reason: { code: 'not-a-batch', status: 413 } });
    expect(requests.length).toBeLessThan(20);
  });

  it('respects octets that the service says it takes', async () => {
    const service = { name: 's', limits: { maxBytes: 4000 } };
    const batch = puts(40).map((one) => ({ ...one, body: 'x'.repeat(300) }));
    const { requests } = await send(batch, allDone, { service });
    expect(Math.max(...requests.map(({ length }) => length))).toBeLessThanOrEqual(4000);
    expect(requests.length).toBeLessThanOrEqual(6);
  });
});

describe('headers', () => {
  it('are asked for before each batch, and again where the service does not know them', async () => {
    const asked: boolean[] = [];
    const headers: SendOptions['headers'] = async ({ refresh, signal }) => {
      expect(signal.aborted).toBe(false);
      asked.push(refresh);
      return { Authorization: `token ${asked.length}` };
    };
    const script: Script = (operations, _, call) =>
      call === 1 ? plainReply(401) : operations.map(() => ({ status: 204 }));
    const options = { headers, concurrency: 1, batchLimits: { maxOperations: 2 } };
    const { results, requests } = await send(posts(6), script, options);
    expect(new Set(outcomes(results))).toEqual(new Set(['succeeded']));
    expect(asked).toEqual([false, false, true, false]);
    expect(requests.map((request) => request.headers.authorization)).toEqual([
      'token 1',
      'token 2',
      'token 3',
      'token 4',
    ]);
    // Inside the batch there are none.
    expect(requests.some(({ body }) => /token/.test(body))).toBe(false);
  });

  it('are on every batch, though an iterator gives them once', async () => {
    const headers = new Map([['Authorization', 'token']]).entries();
    const { requests } = await send(puts(4), allDone, { headers, batchLimits: { maxOperations: 2 } });
    expect(requests.map((request) => request.headers.authorization)).toEqual(['token', 'token']);
  });

  it('are refreshed where every operation is answered 401, once', async () => {
    const asked: boolean[] = [];
    const headers: SendOptions['headers'] = ({ refresh }) => {
      asked.push(refresh);
      return {};
    };
    const unknown: Script = (operations) => operations.map(() => ({ status: 401 }));
    const first = await send(posts(3), onceThenDone(unknown), { headers });
    expect(outcomes(first.results)).toEqual(['succeeded', 'succeeded', 'succeeded']);
    expect(asked).toEqual([false, true]);
    const always = await send(posts(3), unknown, { headers });
    expect(outcomes(always.results)).toEqual(['failed', 'failed', 'failed']);
    expect(always.requests).toHaveLength(2);
    // A change set that is refused has one part.
    const set = await send([puts(2), ...puts(1, 5)], () => [{ status: 401 }, { status: 401 }], { headers });
    expect(outcomes(set.results)).toEqual(['rolled-back', 'rolled-back', 'failed']);
    expect(set.requests).toHaveLength(2);
    const some: Script = (operations) => operations.map((_, place) => ({ status: place === 0 ? 204 : 401 }));
    expect((await send(posts(3), some, { headers })).requests).toHaveLength(1);
  });

  it('are refreshed once for batches that were refused together', async () => {
    let refreshed = 0;
    const headers: SendOptions['headers'] = async ({ refresh }) => {
      if (refresh) refreshed++;
      await Promise.resolve();
      return { Authorization: refreshed > 0 ? 'new' : 'old' };
    };
    const script: Script = (operations, request) =>
      request.headers.authorization === 'new' ? operations.map(() => ({ status: 204 })) : plainReply(401);
    const { results } = await send(posts(400), script, { headers, concurrency: 4 });
    expect(new Set(outcomes(results))).toEqual(new Set(['succeeded']));
    expect(refreshed).toBe(1);
  });

  it('that fail end the call with what they failed with', async () => {
    const failure = new Error('no token');
    const headers = () => Promise.reject(failure);
    const error = (await rejectionOf(send(posts(2), allDone, { headers }))) as BatchError;
    expect(error).toMatchObject({ code: 'callback-failed', cause: failure });
    expect(outcomes(error.results as OperationResult[])).toEqual(['not-executed', 'not-executed']);
  });
});

describe('a refusal', () => {
  it.each([400, 401, 403, 404, 415])('of the first request, %i, is thrown', async (status) => {
    const error = (await rejectionOf(send(posts(300), () => plainReply(status, {}, 'no')))) as BatchError;
    expect(error).toMatchObject({ code: 'not-a-batch', status });
    // The service would not have the first batch, and never saw the others.
    expect(outcomes(error.results as OperationResult[])).toEqual(
      Array.from({ length: 300 }, () => 'not-executed'),
    );
  });

  it('by a page that is no batch is thrown, and what was sent may have happened', async () => {
    const page: Script = () => plainReply(200, { 'Content-Type': 'text/html' }, '<html>');
    const error = (await rejectionOf(send(posts(2), page))) as BatchError;
    expect(error).toMatchObject({ code: 'not-a-batch', status: 200 });
    expect(outcomes(error.results as OperationResult[])).toEqual(['unknown', 'unknown']);
  });

  it('by a redirect elsewhere is thrown, and credentials stay here', async () => {
    const away: Script = () => plainReply(307, { Location: 'https://evil.example/$batch' });
    const service = scriptedService(away);
    const options = { serviceRoot, fetch: service.fetch, headers: { Authorization: 'secret' } };
    const error = (await rejectionOf(sendBatch(posts(2), options))) as BatchError;
    expect(error.code).toBe('redirect-refused');
    expect(outcomes(error.results as OperationResult[])).toEqual(['not-executed', 'not-executed']);
    expect(service.requests).toHaveLength(1);
  });

  it('of a later request ends the run where nobody is let in any more', async () => {
    const script: Script = (operations, _, call) =>
      call < 2 ? operations.map(() => ({ status: 204 })) : plainReply(403, {}, 'blocked');
    const options = { concurrency: 1, batchLimits: { maxOperations: 10 } };
    const { results, requests } = await send(posts(100), script, options);
    expect(outcomes(results).filter((outcome) => outcome === 'succeeded')).toHaveLength(20);
    expect(outcomes(results).filter((outcome) => outcome === 'not-executed')).toHaveLength(80);
    expect(results[99]).toMatchObject({ reason: { code: 'not-a-batch', status: 403 }, attempts: 0 });
    expect(requests).toHaveLength(3);
  });

  it('of a later request does not wait for a budget that nobody needs any more', async () => {
    const clock = new VirtualClock();
    const budget = createBudget({ rates: [{ requests: 2, seconds: 3600 }] }, { clock });
    const script: Script = async (operations, request, call) => {
      if (call === 0) return allDone(operations, request, call);
      await sleep(clock, 10);
      return plainReply(403);
    };
    const options = { budget, batchLimits: { maxOperations: 10 } };
    const { results, ms } = await send(posts(40), script, options, clock);
    expect(outcomes(results).filter((outcome) => outcome === 'not-executed')).toHaveLength(30);
    expect(ms).toBeLessThan(1000);
    expect(budget.waitingFor()).toBe('rate');
  });

  it('of a later request is a value, and the run goes on', async () => {
    const script: Script = (operations, _, call) =>
      call === 1 ? plainReply(400) : operations.map(() => ({ status: 204 }));
    const options = { concurrency: 1, batchLimits: { maxOperations: 10 } };
    const { results } = await send(posts(30), script, options);
    expect(outcomes(results)).toEqual([
      ...Array.from({ length: 10 }, () => 'succeeded'),
      ...Array.from({ length: 10 }, () => 'not-executed'),
      ...Array.from({ length: 10 }, () => 'succeeded'),
    ]);
    expect(results[10]).toMatchObject({ reason: { status: 400 }, attempts: 1 });
  });
});

describe('one operation', () => {
  const counted = { name: 's', limits: { countsOperations: true, maxOperations: 100 } };

  it('goes by itself where that is cheaper', async () => {
    const json = { 'Content-Type': 'application/json' };
    const direct: Script = () => plainReply(200, json, '{"value":1}');
    const schema = {
      '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value: [value] }) },
    } as const;
    const operation = {
      method: 'POST',
      url: 'Products',
      headers: { 'X-Own': '1' },
      body: { name: 'Tea' },
      schema,
    } as const;
    const { results, requests } = await send([operation], direct, {
      service: counted,
      headers: { Authorization: 'token' },
    });
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({
      method: 'POST',
      url: `${serviceRoot}Products`,
      body: '{"name":"Tea"}',
      headers: {
        authorization: 'token',
        'content-type': 'application/json',
        accept: 'application/json',
        'x-own': '1',
        'odata-version': '4.0',
      },
    });
    expect(requests[0]?.headers['content-id']).toBeUndefined();
    expect(results[0]).toMatchObject({ outcome: 'succeeded', value: [{ value: 1 }], index: 0, operation });
  });

  it('goes as a batch where that costs the same, or is asked for, or its URL is elsewhere', async () => {
    expect((await send(puts(1), allDone)).requests[0]?.url).toBe(`${serviceRoot}$batch`);
    const asked = await send(puts(1), allDone, { service: counted, single: 'batch' });
    expect(asked.requests[0]?.url).toBe(`${serviceRoot}$batch`);
    const elsewhere = [{ method: 'GET', url: 'https://other.example/x' }] as const;
    const away = await send(elsewhere, allDone, { service: counted, headers: { Authorization: 'secret' } });
    expect(away.requests.map(({ url }) => url)).toEqual([`${serviceRoot}$batch`]);
  });

  it('goes as a batch where the endpoint has a query: a token in it would be missing elsewhere', async () => {
    const options = { service: counted, serviceRoot, url: `${serviceRoot}$batch?access_token=secret` };
    expect((await send(puts(1), allDone, options)).requests[0]?.url).toBe(options.url);
    const asked = await send(puts(1), () => plainReply(204), { ...options, single: 'direct' });
    expect(asked.requests[0]?.url).toBe(`${serviceRoot}Products(0)`);
  });

  it('that goes by itself is judged like one in a batch', async () => {
    const script = (reply: ReturnType<typeof plainReply>): Script => onceThenDone(() => reply);
    const options = { service: counted };
    const done: Script = () => plainReply(204);
    const behind = (first: ReturnType<typeof plainReply>, batch: Operation[]) =>
      send(
        batch,
        (operations, request, call) => (call === 0 ? script(first) : done)(operations, request, call),
        options,
      );
    expect(outcomes((await behind(plainReply(429, { 'Retry-After': '1' }), posts(1))).results)).toEqual([
      'succeeded',
    ]);
    expect(outcomes((await behind(plainReply(500), puts(1))).results)).toEqual(['succeeded']);
    // By its error the service is known: without one it may be a gateway that speaks.
    expect(outcomes((await behind(plainReply(500), posts(1))).results)).toEqual(['unknown']);
    const json = { 'Content-Type': 'application/json' };
    const own = plainReply(500, json, '{"error":{"code":"E","message":"broken"}}');
    expect(outcomes((await behind(own, posts(1))).results)).toEqual(['failed']);
    expect(outcomes((await behind(plainReply(504), posts(1))).results)).toEqual(['unknown']);
    expect(outcomes((await behind(plainReply(413), puts(1))).results)).toEqual(['failed']);
    const failed = await behind(plainReply(404, {}, '{"error":{"code":"E","message":"gone"}}'), puts(1));
    expect(failed.results[0]).toMatchObject({ outcome: 'failed', status: 404 });
    const cut = await send(
      posts(1),
      () => ({ ...plainReply(200, {}, 'a long text'), cutAt: 3 }) as never,
      options,
    );
    expect(outcomes(cut.results)).toEqual(['unknown']);
  });
});

describe('the journal', () => {
  it('is told of each batch before it is sent and when it is settled, and waited for', async () => {
    const events: string[] = [];
    let isOpen = false;
    const onBatch = async ({ phase, operations, results }: BatchEvent) => {
      const places = operations.map(({ index, attempts }) => `${index}x${attempts}`);
      events.push(`${phase} ${places} -> ${results.map(({ outcome }) => outcome)}`);
      isOpen = phase === 'sending';
      await Promise.resolve();
    };
    const script: Script = (operations, _, call) => {
      expect(isOpen).toBe(true);
      if (call === 0) return [{ status: 204 }, { status: 429 }, { status: 404 }];
      return operations.map(() => ({ status: 204 }));
    };
    await send(posts(3), script, { onBatch });
    expect(events).toEqual([
      'sending 0x1,1x1,2x1 -> ',
      'settled 0x1,1x1,2x1 -> succeeded,failed',
      'sending 1x2 -> ',
      'settled 1x2 -> succeeded',
    ]);
  });

  it.each([0, 1])(
    'leaves what was refused when the run stopped to whoever takes it up: batch %i',
    async (refused) => {
      const events: string[] = [];
      const onBatch = ({ phase, operations, results }: BatchEvent) => {
        const places = operations.map(({ index }) => index);
        events.push(`${phase} ${places} -> ${results.map(({ outcome }) => outcome)}`);
      };
      const script: Script = (operations, request, call) =>
        call === refused ? plainReply(403) : allDone(operations, request, call);
      const options = { onBatch, concurrency: 1, batchLimits: { maxOperations: 1 } };
      await send(posts(3), script, options).catch((error: BatchError) =>
        expect(error.code).toBe('not-a-batch'),
      );
      expect(events).toEqual([
        ...(refused === 0 ? [] : ['sending 0 -> ', 'settled 0 -> succeeded']),
        `sending ${refused} -> `,
        `settled ${refused} -> `,
      ]);
    },
  );

  it('that fails ends the call before anything is sent', async () => {
    const service = scriptedService(allDone);
    const onBatch = () => {
      throw new Error('disk full');
    };
    const budget = createBudget({ rates: [{ requests: 100, seconds: 60 }], countsOperations: true });
    const error = (await rejectionOf(
      sendBatch(posts(2), { serviceRoot, fetch: service.fetch, onBatch, budget }),
    )) as BatchError;
    expect(error).toMatchObject({ code: 'callback-failed', cause: { message: 'disk full' } });
    expect(budget.available()).toBe(100);
    expect(service.requests).toEqual([]);
    expect(outcomes(error.results as OperationResult[])).toEqual(['not-executed', 'not-executed']);
  });

  it('that fails when a batch is settled, or is waited for in vain, does not make its outcomes unknown', async () => {
    const controller = new AbortController();
    const fails = (): void => {
      throw new Error('disk full');
    };
    const hangs = (): Promise<void> => {
      controller.abort();
      return new Promise(() => {});
    };
    const answers: Script = () => [{ status: 204 }, { status: 404 }, { status: 429 }];
    for (const settling of [fails, hangs]) {
      const onBatch = ({ phase }: BatchEvent) => (phase === 'settled' ? settling() : undefined);
      const options = { onBatch, signal: controller.signal };
      const error = (await rejectionOf(send(posts(3), answers, options))) as BatchError;
      expect(outcomes(error.results as OperationResult[])).toEqual(['succeeded', 'failed', 'failed']);
    }
  });
});

describe('the end of a call', () => {
  it('by its signal is at once: what is under way is unknown, the rest was not executed', async () => {
    const controller = new AbortController();
    const script: Script = (operations, _, call) => {
      if (call === 0) return operations.map(() => ({ status: 204 }));
      if (call === 1) setTimeout(() => controller.abort(new Error('enough')), 5);
      return new Promise(() => {});
    };
    const service = scriptedService(script);
    const options = { serviceRoot, fetch: service.fetch, concurrency: 1, batchLimits: { maxOperations: 10 } };
    const error = (await rejectionOf(
      sendBatch(posts(35), { ...options, signal: controller.signal }),
    )) as BatchError;
    expect(error).toMatchObject({ code: 'aborted', cause: { message: 'enough' } });
    const results = error.results as OperationResult[];
    expect(outcomes(results)).toEqual([
      ...Array.from({ length: 10 }, () => 'succeeded'),
      ...Array.from({ length: 10 }, () => 'unknown'),
      ...Array.from({ length: 15 }, () => 'not-executed'),
    ]);
    const again = (await rejectionOf(
      sendBatch(posts(1), { ...options, signal: controller.signal }),
    )) as BatchError;
    expect(again.code).toBe('aborted');
    expect(service.requests).toHaveLength(2);
  });

  it('by its time is values', async () => {
    const script: Script = (operations, _, call) =>
      call === 0 ? operations.map(() => ({ status: 204 })) : new Promise(() => {});
    const options = { totalTimeoutMs: 3000, concurrency: 1, batchLimits: { maxOperations: 10 } };
    const settled: number[] = [];
    const onBatch = ({ phase, results }: BatchEvent) =>
      void (phase === 'settled' && settled.push(results.length));
    const { results, ms } = await send(posts(35), script, { ...options, onBatch });
    expect(ms).toBe(3000);
    expect(outcomes(results).filter((outcome) => outcome === 'unknown')).toHaveLength(10);
    expect(outcomes(results).filter((outcome) => outcome === 'not-executed')).toHaveLength(15);
    expect(causesOf(results)[34]).toBe('timed-out');
    expect(settled).toEqual([10, 10]);
  });

  it('leaves no timer behind', async () => {
    const clock = new VirtualClock();
    const service = scriptedService(allDone);
    await clock.until(
      sendBatch(puts(300), { serviceRoot, fetch: service.fetch, clock, totalTimeoutMs: 60_000 }),
    );
    expect(clock.timers).toBe(0);
  });
});

describe('progress', () => {
  it('tells how far it is', async () => {
    const seen: string[] = [];
    const script: Script = (operations, _, call) =>
      call === 1 ? plainReply(429, { 'Retry-After': '10' }) : operations.map(() => ({ status: 204 }));
    await send(puts(30), script, {
      concurrency: 1,
      batchLimits: { maxOperations: 10 },
      onProgress: ({ settled, total, byOutcome, batchSize, waitingFor }) =>
        seen.push(`${settled}/${total} ${byOutcome.succeeded} by ${batchSize} ${waitingFor}`),
    });
    expect(seen).toContain('10/30 10 by 10 undefined');
    expect(seen).toContain('10/30 10 by 10 back-off');
    expect(seen).toContain('20/30 20 by 10 connection');
    expect(seen.at(-1)).toBe('30/30 30 by 10 undefined');
  });

  it.each([
    ['throws', (): void => fail()],
    ['rejects', async () => fail()],
  ])('that %s ends the call', async (_, fails) => {
    const onProgress = ({ settled }: Progress) => (settled > 0 ? fails() : undefined);
    const script: Script = (operations, request, call) =>
      call === 0 ? allDone(operations, request, call) : new Promise(() => {});
    const options = { onProgress, concurrency: 1, batchLimits: { maxOperations: 1 } };
    const error = (await rejectionOf(send(puts(2), script, options))) as BatchError;
    expect(error).toMatchObject({ code: 'callback-failed', cause: { message: 'no terminal' } });
    expect(outcomes(error.results as OperationResult[])[0]).toBe('succeeded');
  });

  function fail(): never {
    throw new Error('no terminal');
  }
});

describe('a service that knows requests again', () => {
  it('is sent everything again, with the same identification', async () => {
    const service = { name: 's', repeatabilityHeaders: true };
    const { results, operations } = await send(posts(2), onceThenDone(reset), { service });
    expect(outcomes(results)).toEqual(['succeeded', 'succeeded']);
    const [first, second] = operations.map((batch) =>
      batch.map(({ headers }) => headers['repeatability-request-id']),
    );
    expect(first).toEqual(second);
    expect(new Set(first).size).toBe(2);
    for (const id of first ?? [])
      expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    expect(operations[0]?.[0]?.headers['repeatability-first-sent']).toBe('Thu, 01 Jan 2026 00:00:00 GMT');
  });
});

describe('order', () => {
  it('keeps operations with one key from being under way at once', async () => {
    const batch = Array.from({ length: 90 }, (_, index) => ({
      method: 'PUT' as const,
      url: `Products(${index % 30})`,
      body: String(index),
    }));
    const underWay = new Set<string>();
    const last = new Map<string, number>();
    const clock = new VirtualClock();
    const script: Script = async (operations) => {
      const urls = operations.map(({ url }) => url);
      for (const { url, body } of operations) {
        expect(underWay.has(url)).toBe(false);
        expect(Number(body)).toBeGreaterThan(last.get(url) ?? -1);
        last.set(url, Number(body));
      }
      for (const url of urls) underWay.add(url);
      await sleep(clock, 20);
      for (const url of urls) underWay.delete(url);
      return operations.map(() => ({ status: 204 }));
    };
    const { results } = await send(batch, script, { batchLimits: { maxOperations: 7 } }, clock);
    expect(new Set(outcomes(results))).toEqual(new Set(['succeeded']));
  });

  it('keeps operations with one key apart in a JSON batch, which nobody works on in order', async () => {
    const bodies: string[] = [];
    const fetch = async (_: string, { body }: { body?: Uint8Array }) => {
      const { requests } = JSON.parse(new TextDecoder().decode(body)) as {
        requests: { id: string; body: number }[];
      };
      bodies.push(requests.map((request) => request.body).join());
      return Response.json({ responses: requests.map(({ id }) => ({ id, status: 204 })) });
    };
    const batch = [1, 2, 3].map((body, place) => ({ ...puts(1, place % 2)[0], body })) as Operation[];
    const json = { format: 'json', fetch } as const;
    expect(outcomes((await send(batch, allDone, json)).results)).toEqual([
      'succeeded',
      'succeeded',
      'succeeded',
    ]);
    expect(bodies.splice(0)).toEqual(['1,2', '3']);
    await send(
      batch.map((one) => ({ ...one })),
      allDone,
      { ...json, service: { name: 's', ordered: true } },
    );
    expect(bodies).toEqual(['1,2,3']);
  });

  it('is what the caller says', async () => {
    let most = 0;
    let underWay = 0;
    const clock = new VirtualClock();
    const script: Script = async (operations) => {
      most = Math.max(most, ++underWay);
      await sleep(clock, 20);
      underWay--;
      return operations.map(() => ({ status: 204 }));
    };
    const limits = { batchLimits: { maxOperations: 5 }, concurrency: 4 };
    const same = Array.from(
      { length: 40 },
      (): Operation => ({ method: 'POST', url: 'Products', body: 'x' }),
    );
    await send(same, script, limits, clock);
    expect(most).toBe(1);
    await send(
      same.map((one) => ({ ...one })),
      script,
      { ...limits, orderBy: () => undefined },
      clock,
    );
    expect(most).toBe(4);
    most = 0;
    await send(puts(40), script, { ...limits, orderBy: () => ['everything'] }, clock);
    expect(most).toBe(1);
    const error = (await rejectionOf(
      send(puts(1), allDone, {
        orderBy: () => {
          throw new Error('no key');
        },
      }),
    )) as BatchError;
    expect(error).toMatchObject({ code: 'callback-failed', cause: { message: 'no key' } });
  });

  it('waits after a loss, since the service may still be at work', async () => {
    const batch: Operation[] = [
      { method: 'POST', url: 'Products(1)', body: 'old' },
      { method: 'POST', url: 'Products(1)', body: 'new' },
    ];
    const limits = { batchLimits: { maxOperations: 1 }, quarantineMs: 9000 };
    const { results, ms, operations } = await send(batch, onceThenDone(reset), limits);
    expect(outcomes(results)).toEqual(['unknown', 'succeeded']);
    expect(ms).toBeGreaterThanOrEqual(9000);
    expect(operations.map(([one]) => one?.body)).toEqual(['old', 'new']);
  });
});
