import { once } from 'node:events';
import { createServer, type RequestListener, type Server, request as sendRequest } from 'node:http';
import http2 from 'node:http2';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type NodeListenerOptions, toNodeListener } from '../../../src/server.ts';

const servers: { close(): void; closeAllConnections?(): void }[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections?.();
  }
});

async function listen(server: Server | http2.Http2Server): Promise<string> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

type Handler = (request: Request) => Response | Promise<Response>;

const serve = (handler: Handler, options?: NodeListenerOptions): Promise<string> =>
  listen(createServer(toNodeListener(handler, options)));

/** Sends bytes as they are and gives all that comes back until the connection ends. */
async function talk(origin: string, text: string): Promise<string> {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  socket.end(text, 'latin1');
  let answer = '';
  for await (const chunk of socket) answer += (chunk as Buffer).toString('latin1');
  return answer;
}

const later = (milliseconds = 20) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const until = (condition: () => boolean) => vi.waitFor(() => expect(condition()).toBe(true));
const octets = (text: string) => new TextEncoder().encode(text);

describe('toNodeListener', () => {
  it('gives a handler the request, and its client the answer', async () => {
    const origin = await serve(async (request) =>
      Response.json(
        {
          method: request.method,
          url: request.url,
          custom: request.headers.get('X-Custom'),
          cookie: request.headers.get('Cookie'),
          body: await request.text(),
        },
        {
          status: 201,
          headers: [
            ['ETag', '"1"'],
            ['Set-Cookie', 'a=1'],
            ['Set-Cookie', 'b=2'],
          ],
        },
      ),
    );
    const answer = await talk(
      origin,
      'POST /a?b=%20c HTTP/1.1\r\nHost: shop.example:99\r\nX-Custom: \xe4\r\nX-custom: b\r\nCookie: c=1; d=2\r\n' +
        'Content-Length: 4\r\nConnection: close\r\n\r\nbody',
    );
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    expect(head.split('\r\n').slice(0, 4)).toEqual([
      'HTTP/1.1 201 Created',
      'Content-Type: application/json',
      'Etag: "1"'.replace('Etag', 'ETag'),
      'Set-Cookie: a=1',
    ]);
    expect(head).toContain('Set-Cookie: b=2');
    expect(body).toContain(
      '{"method":"POST","url":"http://shop.example:99/a?b=%20c","custom":"Ã¤, b","cookie":"c=1; d=2","body":"body"}',
    );
  });

  it.each([
    ['GET /a HTTP/1.1\r\nHost: a b', 'http://localhost/a'],
    ['GET /a HTTP/1.1\r\nHost: x/y', 'http://x/a'],
    ['GET //evil.example/a HTTP/1.1\r\nHost: x', 'http://x//evil.example/a'],
    ['GET http://proxied.example/a HTTP/1.1\r\nHost: x', 'http://proxied.example/a'],
    ['OPTIONS * HTTP/1.1\r\nHost: x', 'http://x/'],
    ['DELETE /a HTTP/1.0', 'http://localhost/a'],
  ])('makes a URL of %j', async (head, url) => {
    const origin = await serve((request) => new Response(request.url));
    const answer = await talk(origin, `${head}\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(answer).toContain(url);
  });

  it('sends no body for HEAD, 204 and 304, and lets go of it', async () => {
    const cancelled: string[] = [];
    const origin = await serve((request) => {
      const { pathname } = new URL(request.url);
      const body = new ReadableStream({ cancel: () => void cancelled.push(pathname) }, { highWaterMark: 0 });
      if (pathname === '/head') return new Response(body, { headers: { 'Content-Length': '7' } });
      return new Response(null, { status: Number(pathname.slice(1)) });
    });
    const head = await fetch(`${origin}/head`, { method: 'HEAD' });
    expect(head.headers.get('Content-Length')).toBe('7');
    expect((await fetch(`${origin}/204`)).status).toBe(204);
    expect((await fetch(`${origin}/304`)).status).toBe(304);
    expect(cancelled).toEqual(['/head']);
  });

  it('writes no faster than its client reads', async () => {
    let pulled = 0;
    const chunk = new Uint8Array(64 * 1024);
    const origin = await serve(
      () =>
        new Response(
          new ReadableStream(
            {
              pull(controller) {
                pulled++;
                if (pulled > 1_000) controller.close();
                else controller.enqueue(chunk);
              },
            },
            { highWaterMark: 0 },
          ),
        ),
    );
    const incoming = await new Promise<import('node:http').IncomingMessage>((resolve) =>
      sendRequest(`${origin}/`, resolve).end(),
    );
    incoming.pause();
    await later(100);
    const held = pulled;
    expect(held).toBeLessThan(500);
    let size = 0;
    incoming.on('data', (data: Buffer) => {
      size += data.length;
    });
    incoming.resume();
    await once(incoming, 'end');
    expect(size).toBe(1_000 * chunk.length);
  });

  it('reads no faster than its handler asks', async () => {
    let go = () => {};
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    let size = 0;
    const origin = await serve(async (request) => {
      await gate;
      for await (const chunk of request.body as ReadableStream<Uint8Array>) size += chunk.length;
      return new Response(String(size));
    });
    let sent = 0;
    const outgoing = sendRequest(`${origin}/`, { method: 'POST' });
    const total = 30 * 1024 * 1024;
    const chunk = Buffer.alloc(1024 * 1024);
    const write = () => {
      while (sent < total) {
        sent += chunk.length;
        if (!outgoing.write(chunk)) return outgoing.once('drain', write);
      }
      return outgoing.end();
    };
    write();
    await later(100);
    expect(sent).toBeLessThan(total / 2);
    go();
    const [incoming] = await once(outgoing, 'response');
    incoming.resume();
    await once(incoming, 'end');
    expect(size).toBe(total);
  });

  it('answers before all of a request is there, and throws the rest away', async () => {
    const origin = await serve(async (request) => {
      const reader = request.body?.getReader();
      await reader?.read();
      await reader?.cancel();
      return new Response('too large', { status: 413 });
    });
    const body = new Uint8Array(20 * 1024 * 1024);
    for (const _ of [1, 2]) {
      const response = await fetch(origin, { method: 'POST', body });
      expect({ status: response.status, text: await response.text() }).toEqual({
        status: 413,
        text: 'too large',
      });
    }
  });

  it('answers without reading a request at all', async () => {
    const origin = await serve(() => new Response('no', { status: 405 }));
    const response = await fetch(origin, { method: 'POST', body: new Uint8Array(5 * 1024 * 1024) });
    expect(response.status).toBe(405);
  });

  it('tells a handler of a client that goes away before the answer', async () => {
    let signal: AbortSignal | undefined;
    const onError = vi.fn();
    const origin = await serve(
      (request) => {
        signal = request.signal;
        return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal?.reason)));
      },
      { onError },
    );
    const client = new AbortController();
    const sending = fetch(origin, { signal: client.signal });
    await until(() => signal !== undefined);
    client.abort();
    await expect(sending).rejects.toThrow();
    await until(() => signal?.aborted === true);
    expect(onError).not.toHaveBeenCalled();
  });

  it('stops the body of an answer that nobody reads any more', async () => {
    const cancelled = vi.fn();
    let signal: AbortSignal | undefined;
    const origin = await serve((request) => {
      signal = request.signal;
      const body = new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(64 * 1024)),
        cancel: cancelled,
      });
      return new Response(body);
    });
    const response = await fetch(origin);
    await response.body?.cancel();
    await until(() => signal?.aborted === true && cancelled.mock.calls.length === 1);
  });

  it('tells a handler of a request that was cut off', async () => {
    let failure: unknown;
    const origin = await serve(async (request) => {
      await request.arrayBuffer().catch((error: unknown) => {
        failure = error;
      });
      return new Response();
    });
    const socket = connect(Number(new URL(origin).port), '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc');
    await later();
    socket.destroy();
    await until(() => failure instanceof Error);
  });

  it('answers with 500 what a handler throws, and tells its author', async () => {
    const errors: unknown[] = [];
    const options = { onError: (error: unknown) => errors.push(error) };
    const handlers: Handler[] = [
      () => {
        throw new Error('secret');
      },
      () => Promise.reject(new Error('secret')),
      () => undefined as never,
      () => new Response(new ReadableStream({ pull: () => Promise.reject(new Error('secret')) })),
      async () => {
        const response = new Response('x');
        await response.text();
        return response;
      },
    ];
    for (const handler of handlers) {
      const response = await fetch(await serve(handler, options));
      expect({ status: response.status, text: await response.text() }).toEqual({ status: 500, text: '' });
    }
    expect(errors).toHaveLength(handlers.length);
    const throwing = {
      onError: () => {
        throw new Error('secret');
      },
    };
    expect((await fetch(await serve(handlers[0] as Handler, throwing))).status).toBe(500);
  });

  it('breaks the connection where a body fails half-way', async () => {
    const errors: unknown[] = [];
    const origin = await serve(
      () => {
        const chunks = [octets('half'), undefined];
        const body = new ReadableStream(
          {
            pull(controller) {
              const chunk = chunks.shift();
              if (chunk === undefined) throw new Error('secret');
              controller.enqueue(chunk);
            },
          },
          { highWaterMark: 0 },
        );
        return new Response(body);
      },
      { onError: (error) => errors.push(error) },
    );
    const answer = await talk(origin, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n').catch(String);
    expect(answer).toContain('half');
    expect(answer).not.toContain('\r\n0\r\n');
    expect(errors).toMatchObject([{ message: 'secret' }]);
    await expect(fetch(origin).then((response) => response.text())).rejects.toThrow();
  });

  it.each([
    ['HELLO', '3', 500],
    ['HELLO', '9', 0],
    ['HELLO', '0', 500],
    ['HELLO', '5, 5', 500],
    ['HELLO', '-1', 500],
    [null, '5', 500],
    ['HELLO', '5', 200],
    [null, '0', 200],
  ])(
    'lets no body %j with Content-Length %s be taken for another answer: %d',
    async (body, length, status) => {
      const errors: unknown[] = [];
      const headers = { 'Content-Length': length };
      const handler = ({ url }: Request) =>
        url.endsWith('/next') ? new Response('next') : new Response(body, { headers });
      const server = createServer(toNodeListener(handler, { onError: (error) => errors.push(error) }));
      const both =
        'GET / HTTP/1.1\r\nHost: x\r\n\r\nGET /next HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
      const answer = await talk(await listen(server), both).catch(String);
      if (status === 0) {
        // Nothing behind what was there: the connection is broken.
        expect(answer).not.toContain('next');
        expect(answer.match(/HTTP\/1\.1/g) ?? []).toHaveLength(answer.includes('HELLO') ? 1 : 0);
      } else {
        const [first = '', ...rest] = answer.split(/(?=HTTP\/1\.1 )/);
        expect(first.slice(9, 12)).toBe(String(status));
        expect(first.split('\r\n\r\n')[1]).toBe(status === 200 ? (body ?? '') : '');
        expect(rest).toHaveLength(1);
      }
      expect(errors).toHaveLength(status === 200 ? 0 : 1);
    },
  );

  it('leaves the length that an answer to HEAD tells', async () => {
    const origin = await serve(() => new Response('HELLO', { headers: { 'Content-Length': '77' } }));
    const answer = await talk(origin, 'HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(answer).toContain('Content-Length: 77\r\n');
  });

  it('takes what a body parser left, and tells where it left nothing', async () => {
    const listener = toNodeListener(async (request) => new Response(await request.text()));
    const errors: unknown[] = [];
    const reporting = toNodeListener(async (request) => new Response(await request.text()), {
      onError: (error) => errors.push(error),
    });
    const parse = (body: unknown, next: RequestListener): RequestListener => {
      return async (request, response) => {
        for await (const _ of request);
        next(Object.assign(request, { body }), response);
      };
    };
    const post = (origin: string) => fetch(origin, { method: 'POST', body: 'sent' });
    const raw = await post(await listen(createServer(parse(Buffer.from('raw'), listener))));
    expect(await raw.text()).toBe('raw');
    const text = await post(await listen(createServer(parse('text', listener))));
    expect(await text.text()).toBe('text');
    const parsed = await post(await listen(createServer(parse({ a: 1 }, reporting))));
    expect(parsed.status).toBe(500);
    const message = 'the body of the request was read before: mount the batch endpoint before body parsers';
    expect(await parsed.json()).toEqual({ error: { code: 'body-read-before', message } });
    expect(errors).toMatchObject([{ message }]);
  });

  it('logs what no one else takes', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const failure = new Error('the service is down');
    const origin = await serve(() => Promise.reject(failure));
    expect((await fetch(origin)).status).toBe(500);
    expect(log.mock.calls).toEqual([[failure]]);
    log.mockRestore();
  });

  it('reads the URL before a router took something off it', async () => {
    const listener = toNodeListener((request) => new Response(request.url));
    const routed = createServer((request, response) => {
      listener(Object.assign(request, { originalUrl: `/odata${request.url}` }), response);
    });
    const origin = await listen(routed);
    expect(await (await fetch(`${origin}/x`)).text()).toBe(`${origin}/odata/x`);
  });

  it('serves HTTP/2 through its compatibility API', async () => {
    const origin = await listen(
      http2.createServer(
        toNodeListener(
          async (request) =>
            new Response(
              `${request.method} ${request.url} ${request.headers.get('Cookie')} ${await request.text()}`,
              {
                headers: { Connection: 'close', 'X-Custom': 'y' },
              },
            ),
        ),
      ),
    );
    const session = http2.connect(origin);
    const stream = session.request({ ':path': '/a', ':method': 'POST', cookie: ['a=1', 'b=2'] });
    stream.end('body');
    const [headers] = await once(stream, 'response');
    let body = '';
    for await (const chunk of stream) body += chunk;
    session.close();
    expect(headers).toMatchObject({ ':status': 200, 'x-custom': 'y' });
    expect(body).toBe(`POST ${origin}/a a=1; b=2 body`);
  });

  it('tells a handler of a client that goes away from HTTP/2, and of none when the answer is out', async () => {
    const signals: AbortSignal[] = [];
    const cancelled = vi.fn();
    const origin = await listen(
      http2.createServer(
        toNodeListener((request) => {
          signals.push(request.signal);
          if (request.url.endsWith('/whole')) return new Response('whole');
          if (request.url.endsWith('/waits')) return new Promise(() => {});
          const pull = async (controller: ReadableStreamDefaultController) => {
            await later(5);
            controller.enqueue(octets('on and on'));
          };
          return new Response(new ReadableStream({ pull, cancel: cancelled }));
        }),
      ),
    );
    const session = http2.connect(origin);
    session.on('error', () => {});
    const ask = (path: string) =>
      session
        .request({ ':path': path })
        .on('error', () => {})
        .resume();
    await once(ask('/whole'), 'close');
    await later();
    expect(signals[0]?.aborted).toBe(false);

    const waiting = ask('/waits');
    await until(() => signals.length === 2);
    waiting.close(http2.constants.NGHTTP2_CANCEL);
    await until(() => signals[1]?.aborted === true);

    const reading = ask('/streams');
    await once(reading, 'data');
    session.destroy();
    await until(() => signals[2]?.aborted === true && cancelled.mock.calls.length === 1);
  });

  it('lets go of an answer to who went away before it was called', async () => {
    const cancelled = vi.fn();
    const pull = vi.fn();
    let signal: AbortSignal | undefined;
    const listener = toNodeListener((request) => {
      signal = request.signal;
      return new Response(new ReadableStream({ pull, cancel: cancelled }, { highWaterMark: 0 }));
    });
    const settled = vi.fn();
    const late: RequestListener = async (request, response) => {
      await once(response, 'close');
      await listener(request, response);
      settled();
    };
    const origin = await listen(createServer(late));
    const client = new AbortController();
    const sending = fetch(origin, { signal: client.signal });
    await later();
    client.abort();
    await expect(sending).rejects.toThrow();
    await until(() => settled.mock.calls.length === 1);

    const session = http2.connect(await listen(http2.createServer(late as never)));
    const stream = session.request({ ':path': '/' }).on('error', () => {});
    await later();
    stream.close(http2.constants.NGHTTP2_CANCEL);
    await until(() => settled.mock.calls.length === 2);
    session.close();
    expect([signal?.aborted, cancelled.mock.calls.length, pull.mock.calls.length]).toEqual([true, 2, 0]);
  });

  it.each(['TRACE', 'TRACK'])('answers %s itself, which no Request can be', async (method) => {
    const onError = vi.fn();
    const handler = vi.fn(() => new Response());
    const listener = toNodeListener(handler, { onError });
    const server = createServer((request, response) =>
      listener(Object.assign(request, { method }), response),
    );
    const answer = await talk(await listen(server), 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(answer.slice(0, 12)).toBe('HTTP/1.1 501');
    expect(handler).not.toHaveBeenCalled();
    expect(onError).not.toHaveBeenCalled();
  });
});
