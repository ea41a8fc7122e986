import { describe, expect, it } from 'vitest';
import { createBatchHandler } from '../../../src/server.ts';
import { ROOT, send, statuses } from '../send-to-handler.ts';

const failing = (before: number) =>
  new ReadableStream({
    start(controller) {
      if (before > 0) controller.enqueue(new Uint8Array(before));
    },
    pull: () => Promise.reject(new Error('secret')),
  });
const readResponse = async () => {
  const response = new Response('x');
  await response.text();
  return response;
};
const lockedResponse = () => {
  const response = new Response('x');
  response.body?.getReader();
  return response;
};
/** A Response of a class of its own, which checks nothing. */
const own = (parts: object) => ({ status: 200, statusText: '', headers: [], body: null, ...parts }) as never;

/** Asks for `a`, for something that gets `answer`, and for `b`. */
async function between(answer: () => unknown, maxBufferedBytes?: number, method = 'GET') {
  const errors: { error: unknown; url: unknown }[] = [];
  const handler = createBatchHandler({
    serviceRoot: ROOT,
    maxBufferedBytes,
    onError: (error, { operation }) => errors.push({ error, url: operation?.url }),
    fetch: ({ url }) => (/\/[ab]$/.test(url) ? new Response(url) : (answer() as Response)),
  });
  const batch = [
    { method: 'GET', url: 'a' },
    { method, url: 'x' },
    { method: 'GET', url: 'b' },
  ];
  const sent = await send(handler, batch, { continueOnError: true });
  return { ...sent, errors };
}

describe('an operation fails alone', () => {
  it.each<[string, () => unknown, string]>([
    [
      'throws',
      () => {
        throw new Error('secret');
      },
      'secret',
    ],
    ['rejects', () => Promise.reject(new Error('secret')), 'secret'],
    ['rejects with nothing', () => Promise.reject(undefined), 'undefined'],
    ['gives nothing', () => undefined, 'expected a Response, not undefined'],
    ['gives null', () => null, 'expected a Response, not null'],
    ['gives text', () => 'text', 'expected a Response, not string'],
    ['gives an object', () => ({ status: 200 }), 'expected a Response'],
    ['gives headers that are none', () => own({ headers: { a: 'b' } }), 'expected a Response'],
    ['gives Response.error()', () => Response.error(), 'Response.error()'],
    ['gives a body that was read', readResponse, 'was read already'],
    ['gives a body that somebody reads', lockedResponse, 'was read already'],
    ['gives status 101', () => own({ status: 101 }), '101 is no status'],
    ['gives status 100', () => own({ status: 100 }), '100 is no status'],
    ['gives status 999', () => own({ status: 999 }), '999 is no status'],
    ['gives status 200.5', () => own({ status: 200.5 }), 'status'],
    ['gives a status that is no number', () => own({ status: '200' }), 'expected a Response'],
    ['gives a header with a line break', () => own({ headers: [['X', 'a\r\nY: b']] }), 'headers.x'],
    ['gives a header with a control character', () => own({ headers: [['X', 'a\x01']] }), 'headers.x'],
    ['gives a header name with a space', () => own({ headers: [['X Y', 'a']] }), 'headers'],
    [
      'gives a header twice that stands once',
      () =>
        own({
          headers: [
            ['Content-Type', 'a/b'],
            ['content-type', 'c/d'],
          ],
        }),
      'headers.content-type',
    ],
    ['gives a reference as Location', () => own({ headers: [['Location', '$1']] }), 'reference'],
    ['gives a body whose stream fails', () => new Response(failing(0)), 'secret'],
    ['gives a body whose stream fails later', () => new Response(failing(1_000)), 'secret'],
    [
      'gives a body of text chunks',
      () => new Response(new ReadableStream({ start: (c) => c.enqueue('x') })),
      'bytes',
    ],
    ['gives a body that is no stream', () => own({ body: 'text' }), ''],
    [
      'has getters that throw',
      () => ({
        get status() {
          throw new Error('secret');
        },
      }),
      'secret',
    ],
  ])('whose service %s', async (_, answer, message) => {
    const { results, text, errors } = await between(answer);
    expect(statuses(results)).toEqual([200, 500, 200]);
    expect(text).toContain('{"error":{"code":"operation-failed","message":"the operation failed"}}');
    expect(text).not.toContain('secret');
    expect(errors.map(({ url }) => url)).toEqual(['x']);
    expect(String(errors[0]?.error)).toContain(message);
  });

  it.each(['TRACE', 'CONNECT'])('whose method no Request has: %s', async (method) => {
    const { results } = await between(() => new Response(), undefined, method);
    expect(statuses(results)).toEqual([200, 500, 200]);
  });

  it('and an onError that throws does not change that', async () => {
    const handler = createBatchHandler({
      serviceRoot: ROOT,
      fetch: () => undefined as never,
      onError: () => {
        throw new Error('secret');
      },
    });
    const { results } = await send(handler, [{ method: 'GET', url: 'a' }]);
    expect(statuses(results)).toEqual([500]);
  });
});

describe('the answer to an operation', () => {
  it('is passed on as it is, without what belongs to its connection (P-12)', async () => {
    const headers = [
      ['ETag', 'W/"1"'],
      ['Content-Type', 'text/plain'],
      ['Content-Length', '3'],
      ['Content-ID', '17'],
      ['Connection', 'close, X-Hop'],
      ['X-Hop', '1'],
      ['Keep-Alive', 'timeout=5'],
      ['Transfer-Encoding', 'chunked'],
      ['Set-Cookie', 'a=b'],
      ['Set-Cookie', 'c=d'],
      ['OData-EntityId', 'x'],
    ] as [string, string][];
    const { text, results } = await between(() => own({ headers, body: new Response('abc').body }));
    expect(statuses(results)).toEqual([200, 200, 200]);
    expect(text).toContain(
      'Content-ID: 2\r\n\r\nHTTP/1.1 200 OK\r\nETag: W/"1"\r\nContent-Type: text/plain\r\nSet-Cookie: a=b\r\n' +
        'Set-Cookie: c=d\r\nOData-EntityId: x\r\n\r\nabc\r\n--',
    );
  });

  it('may hold any octets, delimiters of other batches among them (M-46)', async () => {
    const octets = Uint8Array.from({ length: 256 }, (_, octet) => octet);
    const hostile = '\r\n--batchresponse_\r\n\r\nHTTP/1.1 500 X\r\n\r\n--b--\r\n';
    for (const body of [octets, new TextEncoder().encode(hostile)]) {
      const { results } = await between(() => new Response(body));
      expect(statuses(results)).toEqual([200, 200, 200]);
      expect(results[1]).toMatchObject({ bytes: body });
    }
  });

  it('has no body where its method or its status has none', async () => {
    const head = await between(() => new Response('body', { headers: { 'Content-Length': '4' } }), 0, 'HEAD');
    expect(head.results[1]).toMatchObject({ status: 200, bytes: new Uint8Array() });
    const empty = await between(() => own({ status: 204, body: new Response('body').body }));
    expect(empty.results[1]).toMatchObject({ status: 204, bytes: new Uint8Array() });
  });

  it('may come from any class that looks like a Response, with any kind of stream', async () => {
    const chunks = async function* () {
      yield new TextEncoder().encode('one ');
      yield new Uint8Array(0);
      yield new TextEncoder().encode('two');
    };
    const { results } = await between(() => own({ headers: new Map([['A', 'b']]), body: chunks() }));
    expect(results[1]).toMatchObject({ status: 200 });
    expect(results[1]?.ok && results[1].text()).toBe('one two');
  });

  it('is held up to a number of octets, and passed on as it comes beyond', async () => {
    for (const [size, expected] of [
      [10, 'held'],
      [11, 'streamed'],
    ] as const) {
      let pulled = 0;
      const body = new ReadableStream(
        {
          pull(controller) {
            controller.enqueue(new Uint8Array(1).fill(0x30 + (pulled % 10)));
            pulled++;
            if (pulled === size) controller.close();
          },
        },
        { highWaterMark: 0 },
      );
      const { text, results } = await between(() => new Response(body), 10);
      expect({ size, octets: results[1]?.ok && results[1].bytes.length }).toEqual({ size, octets: size });
      expect(text.includes('0123456789')).toBe(true);
      expect(expected === 'held' || pulled === 11).toBe(true);
    }
  });

  it('ends the whole answer, without close delimiter, where its body fails too late (P-19)', async () => {
    const errors: unknown[] = [];
    const asked: string[] = [];
    const handler = createBatchHandler({
      serviceRoot: ROOT,
      maxBufferedBytes: 10,
      onError: (error, { operation }) => errors.push([operation?.url, String(error)]),
      fetch: ({ url }) => {
        asked.push(url);
        return new Response(failing(11));
      },
    });
    const body = '--b\r\nContent-Type: application/http\r\n\r\nGET a HTTP/1.1\r\n\r\n\r\n'.repeat(2);
    const response = await handler(
      new Request(`${ROOT}$batch`, {
        method: 'POST',
        headers: { 'Content-Type': 'multipart/mixed; boundary=b', Prefer: 'continue-on-error' },
        body: `${body}--b--`,
      }),
    );
    const reader = response.body?.getReader();
    let text = '';
    await expect(
      (async () => {
        while (true) {
          const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
          if (done) return;
          text += Buffer.from(value).toString('latin1');
        }
      })(),
    ).rejects.toThrow();
    expect(text).toMatch(/HTTP\/1\.1 200 OK\r\n\r\n\0{11}$/);
    expect(errors).toEqual([['a', 'Error: secret']]);
    expect(asked).toHaveLength(1);
  });
});
