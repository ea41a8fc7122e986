import { describe, expect, it, vi } from 'vitest';
import { type Operation, reference } from '../../../src/index.ts';
import { type BatchHandlerOptions, ChangeSetFailure, createBatchHandler } from '../../../src/server.ts';
import { ROOT, send, statuses } from '../send-to-handler.ts';

/** A store that rolls back: what is written stays only where its transaction ends well. */
function service(options: Partial<BatchHandlerOptions> = {}) {
  let rows: string[] = [];
  const log: string[] = [];
  const errors: unknown[] = [];
  const transaction: BatchHandlerOptions['transaction'] = async (run) => {
    const before = [...rows];
    log.push('begin');
    try {
      const result = await run();
      log.push('commit');
      return result;
    } catch (error) {
      rows = before;
      log.push('rollback');
      throw error;
    }
  };
  const handler = createBatchHandler({
    serviceRoot: ROOT,
    transaction,
    onError: (error) => errors.push(error),
    fetch: async (request) => {
      const name = request.url.slice(ROOT.length);
      log.push(`${request.method} ${name}`);
      if (name.includes('bad'))
        return Response.json({ error: { code: 'bad', message: name } }, { status: 409 });
      if (name.includes('boom')) throw new Error('secret');
      if (name.includes('later')) return new Response(null, { status: 202 });
      if (request.method !== 'GET') rows.push(name);
      return new Response(null, {
        status: 201,
        headers: { Location: `${name.replace(/.*\//, '')}(${rows.length})` },
      });
    },
    ...options,
  });
  return { handler, log, errors, rows: () => rows };
}

const post = (url: string, id?: string): Operation => ({
  method: 'POST',
  url,
  ...(id !== undefined && { id }),
});
const get = (url: string): Operation => ({ method: 'GET', url });
const goOn = { continueOnError: true };

describe('a change set', () => {
  it('runs in a transaction, as one item of the batch (S-01, S-03)', async () => {
    const { handler, log, rows } = service();
    const { results } = await send(handler, [get('x'), [post('a'), post('b')], get('y')]);
    expect(statuses(results)).toEqual([201, 201, 201, 201]);
    expect(log).toEqual(['GET x', 'begin', 'POST a', 'POST b', 'commit', 'GET y']);
    expect(rows()).toEqual(['a', 'b']);
  });

  it('that fails is undone and answered by its failing operation (S-03, P-03, P-15)', async () => {
    const { handler, log, rows, errors } = service();
    const batch = [[post('a', 'one'), post('bad', 'two'), post('c', 'three')], get('y')];
    const { results, text } = await send(handler, batch, goOn);
    expect(results.map(({ outcome }) => outcome)).toEqual([
      'rolled-back',
      'failed',
      'rolled-back',
      'succeeded',
    ]);
    expect(results[1]).toMatchObject({ status: 409, error: { code: 'bad', message: 'bad' } });
    expect(text.match(/Content-ID: .*/g)).toEqual(['Content-ID: two', 'Content-ID: 4']);
    expect(log).toEqual(['begin', 'POST a', 'POST bad', 'rollback', 'GET y']);
    expect(rows()).toEqual([]);
    expect(errors).toEqual([]);
  });

  it('that fails stops the batch as any failure does (S-04)', async () => {
    const { handler, log } = service();
    const { results } = await send(handler, [[post('bad')], get('y')]);
    expect(statuses(results)).toEqual([409, 'not-executed']);
    expect(log).toEqual(['begin', 'POST bad', 'rollback']);
  });

  it('that fails is nested where its clients look for it there (X2)', async () => {
    const { handler } = service({ failedChangeSet: 'nested' });
    const { text, results } = await send(handler, [[post('a'), post('bad')]]);
    expect(text).toMatch(/boundary=changesetresponse_1_\w+\r\n\r\n--changesetresponse_1_\w+\r\n/);
    expect(statuses(results)).toEqual(['rolled-back', 409]);
  });

  it('rejects what runs it, with what is to blame', async () => {
    let failure: unknown;
    let operations: readonly Operation[] = [];
    const { handler, errors } = service({
      transaction: async (run, changeSet) => {
        operations = changeSet;
        return run().catch((error: unknown) => {
          failure = error;
          throw new Error('rolled back', { cause: error });
        });
      },
    });
    const { results } = await send(handler, [[post('a'), post('bad', 'two')]]);
    expect(operations.map(({ url }) => url)).toEqual(['a', 'bad']);
    expect(failure).toBeInstanceOf(ChangeSetFailure);
    expect(failure).toMatchObject({
      name: 'ChangeSetFailure',
      status: 409,
      operation: operations[1],
      message: 'an operation of the change set failed with 409',
    });
    expect(statuses(results)).toEqual(['rolled-back', 409]);
    expect(errors).toEqual([]);
  });

  it('fails with an operation that throws, and says no more (P-03)', async () => {
    const { handler, rows, errors } = service();
    const { results, text } = await send(handler, [[post('a'), post('boom')]]);
    expect(statuses(results)).toEqual(['rolled-back', 500]);
    expect(text).not.toContain('secret');
    expect(rows()).toEqual([]);
    expect(errors).toMatchObject([{ message: 'secret' }]);
  });

  it('has no answer for later (P-06)', async () => {
    const { handler, rows, errors } = service();
    const { results } = await send(handler, [[post('a'), post('later')], get('later')], goOn);
    expect(statuses(results)).toEqual(['rolled-back', 500, 202]);
    expect(rows()).toEqual([]);
    expect(errors).toMatchObject([{ message: expect.stringContaining('202') }]);
  });

  it('that can not be committed has failed as a whole, without a detail', async () => {
    const { handler, errors } = service({
      transaction: async (run) => {
        await run();
        throw new Error('secret');
      },
    });
    const { results, text } = await send(handler, [[post('a'), post('b')], post('$1/c')], goOn);
    expect(results.map(({ outcome }) => outcome)).toEqual(['rolled-back', 'rolled-back', 'failed']);
    expect(statuses(results)[2]).toBe(424);
    expect(text).toContain('{"error":{"code":"change-set-failed","message":"the change set failed"}}');
    expect(text).not.toContain('secret');
    expect(errors).toMatchObject([{ message: 'secret' }]);
  });

  it('is run again as often as its transaction likes, from the start', async () => {
    const bodies: string[] = [];
    let tries = 0;
    const { handler } = service({
      fetch: async (request) => {
        bodies.push(`${request.url.slice(ROOT.length)} ${await request.text()}`);
        tries++;
        // The first try fails at its second operation, the second one when it is committed.
        if (tries === 2) return new Response(null, { status: 503 });
        return new Response(null, { status: 201, headers: { Location: `P(${tries})` } });
      },
      transaction: async (run) => {
        await run().catch(() => {});
        await run();
        return run();
      },
    });
    const created = { method: 'POST', url: 'a', body: { x: 1 } };
    const { results } = await send(handler, [
      [created, { method: 'POST', url: reference(created, 'b') }],
      post('$1/c'),
    ]);
    expect(statuses(results)).toEqual([201, 201, 201]);
    expect(bodies).toEqual([
      'a {"x":1}',
      'P(1)/b ',
      'a {"x":1}',
      'P(3)/b ',
      'a {"x":1}',
      'P(5)/b ',
      'P(5)/c ',
    ]);
  });

  it.each<[string, BatchHandlerOptions['transaction'], string]>([
    [
      'never runs them',
      async () => undefined as never,
      'the transaction ended before its operations had run',
    ],
    [
      'does not wait for them',
      async (run) => {
        void run();
        return undefined as never;
      },
      'the transaction ended before its operations had run',
    ],
    [
      'throws at once',
      () => {
        throw new Error('no connection');
      },
      'no connection',
    ],
    [
      'runs them twice at a time',
      async (run) => {
        const [first] = await Promise.all([run(), run()]);
        return first;
      },
      'the change set runs already',
    ],
    [
      'runs them when they are over',
      async (run) => {
        setTimeout(() => void run());
        return undefined as never;
      },
      'the transaction ended before its operations had run',
    ],
  ])('fails where its transaction %s, and leaves no rejection unhandled', async (_, transaction, message) => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    const { handler, errors, log } = service({ transaction });
    const { results } = await send(handler, [[post('a'), post('b'), post('c')], get('y')], goOn);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(results.map(({ outcome }) => outcome)).toEqual([
      'rolled-back',
      'rolled-back',
      'rolled-back',
      'succeeded',
    ]);
    expect(errors).toMatchObject([{ message }]);
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
    // What was begun may end; nothing more begins.
    expect(log.filter((line) => line !== 'GET y').length).toBeLessThanOrEqual(1);
  });

  it('leaves no rejection unhandled where its transaction forgets to wait for an operation that fails', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    const { handler, errors } = service({
      transaction: async (run) => {
        void run();
        await new Promise((resolve) => setTimeout(resolve, 5));
        return undefined as never;
      },
    });
    const { results } = await send(handler, [[post('bad'), post('b')]]);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
    expect(results).toMatchObject([{ outcome: 'failed', status: 409 }, { outcome: 'rolled-back' }]);
    expect(errors).toEqual([]);
  });

  it('has failed where its transaction passes over the failure', async () => {
    const { handler, errors } = service({
      transaction: async (run) => run().catch(() => undefined as never),
    });
    const { results } = await send(handler, [[post('a'), post('bad')]]);
    expect(statuses(results)).toEqual(['rolled-back', 409]);
    expect(errors).toEqual([]);
  });

  it('tells its author of a rollback that failed', async () => {
    const { handler, errors } = service({
      transaction: async (run) =>
        run().catch(() => {
          throw new Error('rollback failed');
        }),
    });
    const { results } = await send(handler, [[post('a'), post('bad')]]);
    expect(statuses(results)).toEqual(['rolled-back', 409]);
    expect(errors).toMatchObject([{ message: 'rollback failed' }]);
  });

  it('tells an operation to stop that its transaction no longer waits for', async () => {
    const aborted = vi.fn();
    const { handler } = service({
      fetch: (request) => {
        request.signal.addEventListener('abort', aborted);
        return new Promise(() => {});
      },
      transaction: (run) => Promise.race([run(), Promise.reject(new Error('too slow'))]),
    });
    const { results } = await send(handler, [[post('a')]]);
    expect(statuses(results)).toEqual([500]);
    expect(aborted).toHaveBeenCalledOnce();
  });

  it('reads the answers of its operations before it is committed', async () => {
    const log: string[] = [];
    const body = (name: string) =>
      new ReadableStream(
        {
          pull(controller) {
            log.push(`body of ${name}`);
            controller.enqueue(new Uint8Array(3_000));
            controller.close();
          },
        },
        { highWaterMark: 0 },
      );
    const { handler } = service({
      maxBufferedBytes: 10,
      fetch: ({ url }) => new Response(body(url.slice(ROOT.length))),
      transaction: async (run) => {
        const result = await run();
        log.push('commit');
        return result;
      },
    });
    const { results } = await send(handler, [[post('a'), post('b')]]);
    expect(log).toEqual(['body of a', 'body of b', 'commit']);
    expect(results.map((result) => result.ok && result.bytes.length)).toEqual([3_000, 3_000]);
  });

  it('fails with an answer whose body fails, however long it is', async () => {
    const { handler, rows } = service({
      maxBufferedBytes: 10,
      fetch: () =>
        new Response(
          new ReadableStream({
            start: (controller) => controller.enqueue(new Uint8Array(100)),
            pull: () => Promise.reject(new Error('secret')),
          }),
        ),
    });
    const { results, text } = await send(handler, [[post('a')]]);
    expect(statuses(results)).toEqual([500]);
    expect(text).not.toContain('secret');
    expect(rows()).toEqual([]);
  });

  it('fails with an answer whose body never ends, where a part may not be as long', async () => {
    const { handler, rows, errors, log } = service({
      limits: { maxPartBytes: 1_000 },
      fetch: () => new Response(new ReadableStream({ pull: (end) => end.enqueue(new Uint8Array(100)) })),
    });
    const { results } = await send(handler, [[post('a')], get('b')]);
    expect(statuses(results)).toEqual([500, 'not-executed']);
    expect(errors).toMatchObject([{ limit: 'maxPartBytes' }]);
    expect([rows(), log]).toEqual([[], ['begin', 'rollback']]);
  });

  it('refers to its own operations, and later ones to it (R-02, R-05, R-16)', async () => {
    const { handler, log } = service();
    const created = post('Customers');
    const order = { method: 'POST', url: reference(created, 'Orders') };
    const line = { method: 'POST', url: reference(order, 'Lines') };
    const batch = [[created, order], [line], { method: 'GET', url: reference(line) }];
    await send(handler, batch);
    // The answers are relative to the URLs of their own requests.
    expect(log.filter((entry) => entry.includes(' '))).toEqual([
      'POST Customers',
      'POST Customers(1)/Orders',
      'POST Customers(1)/Orders(2)/Lines',
      'GET Customers(1)/Orders(2)/Lines(3)',
    ]);
  });

  it('that failed can not be referred to', async () => {
    const { handler, log } = service();
    const created = post('a');
    const batch = [[created, post('bad')], { method: 'GET', url: reference(created) }];
    const { results } = await send(handler, batch, goOn);
    expect(statuses(results)).toEqual(['rolled-back', 409, 424]);
    expect(log).toEqual(['begin', 'POST a', 'POST bad', 'rollback']);
  });

  it('fails with a reference to what was not created', async () => {
    const { handler, log } = service();
    const created = { method: 'POST', url: 'bad', id: 'x' };
    const batch = [created, [post('a'), { method: 'POST', url: reference(created) }]];
    const { results } = await send(handler, batch, goOn);
    expect(statuses(results)).toEqual([409, 'rolled-back', 424]);
    expect(log).toEqual(['POST bad', 'begin', 'POST a', 'rollback']);
  });

  it('may use the ids of another one up to OData 3.0', async () => {
    const { handler, log } = service();
    const set = (name: string): Operation[] => [post(name, '1'), { method: 'POST', url: '$1/b', id: '2' }];
    const body = [set('a'), set('c')]
      .map((operations, index) => {
        const parts = operations.map(
          ({ url, id }) =>
            `--s${index}\r\nContent-Type: application/http\r\nContent-ID: ${id}\r\n\r\nPOST ${url} HTTP/1.1\r\n\r\n\r\n`,
        );
        return `--b\r\nContent-Type: multipart/mixed; boundary=s${index}\r\n\r\n${parts.join('')}--s${index}--\r\n`;
      })
      .join('');
    const headers = { 'Content-Type': 'multipart/mixed; boundary=b', DataServiceVersion: '3.0' };
    const request = new Request(`${ROOT}$batch`, { method: 'POST', headers, body: `${body}--b--` });
    const response = await handler(request);
    expect(response.status).toBe(202);
    await response.text();
    expect(log.filter((entry) => entry.startsWith('POST'))).toEqual([
      'POST a',
      'POST a(1)/b',
      'POST c',
      'POST c(3)/b',
    ]);
  });
});

describe('a service without transactions', () => {
  it('runs change sets of one operation, and refuses others: it could not undo them (S-03)', async () => {
    const { handler, log } = service({ transaction: undefined });
    const created = post('b');
    const batch = [[post('a')], [created, post('c')], { method: 'GET', url: reference(created) }];
    const { results } = await send(handler, batch, goOn);
    expect(results.map(({ outcome }) => outcome)).toEqual([
      'succeeded',
      'rolled-back',
      'rolled-back',
      'failed',
    ]);
    expect(results[1]).toMatchObject({ cause: { status: 501, error: { code: 'change-set-not-supported' } } });
    expect(statuses(results)[3]).toBe(424);
    expect(log).toEqual(['POST a']);
  });
});
