import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import {
  type BatchUsageError,
  decodeBatchRequest,
  decodeBatchRequestStream,
  encodeBatchRequest,
  encodeBatchRequestStream,
} from '../../../src/index.ts';
import { octets } from '../build-octets.ts';
import { issuesOf } from '../catch-error.ts';
import { chunkSource, octetsBeforeFailure, octetsOf } from '../streams.ts';

const random = (bytes: Uint8Array<ArrayBuffer>) => bytes.fill(0xab);
const TOKEN = 'ab'.repeat(16);
const put = (body: unknown, headers?: Record<string, string>) => ({
  method: 'PUT',
  url: 'Photos(1)/$value',
  headers,
  body,
});
const whole = (body: unknown, headers?: Record<string, string>) =>
  Buffer.from(encodeBatchRequest([put(body, headers)], { random }).body).toString('latin1');
const textOf = async (stream: ReadableStream<Uint8Array>) =>
  Buffer.from(await octetsOf(stream)).toString('latin1');

describe('encodeBatchRequestStream', () => {
  it('writes held bodies as the whole encoder does', async () => {
    const batch = [
      { method: 'GET', url: 'P(1)' },
      [{ method: 'POST', url: 'P', body: { name: 'Grüße' } }, put(octets('\x00\xff\r\n--'))],
    ];
    const expected = encodeBatchRequest(batch, { random });
    const { body, headers, contentLength, contentType, duplex, method, plan } = encodeBatchRequestStream(
      batch,
      { random },
    );
    expect(Buffer.from(await octetsOf(body)).equals(Buffer.from(expected.body))).toBe(true);
    expect(contentLength).toBe(expected.body.length);
    expect(headers).toEqual({ ...expected.headers, 'Content-Length': String(expected.body.length) });
    expect({ contentType, duplex, method }).toEqual({
      contentType: expected.contentType,
      duplex: 'half',
      method: 'POST',
    });
    expect(plan).toEqual(expected.plan);
  });

  it('completes each operation before the body of the next one is read (P-23)', async () => {
    const received: string[] = [];
    const receivedBefore: number[] = [];
    const body = async function* (text: string) {
      receivedBefore.push(received.length);
      yield octets(text);
    };
    const batch = ['one', 'two', 'three'].map((text) => put(body(text)));
    const { headers, body: sent } = encodeBatchRequestStream(batch);
    for await (const item of decodeBatchRequestStream({ headers, body: sent })) {
      if ('method' in item) received.push(item.text());
    }
    expect(received).toEqual(['one', 'two', 'three']);
    expect(receivedBefore).toEqual([0, 1, 2]);
  });

  it('writes a Blob, its type and its length', async () => {
    const { body, contentLength } = encodeBatchRequestStream(
      [put(new Blob(['tea ', '\xe9'], { type: 'text/plain' }))],
      { random },
    );
    const text = await textOf(body);
    const expected = whole('tea \xe9', { 'Content-Type': 'text/plain' });
    // Only the order of the fields differs: the caller's come first.
    expect(text).toBe(expected);
    expect(contentLength).toBe(text.length);
  });

  it("keeps the caller's Content-Type beside a Blob's", async () => {
    const { body, plan } = encodeBatchRequestStream(
      [put(new Blob(['x'], { type: 'text/plain' }), { 'content-type': 'image/png' })],
      { random },
    );
    expect(await textOf(body)).toBe(whole('x', { 'content-type': 'image/png' }));
    expect(plan.items.flat()[0]?.addedHeaders).toEqual(['Accept']);
  });

  it('writes ReadableStreams, async iterables and streams of Node, without a Content-Length', async () => {
    const sources = [
      new ReadableStream({
        start(controller) {
          controller.enqueue(octets('one '));
          controller.enqueue(octets(''));
          controller.enqueue(octets('two'));
          controller.close();
        },
      }),
      chunkSource([octets('one '), octets(''), octets('two')]).source,
      Readable.from([Buffer.from('one '), Buffer.from('two')]),
    ];
    for (const source of sources) {
      const { body, contentLength, headers } = encodeBatchRequestStream([put(source)], { random });
      expect(contentLength).toBeUndefined();
      expect(headers).not.toHaveProperty('Content-Length');
      expect(await textOf(body)).toBe(whole('one two'));
    }
  });

  it('takes the size of a stream from the Content-Length of its operation', async () => {
    const { body, contentLength } = encodeBatchRequestStream(
      [put(chunkSource([octets('one '), octets('two')]).source, { 'Content-Length': '7' })],
      { random },
    );
    const text = await textOf(body);
    expect(text).toBe(whole('one two', { 'Content-Length': '7' }));
    expect(contentLength).toBe(text.length);
  });

  it('reads no chunk before it is asked for', async () => {
    const { source, seen } = chunkSource([octets('1'), octets('2'), octets('3')]);
    const reader = encodeBatchRequestStream([put(source)]).body.getReader();
    await reader.read();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(seen.read).toBe(0);
    await reader.read();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(seen.read).toBe(1);
  });

  it('lets go of all sources when it is cancelled, of those not begun too', async () => {
    const first = chunkSource([octets('1'), octets('2')]);
    const second = chunkSource([octets('1')]);
    let cancelled = 0;
    const third = new ReadableStream({ cancel: () => void cancelled++ });
    const { body } = encodeBatchRequestStream([put(first.source), put(second.source), put(third)]);
    const reader = body.getReader();
    await reader.read();
    await reader.read();
    await reader.cancel();
    expect([first.seen.left, second.seen.left, cancelled]).toEqual([true, true, 1]);
  });

  it('lets go of all sources when it is cancelled before it was read', async () => {
    const first = chunkSource([octets('1')]);
    let cancelled = 0;
    const second = new ReadableStream({ cancel: () => void cancelled++ });
    await encodeBatchRequestStream([put(first.source), put(second)]).body.cancel();
    expect([first.seen, cancelled]).toEqual([{ read: 0, left: true, ended: false }, 1]);
  });

  it('is what fetch sends, with Content-Length where it is known and in chunks where not', async () => {
    const seen: { length: string | undefined; encoding: string | undefined; urls: string[] }[] = [];
    const server = createServer(async (message, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of message) chunks.push(chunk as Buffer);
      const batch = decodeBatchRequest({
        contentType: message.headers['content-type'] ?? null,
        body: Buffer.concat(chunks),
      });
      const { 'content-length': length, 'transfer-encoding': encoding } = message.headers;
      seen.push({ length, encoding, urls: batch.flat().map((operation) => operation.text()) });
      response.end();
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/$batch`;
    const known = encodeBatchRequestStream([put(new Blob(['blob']))]);
    await fetch(url, known);
    await fetch(url, encodeBatchRequestStream([put(chunkSource([octets('chunks')]).source)]));
    server.close();
    expect(seen).toEqual([
      { length: String(known.contentLength), encoding: undefined, urls: ['blob'] },
      { length: undefined, encoding: 'chunked', urls: ['chunks'] },
    ]);
  });
});

describe('what is refused before anything is sent', () => {
  const issues = (batch: readonly object[], options = {}) =>
    issuesOf(() => encodeBatchRequestStream(batch as never, options));

  it('a boundary of the caller beside a streamed body (law 6)', () => {
    const batch = [put(new Blob(['x']))];
    expect(issues(batch, { boundary: 'b' })).toEqual(['options.boundary: boundary-not-checkable']);
    expect(encodeBatchRequestStream([put('x')], { boundary: 'b' }).contentType).toContain('boundary=b');
  });

  it('one stream twice, a locked one, a stream behind GET and DELETE', () => {
    const { source } = chunkSource([]);
    expect(issues([put(source), put(source)])).toEqual(['batch[1].body: body-not-encodable']);
    const locked = new ReadableStream();
    locked.getReader();
    expect(issues([put(locked)])).toEqual(['batch[0].body: body-not-encodable']);
    expect(issues([{ method: 'GET', url: 'a', body: source }])).toEqual(['batch[0].body: body-not-allowed']);
    expect(issues([{ method: 'DELETE', url: 'a', body: new Blob(['\r\n']) }])).toEqual([
      'batch[0].body: body-not-allowed',
    ]);
  });

  it('a stream that was read for another batch: nothing is left of it', async () => {
    const sources = [
      new Blob(['x']).stream(),
      Readable.from([octets('x')]),
      (async function* () {
        yield octets('x');
      })(),
    ];
    for (const source of sources) {
      const [first, late] = [0, 1].map(() => encodeBatchRequestStream([put(source)], { random }).body);
      expect(await textOf(first as ReadableStream)).toBe(whole('x'));
      const { error } = await octetsBeforeFailure(late as ReadableStream);
      expect((error as BatchUsageError).issues).toMatchObject([{ code: 'callback-failed' }]);
      expect(issues([put(source)])).toEqual(['batch[0].body: body-not-encodable']);
    }
    // What can be read anew is.
    const again = { [Symbol.asyncIterator]: () => chunkSource([octets('x')]).source[Symbol.asyncIterator]() };
    for (let i = 0; i < 2; i++)
      expect(await textOf(encodeBatchRequestStream([put(again)], { random }).body)).toBe(whole('x'));
  });

  it('a Content-Length that is no number, or not the size of the Blob', () => {
    const code = 'batch[0].headers.Content-Length: content-length-mismatch';
    expect(issues([put(chunkSource([]).source, { 'Content-Length': '1, 1' })])).toEqual([code]);
    expect(issues([put(new Blob(['four']), { 'Content-Length': '5' })])).toEqual([code]);
  });

  it('what is only called a Blob writes no structure (law 6)', async () => {
    const blob = {
      size: 1,
      type: 'text/plain\r\nX-Injected: 1',
      stream: () => chunkSource([octets('x')]).source,
      [Symbol.toStringTag]: 'Blob',
    };
    const { body } = encodeBatchRequestStream([put(blob)], { random });
    expect(await textOf(body)).toBe(whole('x'));
    expect(issues([put({ ...blob, size: -1.5 })])).toEqual(['batch[0].body: body-not-encodable']);
  });

  it('the whole encoder takes none of them', () => {
    for (const body of [new Blob(['x']), new ReadableStream(), chunkSource([]).source]) {
      expect(issuesOf(() => encodeBatchRequest([put(body)]))).toEqual(['batch[0].body: body-not-encodable']);
    }
  });
});

describe('what goes wrong while it is sent ends the batch without its close delimiter', () => {
  const sent = async (chunks: readonly (Uint8Array | Error)[], headers?: Record<string, string>) => {
    const { source, seen } = chunkSource(chunks);
    const after = chunkSource([octets('after')]);
    const { body } = encodeBatchRequestStream([put(source, headers), put(after.source)], { random });
    const { octets: text, error } = await octetsBeforeFailure(body);
    expect(text).not.toContain(`${TOKEN}--`);
    expect([seen.left !== seen.ended, after.seen.left]).toEqual([true, true]);
    const [issue] = (error as BatchUsageError).issues;
    return { text, code: `${issue?.path}: ${issue?.code}`, cause: (error as Error).cause };
  };

  it('the boundary in a chunk, and cut by chunks at each octet (law 6)', async () => {
    for (let cut = 0; cut <= TOKEN.length; cut++) {
      const { code, text } = await sent([
        octets(`a--batch_${TOKEN.slice(0, cut)}`),
        octets(`${TOKEN.slice(cut)}b`),
      ]);
      expect(code).toBe('batch[0].body: boundary-in-content');
      expect(text.split(TOKEN)).toHaveLength(2);
    }
  });

  it('the boundary in two chunks of one Buffer that is used again', async () => {
    const memory = Buffer.alloc(60);
    const source = (async function* () {
      for (const chunk of [`${'y'.repeat(40)}${TOKEN.slice(0, 20)}`, TOKEN.slice(20)]) {
        yield memory.subarray(0, memory.write(chunk));
      }
    })();
    const { body } = encodeBatchRequestStream([put(source)], { random });
    const { error } = await octetsBeforeFailure(body);
    expect((error as BatchUsageError).issues).toMatchObject([{ code: 'boundary-in-content' }]);
  });

  it('the boundary octet by octet', async () => {
    const { code } = await sent([...`x${TOKEN}`].map(octets));
    expect(code).toBe('batch[0].body: boundary-in-content');
  });

  it('all but one octet of the boundary is no boundary', async () => {
    const near = TOKEN.slice(1);
    const { body } = encodeBatchRequestStream([put(chunkSource([octets(near), octets(`x${near}`)]).source)], {
      random,
    });
    expect(await textOf(body)).toBe(whole(`${near}x${near}`));
  });

  it('more octets than were said, and fewer', async () => {
    const length = { 'Content-Length': '3' };
    const code = 'batch[0].body: content-length-mismatch';
    expect((await sent([octets('12'), octets('34')], length)).code).toBe(code);
    expect((await sent([octets('12')], length)).code).toBe(code);
  });

  it('a source that fails, and one of no octets', async () => {
    const failure = new Error('disk');
    const failed = await sent([octets('1'), failure]);
    expect(failed).toMatchObject({ code: 'batch[0].body: callback-failed', cause: failure });
    expect(failed.text.endsWith('\r\n\r\n1')).toBe(true);
    const text = await sent(['text' as never]);
    expect(text).toMatchObject({ code: 'batch[0].body: callback-failed', cause: expect.any(TypeError) });
  });

  it('a stream that somebody locked in between', async () => {
    const stream = new ReadableStream();
    const { body } = encodeBatchRequestStream([put(stream)], { random });
    stream.getReader();
    const { error } = await octetsBeforeFailure(body);
    expect((error as BatchUsageError).code).toBe('callback-failed');
  });
});
