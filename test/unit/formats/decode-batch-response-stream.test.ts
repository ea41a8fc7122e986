import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  type BatchTransportError,
  decodeBatchResponseStream,
  encodeBatchRequest,
  encodeBatchResponse,
  type OperationResult,
} from '../../../src/index.ts';
import { rejectionOf } from '../catch-error.ts';

const gets = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ method: 'GET', url: `P(${index})` }));
const answer = (count: number, bodies: (index: number) => unknown = (index) => ({ index })) =>
  encodeBatchResponse(
    Array.from({ length: count }, (_, index) => ({
      status: 200,
      id: String(index + 1),
      body: bodies(index),
    })),
  );
const headersOf = ({ headers }: { headers: Record<string, string> }) => Object.entries(headers);
const outcomes = (results: readonly unknown[]) =>
  results.flat().map((result) => (result as OperationResult).outcome);

const all = async <T>(stream: AsyncIterable<T>): Promise<T[]> => {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
};

/** A source of chunks that tells how many were asked for and whether it was left. */
function source(bytes: Uint8Array, size: number) {
  const seen = { read: 0, left: false, failure: undefined as unknown };
  const body: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        if (seen.failure !== undefined) throw seen.failure;
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

describe('decodeBatchResponseStream', () => {
  it('gives a result before the rest of the answer is read', async () => {
    const encoded = answer(100);
    const { body, seen } = source(encoded.body, 256);
    const request = encodeBatchRequest(gets(100));
    const stream = decodeBatchResponseStream({ status: 200, headers: headersOf(encoded), body }, { request });
    const first = await stream.next();
    expect(first.value).toMatchObject({ index: 0, outcome: 'succeeded', value: { index: 0 } });
    expect(seen.read).toBeLessThan(4);
    await stream.return();
  });

  it('reads no chunk that nobody asked for, and leaves the source when the loop is left', async () => {
    const encoded = answer(10);
    const { body, seen } = source(encoded.body, 64);
    const request = encodeBatchRequest(gets(10));
    for await (const result of decodeBatchResponseStream(
      { status: 200, headers: headersOf(encoded), body },
      { request },
    )) {
      if (result.index === 3) break;
    }
    expect(seen.left).toBe(true);
    expect(seen.read).toBeLessThan(encoded.body.length / 64);
  });

  it('does not leave a source that it has read to its end', async () => {
    const encoded = answer(2);
    const { body, seen } = source(encoded.body, 64);
    const stream = decodeBatchResponseStream(
      { status: 200, headers: headersOf(encoded), body },
      { request: encodeBatchRequest(gets(2)) },
    );
    expect(outcomes(await all(stream))).toEqual(['succeeded', 'succeeded']);
    expect(seen.left).toBe(false);
  });

  it('cut off, ends in an error with a result for each operation', async () => {
    const encoded = answer(3);
    const { body } = source(encoded.body.subarray(0, -60), 50);
    const told: OperationResult[] = [];
    const error = await rejectionOf(
      (async () => {
        const stream = decodeBatchResponseStream(
          { status: 200, headers: headersOf(encoded), body },
          { request: encodeBatchRequest(gets(3)) },
        );
        for await (const result of stream) told.push(result);
      })(),
    );
    expect(outcomes(told)).toEqual(['succeeded', 'succeeded']);
    expect(error).toMatchObject({ code: 'missing-close-delimiter', offset: encoded.body.length - 60 });
    expect(outcomes((error as BatchTransportError).results ?? [])).toEqual([
      'succeeded',
      'succeeded',
      'unknown',
    ]);
  });

  it('of a source that fails, ends in response-lost with a result for each operation', async () => {
    const encoded = answer(3);
    const { body, seen } = source(encoded.body, encoded.body.length - 60);
    const failure = new Error('reset');
    const error = await rejectionOf(
      (async () => {
        const stream = decodeBatchResponseStream(
          { status: 200, headers: headersOf(encoded), body },
          { request: encodeBatchRequest(gets(3)) },
        );
        for await (const _ of stream) seen.failure = failure;
      })(),
    );
    expect(error).toMatchObject({ code: 'response-lost', cause: failure });
    expect(outcomes((error as BatchTransportError).results ?? [])).toEqual([
      'succeeded',
      'succeeded',
      'unknown',
    ]);
  });

  it('takes back what it told by place, where there turn out to be too few answers (P-10)', async () => {
    const encoded = encodeBatchResponse([{ status: 200 }, { status: 200 }]);
    const { body } = source(encoded.body, 40);
    const stream = decodeBatchResponseStream(
      { status: 200, headers: headersOf(encoded), body },
      { request: encodeBatchRequest(gets(3)) },
    );
    const error = await rejectionOf(all(stream));
    expect(error).toMatchObject({ code: 'response-count-mismatch' });
    expect(outcomes((error as BatchTransportError).results ?? [])).toEqual(['unknown', 'unknown', 'unknown']);
  });

  it('tells what was not executed at the end (P-04)', async () => {
    const encoded = encodeBatchResponse([
      { status: 200 },
      { status: 404, body: { error: { code: 'x', message: 'y' } } },
    ]);
    const { body } = source(encoded.body, 40);
    const stream = decodeBatchResponseStream(
      { status: 200, headers: headersOf(encoded), body },
      { request: encodeBatchRequest(gets(3)) },
    );
    expect(outcomes(await all(stream))).toEqual(['succeeded', 'failed', 'not-executed']);
  });

  it('tells at the end what is pending, and where (A-01, A-04)', async () => {
    const headers = { Location: 'later/7', 'Retry-After': '5' };
    const encoded = encodeBatchResponse([
      { status: 200, body: 1 },
      { status: 202, headers },
    ]);
    const request = encodeBatchRequest(gets(3), { headers: { Prefer: 'respond-async' } });
    const results = async (url?: string) => {
      const { body } = source(encoded.body, 64);
      const response = { status: 200, headers: headersOf(encoded), body, url };
      return all(decodeBatchResponseStream(response, { request }));
    };
    const pending = { outcome: 'pending', monitor: 'https://h/svc/later/7', retryAfter: '5' };
    expect(await results('https://h/svc/$batch')).toMatchObject([{ outcome: 'succeeded' }, pending, pending]);
    expect(await results()).toMatchObject([{}, { monitor: 'later/7' }, { monitor: 'later/7' }]);
  });

  it('lets schemas judge, those that need time too', async () => {
    const schema = z.object({ index: z.number() }).refine(async ({ index }) => index !== 1);
    const encoded = answer(2);
    const { body } = source(encoded.body, 40);
    const request = encodeBatchRequest(gets(2).map((get) => ({ ...get, schema })));
    const stream = decodeBatchResponseStream({ status: 200, headers: headersOf(encoded), body }, { request });
    expect(outcomes(await all(stream))).toEqual(['succeeded', 'invalid']);
  });

  it('ends in an error with all results where a schema throws', async () => {
    const failure = new Error('broken schema');
    const schema = z.any().transform(() => {
      throw failure;
    });
    const encoded = answer(2);
    const { body } = source(encoded.body, 40);
    const request = encodeBatchRequest(gets(2).map((get, index) => (index === 1 ? { ...get, schema } : get)));
    const stream = decodeBatchResponseStream({ status: 200, headers: headersOf(encoded), body }, { request });
    const error = await rejectionOf(all(stream));
    expect(error).toMatchObject({ code: 'callback-failed', cause: failure });
    expect(outcomes((error as BatchTransportError).results ?? [])).toEqual(['succeeded', 'invalid']);
  });

  it('of what is no batch is refused like a whole answer (P-18)', async () => {
    const { body } = source(new TextEncoder().encode('{"error":{"code":"Auth","message":"No"}}'), 10);
    const stream = decodeBatchResponseStream(
      { status: 401, headers: [['Content-Type', 'application/json']], body },
      { request: encodeBatchRequest(gets(2)) },
    );
    expect(await rejectionOf(all(stream))).toMatchObject({ code: 'not-a-batch', status: 401 });
  });

  it('holds its limits (S-12)', async () => {
    const encoded = answer(3);
    const { body } = source(encoded.body, 100);
    const stream = decodeBatchResponseStream(
      { status: 200, headers: headersOf(encoded), body },
      { request: encodeBatchRequest(gets(3)), limits: { maxMessageBytes: 300 } },
    );
    expect(await rejectionOf(all(stream))).toMatchObject({ limit: 'maxMessageBytes' });
  });

  it('knows the line of a broken value after its chunk is gone', async () => {
    const encoded = answer(2, (index) => (index === 1 ? '{"broken' : '{}'));
    const withType = new TextDecoder()
      .decode(encoded.body)
      .replaceAll('200 OK\r\n', '200 OK\r\nContent-Type: application/json\r\n');
    const { body } = source(new TextEncoder().encode(withType), 7);
    const stream = decodeBatchResponseStream(
      { status: 200, headers: headersOf(encoded), body },
      { request: encodeBatchRequest(gets(2)) },
    );
    const [, second] = await all(stream);
    expect(() => second?.ok && second.value).toThrow(
      expect.objectContaining({ code: 'invalid-json', line: 15, path: 'parts[1]' }),
    );
  });
});
