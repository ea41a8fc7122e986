import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { EncodeBatchRequestOptions } from '../../../../src/batch/encode-options.ts';
import { type Batch, defineBatch } from '../../../../src/batch/operation.ts';
import type { OperationResult } from '../../../../src/batch/result.ts';
import type { BatchResponseError, BatchSyntaxError } from '../../../../src/errors.ts';
import { decodeBatchResponse } from '../../../../src/formats/decode-batch-response.ts';
import { decodeBatchResponseStream } from '../../../../src/formats/decode-batch-response-stream.ts';
import { encodeBatchRequest } from '../../../../src/formats/encode-batch-request.ts';
import { readBatchResponse } from '../../../../src/formats/read-batch-response.ts';
import type { LimitsInput } from '../../../../src/limits.ts';
import type { BatchWarning } from '../../../../src/reading.ts';
import { octets, textOf } from '../../build-octets.ts';
import { errorOf, rejectionOf } from '../../catch-error.ts';

const GETS = defineBatch([
  { method: 'GET', url: 'A' },
  { method: 'GET', url: 'B' },
]);
const encode = <const B extends Batch>(batch: B, options: EncodeBatchRequestOptions = {}) =>
  encodeBatchRequest(batch, { format: 'json', ...options });
const request = encode(GETS);

const message = (...responses: string[]) => ({
  contentType: 'application/json',
  body: `{"responses":[${responses.join(',')}]}`,
});
const outcomes = (results: readonly unknown[]): unknown[] =>
  results.map((item) => (Array.isArray(item) ? outcomes(item) : (item as OperationResult).outcome));
const decode = (responses: readonly string[], batch: Batch, options?: EncodeBatchRequestOptions) =>
  outcomes(decodeBatchResponse(message(...responses), { request: encode(batch, options) }));

describe('a JSON answer', () => {
  it("gives each operation its result: the caller's object, id, place and answer", () => {
    const [first, second] = decodeBatchResponse(
      message(
        '{"id":"2","status":404,"body":{"error":{"code":"E","message":"Gone"}}}',
        '{"id":"1","status":200,"headers":{"ETag":"W/\\"a:b\\""},"body":{"a":9007199254740993}}',
      ),
      { request },
    );
    expect(first).toMatchObject({
      outcome: 'succeeded',
      id: '1',
      index: 0,
      path: [0],
      status: 200,
      statusText: 'OK',
    });
    expect(first.operation).toBe(GETS[0]);
    if (first.outcome !== 'succeeded' || second.outcome !== 'failed') return expect.unreachable();
    expect([...first.headers]).toEqual([
      ['ETag', 'W/"a:b"'],
      ['content-type', 'application/json'],
    ]);
    expect(textOf(first.bytes)).toBe('{"a":9007199254740993}');
    expect(first.text()).toBe('{"a":9007199254740993}');
    expect(second).toMatchObject({ id: '2', index: 1, status: 404, error: { code: 'E', message: 'Gone' } });
  });

  it('gives the octets of JSON as they stand in the message, without a copy (J-14)', () => {
    const body = octets('{"responses":[{"id":"1","status":200,"body": [ 1.0,\r\n"\\u00e4" ] }]}');
    const [result] = decodeBatchResponse({ contentType: 'application/json', body });
    if (result === undefined || Array.isArray(result) || result.outcome !== 'succeeded')
      return expect.unreachable();
    expect(textOf(result.bytes)).toBe('[ 1.0,\r\n"\\u00e4" ]');
    expect(result.bytes.buffer).toBe(body.buffer);
    expect(result.value).toEqual([1, 'ä']);
  });

  it('gives text and octets by their media type, text as text whatever its charset (J-14)', () => {
    const results = decodeBatchResponse(
      message(
        '{"status":200,"headers":{"content-type":"text/plain; charset=iso-8859-1"},"body":"ä\\n"}',
        '{"status":200,"headers":{"content-type":"image/png"},"body":"_-8"}',
        '{"status":200,"headers":{"content-type":"application/json;charset=utf-16"},"body":"ä"}',
        '{"status":200,"headers":{"content-type":"application/xml;charset=iso-8859-1"},"body":"5A"}',
        '{"status":204}',
      ),
    ).flat();
    expect(results.map((result) => 'value' in result && result.value)).toEqual([
      'ä\n',
      Uint8Array.of(0xff, 0xef),
      'ä',
      'ä',
      undefined,
    ]);
  });

  it('is read by schemas, and by readBatchResponse', async () => {
    const typed = encode([{ method: 'GET', url: 'A', schema: z.object({ a: z.number() }) }]);
    const { contentType, body } = message('{"id":"1","status":200,"body":{"a":"x"}}');
    const response = new Response(body, { headers: { 'Content-Type': contentType } });
    const [result] = await readBatchResponse(response, { request: typed });
    expect(result).toMatchObject({ outcome: 'invalid', issues: [{ path: ['a'] }] });
  });

  it('is read whole where a stream was asked for', async () => {
    const { contentType, body } = message('{"id":"2","status":404}', '{"id":"1","status":200}');
    const response = new Response(body, { headers: { 'Content-Type': contentType } });
    const told: unknown[] = [];
    for await (const { index, outcome } of decodeBatchResponseStream(response, { request }))
      told.push([index, outcome]);
    expect(told).toEqual([
      [0, 'succeeded'],
      [1, 'failed'],
    ]);
  });

  it('tells what it accepted, and where', () => {
    const warnings: BatchWarning[] = [];
    const { contentType, body } = message(
      '{"id":"1","status":200}',
      '\n{"id":2,"status":204,"headers":{"content-type":"image/png"},"body":{}}',
    );
    decodeBatchResponse({ contentType, body }, { request, onWarning: (warning) => warnings.push(warning) });
    expect(warnings).toEqual([
      { code: 'invalid-content-id', offset: body.indexOf('2,'), line: 2, path: 'responses[1].id' },
      { code: 'unencoded-body', offset: body.indexOf('{}'), line: 2, path: 'responses[1].body' },
      { code: 'body-not-allowed', offset: body.indexOf('{}'), line: 2, path: 'responses[1].body' },
    ]);
  });

  it('is refused where it can not be right, with what came before (law 1)', () => {
    const { contentType, body } = message('{"id":"2","status":200}', '{"id":"1","status":200,"headers":[1]}');
    const error = errorOf(() => decodeBatchResponse({ contentType, body }, { request })) as BatchSyntaxError;
    expect(error).toMatchObject({
      code: 'invalid-member',
      offset: body.indexOf('[1]'),
      line: 1,
      path: 'responses[1].headers',
    });
    expect(outcomes(error.results ?? [])).toEqual(['unknown', 'succeeded']);
  });

  it('shows nothing of headers and bodies in its errors', () => {
    const { contentType, body } = message(
      '\n{"id":"1","status":200,"headers":{"set-cookie":"secret","x y":"secret"},"body":"secret"}',
    );
    const error = errorOf(() => decodeBatchResponse({ contentType, body })) as BatchSyntaxError;
    expect(error.code).toBe('invalid-header-name');
    expect(error.message + error.excerpt).not.toContain('secret');
  });

  it('that is cut off gives what is whole of it, the rest unknown (law 4)', () => {
    const batch = [
      { method: 'GET', url: 'A' },
      [
        { method: 'POST', url: 'B' },
        { method: 'POST', url: 'C' },
      ],
    ] as const;
    const { contentType, body } = message(
      '{"id":"1","status":200}',
      '{"id":"3","status":201}',
      '{"id":"2","status":201}',
    );
    const cut = (text: string) =>
      errorOf(() =>
        decodeBatchResponse({ contentType, body: text }, { request: encode(batch) }),
      ) as BatchSyntaxError;
    const error = cut(body.slice(0, body.indexOf('{"id":"2"')));
    expect(error.code).toBe('unexpected-end');
    // A failure that is still to come would undo the change set.
    expect(outcomes(error.results ?? [])).toEqual(['succeeded', ['unknown', 'unknown']]);
    expect(outcomes(cut(body.slice(0, -1)).results ?? [])).toEqual(['succeeded', ['succeeded', 'succeeded']]);
  });
});

describe('by its Content-Type', () => {
  it.each(['application/json', 'Application/JSON;odata.metadata=none; charset=utf-8'])(
    '%s is a JSON batch',
    (contentType) => {
      const { body } = message('{"id":"1","status":200}', '{"id":"2","status":200}');
      expect(outcomes(decodeBatchResponse({ contentType, body }, { request }))).toEqual([
        'succeeded',
        'succeeded',
      ]);
    },
  );

  it.each(['application/problem+json', 'text/json', 'application/jsonl'])('%s is none', (contentType) => {
    const { body } = message('{"id":"1","status":200}');
    expect(errorOf(() => decodeBatchResponse({ contentType, body }, { request }))).toMatchObject({
      code: 'not-a-batch',
    });
  });

  it('JSON without responses is the refusal of the service, with its error (P-18)', () => {
    const body = '{"error":{"code":"Locked","message":"later"}}';
    const error = errorOf(() =>
      decodeBatchResponse({ status: 503, contentType: 'application/json', body }, { request }),
    ) as BatchResponseError;
    expect(error).toMatchObject({
      code: 'not-a-batch',
      status: 503,
      error: { code: 'Locked', message: 'later' },
    });
    expect(outcomes(error.results ?? [])).toEqual(['unknown', 'unknown']);
  });

  it.each(['', '{', '{"error":', 'oops'])(
    'what a service that fails sends as JSON may be none: %j',
    (body) => {
      const error = errorOf(() =>
        decodeBatchResponse({ status: 500, contentType: 'application/json', body }, { request }),
      );
      expect(error).toMatchObject({ code: 'not-a-batch', status: 500 });
      // With success there is no reason for it but that it was cut off, or is broken.
      expect(
        errorOf(() => decodeBatchResponse({ contentType: 'application/json', body }, { request })),
      ).toMatchObject({
        code: body === 'oops' ? 'invalid-json' : 'unexpected-end',
      });
    },
  );
});

describe('without the request', () => {
  it('answers are told in their order, those of one change set together (J-20)', () => {
    const results = decodeBatchResponse(
      message(
        '{"id":"1","atomicityGroup":"g","status":201}',
        '{"id":"2","status":404}',
        '{"id":"3","atomicityGroup":"g","status":201}',
      ),
    );
    expect(outcomes(results)).toEqual([['succeeded', 'succeeded'], 'failed']);
    expect(results.flat().map(({ id, path }) => [id, path])).toEqual([
      ['1', [0, 0]],
      ['3', [0, 1]],
      ['2', [1]],
    ]);
  });
});

describe('what did not happen', () => {
  const dependent = [
    { method: 'POST', url: 'A' },
    { method: 'GET', url: '$1' },
    { method: 'GET', url: 'B', if: '$1/$succeeded' },
    { method: 'GET', url: 'C' },
  ] as const;

  it('is not executed where it depends on a failure, with the answer that says so (J-10)', () => {
    const results = decodeBatchResponse(
      message(
        '{"id":"1","status":400}',
        '{"id":"2","status":424,"body":{"error":{"code":"F","message":"failed dependency"}}}',
        '{"id":"3","status":424}',
        '{"id":"4","status":424}',
      ),
      { request: encode(dependent) },
    );
    expect(outcomes(results)).toEqual(['failed', 'not-executed', 'not-executed', 'failed']);
    expect(results[1]).toMatchObject({ cause: { status: 424, error: { code: 'F' } } });
  });

  it('is its change set too, whichever member depends (J-10)', () => {
    const batch: Batch = [
      { method: 'GET', url: 'A' },
      [
        { method: 'POST', url: 'B', dependsOn: ['1'] },
        { method: 'POST', url: 'C' },
      ],
    ];
    const failed = '{"id":"1","status":404}';
    expect(decode([failed, '{"id":"2","status":424}', '{"id":"3","status":424}'], batch)).toEqual([
      'failed',
      ['not-executed', 'not-executed'],
    ]);
    expect(decode([failed, '{"atomicityGroup":"group1","status":424}'], batch)).toEqual([
      'failed',
      ['not-executed', 'not-executed'],
    ]);
    expect(decode([failed, '{"id":"2","status":424}', '{"id":"3","status":201}'], batch)).toEqual([
      'failed',
      ['not-executed', 'rolled-back'],
    ]);
  });

  it('is a failure where a change set depends on nothing but itself', () => {
    const batch: Batch = [
      [
        { method: 'POST', url: 'B', id: 'b' },
        { method: 'POST', url: '$b/C' },
      ],
    ];
    expect(decode(['{"id":"b","status":424}', '{"id":"2","status":424}'], batch)).toEqual([
      ['failed', 'failed'],
    ]);
  });

  it('is missing only where continue-on-error=false was sent, and something failed (J-17)', () => {
    const some = ['{"id":"2","status":404}'];
    expect(decode(some, GETS, { continueOnError: false })).toEqual(['not-executed', 'failed']);
    expect(decode(some, GETS, { continueOnError: true })).toEqual(['unknown', 'failed']);
    expect(decode(some, GETS)).toEqual(['unknown', 'failed']);
    expect(decode(['{"id":"2","status":200}'], GETS, { continueOnError: false })).toEqual([
      'unknown',
      'succeeded',
    ]);
    // An answer that is nobody's may be that of the operation.
    expect(
      decode([...some, '{"id":"x","status":200}'], [...GETS, { method: 'GET', url: 'C' }], {
        continueOnError: false,
      }),
    ).toEqual(['unknown', 'failed', 'unknown']);
  });
});

describe('answers are matched', () => {
  it('by id only: their order says nothing (J-18)', () => {
    expect(decode(['{"status":200}', '{"id":"2","status":404}'], GETS)).toEqual(['unknown', 'failed']);
    expect(decode(['{"id":"9","status":200}', '{"id":"2","status":404}'], GETS)).toEqual([
      'unknown',
      'failed',
    ]);
  });

  it('by place where the service is known to keep the order', () => {
    const service = { name: 's', ordered: true };
    expect(decode(['{"status":200}', '{"status":404}'], GETS, { service })).toEqual(['succeeded', 'failed']);
  });

  it('by ids as the service changes them', () => {
    const service = { name: 's', sentId: (id: string) => id.toLowerCase() };
    const batch: Batch = [{ method: 'GET', url: 'A', id: 'a' }, [{ method: 'POST', url: 'B', id: 'b' }]];
    expect(decode(['{"id":"B","status":201}', '{"id":"A","status":200}'], batch, { service })).toEqual([
      'succeeded',
      ['succeeded'],
    ]);
  });

  it('by the name of a change set where an answer has no id', () => {
    const batch: Batch = [
      [{ method: 'POST', url: 'A' }],
      [
        { method: 'POST', url: 'B' },
        { method: 'POST', url: 'C' },
      ],
    ];
    expect(
      decode(['{"atomicityGroup":"group2","status":400}', '{"atomicityGroup":"group1","status":201}'], batch),
    ).toEqual([['succeeded'], ['rolled-back', 'rolled-back']]);
    expect(
      decode(
        [
          '{"id":"2","atomicityGroup":"mine","status":201}',
          '{"atomicityGroup":"mine","status":400}',
          '{"id":"1","status":201}',
        ],
        batch,
      ),
    ).toEqual([['succeeded'], ['rolled-back', 'rolled-back']]);
  });
});

describe('answered later', () => {
  it('is what a link leads to (J-22)', () => {
    const results = decodeBatchResponse(
      {
        contentType: 'application/json',
        body: '{"responses":[{"id":"2","status":200}],"@nextLink":"https://h/next"}',
      },
      { request },
    );
    expect(results[0]).toMatchObject({ outcome: 'pending', monitor: 'https://h/next' });
    expect(results[1].outcome).toBe('succeeded');
  });

  it('is an operation that asked for it and is answered 202 with a Location (A-06)', () => {
    const asking = (prefer: string) => [{ method: 'GET', url: 'A', headers: { Prefer: prefer } }] as const;
    const answer = message('{"id":"1","status":202,"headers":{"Location":"https://h/m","retry-after":"7"}}');
    expect(decodeBatchResponse(answer, { request: encode(asking('respond-async')) })).toMatchObject([
      { outcome: 'pending', monitor: 'https://h/m', retryAfter: '7' },
    ]);
    expect(decodeBatchResponse(answer, { request: encode(asking('return=minimal')) })).toMatchObject([
      { outcome: 'succeeded' },
    ]);
    expect(
      decodeBatchResponse(message('{"id":"1","status":202}'), { request: encode(asking('respond-async')) }),
    ).toMatchObject([{ outcome: 'succeeded' }]);
  });

  it('is the whole batch, as any', () => {
    const later = encode(GETS, { headers: { Prefer: 'respond-async' } });
    const results = decodeBatchResponse(
      { status: 202, headers: { Location: 'https://h/m' }, body: '' },
      { request: later },
    );
    expect(results).toMatchObject([{ outcome: 'pending', monitor: 'https://h/m' }, { outcome: 'pending' }]);
  });
});

describe('multipart in answer to a JSON batch', () => {
  const batch = [
    { method: 'GET', url: 'A' },
    [
      { method: 'POST', url: 'B' },
      { method: 'POST', url: 'C' },
    ],
    { method: 'GET', url: 'D' },
  ] as const;
  const part = (id: string, status: number, more = '') =>
    `--b\r\nContent-Type: application/http\r\nContent-ID: ${id}\r\n\r\nHTTP/1.1 ${status} X\r\n${more}\r\nbody ${id}\r\n`;
  const answer = (...parts: string[]) => ({
    contentType: 'multipart/mixed; boundary=b',
    body: `${parts.join('')}--b--\r\n`,
  });

  it('is flat, in any order, by id (P-20)', () => {
    const results = decodeBatchResponse(
      answer(part('4', 200), part('3', 201), part('1', 200), part('2', 201)),
      {
        request: encode(batch),
      },
    );
    expect(outcomes(results)).toEqual(['succeeded', ['succeeded', 'succeeded'], 'succeeded']);
    expect(results.flat().map((result) => result.outcome === 'succeeded' && result.text())).toEqual([
      'body 1',
      'body 2',
      'body 3',
      'body 4',
    ]);
    expect(
      outcomes(
        decodeBatchResponse(answer(part('3', 400), part('2', 424), part('1', 200), part('4', 200)), {
          request: encode(batch),
        }),
      ),
    ).toEqual(['succeeded', ['rolled-back', 'failed'], 'succeeded']);
  });

  it('may nest its change sets all the same', () => {
    const nest = `--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n${part('3', 201)}${part('2', 201)}`
      .replaceAll('--b\r\nContent-Type: app', '--c\r\nContent-Type: app')
      .concat('--c--\r\n');
    expect(
      outcomes(decodeBatchResponse(answer(nest, part('1', 200), part('4', 200)), { request: encode(batch) })),
    ).toEqual(['succeeded', ['succeeded', 'succeeded'], 'succeeded']);
  });

  it('without ids is read by place where it looks like the batch; a part of one, where the service keeps the order (P-20)', () => {
    const dependent = [
      { method: 'GET', url: 'A' },
      [{ method: 'POST', url: 'B', dependsOn: ['1'] }],
      [
        { method: 'POST', url: 'C' },
        { method: 'POST', url: 'D' },
      ],
    ] as const;
    const bare = (status: number) => part('', status).replace('Content-ID: \r\n', '');
    const nest = `--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n${bare(201)}${bare(201)}`
      .replaceAll('--b\r\nContent-Type: app', '--c\r\nContent-Type: app')
      .concat('--c--\r\n');
    const known = encode(dependent, { continueOnError: false, service: { name: 's', ordered: true } });
    const unsaid = encode(dependent, { continueOnError: false });
    const whole = answer(bare(404), bare(424), nest);
    const all = ['failed', ['not-executed'], ['succeeded', 'succeeded']];
    expect(outcomes(decodeBatchResponse(whole, { request: unsaid }))).toEqual(all);
    expect(outcomes(decodeBatchResponse(whole, { request: known }))).toEqual(all);
    const stopped = answer(bare(404));
    expect(outcomes(decodeBatchResponse(stopped, { request: unsaid }))).toEqual([
      'unknown',
      ['unknown'],
      ['unknown', 'unknown'],
    ]);
    expect(outcomes(decodeBatchResponse(stopped, { request: known }))).toEqual([
      'failed',
      ['not-executed'],
      ['not-executed', 'not-executed'],
    ]);
  });

  it('as a stream gives single answers at once, those of a change set at the end, with their bodies', async () => {
    const { contentType, body } = answer(part('3', 201), part('4', 200), part('2', 201), part('1', 200));
    const response = new Response(body, { headers: { 'Content-Type': contentType } });
    const told: unknown[] = [];
    for await (const result of decodeBatchResponseStream(response, { request: encode(batch) })) {
      told.push([result.id, result.outcome === 'succeeded' && result.text()]);
    }
    expect(told).toEqual([
      ['4', 'body 4'],
      ['1', 'body 1'],
      ['2', 'body 2'],
      ['3', 'body 3'],
    ]);
  });

  it('that is cut off leaves a change set unknown that lacks answers', async () => {
    const { contentType, body } = answer(part('3', 201), part('4', 200), part('2', 201), part('1', 200));
    const cut = body.slice(0, body.indexOf('--b\r\nContent-Type: application/http\r\nContent-ID: 2') + 5);
    const error = errorOf(() =>
      decodeBatchResponse({ contentType, body: cut }, { request: encode(batch) }),
    ) as BatchSyntaxError;
    expect(outcomes(error.results ?? [])).toEqual(['unknown', ['unknown', 'unknown'], 'succeeded']);
    const response = new Response(cut, { headers: { 'Content-Type': contentType } });
    const streamed = (await rejectionOf(
      (async () => {
        for await (const _ of decodeBatchResponseStream(response, { request: encode(batch) }));
      })(),
    )) as BatchSyntaxError;
    expect(outcomes(streamed.results ?? [])).toEqual(outcomes(error.results ?? []));
  });

  it('may end with the place where the rest will be', () => {
    const later = encode(batch, { headers: { Prefer: 'respond-async' } });
    const interim =
      '--b\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 202 Accepted\r\nLocation: https://h/m\r\n\r\n\r\n';
    expect(outcomes(decodeBatchResponse(answer(part('4', 200), interim), { request: later }))).toEqual([
      'pending',
      ['pending', 'pending'],
      'succeeded',
    ]);
  });
});

describe('limits', () => {
  const two = message(
    '{"id":"1","status":200,"headers":{"a":"1","b":"2"},"body":[[1]]}',
    '{"id":"2","status":200}',
  );
  const group = message('{"atomicityGroup":"g","status":200}', '{"atomicityGroup":"g","status":200}');

  it.each<[string, LimitsInput, { contentType: string; body: string }]>([
    ['maxMessageBytes', { maxMessageBytes: 20 }, two],
    ['maxParts', { maxParts: 1 }, two],
    ['maxOperationsPerChangeSet', { maxOperationsPerChangeSet: 1 }, group],
    ['maxPartBytes', { maxPartBytes: 4 }, two],
    ['maxHeaderBytes', { maxHeaderBytes: 16 }, two],
    ['maxHeaderCount', { maxHeaderCount: 1 }, two],
    ['maxJsonDepth', { maxJsonDepth: 4 }, two],
  ])('%s is held, and no less is allowed (S-12)', (limit, limits, answer) => {
    expect(errorOf(() => decodeBatchResponse(answer, { limits }))).toMatchObject({
      code: 'limit-exceeded',
      limit,
    });
    const [[name, value] = ['', 0]] = Object.entries(limits);
    const enough = name === 'maxMessageBytes' ? answer.body.length : (value ?? 0) + 1;
    expect(() => decodeBatchResponse(answer, { limits: { [name]: enough } })).not.toThrow();
  });

  it('a change set counts as one of the parts', () => {
    expect(() => decodeBatchResponse(group, { limits: { maxParts: 1 } })).not.toThrow();
  });
});
