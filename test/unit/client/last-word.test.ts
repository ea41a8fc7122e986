import { describe, expect, it } from 'vitest';
import type { Batch, Operation } from '../../../src/batch/operation.ts';
import { sendBatch } from '../../../src/client/send-batch.ts';
import { sendBatchStream } from '../../../src/client/send-batch-stream.ts';
import type { BatchEvent, SendOptions } from '../../../src/client/send-options.ts';
import type { SentResult } from '../../../src/client/sent-result.ts';
import type { BatchError } from '../../../src/errors.ts';
import { sleep } from '../../../src/transport/clock.ts';
import type { TextAnswer } from '../../doubles/batch-text.ts';
import { plainReply, type Script, scriptedService } from '../../doubles/scripted-service.ts';
import { rejectionOf } from '../catch-error.ts';
import { VirtualClock } from '../virtual-clock.ts';

const serviceRoot = 'https://shop.example/v1/';

const put: Operation = { method: 'PUT', url: 'Products(1)', body: 'x' };
const remove: Operation = { method: 'DELETE', url: 'Products(1)' };
const get: Operation = { method: 'GET', url: 'Products(1)' };
const post: Operation = { method: 'POST', url: 'Products', body: 'x' };

/** The answer to one operation. */
function answer(status: number, headers: Record<string, string> = {}): TextAnswer {
  const json = { 'Content-Type': 'application/json', ...headers };
  return { status, headers: json, body: `{"error":{"code":"E${status}","message":"no"}}` };
}

/** Answers each request by its place in a list, and all that follow by the last. */
function inTurn(...replies: (number | TextAnswer | ReturnType<typeof plainReply> | Script)[]): Script {
  return (operations, request, call) => {
    const reply = replies[Math.min(call, replies.length - 1)];
    if (typeof reply === 'function') return reply(operations, request, call);
    if (typeof reply === 'number') return operations.map(() => answer(reply));
    if (reply !== undefined && 'kind' in reply) return reply;
    return operations.map(() => reply as TextAnswer);
  };
}

const reset: Script = () => ({ kind: 'reset' });
/** A change set is one part of the answer where it fails. */
const oneFor =
  (status: number): Script =>
  () => [answer(status)];

async function send<B extends Batch>(batch: B, script: Script, options: SendOptions = {}) {
  const clock = new VirtualClock();
  const service = scriptedService(script);
  const call = sendBatch(batch, { serviceRoot, fetch: service.fetch, clock, ...options });
  const results = (await clock.until(call)).flat() as SentResult[];
  return { results, ...service };
}

describe('an operation that waits to be sent again when the run ends', () => {
  const waiting = inTurn(500, () => new Promise(() => {}));
  const long = { backOff: { base: 100_000, maximum: 100_000 } };

  it('by its time has the answer that the service gave last: 500, never not-executed', async () => {
    const { results } = await send([put], waiting, { ...long, totalTimeoutMs: 1000 });
    expect(results).toMatchObject([{ outcome: 'failed', status: 500, error: { code: 'E500' }, attempts: 1 }]);
  });

  it('by its signal has the answer that the service gave last', async () => {
    const clock = new VirtualClock();
    const controller = new AbortController();
    const { fetch } = scriptedService(waiting);
    clock.schedule(() => controller.abort(new Error('enough')), 1000);
    const options = { serviceRoot, fetch, clock, signal: controller.signal, ...long };
    const error = (await rejectionOf(clock.until(sendBatch([put], options)))) as BatchError;
    expect(error.code).toBe('aborted');
    expect(error.results).toMatchObject([{ outcome: 'failed', status: 500, attempts: 1 }]);
  });

  it('at the first failure has the answer that the service gave last', async () => {
    const clock = new VirtualClock();
    const script: Script = async (operations) => {
      if (operations[0]?.url === 'Products(1)') return [answer(500)];
      await sleep(clock, 10);
      return [answer(404)];
    };
    const { fetch } = scriptedService(script);
    const options = { continueOnError: false, batchLimits: { maxOperations: 1 }, ...long } as const;
    const other: Operation = { method: 'PUT', url: 'Products(2)', body: 'x' };
    const sent = sendBatch([put, other], { serviceRoot, fetch, clock, ...options });
    expect(await clock.until(sent)).toMatchObject([
      { outcome: 'failed', status: 500, attempts: 1 },
      { outcome: 'failed', status: 404 },
    ]);
  });

  it('because its stream is left has the answer that the service gave last', async () => {
    const { fetch } = scriptedService(waiting);
    const stream = sendBatchStream([put], { serviceRoot, fetch, ...long });
    const next = rejectionOf(stream.next()) as Promise<BatchError>;
    await new Promise((resolve) => setTimeout(resolve, 100));
    await stream.return();
    expect((await next).results).toMatchObject([{ outcome: 'failed', status: 500, attempts: 1 }]);
  });

  it('because its source throws has the answer that the service gave last', async () => {
    const clock = new VirtualClock();
    const { fetch } = scriptedService(waiting);
    async function* source() {
      yield put;
      await sleep(clock, 1000);
      throw new Error('the file is gone');
    }
    const stream = sendBatchStream(source(), { serviceRoot, fetch, clock, ...long });
    const error = (await rejectionOf(clock.until(stream.next()))) as BatchError;
    expect(error.code).toBe('callback-failed');
    expect(error.results).toMatchObject([{ outcome: 'failed', status: 500, attempts: 1 }]);
  });

  it.each([
    ['one operation, 408', answer(408), { outcome: 'failed', status: 408 }],
    ['one operation, 429', answer(429, { 'Retry-After': '60' }), { outcome: 'failed', status: 429 }],
    ['the batch, 429', plainReply(429), { outcome: 'not-executed', reason: { status: 429 } }],
    ['the batch, 502', plainReply(502), { outcome: 'unknown', cause: { status: 502 } }],
    ['nothing', reset, { outcome: 'unknown', cause: { code: 'response-lost' } }],
  ])('has the last word of the service: %s', async (_, first, expected) => {
    const { results } = await send([put], inTurn(first), { ...long, totalTimeoutMs: 1000 });
    expect(results).toMatchObject([expected]);
  });

  it('has the last word that says what happened, not that of a service which was busy later', async () => {
    const busy = plainReply(429, { 'Retry-After': '600' });
    for (const later of [busy, answer(429, { 'Retry-After': '600' })]) {
      const { results } = await send([put], inTurn(500, later), { totalTimeoutMs: 60_000 });
      expect(results).toMatchObject([{ outcome: 'failed', status: 500, attempts: 2 }]);
    }
  });

  it('in a change set has the answer to the set', async () => {
    const set = [put, { ...remove, url: 'Products(2)' }];
    const { results } = await send([set], oneFor(500), { ...long, totalTimeoutMs: 1000 });
    expect(results).toMatchObject([
      { outcome: 'rolled-back', cause: { status: 500 }, attempts: 1 },
      { outcome: 'rolled-back', cause: { status: 500 }, attempts: 1 },
    ]);
  });
});

describe('a refusal after an attempt that may have happened', () => {
  const etag = { ...put, headers: { 'If-Match': '"1"' } };
  const patch: Operation = { method: 'PATCH', url: 'Products(1)', body: {}, headers: { 'If-Match': '"1"' } };
  const repeatable = { service: { name: 's', repeatable: [{ methods: ['PATCH', 'PUT'] }] } };
  const known = { service: { name: 's', repeatabilityHeaders: true } };

  it.each([
    ['DELETE, 500, then 404', remove, 500, 404, {}],
    ['DELETE, 503, then 410', remove, 503, 410, {}],
    ['DELETE, 408, then 404', remove, 408, 404, {}],
    ['PUT with If-Match, 500, then 412', etag, 500, 412, {}],
    ['PATCH with If-Match, 502, then 412', patch, 502, 412, repeatable],
    ['POST that the service knows again, 500, then 409', post, 500, 409, known],
  ] as const)('is unknown: %s', async (_, operation, first, then, options) => {
    const { results } = await send([operation], inTurn(first, then), options);
    expect(results).toMatchObject([
      {
        outcome: 'unknown',
        attempts: 2,
        cause: {
          code: 'ambiguous-answer',
          cause: { code: 'operation-failed', status: first, error: { code: `E${first}` } },
        },
      },
    ]);
  });

  it('is unknown for each operation of a change set', async () => {
    const set = [remove, { ...remove, url: 'Products(2)' }];
    const { results } = await send([set], inTurn(oneFor(500), oneFor(404)));
    const ambiguous = { outcome: 'unknown', cause: { code: 'ambiguous-answer', cause: { status: 500 } } };
    expect(results).toMatchObject([ambiguous, ambiguous]);
  });

  it('is what it is where the service had not begun, or nothing but read', async () => {
    const later = answer(503, { 'Retry-After': '1' });
    for (const [operation, first] of [
      [remove, answer(429)],
      [remove, later],
      [remove, plainReply(429)],
      [get, answer(500)],
      [get, reset],
    ] as const) {
      const { results } = await send([operation], inTurn(first, 404));
      expect(results).toMatchObject([{ outcome: 'failed', status: 404, attempts: 2 }]);
    }
  });

  it('is no refusal where the service says again that it failed', async () => {
    const { results } = await send([put], inTurn(500, 502), { maxAttempts: 2 });
    expect(results).toMatchObject([{ outcome: 'failed', status: 502, attempts: 2 }]);
  });

  it('ends a run that is to end at the first failure', async () => {
    const others = [2, 3].map((product) => ({ ...remove, url: `Products(${product})` }));
    const options = { continueOnError: false, concurrency: 1, batchLimits: { maxOperations: 1 } } as const;
    const { results, requests } = await send([remove, ...others], inTurn(500, 404), options);
    expect(results.map(({ outcome }) => outcome)).toEqual(['unknown', 'not-executed', 'not-executed']);
    expect(requests).toHaveLength(2);
  });
});

describe('a change set that failed with a 5xx', () => {
  it('may have happened, and is not sent again with an operation that does more when it is done twice', async () => {
    const set = [put, post];
    const { results, requests } = await send([set], oneFor(500));
    expect(requests).toHaveLength(1);
    expect(results).toMatchObject([
      { outcome: 'rolled-back', cause: { status: 500 } },
      { outcome: 'rolled-back', cause: { status: 500 } },
    ]);
    // Of 429 the service says that it has not begun.
    const throttled = await send(
      [set],
      inTurn(oneFor(429), (operations) => [answers(operations.length)]),
    );
    expect(throttled.requests).toHaveLength(2);
  });

  function answers(count: number): TextAnswer {
    return { status: count > 0 ? 404 : 500 };
  }
});

describe('a run whose time ends while a batch is written down', () => {
  it.each(['sending', 'settled'] as const)(
    'sends nothing more, and keeps what was answered: phase %s',
    async (slow) => {
      const clock = new VirtualClock();
      const { fetch, requests } = scriptedService(inTurn(204));
      const phases: string[] = [];
      const onBatch = async ({ phase }: BatchEvent) => {
        if (phase === slow) await sleep(clock, 5000);
        phases.push(phase);
      };
      const options = { serviceRoot, fetch, clock, onBatch, totalTimeoutMs: 1000 };
      const results = (await clock.until(sendBatch([put], options))) as SentResult[];
      const isSent = slow === 'settled';
      expect(results[0]?.outcome).toBe(isSent ? 'succeeded' : 'not-executed');
      expect(requests).toHaveLength(isSent ? 1 : 0);
      expect(phases).toEqual(isSent ? ['sending', 'settled'] : []);
    },
  );
});

describe('an answer to a batch whose status is no final one', () => {
  it.each([0, 100, 199, 600])(
    'says nothing of what happened, so that a POST is unknown: %i',
    async (status) => {
      const opaque = { status, headers: new Headers(), body: null };
      const options = { serviceRoot, fetch: async () => opaque, clock: new VirtualClock(), maxAttempts: 1 };
      const call = sendBatch([post], options).catch(({ results }: BatchError) => results);
      expect(await call).toMatchObject([{ outcome: 'unknown', attempts: 1 }]);
    },
  );
});
