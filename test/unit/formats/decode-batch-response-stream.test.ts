import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  type BatchTransportError,
  type BatchWarning,
  type DecodeResponseOptions,
  decodeBatchRequest,
  decodeBatchResponseStream,
  encodeBatchRequest,
  encodeBatchResponse,
  type OperationResult,
  type Plan,
  type StandardSchemaV1,
} from '../../../src/index.ts';
import { octets } from '../build-octets.ts';
import { errorOf, rejectionOf } from '../catch-error.ts';
import { chunkSource } from '../streams.ts';

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

  it('tells the same where the answer is cut off behind it (law 1)', async () => {
    const headers = { Location: 'later/7' };
    const encoded = encodeBatchResponse([{ status: 200 }, { status: 202, headers }, { status: 200 }]);
    const { body } = source(encoded.body.subarray(0, -9), 64);
    const response = { status: 200, headers: headersOf(encoded), body, url: 'https://h/svc/$batch' };
    const request = encodeBatchRequest(gets(3), { headers: { Prefer: 'respond-async' } });
    const error = await rejectionOf(all(decodeBatchResponseStream(response, { request })));
    const pending = { outcome: 'pending', monitor: 'https://h/svc/later/7' };
    expect(error).toMatchObject({
      code: 'missing-close-delimiter',
      results: [{ outcome: 'succeeded' }, pending, pending],
    });
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

const headers: [string, string][] = [['Content-Type', 'multipart/mixed; boundary=b']];
const PART = 'Content-Type: application/http\r\n\r\n';
const part = (status: number, body: string, id?: string) =>
  `--b\r\n${id === undefined ? '' : `Content-ID: ${id}\r\n`}${PART}HTTP/1.1 ${status} X\r\n\r\n${body}\r\n`;
const schema = (validate: (value: unknown) => unknown): StandardSchemaV1 => ({
  '~standard': { version: 1, vendor: 'test', validate: validate as never },
});

/** Each result as index, outcome and body; and the error that the stream ends in. */
async function outcomeOf(
  text: string,
  options: DecodeResponseOptions & { readonly request: { readonly plan: Plan } },
  size = 7,
) {
  const { body } = source(octets(text), size);
  const told: unknown[] = [];
  const error = await (async () => {
    for await (const result of decodeBatchResponseStream({ status: 200, headers, body }, options)) {
      told.push(short(result as OperationResult));
    }
  })().catch((error: unknown) => error);
  const { results = [] } = (error ?? {}) as BatchTransportError;
  return { told, error, results: results.flat().map((result) => short(result as OperationResult)) };
}
const short = (result: OperationResult) =>
  `${result.index} ${result.outcome}${'bytes' in result ? ` ${new TextDecoder().decode(result.bytes)}` : ''}`;

describe('what was told', () => {
  it('stands in the error with the verdict of its schema', async () => {
    const refusing = schema(() => ({ issues: [{ message: 'no' }] }));
    const request = encodeBatchRequest(
      ['A', 'B', 'C'].map((url) => ({ method: 'GET', url, ...(url === 'A' && { schema: refusing }) })),
    );
    const { told, error, results } = await outcomeOf(`${part(200, 'a')}${part(200, 'b')}--b\r\n`, {
      request,
    });
    expect(told).toEqual(['0 invalid a', '1 succeeded b']);
    expect(error).toMatchObject({ code: 'missing-close-delimiter' });
    expect(results).toEqual(['0 invalid ', '1 succeeded ', '2 unknown']);
    expect((error as BatchTransportError).results?.[0]).toMatchObject({ issues: [{ message: 'no' }] });
  });

  it.each([1, 7, 10_000])('stays what it was where a schema throws, in chunks of %i', async (size) => {
    let asked = 0;
    const throwing = schema(() => {
      asked++;
      // An error of ours out of a function of the caller's is the caller's all the same.
      throw errorOf(() => decodeBatchRequest({ body: '' }));
    });
    const request = encodeBatchRequest(
      ['A', 'B', 'C'].map((url) => ({ method: 'GET', url, ...(url === 'B' && { schema: throwing }) })),
    );
    const text = `${part(200, 'a')}${part(200, 'b')}${part(200, 'c')}--b--`;
    const { told, error, results } = await outcomeOf(text, { request }, size);
    expect(told).toEqual(['0 succeeded a']);
    expect(error).toMatchObject({ code: 'callback-failed', cause: { code: 'invalid-media-type' } });
    expect(results).toEqual(['0 succeeded ', '1 invalid b', '2 unknown']);
    expect(asked).toBe(1);
  });

  it.each([1, 10_000])('stays what it was where readError throws, in chunks of %i', async (size) => {
    let asked = 0;
    const readError = () => {
      asked++;
      throw errorOf(() => decodeBatchRequest({ body: '' }));
    };
    const text = `${part(200, 'a')}${part(404, 'b')}${part(200, 'c')}--b--`;
    const options = { request: encodeBatchRequest(gets(3)), readError };
    const { told, error, results } = await outcomeOf(text, options, size);
    expect(told).toEqual(['0 succeeded a']);
    expect(error).toMatchObject({ code: 'callback-failed', cause: { code: 'invalid-media-type' } });
    expect(results).toEqual(['0 succeeded ', '1 unknown', '2 unknown']);
    expect(asked).toBe(1);
  });

  it('readError is asked once for each error', async () => {
    const asked: number[] = [];
    const readError = ({ status }: { status: number }) => {
      asked.push(status);
      return { code: 'mine', message: String(status) };
    };
    const options = { request: encodeBatchRequest(gets(2), { continueOnError: true }), readError };
    const { told, error } = await outcomeOf(`${part(404, '')}${part(409, '')}--b\r\n`, options);
    expect(told).toEqual(['0 failed ', '1 failed ']);
    expect(asked).toEqual([404, 409]);
    expect((error as BatchTransportError).results?.[1]).toMatchObject({ error: { code: 'mine' } });
  });

  it('by place is taken back where a later id says whose it is (P-10)', async () => {
    const request = encodeBatchRequest(gets(3).map((get, index) => ({ ...get, id: `i${index}` })));
    const { told, error, results } = await outcomeOf(`${part(200, 'a')}${part(200, 'b', 'i0')}--b--`, {
      request,
    });
    expect(told).toEqual(['0 succeeded a']);
    expect(error).toMatchObject({ code: 'correlation-failed' });
    expect(results).toEqual(['0 succeeded b', '1 unknown', '2 unknown']);
  });
});

describe('what is told at the end has its body', () => {
  it('the success beside an answer that is missing in a change set', async () => {
    const request = encodeBatchRequest([
      [
        { method: 'POST', url: 'A', id: 'a' },
        { method: 'POST', url: 'B', id: 'b' },
      ],
    ]);
    const nest = `--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n${part(200, 'body', 'a').replace('--b', '--c')}--c--\r\n--b--`;
    expect((await outcomeOf(nest, { request })).told).toEqual(['0 succeeded body', '1 unknown']);
  });

  it('202 in a batch that may be answered later, where it turns out not to be', async () => {
    const request = encodeBatchRequest(gets(3), { headers: { Prefer: 'respond-async' } });
    const monitor = part(202, 'two').replace('\r\n\r\ntwo', '\r\nLocation: m\r\n\r\ntwo');
    const { told } = await outcomeOf(`${part(202, 'one')}${monitor}${part(200, 'three')}--b--`, { request });
    expect(told).toEqual(['0 succeeded one', '1 succeeded two', '2 succeeded three']);
  });
});

describe('cuts change nothing, be the order of what is told or what is told before an error (M-47)', () => {
  it.each([1, 7, 10_000])('warnings come in the order of the octets, in chunks of %i', async (size) => {
    const warnings: BatchWarning[] = [];
    const onWarning = (warning: BatchWarning) => warnings.push(warning);
    const text = `${part(200, 'x').replace('X\r\n', 'X\r\nA : 1\r\n')}${part(200, 'x\n--b\r\n')}--b---`;
    await outcomeOf(text, { request: encodeBatchRequest(gets(2)), onWarning }, size);
    expect(warnings.map(({ code, line }) => `${code} ${line}`)).toEqual([
      'space-before-colon 5',
      'line-feed-delimiter 14',
      'three-dash-close 16',
    ]);
  });

  it.each([1, 7, 10_000])('limits come behind what they allow, in chunks of %i', async (size) => {
    const request = encodeBatchRequest(gets(3));
    const text = `${part(200, 'a')}${part(200, 'b')}${part(200, 'c')}--b--`;
    const ofParts = await outcomeOf(text, { request, limits: { maxParts: 2 } }, size);
    expect(ofParts).toMatchObject({
      told: ['0 succeeded a', '1 succeeded b'],
      error: { limit: 'maxParts', actual: 3 },
      results: ['0 succeeded ', '1 succeeded ', '2 unknown'],
    });
    const ofOctets = await outcomeOf(text, { request, limits: { maxMessageBytes: 100 } }, size);
    expect(ofOctets).toMatchObject({
      told: ['0 succeeded a'],
      error: { limit: 'maxMessageBytes', actual: 101 },
      results: ['0 succeeded ', '1 unknown', '2 unknown'],
    });
    const wrong = text.replace('200 X\r\n\r\nb', '2x0 X\r\n\r\nb');
    const fault = await outcomeOf(wrong, { request, limits: { maxParts: 2 } }, size);
    expect(fault).toMatchObject({ told: ['0 succeeded a'], error: { code: 'invalid-status-line' } });
  });
});

describe('sources', () => {
  const request = encodeBatchRequest(gets(2));
  const text = `${part(200, 'a')}${part(200, 'b')}--b--\r\n`;
  const decode = (body: unknown) =>
    decodeBatchResponseStream({ status: 200, headers, body: body as never }, { request });

  it('one that errors ends in response-lost, and is not cancelled', async () => {
    const failure = new Error('reset');
    let cancelled = 0;
    let pulled = 0;
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          if (pulled++ > 0) throw failure;
          controller.enqueue(octets(text.slice(0, 70)));
        },
        cancel() {
          cancelled++;
        },
      },
      { highWaterMark: 0 },
    );
    const stream = decode(body);
    expect((await stream.next()).value).toMatchObject({ index: 0 });
    const error = await rejectionOf(stream.next());
    expect(error).toMatchObject({ code: 'response-lost', cause: failure });
    expect(outcomes((error as BatchTransportError).results ?? [])).toEqual(['succeeded', 'unknown']);
    expect(cancelled).toBe(0);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  it.each([
    ['text', 'text'],
    ['nothing', null],
  ])('one that gives %s is refused and left', async (_, chunk) => {
    const { source, seen } = chunkSource([octets(text.slice(0, 70)), chunk as never]);
    const stream = decode(source);
    expect((await stream.next()).value).toMatchObject({ index: 0 });
    expect(await rejectionOf(stream.next())).toMatchObject({
      code: 'response-lost',
      cause: { name: 'TypeError' },
    });
    expect(seen.left).toBe(true);
  });

  it('one that somebody else reads is refused, and not disturbed', async () => {
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(octets('x')),
    });
    const reader = body.getReader();
    const error = await rejectionOf(decode(body).next());
    expect(error).toMatchObject({ code: 'invalid-option', issues: [{ path: 'response.body' }] });
    expect(await reader.read()).toMatchObject({ done: false });
  });

  it('one that uses its memory again gives nobody the answer of another', async () => {
    const memory = new Uint8Array(5);
    async function* chunks() {
      for (let at = 0; at < text.length; at += memory.length) {
        const next = octets(text.slice(at, at + memory.length));
        memory.set(next);
        yield memory.subarray(0, next.length);
        memory.fill(0x21);
      }
    }
    const results = await all(decode(chunks()));
    expect(results.map((result) => result.ok && result.text())).toEqual(['a', 'b']);
  });

  it('one that gives many chunks of nothing', async () => {
    const { source } = chunkSource([...text].flatMap((octet) => [octets(''), octets(octet), octets('')]));
    expect(outcomes(await all(decode(source)))).toEqual(['succeeded', 'succeeded']);
  });

  it('one that is silent is left at once, while a read is under way', async () => {
    let cancelled = 0;
    const silent = new ReadableStream<Uint8Array>({
      cancel() {
        cancelled++;
      },
    });
    const iterable = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) };
    // A refusal is read whole, and left no later.
    const refused = { status: 401, headers: [['Content-Type', 'text/html']] as [string, string][] };
    for (const [response, times] of [
      [{ status: 200, headers, body: silent }, 1],
      [{ status: 200, headers, body: iterable }, 1],
      [{ ...refused, body: new ReadableStream<Uint8Array>({ cancel: () => void cancelled++ }) }, 2],
    ] as const) {
      const stream = decodeBatchResponseStream(response, { request });
      const waiting = [stream.next(), stream.next()];
      await new Promise((resolve) => setTimeout(resolve, 1));
      expect(await stream.return()).toEqual({ done: true, value: undefined });
      expect(await Promise.all(waiting)).toEqual(Array(2).fill({ done: true, value: undefined }));
      expect(cancelled).toBe(times);
      expect(await stream.next()).toEqual({ done: true, value: undefined });
    }
  });

  it('one that throws when it is left does not hide what was wrong', async () => {
    const chunk = octets(`${part(200, 'a').replace('200', 'two')}--b--\r\n`);
    const leave = () => {
      throw new Error('from the source');
    };
    const read = async () => ({ done: false, value: chunk });
    const iterable = { [Symbol.asyncIterator]: () => ({ next: read, return: leave }) };
    for (const body of [
      iterable,
      { getReader: () => ({ read, cancel: leave }) },
      { getReader: () => ({ read, cancel: () => undefined }) },
      { getReader: () => ({ read, cancel: async () => leave() }) },
      { [Symbol.asyncIterator]: () => ({ next: read }) },
    ]) {
      expect(await rejectionOf(decode(body).next())).toMatchObject({ code: 'invalid-status-line' });
    }
  });

  it('one whose headers make no sense is left unread', async () => {
    for (const contentType of ['multipart/mixed', 'multipart/mixed; boundary=a; boundary=b']) {
      const { source, seen } = chunkSource([octets(text)]);
      const response = {
        status: 200,
        headers: [['Content-Type', contentType]] as [string, string][],
        body: source,
      };
      const error = await rejectionOf(all(decodeBatchResponseStream(response, { request })));
      expect((error as BatchTransportError).code).toMatch(/^(missing|duplicate)-boundary$/);
      expect(outcomes((error as BatchTransportError).results ?? [])).toEqual(['unknown', 'unknown']);
      expect(seen).toEqual({ read: 0, left: true, ended: false });
    }
  });

  it('a ReadableStream is free for others when it was read', async () => {
    const { body } = new Response(text);
    expect(await all(decode(body))).toHaveLength(2);
    expect(body?.locked).toBe(false);
  });

  it('an error that the loop throws comes out, and the source is left', async () => {
    const { source, seen } = chunkSource([octets(text)]);
    const mine = new Error('mine');
    const loop = async () => {
      for await (const _ of decode(source)) throw mine;
    };
    expect(await rejectionOf(loop())).toBe(mine);
    expect(seen.left).toBe(true);
  });
});

describe('slips', () => {
  const request = encodeBatchRequest(gets(1));
  const response = { status: 200, headers, body: null };
  it.each([
    ['a fetch that was not awaited', Promise.resolve(), { request }, 'response'],
    ['no response', undefined, { request }, 'response'],
    ['headers that are no list', { ...response, headers: { a: 'b' } }, { request }, 'response.headers'],
    ['a body that is no stream', { ...response, body: octets('x') }, { request }, 'response.body'],
    ['a body that is text', { ...response, body: 'x' }, { request }, 'response.body'],
    ['a runtime without streams', { ...response, body: undefined }, { request }, 'response.body'],
    ['no request', response, {}, 'options.request'],
    ['no options', response, undefined, 'options.request'],
    ['a batch for a request', response, { request: gets(1) }, 'options.request'],
  ])('%s is said to be one', async (_, response, options, path) => {
    const error = await rejectionOf(all(decodeBatchResponseStream(response as never, options as never)));
    expect(error).toMatchObject({ code: 'invalid-option', issues: [{ path }] });
  });
});
