import { getEventListeners } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { encodeBatchRequest } from '../../../src/index.ts';
import { type BatchHandlerOptions, createBatchHandler } from '../../../src/server.ts';
import { ROOT } from '../send-to-handler.ts';

const reason = new Error('gone');

/** Sends GETs of `a`, `b`, … and gives what a client holds in its hands. */
async function start(
  options: Partial<BatchHandlerOptions>,
  batch?: Parameters<typeof encodeBatchRequest>[0],
) {
  const client = new AbortController();
  const asked: string[] = [];
  const onError = vi.fn();
  const { fetch = () => new Response(null, { status: 204 }) } = options;
  const handler = createBatchHandler({
    serviceRoot: ROOT,
    onError,
    transaction: (run) => run(),
    ...options,
    fetch: (request) => {
      asked.push(request.url.slice(ROOT.length));
      return fetch(request);
    },
  });
  const gets = ['a', 'b', 'c'].map((url) => ({ method: 'GET', url }));
  const request = new Request(`${ROOT}$batch`, {
    ...encodeBatchRequest(batch ?? gets),
    signal: client.signal,
  });
  const response = await handler(request);
  const reader = response.body?.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  return { client, asked, onError, reader, request };
}

const never = new Promise<never>(() => {});
const later = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('a client that goes away', () => {
  it('stops the operation that runs, and those behind it', async () => {
    const signals: AbortSignal[] = [];
    const { client, asked, reader, onError } = await start({
      fetch: ({ signal }) => {
        signals.push(signal);
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      },
    });
    const reading = reader.read();
    await later();
    client.abort(reason);
    await expect(reading).rejects.toMatchObject({ cause: reason });
    expect(signals.map(({ aborted, reason }) => ({ aborted, reason }))).toEqual([{ aborted: true, reason }]);
    expect(asked).toEqual(['a']);
    expect(onError).not.toHaveBeenCalled();
  });

  it('stops them where it only stops to read', async () => {
    let signal: AbortSignal | undefined;
    const { asked, reader } = await start({
      fetch: (request) => {
        signal = request.signal;
        return never;
      },
    });
    void reader.read();
    await later();
    await reader.cancel();
    await later();
    expect(signal?.aborted).toBe(true);
    expect(signal?.reason).toMatchObject({ name: 'AbortError' });
    expect(asked).toEqual(['a']);
  });

  it('between two operations lets no other begin', async () => {
    const { client, asked, reader } = await start({});
    await reader.read();
    client.abort(reason);
    await expect(reader.read()).rejects.toMatchObject({ cause: reason });
    expect(asked).toEqual(['a']);
  });

  it('is not waited for by what does not hear of it', async () => {
    let answer = (_: Response) => {};
    const { client, asked, reader } = await start({
      fetch: () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    });
    const reading = reader.read();
    await later();
    client.abort(reason);
    answer(new Response('late'));
    await expect(reading).rejects.toMatchObject({ cause: reason });
    expect(asked).toEqual(['a']);
  });

  it('stops the reading of a body that never ends', async () => {
    const cancelled = vi.fn();
    const { client, reader } = await start({
      fetch: () => new Response(new ReadableStream({ pull: () => never, cancel: cancelled })),
    });
    const reading = reader.read();
    await later();
    client.abort(reason);
    await expect(reading).rejects.toMatchObject({ cause: reason });
  });

  it('stops a body that is on its way', async () => {
    const cancelled = vi.fn();
    let signal: AbortSignal | undefined;
    const body = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(100)),
      cancel: cancelled,
    });
    const { asked, reader } = await start({
      maxBufferedBytes: 10,
      fetch: (request) => {
        signal = request.signal;
        return new Response(body);
      },
    });
    for (let at = 0; at < 5; at++) await reader.read();
    await reader.cancel();
    await later();
    expect(cancelled).toHaveBeenCalledOnce();
    expect(signal?.aborted).toBe(true);
    expect(asked).toEqual(['a']);
  });

  it('lets a change set be rolled back', async () => {
    const log: unknown[] = [];
    const batch = [
      [
        { method: 'POST', url: 'a' },
        { method: 'POST', url: 'b' },
      ],
    ];
    const { client, asked, reader, onError } = await start(
      {
        fetch: async () => {
          client.abort(reason);
          return new Response(null, { status: 204 });
        },
        transaction: async (run) => {
          try {
            return await run();
          } catch (error) {
            log.push(error);
            throw error;
          }
        },
      },
      batch,
    );
    await expect(reader.read()).rejects.toMatchObject({ cause: reason });
    expect(log).toEqual([reason]);
    expect(asked).toEqual(['a']);
    expect(onError).not.toHaveBeenCalled();
  });

  it('before the batch is run lets nothing run', async () => {
    const { client, asked, reader } = await start({});
    client.abort(reason);
    await expect(reader.read()).rejects.toMatchObject({ cause: reason });
    expect(asked).toEqual([]);
  });

  it('when the batch is over aborts nothing', async () => {
    const signals: AbortSignal[] = [];
    const { client, reader } = await start({
      fetch: ({ signal }) => {
        signals.push(signal);
        return new Response(null, { status: 204 });
      },
    });
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read());
    client.abort(reason);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false, false]);
  });
});

describe('the signal of a batch', () => {
  it('gets one listener, whatever the number of operations, and none in the end', async () => {
    const batch = Array.from({ length: 50 }, (_, index) => ({ method: 'GET', url: `P(${index})` }));
    const { reader, request } = await start({}, batch);
    const before = getEventListeners(request.signal, 'abort').length;
    await reader.read();
    expect(getEventListeners(request.signal, 'abort').length).toBe(before);
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read());
    expect(getEventListeners(request.signal, 'abort').length).toBe(before - 1);
  });
});
