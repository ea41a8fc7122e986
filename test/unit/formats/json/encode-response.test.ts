import { describe, expect, it } from 'vitest';
import type { Batch } from '../../../../src/batch/operation.ts';
import type { BatchResponses, OutgoingResponse } from '../../../../src/batch/outgoing-response.ts';
import { decodeBatchRequest } from '../../../../src/formats/decode-batch-request.ts';
import { decodeBatchResponse } from '../../../../src/formats/decode-batch-response.ts';
import { encodeBatchRequest } from '../../../../src/formats/encode-batch-request.ts';
import {
  type EncodeBatchResponseOptions,
  encodeBatchResponse,
} from '../../../../src/formats/encode-batch-response.ts';
import { encodeBatchResponseStream } from '../../../../src/formats/encode-batch-response-stream.ts';
import { octets, textOf } from '../../build-octets.ts';
import { issuesOf } from '../../catch-error.ts';

const encode = (responses: BatchResponses, options: EncodeBatchResponseOptions = {}) =>
  encodeBatchResponse(responses, { format: 'json', ...options });
const textFor = (responses: BatchResponses, options?: EncodeBatchResponseOptions) =>
  new TextDecoder().decode(encode(responses, options).body);
const responsesOf = (responses: BatchResponses, options?: EncodeBatchResponseOptions) =>
  JSON.parse(textFor(responses, options)).responses as Record<string, unknown>[];
const issuesWith = (response: object) => issuesOf(() => encode([response as OutgoingResponse]));

/** A batch as a service has read it, and what its client needs. */
function received(batch: Batch, format: 'json' | 'multipart', continueOnError?: boolean) {
  const request = encodeBatchRequest(batch, {
    format,
    ...(continueOnError !== undefined && { continueOnError }),
  });
  return { request, decoded: decodeBatchRequest(request) };
}

const outcomes = (results: readonly unknown[]): unknown[] =>
  results.map((item) => (Array.isArray(item) ? outcomes(item) : (item as { outcome: string }).outcome));

const BATCH: Batch = [
  { method: 'GET', url: 'A' },
  [
    { method: 'POST', url: 'B' },
    { method: 'POST', url: 'C' },
  ],
  { method: 'GET', url: 'D' },
];

describe('a JSON answer', () => {
  it('is one object, written octet for octet (J-18, J-19)', () => {
    expect(
      textFor([
        { status: 200, id: '1', headers: { ETag: 'W/"1"' }, body: { d: 'Ä' } },
        [
          {
            status: 201,
            id: '2',
            headers: { location: 'B(1)', 'Content-Type': 'image/png' },
            body: octets('\xff'),
          },
          { status: 204, id: '3' },
        ],
        { status: 404, headers: { 'Content-Type': 'text/plain' }, body: 'none' },
      ]),
    ).toBe(
      '{"responses":[' +
        '{"id":"1","status":200,"headers":{"etag":"W/\\"1\\"","content-type":"application/json"},"body":{"d":"Ä"}},' +
        '{"id":"2","atomicityGroup":"group1","status":201,"headers":{"location":"B(1)","content-type":"image/png"},"body":"_w"},' +
        '{"id":"3","atomicityGroup":"group1","status":204},' +
        '{"status":404,"headers":{"content-type":"text/plain"},"body":"none"}' +
        ']}',
    );
  });

  it('says what it is and which version', () => {
    const { status, contentType, headers } = encode([{ status: 200 }], { version: '4.01' });
    expect({ status, contentType }).toEqual({ status: 200, contentType: 'application/json' });
    expect(headers).toEqual({ 'Content-Type': 'application/json', 'OData-Version': '4.01' });
  });

  it('is what a JSON batch gets, unless the service says otherwise', () => {
    const { decoded } = received(BATCH, 'json');
    const answers = [{ status: 200 }, [{ status: 201 }, { status: 201 }], { status: 200 }];
    expect(encodeBatchResponse(answers, { request: decoded }).contentType).toBe('application/json');
    expect(encodeBatchResponse(answers, { request: decoded, format: 'multipart' }).contentType).toMatch(
      /^multipart/,
    );
    expect(encodeBatchResponse(answers).contentType).toMatch(/^multipart/);
    expect(issuesOf(() => encodeBatchResponse(answers, { format: 'xml' as never }))).toEqual([
      'options.format: invalid-option',
    ]);
  });

  it('repeats ids and names of change sets (J-18)', () => {
    const request = decodeBatchRequest({
      contentType: 'application/json',
      body: '{"requests":[{"id":"a","method":"post","url":"A","atomicityGroup":"mine"},{"id":"b","method":"get","url":"B"}]}',
    });
    expect(responsesOf([[{ status: 201 }], { status: 200 }], { request })).toEqual([
      { id: 'a', atomicityGroup: 'mine', status: 201 },
      { id: 'b', status: 200 },
    ]);
  });

  it('names change sets by nothing that is an id (J-20)', () => {
    const answers = [
      [{ status: 201, id: 'group1' }],
      [{ status: 201, id: 'x' }],
      [{ status: 201, id: 'GROUP3' }],
    ];
    expect(responsesOf(answers).map(({ atomicityGroup }) => atomicityGroup)).toEqual([
      'group2',
      'group4',
      'group5',
    ]);
  });
});

describe('to a JSON batch', () => {
  const { request, decoded } = received(BATCH, 'json');
  const failed = { status: 400, body: { error: { code: 'E', message: 'no' } } };
  const single = { status: 200 };
  const readBack = (responses: BatchResponses, options?: EncodeBatchResponseOptions) =>
    outcomes(decodeBatchResponse(encode(responses, { request: decoded, ...options }), { request }));

  it('a failed change set is answered by the failure and 424 for the others (J-10, J-21)', () => {
    const answers = [single, { ...failed, id: '3' }, single];
    expect(
      responsesOf(answers, { request: decoded }).map(({ id, status, atomicityGroup }) => [
        id,
        status,
        atomicityGroup,
      ]),
    ).toEqual([
      ['1', 200, undefined],
      ['2', 424, 'group1'],
      ['3', 400, 'group1'],
      ['4', 200, undefined],
    ]);
    expect(readBack(answers)).toEqual(['succeeded', ['rolled-back', 'failed'], 'succeeded']);
  });

  it('by the failure for all where nobody knows which it was (P-03)', () => {
    for (const id of [undefined, 'nobody']) {
      const answers = [single, { ...failed, id }, single];
      expect(responsesOf(answers, { request: decoded }).map(({ id, status }) => [id, status])).toEqual([
        ['1', 200],
        ['2', 400],
        ['3', 400],
        ['4', 200],
      ]);
      expect(readBack(answers)).toEqual(['succeeded', ['failed', 'failed'], 'succeeded']);
    }
  });

  it('in multipart is flat, with all ids (P-20)', () => {
    const answers = [single, { ...failed, id: '2' }, single];
    const { body } = encode(answers, { request: decoded, format: 'multipart' });
    expect(textOf(body)).not.toContain('changeset');
    expect(textOf(body).match(/Content-ID: \d/g)).toEqual([
      'Content-ID: 1',
      'Content-ID: 2',
      'Content-ID: 3',
      'Content-ID: 4',
    ]);
    expect(readBack(answers, { format: 'multipart' })).toEqual([
      'succeeded',
      ['failed', 'rolled-back'],
      'succeeded',
    ]);
  });

  it('all operations are answered, unless it was told to stop (J-17)', () => {
    expect(issuesOf(() => encode([failed], { request: decoded }))).toEqual([
      'responses: response-count-mismatch',
    ]);
    for (const continueOnError of [true, false]) {
      const told = received(BATCH, 'json', continueOnError);
      const run = () => encode([single, { ...failed, id: '2' }], { request: told.decoded });
      if (continueOnError) expect(issuesOf(run)).toEqual(['responses: response-count-mismatch']);
      else
        expect(outcomes(decodeBatchResponse(run(), { request: told.request }))).toEqual([
          'succeeded',
          ['failed', 'rolled-back'],
          'not-executed',
        ]);
    }
  });
});

describe('to a multipart batch', () => {
  const { request, decoded } = received(BATCH, 'multipart');
  const readBack = (responses: BatchResponses) =>
    outcomes(decodeBatchResponse(encode(responses, { request: decoded }), { request }));

  it('is in the order of multipart, a failed change set one answer with its name (J-20)', () => {
    const answers = [{ status: 200 }, { status: 400, id: '3' }];
    expect(responsesOf(answers, { request: decoded })).toEqual([
      { id: '1', status: 200 },
      { id: '3', atomicityGroup: 'group1', status: 400 },
    ]);
    expect(readBack(answers)).toEqual(['succeeded', ['rolled-back', 'failed'], 'not-executed']);
    expect(readBack([{ status: 200 }, { status: 400 }])).toEqual([
      'succeeded',
      ['rolled-back', 'rolled-back'],
      'not-executed',
    ]);
    expect(readBack([{ status: 200 }, [{ status: 201 }, { status: 204 }], { status: 404 }])).toEqual([
      'succeeded',
      ['succeeded', 'succeeded'],
      'failed',
    ]);
  });
});

describe('what can not be written', () => {
  it.each<[string, object, string]>([
    [
      'a body behind 204',
      { status: 204, headers: { 'Content-Type': 'text/plain' }, body: 'x' },
      'body: body-not-allowed',
    ],
    ['a body without a type', { status: 200, body: 'x' }, 'body: missing-content-type'],
    [
      'JSON that is none',
      { status: 200, headers: { 'Content-Type': 'application/json' }, body: '}' },
      'body: invalid-json',
    ],
    ['a body of null', { status: 200, body: null }, 'body: not-expressible'],
    [
      'cookies that can not be joined (H-48)',
      { status: 200, headers: { 'Set-Cookie': ['a=1', 'b=2'] } },
      'headers.Set-Cookie: duplicate-header',
    ],
    [
      'a transfer encoding',
      { status: 200, headers: { 'Transfer-Encoding': 'gzip' } },
      'headers.Transfer-Encoding: forbidden-header',
    ],
    [
      'a reference (J-23, R-15)',
      { status: 201, headers: { Location: '$1' } },
      'headers.Location: reference-in-response',
    ],
    ['an id of another syntax', { status: 200, id: 'a b' }, 'id: invalid-content-id'],
    [
      'a length that is not true',
      { status: 200, headers: { 'Content-Type': 'text/plain', 'Content-Length': '1' }, body: 'ä' },
      'headers.Content-Length: content-length-mismatch',
    ],
    ['a Blob', { status: 200, body: new Blob(['x']) }, 'body: body-not-encodable'],
  ])('%s', (_, response, issue) => {
    expect(issuesWith(response)).toEqual([`responses[0].${issue}`]);
  });

  it('is told of all responses', () => {
    expect(issuesOf(() => encode([{ status: 200, body: 'x' }, [{ status: 200, body: 'y' }]]))).toEqual([
      'responses[0].body: missing-content-type',
      'responses[1][0].body: missing-content-type',
    ]);
  });
});

describe('as a stream', () => {
  const text = async (
    responses: Parameters<typeof encodeBatchResponseStream>[0],
    options: EncodeBatchResponseOptions = {},
  ) => {
    const { body, contentType } = encodeBatchResponseStream(responses, { format: 'json', ...options });
    expect(contentType).toBe('application/json');
    return new Response(body as ReadableStream<Uint8Array<ArrayBuffer>>).text();
  };
  const answers = [{ status: 200, body: [1] }, [{ status: 201 }, { status: 204 }], { status: 404 }];

  it('is the same as a whole, whether the responses are there or come', async () => {
    const { decoded } = received(BATCH, 'json');
    const whole = textFor(answers, { request: decoded });
    expect(await text(answers, { request: decoded })).toBe(whole);
    const coming = (async function* () {
      yield* answers;
    })();
    expect(await text(coming, { request: decoded })).toBe(whole);
  });

  it('to a JSON batch in multipart is flat', async () => {
    const { decoded } = received(BATCH, 'json');
    const { body } = encodeBatchResponseStream(answers.values(), { request: decoded, format: 'multipart' });
    const parts = await new Response(body as ReadableStream<Uint8Array<ArrayBuffer>>).text();
    expect(parts.match(/^Content-ID: \d/gm)).toHaveLength(4);
    expect(parts).not.toContain('changeset');
  });

  it('ends in an error where a response is wrong, or has the name of a change set as id', async () => {
    await expect(text([{ status: 200, body: 'x' }].values())).rejects.toMatchObject({
      code: 'missing-content-type',
    });
    await expect(text([[{ status: 201 }], { status: 200, id: 'group1' }].values())).rejects.toMatchObject({
      code: 'duplicate-content-id',
    });
    await expect(text([].values())).rejects.toMatchObject({ code: 'empty-batch' });
  });
});
