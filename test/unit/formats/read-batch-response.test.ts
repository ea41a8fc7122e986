import { describe, expect, it } from 'vitest';
import type { Batch } from '../../../src/batch/operation.ts';
import type { StandardSchemaV1 } from '../../../src/batch/standard-schema.ts';
import { sendBatch } from '../../../src/client/send-batch.ts';
import { decodeBatchRequestStream } from '../../../src/formats/decode-batch-request-stream.ts';
import { decodeBatchResponseStream } from '../../../src/formats/decode-batch-response-stream.ts';
import { encodeBatchRequest } from '../../../src/formats/encode-batch-request.ts';
import { type ResponseLike, readBatchResponse } from '../../../src/formats/read-batch-response.ts';
import { answerText } from '../build-answer.ts';
import { octets } from '../build-octets.ts';
import { rejectionOf } from '../catch-error.ts';

const BATCH: Batch = [
  { method: 'GET', url: 'A' },
  { method: 'GET', url: 'B' },
  [{ method: 'POST', url: 'C' }],
];
const request = encodeBatchRequest(BATCH);
const TEXT = answerText([
  { status: 200, body: 'one' },
  { status: 200, body: 'two' },
  [{ status: 201, body: 'three' }],
]);
const HEADERS = { 'Content-Type': 'multipart/mixed; boundary=b' };

const outcomes = (results: unknown) =>
  (results as unknown[]).flat().map((result) => (result as { outcome: string }).outcome);

/** A stream that gives its chunks, then fails where there is a failure; tells whether it was cancelled. */
function streamOf(chunks: readonly string[], failure?: unknown) {
  const state = { cancelled: false, pulled: 0 };
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const chunk = chunks[state.pulled++];
        if (chunk !== undefined) controller.enqueue(octets(chunk));
        else if (failure !== undefined) controller.error(failure);
        else controller.close();
      },
      cancel() {
        state.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, state };
}

/** The same stream with `getReader` only, as browsers have it that do not iterate streams. */
const withReaderOnly = (stream: ReadableStream<Uint8Array>) => ({ getReader: () => stream.getReader() });

const respond = (body: ResponseLike['body']): ResponseLike => ({
  status: 200,
  headers: new Headers(HEADERS),
  body,
});

describe('readBatchResponse', () => {
  it('reads a Response', async () => {
    const results = await readBatchResponse(new Response(TEXT, { headers: HEADERS }), { request });
    const texts = results
      .flat()
      .map((result) => (result.outcome === 'succeeded' ? result.text() : result.outcome));
    expect(texts).toEqual(['one', 'two', 'three']);
    expect(results[0]).toMatchObject({ outcome: 'succeeded', status: 200, id: '1' });
    expect(results[2]).toMatchObject([{ outcome: 'succeeded', status: 201, path: [2, 0] }]);
  });

  it.each([
    ['a stream', (stream: ReadableStream<Uint8Array>) => stream],
    ['a stream with a reader only', withReaderOnly],
  ])('reads %s in chunks of any size (M-47)', async (_, body) => {
    for (const size of [1, 7, 1000]) {
      const chunks = Array.from({ length: Math.ceil(TEXT.length / size) }, (_, at) =>
        TEXT.slice(at * size, (at + 1) * size),
      );
      const results = await readBatchResponse(respond(body(streamOf(chunks).stream)), { request });
      expect(outcomes(results)).toEqual(['succeeded', 'succeeded', 'succeeded']);
    }
  });

  it('reads an async iterable', async () => {
    const body = (async function* () {
      yield octets(TEXT.slice(0, 100));
      yield octets(TEXT.slice(100));
    })();
    expect(outcomes(await readBatchResponse(respond(body), { request }))).toEqual([
      'succeeded',
      'succeeded',
      'succeeded',
    ]);
  });

  it('takes a plan, and gives the same as the synchronous decoder where the answer is no batch (P-18)', async () => {
    const response = new Response('no', { status: 401, headers: { 'Content-Type': 'text/plain' } });
    const error = await rejectionOf(readBatchResponse(response, { request: request.plan }));
    expect(error).toMatchObject({ name: 'BatchResponseError', code: 'not-a-batch', status: 401 });
    expect(outcomes((error as { results: unknown }).results)).toEqual(Array(3).fill('not-executed'));
  });

  it.each([
    [400, {}, 'not-executed'],
    [401, {}, 'not-executed'],
    [403, {}, 'not-executed'],
    [404, {}, 'not-executed'],
    [413, {}, 'not-executed'],
    [415, {}, 'not-executed'],
    [429, {}, 'not-executed'],
    [503, { 'Retry-After': '5' }, 'not-executed'],
    [503, {}, 'unknown'],
    [408, {}, 'unknown'],
    [500, {}, 'unknown'],
    [504, {}, 'unknown'],
    [200, {}, 'unknown'],
  ] as const)(
    'says of a batch that is answered %i %j what sendBatch says: %s (P-18)',
    async (status, headers, outcome) => {
      const answer = () =>
        new Response('no', { status, headers: { 'Content-Type': 'text/plain', ...headers } });
      const error = await rejectionOf(readBatchResponse(answer(), { request }));
      expect(outcomes((error as { results: unknown }).results)).toEqual(Array(3).fill(outcome));
      const stream = decodeBatchResponseStream(answer(), { request });
      expect(outcomes(((await rejectionOf(stream.next())) as { results: unknown }).results)).toEqual(
        Array(3).fill(outcome),
      );
      const sent = sendBatch([{ method: 'POST', url: 'a' }], {
        serviceRoot: 'https://h/',
        fetch: async () => answer() as never,
        maxAttempts: 1,
      });
      const results = await sent.catch((refusal: { results: unknown }) => refusal.results);
      expect(outcomes(results)).toEqual([outcome]);
    },
  );

  it('refuses a Response or Request that was read before as wrong use, not as an answer that is lost', async () => {
    const response = () => new Response(TEXT, { headers: HEADERS });
    const used = response();
    await used.text();
    const cancelled = response();
    await cancelled.body?.cancel();
    const locked = response();
    locked.body?.getReader();
    for (const one of [used, cancelled, locked]) {
      const errors = [
        await rejectionOf(readBatchResponse(one, { request })),
        await rejectionOf(decodeBatchResponseStream(one, { request }).next()),
      ];
      for (const error of errors) {
        expect(error).toMatchObject({ name: 'BatchUsageError', issues: [{ path: 'response.body' }] });
        expect(error).not.toHaveProperty('results');
      }
    }
    const asked = new Request('https://h/$batch', { ...request, method: 'POST' });
    await asked.arrayBuffer();
    expect(await rejectionOf(decodeBatchRequestStream(asked).next())).toMatchObject({
      name: 'BatchUsageError',
      issues: [{ path: 'request.body', code: 'invalid-option' }],
    });
    expect((await readBatchResponse(response(), { request })).flat()).toHaveLength(3);
  });

  it('reads the error of a JSON answer that is no batch (P-18)', async () => {
    const body = '{"error":{"code":"Auth","message":"No"}}';
    const response = new Response(body, { status: 401, headers: { 'Content-Type': 'application/json' } });
    expect(await rejectionOf(readBatchResponse(response, { request }))).toMatchObject({
      status: 401,
      error: { code: 'Auth', message: 'No' },
    });
  });

  it('takes an answer without a body', async () => {
    const response = new Response(null, { status: 500 });
    expect(await rejectionOf(readBatchResponse(response, { request }))).toMatchObject({
      code: 'not-a-batch',
      status: 500,
      bytes: new Uint8Array(0),
    });
  });

  it('leaves all pending after 202 with a Location, where that was asked for (X1)', async () => {
    const asked = encodeBatchRequest(BATCH, { headers: { Prefer: 'respond-async' } });
    const response = new Response(null, { status: 202, headers: { Location: '/m' } });
    expect(outcomes(await readBatchResponse(response, { request: asked }))).toEqual([
      'pending',
      'pending',
      'pending',
    ]);
  });
});

describe('a source that fails half-way', () => {
  const failure = new Error('connection reset');
  const upTo = TEXT.indexOf('two');

  it.each([
    ['a stream', (stream: ReadableStream<Uint8Array>) => stream],
    ['a stream with a reader only', withReaderOnly],
  ])('%s: the answer is lost, the results so far are not', async (_, body) => {
    const { stream } = streamOf([TEXT.slice(0, 10), TEXT.slice(10, upTo)], failure);
    const error = await rejectionOf(readBatchResponse(respond(body(stream)), { request }));
    expect(error).toMatchObject({ name: 'BatchTransportError', code: 'response-lost', cause: failure });
    const { results } = error as { results: unknown[] };
    expect(outcomes(results)).toEqual(['succeeded', 'unknown', 'unknown']);
    expect(results).toHaveLength(3);
    expect(results[2]).toHaveLength(1);
  });

  it('before its first octet leaves all unknown', async () => {
    const error = await rejectionOf(readBatchResponse(respond(streamOf([], failure).stream), { request }));
    expect(error).toMatchObject({ code: 'response-lost', cause: failure });
    expect(outcomes((error as { results: unknown }).results)).toEqual(['unknown', 'unknown', 'unknown']);
  });

  it('behind the close delimiter: the answer is there, and was lost all the same', async () => {
    const error = await rejectionOf(
      readBatchResponse(respond(streamOf([TEXT], failure).stream), { request }),
    );
    expect(error).toMatchObject({ code: 'response-lost' });
    expect(outcomes((error as { results: unknown }).results)).toEqual([
      'succeeded',
      'succeeded',
      'succeeded',
    ]);
  });

  it('with a failure that is no Error', async () => {
    const error = await rejectionOf(readBatchResponse(respond(streamOf([], 'gone').stream), { request }));
    expect(error).toMatchObject({ code: 'response-lost', cause: 'gone' });
  });
});

describe('a source that is too large', () => {
  it.each([
    ['a stream', (stream: ReadableStream<Uint8Array>) => stream],
    ['a stream with a reader only', withReaderOnly],
  ])('%s is left at the limit and cancelled', async (_, body) => {
    const { stream, state } = streamOf(['x'.repeat(60), 'x'.repeat(60), 'x'.repeat(60), 'x'.repeat(60)]);
    const error = await rejectionOf(
      readBatchResponse(respond(body(stream)), { request, limits: { maxMessageBytes: 100 } }),
    );
    expect(error).toMatchObject({
      name: 'BatchLimitError',
      code: 'limit-exceeded',
      limit: 'maxMessageBytes',
      maximum: 100,
      actual: 101,
    });
    expect(outcomes((error as { results: unknown }).results)).toEqual(['unknown', 'unknown', 'unknown']);
    expect(state).toEqual({ cancelled: true, pulled: 2 });
  });

  it('by not one octet is read', async () => {
    const { stream, state } = streamOf([TEXT]);
    expect(
      outcomes(
        await readBatchResponse(respond(stream), { request, limits: { maxMessageBytes: TEXT.length } }),
      ),
    ).toEqual(Array(3).fill('succeeded'));
    expect(state.cancelled).toBe(false);
  });

  it('whose cancelling fails as well: the limit is told', async () => {
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(octets('x'.repeat(60))),
      cancel: () => Promise.reject(new Error('no')),
    });
    const error = await rejectionOf(
      readBatchResponse(respond(withReaderOnly(stream)), { request, limits: { maxMessageBytes: 100 } }),
    );
    expect(error).toMatchObject({ code: 'limit-exceeded' });
  });
});

describe('schemas', () => {
  const asyncSchema = (
    validate: (value: unknown) => Promise<unknown>,
  ): StandardSchemaV1<unknown, string> => ({
    '~standard': { version: 1, vendor: 'test', validate: validate as never },
  });
  const read = (schema: StandardSchemaV1<unknown, unknown>) => {
    const sent = encodeBatchRequest([
      { method: 'GET', url: 'A', schema },
      { method: 'GET', url: 'B' },
    ]);
    const text = answerText([
      { status: 200, headers: ['Content-Type: application/json'], body: '{"a":1}' },
      { status: 204 },
    ]);
    return readBatchResponse(new Response(text, { headers: HEADERS }), { request: sent });
  };

  it('that validate asynchronously are awaited', async () => {
    const [first, second] = await read(
      asyncSchema(async (value) => ({ value: `seen ${JSON.stringify(value)}` })),
    );
    expect(first).toMatchObject({ outcome: 'succeeded', ok: true, value: 'seen {"a":1}' });
    expect(second).toMatchObject({ outcome: 'succeeded', status: 204 });
  });

  it('that refuse make the result invalid, with their issues', async () => {
    const [first] = await read(asyncSchema(async () => ({ issues: [{ message: 'no', path: ['a'] }] })));
    expect(first).toMatchObject({
      outcome: 'invalid',
      ok: false,
      status: 200,
      issues: [{ message: 'no', path: ['a'] }],
    });
  });

  it('that reject come out as cause, with the results', async () => {
    const failure = new RangeError('broken schema');
    const error = await rejectionOf(read(asyncSchema(() => Promise.reject(failure))));
    expect(error).toMatchObject({ name: 'BatchUsageError', code: 'callback-failed', cause: failure });
    expect(outcomes((error as { results: unknown }).results)).toEqual(['invalid', 'succeeded']);
  });
});
