import { describe, expect, it } from 'vitest';
import type { Fetch } from '../../../src/client.ts';
import {
  type BatchEvent,
  createBudget,
  csrfToken,
  guardFetch,
  type Progress,
  type SendOptions,
  type SentResult,
  sendBatch,
  sendBatchStream,
  splitBatch,
} from '../../../src/client.ts';
import {
  type BatchError,
  type BatchResponseError,
  decodeBatchRequest,
  encodeBatchResponse,
  type UsageWarning,
} from '../../../src/index.ts';
import { sapGatewayV2 } from '../../../src/services.ts';
import { errorOf, rejectionOf } from '../catch-error.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { expectPrintable, SECRET } from './printed.ts';

const url = `https://shop.example/odata/$batch?sig=${SECRET}`;
const serviceRoot = 'https://shop.example/odata/';
const headers = { Authorization: `Bearer ${SECRET}`, Cookie: `s=${SECRET}` };
const operation = {
  method: 'POST',
  url: `Products?sig=${SECRET}`,
  headers: { 'X-Api-Key': SECRET },
  body: { a: SECRET },
};
const errorBody = { error: { code: SECRET, message: SECRET } };
const errorHeaders = { 'WWW-Authenticate': SECRET, 'Set-Cookie': SECRET };

/** Answers each operation with everybody's secrets. */
const answering: Fetch = async (_url, init) => {
  const { body = '', headers: fields } = init;
  const batch = decodeBatchRequest({ headers: fields, body });
  const answer = { status: 201, headers: errorHeaders, body: errorBody };
  const responses = batch.map((item) => (Array.isArray(item) ? item.map(() => answer) : answer));
  const encoded = encodeBatchResponse(responses, { request: batch });
  return new Response(encoded.body, { headers: encoded.headers });
};

const refusing =
  (status: number): Fetch =>
  async () =>
    Response.json(errorBody, { status, headers: errorHeaders });

const failing =
  (failure: () => Error): Fetch =>
  async () => {
    throw failure();
  };

/** What a fetch fails with that says all it knows. */
function indiscreet(): Error {
  const init = { method: 'POST', headers, body: operation.body };
  const cause = Object.assign(new Error(`connect ECONNRESET ${url} ${headers.Authorization}`), { url, init });
  return Object.assign(new TypeError(`fetch of ${url} failed: ${headers.Cookie}`, { cause }), {
    request: init,
  });
}

/** Sends, and gives what it rejects with. */
async function failureOf(fetch: Fetch, options: SendOptions = {}, batch = [operation]): Promise<BatchError> {
  const clock = new VirtualClock();
  const sending = sendBatch(batch, { url, serviceRoot, headers, fetch, clock, maxAttempts: 2, ...options });
  return (await clock.until(rejectionOf(sending))) as BatchError;
}

describe('what sendBatch rejects with', () => {
  it('for a refusal shows nothing of the answer, and has all of it', async () => {
    const error = (await failureOf(refusing(403))) as BatchResponseError;
    expect(error).toMatchObject({ code: 'not-a-batch', status: 403, error: errorBody.error });
    expect(error.headers.get('WWW-Authenticate')).toBe(SECRET);
    expect(Buffer.from(error.bytes).toString()).toBe(JSON.stringify(errorBody));
    expect(error.results).toMatchObject([{ outcome: 'not-executed', operation, reason: { status: 403 } }]);
    expectPrintable(error, 'refusal');
    const [result] = error.results as SentResult[];
    expectPrintable(result?.outcome === 'not-executed' && result.reason, 'reason');
  });

  it('for a redirect elsewhere does not say where', async () => {
    const location = `https://login.example/?token=${SECRET}`;
    const error = await failureOf(async () => new Response(null, { status: 307, headers: { location } }));
    expect(error.code).toBe('redirect-refused');
    expectPrintable(error, 'redirect-refused');
  });

  it('for wrong operations shows nothing of them', async () => {
    const error = await failureOf(answering, {}, [{ ...operation, method: 'post' }]);
    expect(error.code).toBe('lower-case-method');
    expectPrintable(error, 'usage');
  });

  it('for a URL of another origin shows neither of them', async () => {
    const service = sapGatewayV2({ serviceRoot: `https://other.example/sap/` });
    const error = await failureOf(answering, { service, serviceRoot: undefined });
    expect(error.code).toBe('foreign-url');
    expectPrintable(error, 'foreign-url');
    expectPrintable(
      await failureOf(answering, { url: `https://user:${SECRET}@shop.example/` }),
      'invalid-url',
    );
  });

  it('for an abort shows nothing of the results', async () => {
    const controller = new AbortController();
    const fetch: Fetch = () => {
      controller.abort(new Error('mine'));
      return new Promise(() => {});
    };
    const error = await failureOf(fetch, { signal: controller.signal });
    expect(error).toMatchObject({ code: 'aborted', results: [{ outcome: 'unknown', operation }] });
    expectPrintable(error, 'aborted');
  });

  it('for a function that throws shows nothing of the results', async () => {
    const onBatch = ({ phase }: BatchEvent) => {
      if (phase === 'settled') throw new Error('mine');
    };
    const error = await failureOf(answering, { onBatch });
    expect(error).toMatchObject({ code: 'callback-failed', results: [{ operation }] });
    expectPrintable(error, 'callback-failed');
  });
});

describe('the cause of a result', () => {
  const CAUSES: Readonly<Record<string, readonly [fetch: Fetch, code: string, options?: SendOptions]>> = {
    'response-lost': [failing(indiscreet), 'response-lost'],
    'timed-out': [() => new Promise(() => {}), 'timed-out'],
    'a gateway': [refusing(504), 'not-a-batch'],
    'a broken answer': [
      async () =>
        new Response(`--b\r\nX-Key ${SECRET}\r\n\r\n--b--`, {
          headers: { 'Content-Type': 'multipart/mixed; boundary=b' },
        }),
      'header-without-colon',
    ],
    'a plain request': [
      failing(indiscreet),
      'response-lost',
      { single: 'direct', url: `${serviceRoot}$batch` },
    ],
    'the end of the time': [() => new Promise(() => {}), 'timed-out', { totalTimeoutMs: 5 }],
  };

  it.each(Object.entries(CAUSES))('shows nothing: %s', async (name, [fetch, code, options]) => {
    const clock = new VirtualClock();
    const [result] = await clock.until(
      sendBatch([operation], { url, serviceRoot, headers, fetch, clock, maxAttempts: 1, ...options }),
    );
    if (result?.outcome !== 'unknown') throw new Error('expected it to be unknown');
    expect(result.cause.code).toBe(code);
    expectPrintable(result.cause, name);
  });
});

it('the reason of what was not sent shows neither the URL nor the headers', async () => {
  const clock = new VirtualClock();
  const fetch = failing(() => Object.assign(indiscreet(), { code: 'ECONNREFUSED' }));
  const [result] = await clock.until(
    sendBatch([operation], { url, serviceRoot, headers, fetch, clock, maxAttempts: 1 }),
  );
  if (result?.outcome !== 'not-executed') throw new Error('expected it not to be executed');
  expect(result.reason).toMatchObject({ code: 'not-sent', cause: { code: 'ECONNREFUSED' } });
  expectPrintable(result.reason, 'not-sent');
});

describe('what sendBatchStream throws', () => {
  it('shows nothing of the results', async () => {
    const clock = new VirtualClock();
    const sending = sendBatchStream([operation, { ...operation }], {
      ...{ url, serviceRoot, headers, clock },
      fetch: refusing(401),
    });
    const error = (await clock.until(rejectionOf(sending.next()))) as BatchResponseError;
    expect(error).toMatchObject({ status: 401, results: [{ operation }, {}] });
    expectPrintable(error, 'sendBatchStream');
  });
});

describe('what a run tells', () => {
  it('of batches, progress and warnings shows nothing, and has the operations and results', async () => {
    const events: BatchEvent[] = [];
    const progress: Progress[] = [];
    const warnings: UsageWarning[] = [];
    const clock = new VirtualClock();
    const options: SendOptions = {
      ...{ url, headers, clock, fetch: answering, service: sapGatewayV2({ serviceRoot }) },
      onBatch: (event) => void events.push(event),
      onProgress: (one) => void progress.push(one),
      onWarning: (one) => void warnings.push(one),
    };
    const safe = { ...operation, body: { a: 1 } };
    await clock.until(
      sendBatch([[operation, safe]], { ...options, batchLimits: { maxItems: 1 } }).catch(() => {}),
    );
    await clock.until(sendBatch([[operation]], options));
    const [sending, settled] = events.slice(-2);
    expect(sending).toMatchObject({ phase: 'sending', results: [] });
    expect(sending?.operations).toMatchObject([{ operation, index: 0, path: [0, 0], attempts: 1 }]);
    expect(settled).toMatchObject({ phase: 'settled', results: [{ operation, ok: true, value: errorBody }] });
    expect(JSON.parse(JSON.stringify(settled))).toEqual({
      phase: 'settled',
      operations: [{ index: 0, path: [0, 0], attempts: 1 }],
    });
    expect(warnings.map(({ code }) => code)).toContain('large-change-set');
    expect(progress).not.toEqual([]);
    for (const one of [...events, ...progress, ...warnings]) expectPrintable(one, 'event');
  });
});

describe('the other functions', () => {
  it('csrfToken shows nothing of an answer without a token', async () => {
    const tokens = csrfToken({ url, headers, fetch: refusing(403) });
    const error = await failureOf(answering, { headers: tokens });
    expect(error).toMatchObject({ code: 'token-refused', status: 403, error: errorBody.error });
    expectPrintable(error, 'token-refused');
  });

  it('guardFetch shows neither the URL nor the headers', async () => {
    const send = guardFetch(failing(indiscreet), url);
    const request = { url, method: 'GET', headers, signal: new AbortController().signal };
    expectPrintable(await rejectionOf(send(request)), 'response-lost');
    const elsewhere = { ...request, url: `https://other.example/?${SECRET}` };
    expectPrintable(await rejectionOf(send(elsewhere)), 'foreign-url');
    expectPrintable(
      errorOf(() => guardFetch(fetch as never, `nowhere?${SECRET}`)),
      'invalid-url',
    );
  });

  it('splitBatch shows nothing of the operations', () => {
    const batch = [[operation, { ...operation }, { ...operation }]];
    const error = errorOf(() => splitBatch(batch, { batchLimits: { maxOperations: 2 } }));
    expectPrintable(error, 'splitBatch');
  });

  it('a budget shows numbers only', async () => {
    const budget = createBudget({ rates: [{ requests: 1, seconds: 1 }] });
    expectPrintable(await rejectionOf(budget.acquire({ atMost: 2 })), 'budget-too-small');
  });
});
