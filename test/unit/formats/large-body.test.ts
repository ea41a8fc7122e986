import { describe, expect, it } from 'vitest';
import {
  type BatchSyntaxError,
  type BatchUsageError,
  type BatchWarning,
  decodeBatchRequestStream,
  decodeBatchResponseStream,
  encodeBatchRequest,
  encodeBatchResponse,
  type OperationResult,
  type StreamedOperation,
  type StreamedResult,
  trusted,
} from '../../../src/index.ts';
import { crlf, octets } from '../build-octets.ts';
import { rejectionOf } from '../catch-error.ts';
import { octetsOf } from '../streams.ts';

type Streamed = OperationResult | StreamedResult;
const LARGE = 'x'.repeat(5000);
const gets = (count: number) => Array.from({ length: count }, (_, i) => ({ method: 'GET', url: `P(${i})` }));
const textOf = async (stream: ReadableStream) => Buffer.from(await octetsOf(stream)).toString('latin1');

/** A source of chunks of one size. */
function chunksOf(bytes: Uint8Array, size: number) {
  const seen = { read: 0, left: false };
  const body: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        const at = seen.read++ * size;
        return at < bytes.length
          ? { done: false, value: bytes.slice(at, at + size) }
          : { done: true, value: undefined as never };
      },
      return: async () => {
        seen.left = true;
        return { done: true, value: undefined as never };
      },
    }),
  };
  return { body, seen };
}

function decode(
  responses: Parameters<typeof encodeBatchResponse>[0],
  size: number,
  options: object = {},
  batch: Parameters<typeof encodeBatchRequest>[0] = gets(responses.length),
) {
  const { headers, body } = encodeBatchResponse(responses);
  const source = chunksOf(body, size);
  const response = { status: 200, headers: Object.entries(headers), body: source.body };
  const request = encodeBatchRequest(batch);
  const results = decodeBatchResponseStream(response, {
    request,
    largeBody: 'stream',
    largeBodyBytes: 1000,
    ...options,
  });
  return { results, seen: source.seen, length: body.length };
}

const answers = [
  { status: 200, id: '1', body: { first: true } },
  { status: 200, id: '2', headers: { 'Content-Type': 'image/png' }, body: octets(`${LARGE}\r\n--\xff`) },
  { status: 200, id: '3', body: 'last' },
];

describe('large bodies of answers', () => {
  for (const size of [1, 7, 64, 1000, 4096, 100_000]) {
    it(`come as streams, in their place, in chunks of ${size}`, async () => {
      const { results } = decode(answers, size);
      const seen: unknown[] = [];
      for await (const result of results as AsyncIterable<Streamed>) {
        if ('streamed' in result) {
          expect(result).toMatchObject({
            outcome: 'succeeded',
            ok: true,
            status: 200,
            index: 1,
            path: [1],
            id: '2',
          });
          expect(result.headers.get('Content-Type')).toBe('image/png');
          expect(result).not.toHaveProperty('value');
          seen.push(await textOf(result.body));
        } else seen.push(result.outcome === 'succeeded' ? Buffer.from(result.bytes).toString() : result);
      }
      expect(seen).toEqual(['{"first":true}', `${LARGE}\r\n--\xff`, 'last']);
    });
  }

  it('are read as they are asked for', async () => {
    const { results, seen } = decode([answers[1] as object as { status: number }], 100);
    const { value } = await results.next();
    const { body } = value as StreamedResult;
    const readSoFar = seen.read;
    const reader = body.getReader();
    await reader.read();
    await new Promise((resolve) => setTimeout(resolve, 5));
    // The first read tells what was there already.
    expect(seen.read).toBe(readSoFar);
    await reader.read();
    await reader.read();
    expect(seen.read).toBe(readSoFar + 2);
  });

  it('are held where that is asked for, and where they are small', async () => {
    for (const options of [{ largeBody: 'buffer' }, { largeBody: undefined }, { largeBodyBytes: 6000 }]) {
      const { results } = decode(answers, 64, options);
      for await (const result of results as AsyncIterable<Streamed>) expect('streamed' in result).toBe(false);
    }
  });

  it('are held for errors, change sets and operations with a schema', async () => {
    const batch = [
      [{ method: 'POST', url: 'b', body: {} }],
      { method: 'GET', url: 'c', schema: trusted<string>() },
      { method: 'GET', url: 'a' },
    ];
    const responses = [
      [{ status: 200, id: '1', body: LARGE }],
      { status: 200, id: '2', headers: { 'Content-Type': 'text/plain' }, body: LARGE },
      { status: 404, id: '3', body: LARGE },
    ];
    const { results } = decode(responses, 64, {}, batch);
    const outcomes: string[] = [];
    for await (const result of results as AsyncIterable<Streamed>) {
      expect('streamed' in result).toBe(false);
      outcomes.push(result.outcome);
    }
    expect(outcomes).toEqual(['succeeded', 'succeeded', 'failed']);
  });

  it('that are passed over are lost, and say so; what comes behind them is not', async () => {
    const { results } = decode(answers, 64);
    const all: Streamed[] = [];
    for await (const result of results as AsyncIterable<Streamed>) all.push(result);
    expect(all.map(({ index }) => index)).toEqual([0, 1, 2]);
    const error = await rejectionOf(textOf((all[1] as StreamedResult).body));
    expect((error as BatchUsageError).code).toBe('body-passed-over');
  });

  it('can be cancelled', async () => {
    const { results } = decode(answers, 64);
    const outcomes: string[] = [];
    for await (const result of results as AsyncIterable<Streamed>) {
      if ('streamed' in result) await result.body.cancel();
      outcomes.push(result.outcome);
    }
    expect(outcomes).toEqual(['succeeded', 'succeeded', 'succeeded']);
  });

  it('two of them in one chunk', async () => {
    const two = [1, 2].map((id) => ({ status: 200, id: String(id), body: `${id}${LARGE}` }));
    const { results } = decode(two, 1_000_000);
    const seen: string[] = [];
    for await (const result of results as AsyncIterable<StreamedResult>) seen.push(await textOf(result.body));
    expect(seen).toEqual([`1${LARGE}`, `2${LARGE}`]);
    const left: StreamedResult[] = [];
    for await (const result of decode(two, 1_000_000).results as AsyncIterable<StreamedResult>)
      left.push(result);
    for (const { body } of left) {
      expect(await rejectionOf(textOf(body))).toMatchObject({ code: 'body-passed-over' });
    }
  });

  it('leaving the loop lets go of the source, and the body fails', async () => {
    const { results, seen } = decode(answers, 64);
    let body: StreamedResult['body'] | undefined;
    for await (const result of results as AsyncIterable<Streamed>) {
      if (!('streamed' in result)) continue;
      body = result.body;
      break;
    }
    expect(seen.left).toBe(true);
    expect(await rejectionOf(textOf(body as ReadableStream))).toMatchObject({ code: 'body-passed-over' });
  });

  it('that are cut off fail, and so does the loop: the operation is unknown', async () => {
    const { headers, body } = encodeBatchResponse(answers);
    const source = chunksOf(body.subarray(0, 2000), 64);
    const response = { status: 200, headers: Object.entries(headers), body: source.body };
    const request = encodeBatchRequest(gets(3));
    const stream = decodeBatchResponseStream(response, {
      request,
      largeBody: 'stream',
      largeBodyBytes: 1000,
    });
    await stream.next();
    const { value } = await stream.next();
    const failure = await rejectionOf(textOf((value as StreamedResult).body));
    expect((failure as BatchSyntaxError).code).toBe('missing-close-delimiter');
    const error = (await rejectionOf(stream.next())) as BatchSyntaxError;
    expect(error).toMatchObject({ code: 'missing-close-delimiter', offset: 2000 });
    expect((error.results as OperationResult[]).map(({ outcome }) => outcome)).toEqual([
      'succeeded',
      'unknown',
      'unknown',
    ]);
  });

  it('that are cut off where that is tolerated: what was told as a success can not stand', async () => {
    const { headers, body } = encodeBatchResponse(answers);
    const decodeCut = (end: number) => {
      const warnings: BatchWarning[] = [];
      const response = {
        status: 200,
        headers: Object.entries(headers),
        body: chunksOf(body.subarray(0, end), 64).body,
      };
      const stream = decodeBatchResponseStream(response, {
        request: encodeBatchRequest(gets(3)),
        largeBody: 'stream',
        largeBodyBytes: 1000,
        tolerate: ['truncated'],
        onWarning: (warning) => warnings.push(warning),
      });
      return { stream, warnings };
    };
    for (const read of [true, false]) {
      const { stream, warnings } = decodeCut(2000);
      await stream.next();
      const { value } = await stream.next();
      const text = read ? textOf((value as StreamedResult).body) : undefined;
      if (text !== undefined)
        expect(await rejectionOf(text)).toMatchObject({ code: 'missing-close-delimiter' });
      const error = (await rejectionOf(stream.next())) as BatchSyntaxError;
      expect(error).toMatchObject({ code: 'missing-close-delimiter', offset: 2000 });
      expect((error.results as OperationResult[]).map(({ outcome }) => outcome)).toEqual([
        'succeeded',
        'unknown',
        'unknown',
      ]);
      expect(warnings).toEqual([]);
    }
    // Behind it only what was never told is missing.
    const { stream, warnings } = decodeCut(body.length - 60);
    const outcomes: string[] = [];
    for await (const result of stream) outcomes.push(result.outcome);
    expect(outcomes).toEqual(['succeeded', 'succeeded', 'unknown']);
    expect(warnings.map(({ code }) => code)).toEqual(['truncated']);
  });

  it('that are cancelled while a read waits are not read on', async () => {
    const { headers, body } = encodeBatchResponse([answers[1] as object as { status: number }]);
    const wait = () => new Promise((resolve) => setTimeout(resolve));
    let read = 0;
    const source = (async function* () {
      for (; read * 100 < body.length; read++) {
        await wait();
        yield body.subarray(read * 100, (read + 1) * 100);
      }
    })();
    const stream = decodeBatchResponseStream(
      { status: 200, headers: Object.entries(headers), body: source },
      { request: encodeBatchRequest(gets(1)), largeBody: 'stream', largeBodyBytes: 1000 },
    );
    const { value } = await stream.next();
    const reader = (value as StreamedResult).body.getReader();
    await reader.read();
    const waiting = reader.read();
    await wait();
    const readSoFar = read;
    await reader.cancel();
    expect(await waiting).toEqual({ done: true, value: undefined });
    for (let i = 0; i < 10; i++) await wait();
    expect(read).toBeLessThanOrEqual(readSoFar + 1);
    expect((await stream.next()).done).toBe(true);
  });

  it('are the same ones however the octets are cut, be the threshold in the middle of a head', async () => {
    const head = { 'Content-Type': 'image/png', ETag: `"${'e'.repeat(60)}"` };
    const part = { status: 200, id: '1', headers: head, body: octets('x'.repeat(20)) };
    const fields = Object.entries(head).map(([name, value]) => `${name}: ${value}`);
    const size = crlf('HTTP/1.1 200 OK', ...fields, '').length + 20;
    for (const largeBodyBytes of [0, 10, 30, 64, 80, size - 1, size, size + 1]) {
      for (const chunk of [1, 2, 3, 5, 7, 11, 42, 50, 64, 100, 1000]) {
        const { results } = decode([part], chunk, { largeBodyBytes });
        const { value } = await results.next();
        const isStreamed = 'streamed' in (value as Streamed);
        expect([largeBodyBytes, chunk, isStreamed]).toEqual([largeBodyBytes, chunk, largeBodyBytes < size]);
        if (isStreamed) expect(await textOf((value as StreamedResult).body)).toBe('x'.repeat(20));
        expect((await results.next()).done).toBe(true);
      }
    }
  });

  it('of a source that uses its memory again belong to who reads them', async () => {
    const { headers, body } = encodeBatchResponse([answers[1] as object as { status: number }]);
    const memory = Buffer.alloc(1000);
    const source = (async function* () {
      for (let at = 0; at < body.length; at += memory.length) {
        const next = body.subarray(at, at + memory.length);
        memory.set(next);
        yield memory.subarray(0, next.length);
      }
    })();
    const stream = decodeBatchResponseStream(
      { status: 200, headers: Object.entries(headers), body: source },
      { request: encodeBatchRequest(gets(1)), largeBody: 'stream', largeBodyBytes: 1000 },
    );
    const { value } = await stream.next();
    const chunks: Uint8Array[] = [];
    for await (const chunk of (value as StreamedResult).body) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString('latin1')).toBe(`${LARGE}\r\n--\xff`);
  });

  it('count against the limits', async () => {
    const { results } = decode(answers, 64, { limits: { maxPartBytes: 3000 } });
    await results.next();
    const { value } = await results.next();
    const failure = await rejectionOf(textOf((value as StreamedResult).body));
    expect(failure).toMatchObject({ code: 'limit-exceeded', limit: 'maxPartBytes' });
    expect(await rejectionOf(results.next())).toMatchObject({ code: 'limit-exceeded' });
  });

  it('warn once of what is wrong with their heads and lengths, with the same places as held ones', async () => {
    const text = crlf(
      '--b',
      'Content-Type : application/http',
      '',
      'HTTP/1.1 200',
      'Content-Length: 3',
      'X: a',
      ' b',
      '',
      LARGE,
      '--b--',
    );
    const warned = async (largeBody: 'stream' | 'buffer', size: number) => {
      const warnings: BatchWarning[] = [];
      const headers = [['Content-Type', 'multipart/mixed; boundary=b']] as [string, string][];
      const stream = decodeBatchResponseStream(
        { status: 200, headers, body: chunksOf(octets(text), size).body },
        {
          request: encodeBatchRequest(gets(1)),
          largeBody: largeBody as 'stream',
          largeBodyBytes: 1000,
          onWarning: (warning) => warnings.push(warning),
        },
      );
      for await (const result of stream as AsyncIterable<Streamed>)
        if ('streamed' in result) await textOf(result.body);
      return warnings;
    };
    const expected = await warned('buffer', 64);
    expect(expected.map(({ code }) => code)).toEqual([
      'space-before-colon',
      'folded-header',
      'content-length-mismatch',
    ]);
    for (const size of [1, 64, 10_000]) expect(await warned('stream', size)).toEqual(expected);
  });

  it('refuses options that mean nothing', async () => {
    const codes = async (options: object) => {
      const error = await rejectionOf(decode(answers, 64, options).results.next());
      return (error as BatchUsageError).issues.map(({ path, code }) => `${path}: ${code}`);
    };
    expect(await codes({ largeBody: 'file' })).toEqual(['options.largeBody: invalid-option']);
    expect(await codes({ largeBodyBytes: -1 })).toEqual(['options.largeBodyBytes: invalid-option']);
  });
});

describe('large bodies of requests', () => {
  const batch = [
    { method: 'POST', url: 'a', body: 'small' },
    { method: 'PUT', url: '$1/$value', headers: { 'Content-Type': 'image/png' }, body: LARGE },
    { method: 'DELETE', url: 'b', body: LARGE },
    [{ method: 'POST', url: 'c', body: LARGE }],
  ];
  const encoded = encodeBatchRequest(batch);
  const decodeRequest = (size: number, options: object = {}) => {
    const headers = Object.entries(encoded.headers);
    const { body } = chunksOf(encoded.body, size);
    return decodeBatchRequestStream(
      { headers, body },
      { largeBody: 'stream', largeBodyBytes: 1000, serviceRoot: 'https://host/v1/', ...options },
    );
  };

  for (const size of [1, 64, 1_000_000]) {
    it(`come as streams, in chunks of ${size}`, async () => {
      const seen: unknown[] = [];
      for await (const item of decodeRequest(size)) {
        if (Array.isArray(item)) seen.push(item.map(({ method, body }) => [method, body?.length]));
        else if ('streamed' in item) {
          expect(item).toMatchObject({ id: '2', url: '$1/$value', idPlacement: 'mime' });
          seen.push([item.method, (await textOf(item.body)).length]);
        } else seen.push([(item as { method: string }).method, (item as { body?: Uint8Array }).body?.length]);
      }
      expect(seen).toEqual([['POST', 5], ['PUT', 5000], ['DELETE', 5000], [['POST', 5000]]]);
    });
  }

  it('that are cut off where that is tolerated: the loop ends in an error', async () => {
    const stream = decodeBatchRequestStream(
      { headers: Object.entries(encoded.headers), body: chunksOf(encoded.body.subarray(0, 2000), 64).body },
      { largeBody: 'stream', largeBodyBytes: 1000, tolerate: ['truncated'] },
    );
    await stream.next();
    const { value } = await stream.next();
    const code = 'missing-close-delimiter';
    expect(await rejectionOf(textOf((value as StreamedOperation).body))).toMatchObject({ code });
    expect(await rejectionOf(stream.next())).toMatchObject({ code, offset: 2000 });
  });

  it('can be sent on as they come', async () => {
    for await (const item of decodeRequest(64)) {
      if (!('streamed' in item)) continue;
      const { method, url, body } = item as StreamedOperation;
      expect([method, url]).toEqual(['PUT', '$1/$value']);
      await body.cancel();
    }
  });

  it('break a rule of the head as held ones do', async () => {
    const text = crlf(
      '--b',
      'Content-Type: application/http',
      '',
      'PUT a HTTP/1.1',
      'Transfer-Encoding: x',
      '',
      LARGE,
      '--b--',
    );
    const errorOf = async (largeBody: string) => {
      const stream = decodeBatchRequestStream(
        { headers: { 'Content-Type': 'multipart/mixed; boundary=b' }, body: chunksOf(octets(text), 64).body },
        { largeBody: largeBody as 'stream', largeBodyBytes: 1000 },
      );
      const { code, offset, line, path } = (await rejectionOf(stream.next())) as BatchSyntaxError;
      return { code, offset, line, path };
    };
    expect(await errorOf('stream')).toEqual(await errorOf('buffer'));
    expect(await errorOf('stream')).toMatchObject({ code: 'forbidden-header', path: 'parts[0]' });
  });
});
