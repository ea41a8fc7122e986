import { describe, expect, it } from 'vitest';
import { isBatchError } from '../../../src/batch/is-batch-error.ts';
import type { Batch } from '../../../src/batch/operation.ts';
import type { Service } from '../../../src/batch/service.ts';
import type { StandardSchemaV1 } from '../../../src/batch/standard-schema.ts';
import { continueBatch, readBatchContinuation } from '../../../src/formats/continue-batch.ts';
import { decodeBatchResponse } from '../../../src/formats/decode-batch-response.ts';
import { encodeBatchRequest } from '../../../src/formats/encode-batch-request.ts';
import type { BatchMessage } from '../../../src/formats/open-message.ts';
import { type AnswerItem, answerText, buildAnswer } from '../build-answer.ts';
import { octets } from '../build-octets.ts';
import { errorOf, issuesOf, rejectionOf } from '../catch-error.ts';

const options = { headers: { Prefer: 'respond-async' } };
const BATCH = [
  { method: 'GET', url: 'A' },
  [
    { method: 'POST', url: 'B' },
    { method: 'POST', url: 'C' },
  ],
  { method: 'GET', url: 'D' },
  { method: 'GET', url: 'E' },
] as const satisfies Batch;
const request = encodeBatchRequest(BATCH, options);

const accepted = (location?: string, retryAfter?: string): BatchMessage => ({
  status: 202,
  headers: {
    ...(location !== undefined && { Location: location }),
    ...(retryAfter !== undefined && { 'Retry-After': retryAfter }),
  },
  body: '',
});
const interim = (location: string) => ({ status: 202, headers: [`Location: ${location}`, 'Retry-After: 3'] });
const ok = (body: string) => ({ status: 200, body });
/** A finished answer as `Accept: application/http` gets it. */
const wrapped = (
  items: readonly AnswerItem[],
  status = 200,
  headers: Record<string, string> = {},
): BatchMessage => ({
  status: 200,
  headers,
  contentType: 'application/http',
  body: `HTTP/1.1 ${status} Reason\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${answerText(items)}`,
});

/** Each result in a few words: its outcome, its body or monitor. */
const tell = (results: unknown): unknown =>
  (results as readonly unknown[]).map((result) => {
    if (Array.isArray(result)) return tell(result);
    const { outcome, monitor } = result as { outcome: string; monitor?: string };
    const text = 'text' in (result as object) ? (result as { text(): string }).text() : '';
    return [outcome, monitor ?? text].filter((word) => word !== '').join(' ');
  });

const first = decodeBatchResponse(accepted('https://h/m1', '9'), { request });

describe('continueBatch', () => {
  it('gives a batch that was to be answered later its answer, in a message of its own (A-01, A-02)', () => {
    expect(tell(first)).toEqual([
      'pending https://h/m1',
      ['pending https://h/m1', 'pending https://h/m1'],
      'pending https://h/m1',
      'pending https://h/m1',
    ]);
    const results = continueBatch(first, wrapped([ok('a'), [ok('b'), ok('c')], ok('d'), ok('e')]), {
      request,
    });
    expect(tell(results)).toEqual([
      'succeeded a',
      ['succeeded b', 'succeeded c'],
      'succeeded d',
      'succeeded e',
    ]);
    expect(results[0].operation).toBe(BATCH[0]);
    expect(results[1][1]).toMatchObject({ index: 2, path: [1, 1], id: '3' });
  });

  it('gives it the answer itself, whose status stands in AsyncResult (A-03)', () => {
    const message = buildAnswer([ok('a'), [ok('b'), ok('c')], ok('d'), ok('e')]);
    const results = continueBatch(first, { ...message, headers: { AsyncResult: '200' } }, { request });
    expect(tell(results)).toEqual([
      'succeeded a',
      ['succeeded b', 'succeeded c'],
      'succeeded d',
      'succeeded e',
    ]);
    expect(tell(continueBatch(first, message, { request }))).toEqual(tell(results));
  });

  it.each([
    ['another monitor', accepted('https://h/m2', '7'), 'https://h/m2', '7'],
    ['another monitor, told relative to the first', accepted('m2'), 'https://h/m2', undefined],
    ['no monitor: the same', accepted(undefined, '1'), 'https://h/m1', '1'],
    [
      'an envelope',
      { contentType: 'application/http', body: 'HTTP/1.1 202 Accepted\r\nLocation: /m3\r\n\r\n' },
      'https://h/m3',
      undefined,
    ],
    [
      'AsyncResult',
      { ...accepted('/m4'), status: 200, headers: { AsyncResult: '202', Location: '/m4' } },
      'https://h/m4',
      undefined,
    ],
    [
      'a URL of its own, which is where it can be asked again',
      { ...accepted(), url: 'https://h/moved' },
      'https://h/moved',
      undefined,
    ],
  ] as const)(
    'stays pending where the monitor says 202 again, with %s (A-01)',
    (_, message, monitor, retryAfter) => {
      const results = continueBatch(first, message, { request });
      for (const result of results.flat()) {
        expect(result).toMatchObject({ outcome: 'pending', monitor });
        expect('retryAfter' in result ? result.retryAfter : undefined).toBe(retryAfter);
      }
    },
  );

  it('goes on part by part: each answer has the remaining ones only (A-04, P-05)', () => {
    const one = decodeBatchResponse(buildAnswer([ok('a'), interim('https://h/m1')]), { request });
    expect(tell(one)).toEqual([
      'succeeded a',
      ['pending https://h/m1', 'pending https://h/m1'],
      'pending https://h/m1',
      'pending https://h/m1',
    ]);
    const two = continueBatch(one, wrapped([[ok('b'), ok('c')], interim('/m2')]), { request });
    expect(tell(two)).toEqual([
      'succeeded a',
      ['succeeded b', 'succeeded c'],
      'pending https://h/m2',
      'pending https://h/m2',
    ]);
    expect(two[2]).toMatchObject({ retryAfter: '3' });
    const three = continueBatch(two, buildAnswer([{ status: 404 }, ok('e')]), {
      request: { ...request.plan, continueOnError: true },
    });
    expect(tell(three)).toEqual(['succeeded a', ['succeeded b', 'succeeded c'], 'failed', 'succeeded e']);
    // What was known is the same object, and the results that were given are as they were.
    expect(three[0]).toBe(one[0]);
    expect(three[1][0]).toBe(two[1][0]);
    expect(tell(one)).toEqual([
      'succeeded a',
      ['pending https://h/m1', 'pending https://h/m1'],
      'pending https://h/m1',
      'pending https://h/m1',
    ]);
  });

  it('knows what a service that stopped did not execute', () => {
    const one = decodeBatchResponse(buildAnswer([ok('a'), interim('https://h/m1')]), { request });
    const results = continueBatch(one, wrapped([{ status: 409, id: '3' }]), { request });
    expect(tell(results)).toEqual(['succeeded a', ['rolled-back', 'failed'], 'not-executed', 'not-executed']);
  });

  it('matches by id, in any order, what is still pending', () => {
    const one = decodeBatchResponse(buildAnswer([{ ...ok('a'), id: '1' }, interim('https://h/m1')]), {
      request,
    });
    const set = [
      { ...ok('c'), id: '3' },
      { ...ok('b'), id: '2' },
    ];
    const results = continueBatch(one, wrapped([{ ...ok('e'), id: '5' }, set, { ...ok('d'), id: '4' }]), {
      request,
    });
    expect(tell(results)).toEqual([
      'succeeded a',
      ['succeeded b', 'succeeded c'],
      'succeeded d',
      'succeeded e',
    ]);
  });

  it('never gives an answer to an operation that has one (P-10)', () => {
    const one = decodeBatchResponse(buildAnswer([{ ...ok('a'), id: '1' }, interim('https://h/m1')]), {
      request,
    });
    const all = [
      { ...ok('x'), id: '1' },
      [
        { ...ok('b'), id: '2' },
        { ...ok('c'), id: '3' },
      ],
      { ...ok('d'), id: '4' },
      { ...ok('e'), id: '5' },
    ];
    const results = continueBatch(one, wrapped(all), { request });
    expect(tell(results)).toEqual([
      'succeeded a',
      ['succeeded b', 'succeeded c'],
      'succeeded d',
      'succeeded e',
    ]);
    expect(results[0]).toBe(one[0]);
    // Without ids nobody can tell which of them are the remaining ones.
    const nameless = wrapped([ok('x'), [ok('b'), ok('c')], ok('d'), ok('e')]);
    expect(tell(continueBatch(one, nameless, { request }))).toEqual([
      'succeeded a',
      ['unknown', 'unknown'],
      'unknown',
      'unknown',
    ]);
  });

  it('takes results at several monitors one by one', () => {
    const [a, set, d, e] = first;
    if (d.outcome !== 'pending') return expect.unreachable();
    const split: typeof first = [a, set, { ...d, monitor: 'https://h/other' }, e];
    const answer = [ok('d')];
    expect(issuesOf(() => continueBatch(split, buildAnswer(answer), { request }))).toEqual([
      'options.monitor: invalid-option',
    ]);
    const expected = [
      'pending https://h/m1',
      ['pending https://h/m1', 'pending https://h/m1'],
      'succeeded d',
      'pending https://h/m1',
    ];
    const given = { request, monitor: 'https://h/other' };
    expect(tell(continueBatch(split, buildAnswer(answer), given))).toEqual(expected);
    const url = 'https://h/other';
    expect(tell(continueBatch(split, { ...buildAnswer(answer), url }, { request }))).toEqual(expected);
  });

  it('goes on at a link to the rest, whichever operations are left (A-05)', () => {
    const [, , , e] = continueBatch(first, buildAnswer([ok('a'), [ok('b'), ok('c')], ok('d'), ok('e')]), {
      request,
    });
    const [a, [b, c], d] = first;
    const partial: typeof first = [a, [b, c], d, e];
    const rest = [
      { ...ok('d'), id: '4' },
      { ...ok('a'), id: '1' },
      [
        { ...ok('c'), id: '3' },
        { ...ok('b'), id: '2' },
      ],
    ];
    expect(tell(continueBatch(partial, buildAnswer(rest), { request }))).toEqual([
      'succeeded a',
      ['succeeded b', 'succeeded c'],
      'succeeded d',
      'succeeded e',
    ]);
  });

  it('makes one change set of what came in two halves (S-03)', () => {
    const half = continueBatch(first, buildAnswer([ok('a'), [ok('b'), ok('c')], ok('d'), ok('e')]), {
      request,
    });
    const [a, [b, c], d, e] = half;
    const pending = { ...first[1][1] };
    const later = continueBatch([a, [b, pending], d, e], buildAnswer([{ status: 409 }]), { request });
    expect(tell(later)).toEqual(['succeeded a', ['rolled-back', 'failed'], 'succeeded d', 'succeeded e']);
    expect(tell(continueBatch([a, [b, pending], d, e], buildAnswer([ok('c')]), { request }))).toEqual(
      tell(half),
    );

    const service: Service = { name: 'flat', atomicChangeSets: false };
    const flat = continueBatch([a, [b, pending], d, e], buildAnswer([{ status: 409 }]), {
      request: { ...request.plan, service },
    });
    expect(tell(flat)).toEqual(['succeeded a', ['succeeded b', 'failed'], 'succeeded d', 'succeeded e']);
    expect(c.outcome).toBe('succeeded');
  });

  it('asks schemas of the new results only', () => {
    const asked: unknown[] = [];
    const schema: StandardSchemaV1<unknown, string> = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: (value) => {
          asked.push(value);
          return value === 'bad' ? { issues: [{ message: 'bad' }] } : { value: `${value}!` };
        },
      },
    };
    const text = (body: string) => ({ status: 200, headers: ['Content-Type: text/plain'], body });
    const batch = [
      { method: 'GET', url: 'A', schema },
      { method: 'GET', url: 'B', schema },
      { method: 'GET', url: 'C', schema },
    ] as const;
    const sent = encodeBatchRequest(batch, options);
    const one = decodeBatchResponse(buildAnswer([text('a'), interim('https://h/m')]), { request: sent });
    const two = continueBatch(one, wrapped([text('b'), text('bad')]), { request: sent });
    expect(asked).toEqual(['a', 'b', 'bad']);
    expect(two.map((result) => (result.outcome === 'succeeded' ? result.value : result.outcome))).toEqual([
      'a!',
      'b!',
      'invalid',
    ]);
  });
});

describe('a JSON batch', () => {
  const [a, set, d, e] = BATCH;
  const waiting = { ...e, headers: { Prefer: 'respond-async' } };
  const sent = encodeBatchRequest([a, set, d, waiting] as const, { format: 'json' });
  const json = (responses: readonly object[], more = {}) => ({
    contentType: 'application/json',
    body: JSON.stringify({ responses, ...more }),
  });
  const text = (id: string, body: string) => ({
    id,
    status: 200,
    headers: { 'content-type': 'text/plain' },
    body,
    ...((id === '2' || id === '3') && { atomicityGroup: 'group1' }),
  });
  const before = [text('1', 'a'), text('2', 'b'), text('3', 'c'), text('4', 'd')];

  const later = decodeBatchResponse(
    json([...before, { id: '5', status: 202, headers: { location: 'https://h/m1' } }]),
    { request: sent },
  );
  const envelope = (text: string) => ({ contentType: 'application/http', body: text });

  it('goes on at a link to the rest, and at the link after that (A-05, J-22)', () => {
    const one = decodeBatchResponse(json([text('4', 'd')], { '@nextLink': 'https://h/l1' }), {
      request: sent,
    });
    const two = continueBatch(one, json([text('1', 'a')], { '@odata.nextLink': 'https://h/l2' }), {
      request: sent,
    });
    expect(tell(two)).toEqual([
      'succeeded a',
      ['pending https://h/l2', 'pending https://h/l2'],
      'succeeded d',
      'pending https://h/l2',
    ]);
    expect(tell(continueBatch(two, accepted('https://h/l3'), { request: sent }))).toEqual([
      'succeeded a',
      ['pending https://h/l3', 'pending https://h/l3'],
      'succeeded d',
      'pending https://h/l3',
    ]);
    const rest = json([text('5', 'e'), text('3', 'c'), text('2', 'b')]);
    expect(tell(continueBatch(two, rest, { request: sent }))).toEqual([
      'succeeded a',
      ['succeeded b', 'succeeded c'],
      'succeeded d',
      'succeeded e',
    ]);
  });

  it('gives a single operation its own answer, in a message or with AsyncResult (A-06)', () => {
    const body = 'HTTP/1.1 200 Fine\r\nContent-Type: text/plain\r\n\r\nown';
    const [, , , own] = continueBatch(later, envelope(body), { request: sent });
    expect(own).toMatchObject({
      outcome: 'succeeded',
      status: 200,
      statusText: 'Fine',
      value: 'own',
      index: 4,
    });
    const headers = { AsyncResult: '201', 'Content-Type': 'text/plain', Location: 'E(1)' };
    const [, , , direct] = continueBatch(later, { status: 200, headers, body: 'own' }, { request: sent });
    expect(direct).toMatchObject({ outcome: 'succeeded', status: 201, value: 'own' });
  });

  it('has a single operation fail by its own answer, and wait for it', () => {
    const failed = envelope('HTTP/1.1 409 No\r\nContent-Type: text/plain\r\n\r\nx');
    expect(tell(continueBatch(later, failed, { request: sent }))).toEqual([
      'succeeded a',
      ['succeeded b', 'succeeded c'],
      'succeeded d',
      'failed x',
    ]);
    expect(continueBatch(later, accepted('/m2'), { request: sent })[3]).toMatchObject({
      outcome: 'pending',
      monitor: 'https://h/m2',
    });
  });

  it('takes for the answer of a single operation neither what a monitor says of itself nor what it says of a batch', () => {
    const gone = { status: 404, contentType: 'text/plain', body: 'gone' };
    expect(errorOf(() => continueBatch(later, gone, { request: sent }))).toMatchObject({
      code: 'not-a-batch',
    });
    const refused = envelope('HTTP/1.1 500 No\r\n\r\n');
    const all = decodeBatchResponse(json(before.slice(1), { '@nextLink': 'https://h/l1' }), {
      request: sent,
    });
    expect(errorOf(() => continueBatch(all, refused, { request: sent }))).toMatchObject({
      code: 'not-a-batch',
    });
    const rest = buildAnswer([ok('a'), [ok('b'), ok('c')], ok('d'), interim('https://h/m1')]);
    const last = decodeBatchResponse(rest, { request });
    expect(errorOf(() => continueBatch(last, refused, { request }))).toMatchObject({ code: 'not-a-batch' });
  });
});

describe('a later answer that is none', () => {
  const one = decodeBatchResponse(buildAnswer([ok('a'), interim('https://h/m1')]), { request });
  const refused = (message: BatchMessage) => {
    const error = errorOf(() => continueBatch(one, message, { request }));
    if (!isBatchError(error)) throw error;
    return { code: error.code, error, results: tell(error.results) };
  };

  it.each([
    ['a monitor that is gone', { status: 404, body: '' }, 404],
    ['a monitor that has no time', { status: 503, headers: { 'Retry-After': '5' }, body: '' }, 503],
    [
      'a refusal inside an envelope',
      { status: 200, contentType: 'application/http', body: 'HTTP/1.1 500 No\r\n\r\n' },
      500,
    ],
    [
      'a refusal whose status is in AsyncResult (A-03)',
      { status: 200, headers: { AsyncResult: '403' }, body: '' },
      403,
    ],
    ['an AsyncResult that is no status', { status: 200, headers: { AsyncResult: 'no' }, body: '' }, 200],
  ])('throws with all results for %s', (_, message, status) => {
    const { code, error, results } = refused(message);
    expect(code).toBe('not-a-batch');
    expect(error).toMatchObject({ status });
    expect(results).toEqual(['succeeded a', ['unknown', 'unknown'], 'unknown', 'unknown']);
  });

  it('throws with all results where it is cut off, and can be asked for again', () => {
    const { body, ...rest } = buildAnswer([[ok('b'), ok('c')], ok('d'), ok('e')]);
    const { code, results } = refused({ ...rest, body: (body as Uint8Array<ArrayBuffer>).slice(0, -20) });
    expect(code).toBe('missing-close-delimiter');
    expect(results).toEqual(['succeeded a', ['succeeded b', 'succeeded c'], 'succeeded d', 'unknown']);
    expect(tell(continueBatch(one, { ...rest, body }, { request }))).toEqual([
      'succeeded a',
      ['succeeded b', 'succeeded c'],
      'succeeded d',
      'succeeded e',
    ]);
  });

  it('throws with all results where a schema needs time', () => {
    const schema = {
      '~standard': { version: 1, vendor: 'test', validate: async (value: unknown) => ({ value }) },
    } as const;
    const sent = encodeBatchRequest(
      [
        { method: 'GET', url: 'A' },
        { method: 'GET', url: 'B', schema },
      ],
      options,
    );
    const before = decodeBatchResponse(buildAnswer([ok('a'), interim('https://h/m1')]), { request: sent });
    const error = errorOf(() => continueBatch(before, wrapped([ok('b')]), { request: sent }));
    expect(error).toMatchObject({ code: 'async-schema' });
    expect(tell((error as { results: unknown }).results)).toEqual(['succeeded a', 'invalid b']);
  });
});

describe('wrong use', () => {
  it.each<[string, unknown, string]>([
    ['results of another batch', [first[0]], 'results: invalid-option'],
    ['no results', undefined, 'results: invalid-option'],
    ['results of another nesting', [first[1], first[0], first[2], first[3]], 'results: invalid-option'],
    [
      'a change set of another size',
      [first[0], [first[1][0]], first[2], first[3]],
      'results: invalid-option',
    ],
    ['nulls', [null, [null, null], null, null], 'results: invalid-option'],
  ])('is refused: %s', (_, results, issue) => {
    expect(issuesOf(() => continueBatch(results as typeof first, accepted(), { request }))).toEqual([issue]);
  });

  it('is refused where nothing is pending, or not at that monitor', () => {
    const done = continueBatch(first, wrapped([ok('a'), [ok('b'), ok('c')], ok('d'), ok('e')]), { request });
    expect(issuesOf(() => continueBatch(done, accepted(), { request }))).toEqual(['results: invalid-option']);
    expect(issuesOf(() => continueBatch(first, accepted(), { request, monitor: 'https://h/m9' }))).toEqual([
      'options.monitor: invalid-option',
    ]);
    expect(issuesOf(() => continueBatch(first, accepted(), {} as { request: typeof request }))).toEqual([
      'options.request: invalid-option',
    ]);
  });
});

describe('readBatchContinuation', () => {
  const respond = (text: string, headers: Record<string, string>, status = 200) =>
    new Response(text, { status, headers });
  const envelope = { 'Content-Type': 'application/http' };

  it('reads the Response of a monitor', async () => {
    const { body } = wrapped([ok('a'), [ok('b'), ok('c')], ok('d'), interim('/m2')]);
    const response = { ...plain(respond(body as string, envelope)), url: 'https://h/m1' };
    const results = await readBatchContinuation(first, response, { request });
    expect(tell(results)).toEqual([
      'succeeded a',
      ['succeeded b', 'succeeded c'],
      'succeeded d',
      'pending https://h/m2',
    ]);
  });

  it('waits for schemas that take time', async () => {
    const schema = {
      '~standard': { version: 1, vendor: 'test', validate: async (value: unknown) => ({ value: [value] }) },
    } as const;
    const batch = [{ method: 'GET', url: 'A', schema }] as const;
    const sent = encodeBatchRequest(batch, options);
    const before = decodeBatchResponse(accepted('https://h/m1'), { request: sent });
    const { body } = wrapped([{ status: 200, headers: ['Content-Type: text/plain'], body: 'x' }]);
    const [result] = await readBatchContinuation(before, respond(body as string, envelope), {
      request: sent,
    });
    expect(result.outcome === 'succeeded' && result.value).toEqual(['x']);
  });

  it('rejects with all results where reading fails half-way', async () => {
    const one = decodeBatchResponse(buildAnswer([ok('a'), interim('https://h/m1')]), { request });
    const text = answerText([[ok('b'), ok('c')], ok('d'), ok('e')]).slice(0, -20);
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(octets(text)),
      pull: (controller) => controller.error(new Error('reset')),
    });
    const response = {
      status: 200,
      headers: new Headers({ 'Content-Type': 'multipart/mixed; boundary=b' }),
      body,
    };
    const error = await rejectionOf(readBatchContinuation(one, response, { request }));
    expect(error).toMatchObject({ code: 'response-lost' });
    expect(tell((error as { results: unknown }).results)).toMatchObject([
      'succeeded a',
      ['succeeded b', 'succeeded c'],
      /d|unknown/,
      'unknown',
    ]);
  });

  function plain({ status, headers, body }: Response) {
    return { status, headers, body };
  }
});
