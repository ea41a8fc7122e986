import { describe, expect, it } from 'vitest';
import {
  type BatchUsageError,
  decodeBatchRequest,
  decodeBatchResponse,
  encodeBatchRequest,
  encodeBatchResponse,
  encodeBatchResponseStream,
  type OutgoingResponse,
} from '../../../src/index.ts';
import { octets } from '../build-octets.ts';
import { errorOf, issuesOf } from '../catch-error.ts';
import { chunkSource, octetsBeforeFailure, octetsOf } from '../streams.ts';

const random = (bytes: Uint8Array<ArrayBuffer>) => bytes.fill(0xab);
const TOKEN = 'ab'.repeat(16);
const decoded = (batch: Parameters<typeof encodeBatchRequest>[0], options = {}) => {
  const { headers, body } = encodeBatchRequest(batch, options);
  return decodeBatchRequest({ headers, body });
};
const gets = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ method: 'GET', url: `P(${index})` }));

type Item = OutgoingResponse | readonly OutgoingResponse[];
const ITEMS: readonly Item[] = [
  { status: 200, body: { name: 'Grüße' } },
  [{ status: 201, headers: { location: 'P(1)' }, body: 'x' }, { status: 204 }],
  { status: 200, body: octets('\x00\xff') },
  [{ status: 204 }],
];
async function* coming(items: readonly Item[]) {
  yield* items;
}

describe('encodeBatchResponseStream', () => {
  it('writes a list, and responses as they come, as the whole encoder does', async () => {
    const expected = encodeBatchResponse(ITEMS, { random });
    for (const responses of [ITEMS, coming(ITEMS), new Set(ITEMS)]) {
      const { body, headers, contentLength, status, contentType } = encodeBatchResponseStream(responses, {
        random,
      });
      expect(Buffer.from(await octetsOf(body)).equals(Buffer.from(expected.body))).toBe(true);
      expect({ status, contentType }).toEqual({ status: 200, contentType: expected.contentType });
      const length = responses === ITEMS ? expected.body.length : undefined;
      expect(contentLength).toBe(length);
      expect(headers).toEqual({
        ...expected.headers,
        ...(length !== undefined && { 'Content-Length': String(length) }),
      });
    }
  });

  it('writes Blobs and streams', async () => {
    const { source } = chunkSource([octets('one '), octets('two')]);
    const responses = [
      { status: 200, body: new Blob(['blob'], { type: 'image/png' }) },
      [{ status: 200, body: source }],
    ];
    const { body, contentLength } = encodeBatchResponseStream(responses, { random });
    const expected = encodeBatchResponse(
      [
        { status: 200, headers: { 'Content-Type': 'image/png' }, body: 'blob' },
        [{ status: 200, body: 'one two' }],
      ],
      { random },
    );
    expect(Buffer.from(await octetsOf(body)).equals(Buffer.from(expected.body))).toBe(true);
    expect(contentLength).toBeUndefined();
  });

  it('tells each response when it is there, and asks for no other before it was read', async () => {
    let asked = 0;
    const responses = (async function* () {
      for (; asked < 3; ) {
        asked++;
        yield { status: 200, body: `response ${asked}` };
      }
    })();
    const reader = encodeBatchResponseStream(responses).body.getReader();
    const { value } = await reader.read();
    expect(Buffer.from(value as Uint8Array).toString()).toMatch(/response 1$/);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(asked).toBe(1);
  });

  /** The chunks of an answer in which the delimiter is `--b`. */
  const chunksOf = async (responses: AsyncIterable<Item>, options = {}): Promise<string[]> => {
    const chunks: string[] = [];
    for await (const chunk of encodeBatchResponseStream(responses, { random, ...options }).body) {
      chunks.push(Buffer.from(chunk).toString('latin1').replaceAll(`batchresponse_${TOKEN}`, 'b'));
    }
    return chunks;
  };
  const HEAD = 'Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n';
  const part = (id: string, body: string) => `${HEAD}Content-ID: ${id}\r\n\r\nHTTP/1.1 200 OK\r\n\r\n${body}`;
  const okay = (body: unknown): Item => ({ status: 200, body });

  it('tells a response with the delimiter that ends it, where the request says that another follows (P-23)', async () => {
    const request = decoded(gets(3));
    expect(await chunksOf(coming([okay('one'), okay('two'), okay('three')]), { request })).toEqual([
      `--b\r\n${part('1', 'one')}\r\n--b\r\n`,
      `${part('2', 'two')}\r\n--b\r\n`,
      part('3', 'three'),
      '\r\n--b--\r\n',
    ]);
  });

  it('tells that delimiter after a body that is streamed, and not after one that fails (P-23)', async () => {
    const request = decoded(gets(2));
    const { source } = chunkSource([octets('o'), octets('ne')]);
    expect(await chunksOf(coming([okay(source), okay('two')]), { request })).toEqual([
      `--b\r\n${part('1', '')}`,
      'o',
      'ne',
      '\r\n--b\r\n',
      part('2', 'two'),
      '\r\n--b--\r\n',
    ]);
    const failing = chunkSource([octets('o'), new Error('lost')]);
    const { body } = encodeBatchResponseStream(coming([okay(failing.source)]), { request, random });
    const { octets: text, error } = await octetsBeforeFailure(body);
    expect(text.endsWith('\r\n\r\no')).toBe(true);
    expect(error).toMatchObject({ code: 'callback-failed' });
  });

  it('keeps that delimiter back where nobody knows whether another response follows (P-23)', async () => {
    const failed: Item = { status: 404 };
    const endsOf = async (responses: readonly Item[], options = {}) =>
      (await chunksOf(coming(responses), options)).map((chunk) => /\r\n(--b\S*)\r\n$/.exec(chunk)?.[1]);
    // Without a request, and behind a failure that may be the last answer.
    expect(await endsOf([okay('one'), okay('two')])).toEqual([undefined, undefined, '--b--']);
    const request = decoded(gets(2));
    expect(await endsOf([failed, okay('two')], { request })).toEqual([undefined, undefined, '--b--']);
    expect(await endsOf([failed], { request })).toEqual([undefined, '--b--']);
    // Where the service goes on, it is not the last.
    for (const options of [
      { request, continueOnError: true },
      { request: decoded(gets(2), { continueOnError: true }) },
    ]) {
      expect(await endsOf([failed, okay('two')], options)).toEqual(['--b', undefined, '--b--']);
    }
  });

  it('of which a response does not come that had to ends as one that was cut off (P-23, P-19)', async () => {
    const sent = encodeBatchRequest(gets(3));
    const request = decodeBatchRequest(sent);
    const late = async function* (): AsyncGenerator<Item> {
      yield okay('one');
      throw new Error('database');
    };
    for (const [responses, code] of [
      [coming([okay('one')]), 'response-count-mismatch'],
      [late(), 'callback-failed'],
    ] as const) {
      const { body, contentType } = encodeBatchResponseStream(responses, { request });
      const { octets: text, error } = await octetsBeforeFailure(body);
      expect(error).toMatchObject({ code });
      const cut = errorOf(() => decodeBatchResponse({ contentType, body: octets(text) }, { request: sent }));
      expect(cut).toMatchObject({
        code: 'missing-close-delimiter',
        results: [{ outcome: 'succeeded', status: 200 }, { outcome: 'unknown' }, { outcome: 'unknown' }],
      });
    }
  });

  it('lets go of the responses when it is cancelled', async () => {
    let left = false;
    const responses = (async function* () {
      try {
        while (true) yield { status: 204 };
      } finally {
        left = true;
      }
    })();
    const reader = encodeBatchResponseStream(responses).body.getReader();
    await reader.read();
    await reader.cancel();
    expect(left).toBe(true);
  });

  it('lets go of the body of a response that comes when it is cancelled already, or that is refused', async () => {
    const bodyOf = () => {
      const seen = { left: 0 };
      const body = new ReadableStream({ pull() {}, cancel: () => void seen.left++ }, { highWaterMark: 0 });
      return { seen, body };
    };
    const late = [bodyOf(), bodyOf()];
    let give = (_: Item) => {};
    const responses = {
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ done: false, value: await new Promise<Item>((resolve) => (give = resolve)) }),
      }),
    };
    const reader = encodeBatchResponseStream(responses).body.getReader();
    const waiting = reader.read();
    await new Promise((resolve) => setTimeout(resolve));
    await reader.cancel();
    give(late.map(({ body }) => ({ status: 200, body })));
    expect(await waiting).toEqual({ done: true, value: undefined });
    await new Promise((resolve) => setTimeout(resolve));
    expect(late.map(({ seen }) => seen.left)).toEqual([1, 1]);

    const refused = [bodyOf(), bodyOf()];
    const { body } = encodeBatchResponseStream(
      coming([refused.map((one, index) => ({ status: 200 + 4 * index, body: one.body }))]),
    );
    await octetsBeforeFailure(body);
    expect(refused.map(({ seen }) => seen.left)).toEqual([1, 1]);
  });

  it('answers a request: its ids, a failed change set, and a stop at a failure', async () => {
    const batch = [
      { method: 'GET', url: 'a' },
      [{ method: 'POST', url: 'b', id: 'x' }],
      { method: 'GET', url: 'c' },
    ];
    const sent = encodeBatchRequest(batch);
    const request = decodeBatchRequest({ headers: sent.headers, body: sent.body });
    const responses = coming([
      { status: 200 },
      { status: 400, id: 'x', body: { error: { code: 'c', message: 'm' } } },
    ]);
    const { body, contentType } = encodeBatchResponseStream(responses, { request });
    const results = decodeBatchResponse({ contentType, body: await octetsOf(body) }, { request: sent });
    expect(results.flat().map((result) => [result.outcome, result.id])).toEqual([
      ['succeeded', '1'],
      ['failed', 'x'],
      ['not-executed', '3'],
    ]);
  });
});

describe('what is refused', () => {
  it('at once: a boundary for what is not there yet, wrong options, no responses', () => {
    const code = 'options.boundary: boundary-not-checkable';
    expect(issuesOf(() => encodeBatchResponseStream(coming([]), { boundary: 'b' }))).toEqual([code]);
    const blob = [{ status: 200, body: new Blob(['x']) }];
    expect(issuesOf(() => encodeBatchResponseStream(blob, { boundary: 'b' }))).toEqual([code]);
    expect(issuesOf(() => encodeBatchResponseStream([]))).toEqual(['responses: empty-batch']);
    expect(issuesOf(() => encodeBatchResponseStream(7 as never))).toEqual(['responses: invalid-option']);
    expect(issuesOf(() => encodeBatchResponseStream([{ status: 204, body: new Blob(['x']) }]))).toEqual([
      'responses[0].body: body-not-allowed',
    ]);
    expect(encodeBatchResponseStream([{ status: 204, body: new Blob([]) }]).status).toBe(200);
  });

  const failure = async (responses: AsyncIterable<Item>, options = {}) => {
    const { body } = encodeBatchResponseStream(responses, { random, ...options });
    const { octets: text, error } = await octetsBeforeFailure(body);
    expect(text).not.toContain(`${TOKEN}--`);
    return (error as BatchUsageError).issues?.map(({ path, code }) => `${path}: ${code}`) ?? error;
  };

  it('while it is sent: the answer then has no close delimiter', async () => {
    expect(await failure(coming([]))).toEqual(['responses: empty-batch']);
    expect(await failure(coming([{ status: 99 }]))).toEqual(['responses[0].status: invalid-status']);
    expect(await failure(coming([{ status: 204 }, [{ status: 500 }]]))).toEqual([
      'responses[1][0]: change-set-partly-failed',
    ]);
    expect(await failure(coming([{ status: 200, body: `x${TOKEN}` }]))).toEqual([
      'responses[0]: boundary-in-content',
    ]);
    const one = { request: decoded(gets(1)) };
    expect(await failure(coming([{ status: 200 }, { status: 200 }]), one)).toEqual([
      'responses: response-count-mismatch',
    ]);
    const three = { request: decoded(gets(3)) };
    expect(await failure(coming([{ status: 200 }, { status: 200 }]), three)).toEqual([
      'responses: response-count-mismatch',
    ]);
  });

  it('responses that fail', async () => {
    const cause = new Error('database');
    const failing = (async function* (): AsyncGenerator<Item> {
      yield { status: 200 };
      throw cause;
    })();
    const { body } = encodeBatchResponseStream(failing);
    const { error } = await octetsBeforeFailure(body);
    expect(error).toMatchObject({ code: 'callback-failed', cause });
  });

  it('responses that are no iterator, or throw when they are left', async () => {
    const seen = { left: 0 };
    const source = (next: () => unknown) =>
      ({
        [Symbol.asyncIterator]: () => ({
          next,
          return() {
            seen.left++;
            throw new Error('left');
          },
        }),
      }) as unknown as AsyncIterable<Item>;
    const cause = expect.any(TypeError);
    for (const result of [undefined, null]) {
      const { body } = encodeBatchResponseStream(source(async () => result));
      const { error } = await octetsBeforeFailure(body);
      expect(error).toMatchObject({ code: 'callback-failed', cause });
    }
    // Who failed knows.
    expect(seen.left).toBe(0);
    const wrong = source(async () => ({ done: false, value: { status: 99 } }));
    expect(await failure(wrong)).toEqual(['responses[0].status: invalid-status']);
    const silent = source(() => new Promise(() => {}));
    await encodeBatchResponseStream(silent).body.cancel();
    expect(seen.left).toBe(2);
  });
});
