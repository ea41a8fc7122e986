import { describe, expect, it } from 'vitest';
import type { Operation } from '../../../src/batch/operation.ts';
import { reference } from '../../../src/batch/reference.ts';
import { sendBatchStream } from '../../../src/client/send-batch-stream.ts';
import type { SendOptions } from '../../../src/client/send-options.ts';
import type { SentResult } from '../../../src/client/sent-result.ts';
import type { BatchError } from '../../../src/errors.ts';
import { createBudget } from '../../../src/transport/budget.ts';
import { sleep } from '../../../src/transport/clock.ts';
import { allDone, plainReply, type Script, scriptedService } from '../../doubles/scripted-service.ts';
import { rejectionOf } from '../catch-error.ts';
import { VirtualClock } from '../virtual-clock.ts';

const serviceRoot = 'https://shop.example/v1/';
type Item = Operation | Operation[];

function failToClose(): never {
  throw new Error('closing failed');
}

function put(index: number): Operation {
  return { method: 'PUT', url: `Products(${index})`, body: 'x' };
}

async function collect(
  items: Iterable<Item> | AsyncIterable<Item>,
  script: Script = allDone,
  options: SendOptions = {},
) {
  const clock = options.clock instanceof VirtualClock ? options.clock : new VirtualClock();
  const service = scriptedService(script);
  const results: SentResult[] = [];
  const run = async () => {
    const sent = sendBatchStream(items, { serviceRoot, fetch: service.fetch, clock, ...options });
    for await (const result of sent) results.push(result as SentResult);
  };
  await clock.until(run());
  return { results, ...service };
}

describe('sendBatchStream', () => {
  it('takes any iterable, and sends nothing before results are asked for', async () => {
    const service = scriptedService(allDone);
    let made = 0;
    function* items() {
      for (; made < 250; made++) yield put(made);
    }
    const sent = sendBatchStream(items(), { serviceRoot, fetch: service.fetch });
    await new Promise((resolve) => setImmediate(resolve));
    expect([made, service.requests.length]).toEqual([0, 0]);
    const results: SentResult[] = [];
    for await (const result of sent) results.push(result);
    expect(results.map(({ index }) => index).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 250 }, (_, i) => i),
    );
    expect(
      results.every(
        ({ outcome, attempts, path, index }) =>
          outcome === 'succeeded' && attempts === 1 && path[0] === index,
      ),
    ).toBe(true);
    expect(service.operations.map(({ length }) => length)).toEqual([100, 100, 50]);
  });

  it('takes operations as they come, in full batches where they come fast', async () => {
    async function* items() {
      for (let index = 0; index < 250; index++) yield put(index);
    }
    const { operations, results } = await collect(items());
    expect(operations.map(({ length }) => length)).toEqual([100, 100, 50]);
    expect(results).toHaveLength(250);
  });

  it('sends what there is where no more comes for a while', async () => {
    const clock = new VirtualClock();
    async function* items() {
      for (let index = 0; index < 6; index++) {
        if (index % 2 === 0) await sleep(clock, 1000);
        yield put(index);
      }
    }
    const { operations } = await collect(items(), allDone, { clock });
    expect(operations.map(({ length }) => length)).toEqual([2, 2, 2]);
  });

  it('lets a source wait for its own results', async () => {
    const service = scriptedService(allDone);
    const told: number[] = [];
    let wake = () => {};
    async function* items() {
      for (let index = 0; index < 3; index++) {
        yield put(index);
        while (!told.includes(index)) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    }
    for await (const { index } of sendBatchStream(items(), { serviceRoot, fetch: service.fetch })) {
      told.push(index);
      wake();
    }
    expect(told).toEqual([0, 1, 2]);
  });

  it('does not run ahead of who takes the results', async () => {
    const service = scriptedService(allDone);
    let made = 0;
    function* items() {
      for (;;) yield put(made++);
    }
    const sent = sendBatchStream(items(), {
      serviceRoot,
      fetch: service.fetch,
      concurrency: 2,
      batchLimits: { maxOperations: 10 },
    });
    await sent.next();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(made).toBeLessThan(300);
    await sent.return();
    expect(await sent.next()).toEqual({ done: true, value: undefined });
  });

  it('is left at once, with its source and what is under way', async () => {
    let left = false;
    let aborted = false;
    async function* items() {
      try {
        for (let index = 0; ; index++) yield put(index);
      } finally {
        left = true;
      }
    }
    const fetch: SendOptions['fetch'] = (_, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          aborted = true;
          reject(signal.reason);
        });
      });
    const sent = sendBatchStream(items(), { serviceRoot, fetch });
    const waiting = sent.next();
    await new Promise((resolve) => setTimeout(resolve, 80));
    await sent.return();
    expect(await waiting.catch((error: BatchError) => error.code)).toMatchObject('aborted' as never);
    await new Promise((resolve) => setImmediate(resolve));
    expect([left, aborted]).toEqual([true, true]);
  });

  it('refuses single operations as values, and goes on', async () => {
    const bad = { method: 'GET', url: 'x', body: 'no' } as const;
    const items: Item[] = [put(0), bad, put(2), null as never, [put(4), { ...bad }], [], put(6)];
    const { results } = await collect(items);
    const byIndex = [...results].sort((a, b) => a.index - b.index);
    expect(byIndex.map(({ outcome }) => outcome)).toEqual([
      'succeeded',
      'not-executed',
      'succeeded',
      'not-executed',
      'not-executed',
      'not-executed',
      'succeeded',
    ]);
    expect(byIndex[1]).toMatchObject({
      attempts: 0,
      operation: bad,
      reason: { code: 'body-not-allowed', issues: [{ path: 'batch[1].body', code: 'body-not-allowed' }] },
    });
    expect(byIndex[5]).toMatchObject({
      path: [4, 1],
      reason: { issues: [{ path: 'batch[4][1].method' }, { path: 'batch[4][1].body' }] },
    });
  });

  it('keeps chains of references together, and refuses others', async () => {
    const created = { method: 'POST', url: 'Products', id: 'new', body: {} } as const;
    const read = { method: 'GET', url: reference(created, 'Labels') } as const;
    const items: Item[] = [
      put(0),
      created,
      read,
      { method: 'POST', url: 'x', body: { product: '$new' } },
      put(4),
      { method: 'GET', url: '$new/Late' },
      put(6),
    ];
    const { results, operations } = await collect(items, allDone, {
      batchLimits: { maxOperations: 3 },
      concurrency: 1,
    });
    expect(operations.map((batch) => batch.map(({ url }) => url))).toEqual([
      ['Products(0)', 'Products(4)', 'Products(6)'],
      ['Products', '$new/Labels', 'x'],
    ]);
    const astray = results.find(({ index }) => index === 5);
    expect(astray).toMatchObject({ outcome: 'not-executed', reason: { code: 'reference-out-of-scope' } });
  });

  it('keeps a reference in a body with its target where it was made before', async () => {
    const account = { method: 'POST', url: 'accounts', body: {} } as const;
    const contact = { method: 'POST', url: 'contacts', body: { to: reference(account) } } as const;
    const late = { method: 'POST', url: 'late', body: { to: reference(account) } } as const;
    const { results, operations } = await collect([put(0), account, contact, put(3), late], allDone, {
      batchLimits: { maxOperations: 3 },
      concurrency: 1,
    });
    const sent = operations.find((batch) => batch.some(({ url }) => url === 'contacts')) ?? [];
    const place = sent.findIndex(({ url }) => url === 'accounts');
    expect(sent[place + 1]?.body).toBe(`{"to":"$${place + 1}"}`);
    expect(results.map(({ index, outcome }) => [index, outcome]).filter(([index]) => index !== 4)).toEqual(
      expect.arrayContaining([
        [1, 'succeeded'],
        [2, 'succeeded'],
      ]),
    );
    expect(results.find(({ index }) => index === 4)).toMatchObject({ outcome: 'not-executed' });
  });

  it('never puts one id twice into a batch', async () => {
    const items = Array.from({ length: 6 }, (_, index) => ({ ...put(index), id: `id${index % 2}` }));
    const { results, operations } = await collect(items);
    expect(results.every(({ ok }) => ok)).toBe(true);
    expect(operations.map(({ length }) => length)).toEqual([2, 2, 2]);
  });

  it('throws what its source throws, with what was taken and not told', async () => {
    async function* items() {
      yield put(0);
      yield put(1);
      await new Promise((resolve) => setTimeout(resolve, 5));
      throw new Error('file is gone');
    }
    const service = scriptedService(() => new Promise(() => {}));
    const sending = (async () => {
      for await (const _ of sendBatchStream(items(), { serviceRoot, fetch: service.fetch })) {
        // Nothing comes.
      }
    })();
    const error = (await rejectionOf(sending)) as BatchError;
    expect(error).toMatchObject({ code: 'callback-failed', cause: { message: 'file is gone' } });
    expect((error.results as SentResult[]).map(({ outcome }) => outcome)).toEqual([
      'not-executed',
      'not-executed',
    ]);
  });

  it.each([
    ['a refusal', { concurrency: 1 }, (call: number) => (call === 0 ? undefined : plainReply(403))],
    ['the end of its time', { concurrency: 1, totalTimeoutMs: 1000 }, () => new Promise<never>(() => {})],
  ])('ends after %s, however much of its source was read ahead', async (_, options, replyTo) => {
    let taken = 0;
    async function* items() {
      for (;;) yield { ...put(taken), ...(taken++ % 3 === 0 && { id: `id${taken}` }) };
    }
    const script: Script = async (operations, request, call) =>
      (await replyTo(call)) ?? allDone(operations, request, call);
    const limits = { batchLimits: { maxOperations: 10 } };
    const { results } = await collect(items(), script, { ...options, ...limits });
    expect(results.map(({ index }) => index).sort((a, b) => a - b)).toEqual([...results.keys()]);
    // One may be on its way from the source just then.
    expect(results.length).toBeGreaterThanOrEqual(taken - 1);
    expect(new Set(results.map(({ outcome }) => outcome))).toContain('not-executed');
  });

  it('tells of what it had read when its source throws, whether it is at hand or comes', async () => {
    function* atHand() {
      yield put(0);
      yield { ...put(1), id: 'open' };
      throw new Error('file is gone');
    }
    async function* coming() {
      yield* atHand();
    }
    for (const items of [atHand(), coming()]) {
      const error = (await rejectionOf(collect(items))) as BatchError;
      expect(error).toMatchObject({ code: 'callback-failed', cause: { message: 'file is gone' } });
      expect((error.results as SentResult[]).map(({ index, outcome }) => `${index} ${outcome}`)).toEqual([
        '0 not-executed',
        '1 not-executed',
      ]);
    }
  });

  it('is not ended by a source that does not like to be left', async () => {
    const controller = new AbortController();
    function* items() {
      try {
        for (let index = 0; ; index++) {
          // In the middle of a source it can't be left.
          if (index === 5) controller.abort(new Error('enough'));
          yield put(index);
        }
      } finally {
        left++;
        failToClose();
      }
    }
    let left = 0;
    const error = (await rejectionOf(collect(items(), allDone, { signal: controller.signal }))) as BatchError;
    expect(error).toMatchObject({ code: 'aborted', cause: { message: 'enough' } });
    expect(error.results).toHaveLength(6);
    const service = scriptedService(allDone);
    const sent = sendBatchStream(items(), { serviceRoot, fetch: service.fetch });
    await sent.next();
    expect(await sent.return()).toEqual({ done: true, value: undefined });
    expect(left).toBe(2);
  });

  it('throws what is no iterable, a wrong option, and a refusal of the first request', async () => {
    const codeOf = async (items: never, options: SendOptions) =>
      ((await rejectionOf(sendBatchStream(items, options).next())) as BatchError).code;
    expect(await codeOf('text' as never, { serviceRoot })).toBe('invalid-option');
    expect(await codeOf([] as never, {})).toBe('service-root-required');
    const { fetch } = scriptedService(() => plainReply(403));
    expect(await codeOf([put(0)] as never, { serviceRoot, fetch })).toBe('not-a-batch');
  });

  it('refuses what the budget can never give, and sends the rest', async () => {
    const budget = createBudget({ rates: [{ requests: 5, seconds: 1 }], countsOperations: true });
    const set = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => ({
        ...put(from + index),
        method: 'DELETE' as const,
        body: undefined,
      }));
    const { results } = await collect([set(0, 6), put(10)], allDone, { budget });
    expect(results.filter(({ outcome }) => outcome === 'not-executed')).toHaveLength(6);
    expect(results[0]).toMatchObject({ reason: { code: 'budget-too-small' } });
    expect(results.at(-1)).toMatchObject({ outcome: 'succeeded', index: 6 });
  });

  it('reads headers that can be read once as often as it sends', async () => {
    const headers = new Map([['X-A', '1']]).entries();
    const { results, operations } = await collect([{ ...put(0), headers }], (asked, _, call) =>
      call === 0 ? { kind: 'reset' } : asked.map(() => ({ status: 204 })),
    );
    expect(results[0]).toMatchObject({ outcome: 'succeeded', attempts: 2 });
    expect(operations.map(([one]) => one?.headers['x-a'])).toEqual(['1', '1']);
  });
});
