import { describe, expect, it } from 'vitest';
import {
  type Batch,
  type BatchUsageError,
  type BatchWarning,
  convertBatch,
  createdUrl,
  decodeBatchRequest,
  decodeBatchResponse,
  decodeBatchResponseStream,
  type EncodeBatchRequestOptions,
  encodeBatchRequest,
  encodeBatchResponse,
  isBatchError,
  readBatchResponse,
  type Service,
  type StandardSchemaV1,
  type UsageWarning,
  uri,
  valuesOf,
} from '../../../src/index.ts';
import { azureTable, channelAdvisor, sapGatewayV2, sharePoint } from '../../../src/services.ts';
import { errorOf, rejectionOf } from '../catch-error.ts';
import { expectPrintable, SECRET } from './printed.ts';

const json = { 'X-Api-Key': SECRET, 'Content-Type': 'application/json' };
const good = { method: 'POST', url: `Products?sig=${SECRET}`, headers: json, body: { a: SECRET } };
const plain = { method: 'DELETE', headers: { 'X-Api-Key': SECRET } };
const cycle: Record<string, unknown> = { a: SECRET };
cycle.self = cycle;
const advisor = channelAdvisor();

/** Batches of which something is wrong, beside secrets. */
const REFUSED: Readonly<Record<string, readonly [batch: unknown, options?: EncodeBatchRequestOptions]>> = {
  'unknown-property': [[{ ...good, header: { Cookie: SECRET } }]],
  'lower-case-method': [[{ ...good, method: 'post' }]],
  'body-not-allowed': [[{ ...good, method: 'GET' }]],
  'invalid-url': [[{ ...good, url: `Products?sig=${SECRET}#${SECRET}` }]],
  'url-outside-service-root': [
    [{ ...good, url: `https://other.example/?sig=${SECRET}` }],
    { serviceRoot: 'https://shop.example/', urlForm: 'relative' },
  ],
  'invalid-header-name': [[{ ...good, headers: { [`X-Api-Key: ${SECRET}`]: '' } }]],
  'invalid-header-value': [[{ ...good, headers: { Cookie: `${SECRET}\n` } }]],
  'forbidden-header': [[{ ...good, headers: { Authorization: SECRET } }]],
  'duplicate-header': [[{ ...good, headers: [...Object.entries(json), ['content-type', SECRET]] }]],
  'content-length-mismatch': [[{ ...good, headers: { ...json, 'Content-Length': SECRET } }]],
  'duplicate-operation': [[good, good]],
  'duplicate-content-id': [
    [
      { ...good, id: '1' },
      { ...good, id: '1' },
    ],
  ],
  'unknown-reference': [[{ ...good, url: `$9/Parts?sig=${SECRET}` }]],
  'forward-reference': [
    [
      { ...good, url: `$9?sig=${SECRET}` },
      { ...good, id: '9' },
    ],
  ],
  'body-not-encodable': [[{ ...good, body: new Map([[SECRET, SECRET]]) }]],
  'body-not-encodable, a cycle': [[{ ...good, body: cycle }]],
  'boundary-in-content': [[{ ...good, body: { a: `--b${SECRET}` } }], { boundary: 'b' }],
  'invalid-json': [[{ ...good, body: `{"a":${SECRET}` }], { format: 'json' }],
  'invalid-text': [
    [{ ...good, headers: { 'Content-Type': 'text/plain' }, body: Buffer.from(`${SECRET}\xff`, 'latin1') }],
    { format: 'json' },
  ],
  'missing-content-type': [[{ ...good, headers: {}, body: Buffer.from(SECRET) }], { format: 'json' }],
  'not-expressible': [[{ ...good, if: SECRET }]],
  'empty-change-set': [[good, []]],
  'method-in-change-set': [[[{ method: 'GET', url: `Products?sig=${SECRET}`, headers: json }]]],
  'alias-with-query': [
    [{ ...plain, url: `/v1/Products(1)/Labels('x')?sig=${SECRET}` }],
    { service: advisor },
  ],
  'invalid-alias-key': [[{ ...plain, url: `/v1/Products('${SECRET}')/Labels('x')` }], { service: advisor }],
  'not-batchable': [[{ ...good, url: `/v1/Orders(1)/Export?sig=${SECRET}` }], { service: advisor }],
  'keys-differ': [
    [
      [
        { ...good, url: `T(PartitionKey='a',RowKey='${SECRET}')`, method: 'PUT' },
        { ...good, url: `T(PartitionKey='b',RowKey='${SECRET}')`, method: 'PUT' },
      ],
    ],
    { service: azureTable({ serviceRoot: 'https://a.table.core.windows.net/' }) },
  ],
};

const refusedAnswer = {
  status: 403,
  headers: { 'Content-Type': 'application/json', 'Set-Cookie': SECRET, 'WWW-Authenticate': SECRET },
  body: JSON.stringify({ error: { code: SECRET, message: SECRET, details: [{ message: SECRET }] } }),
};

describe('a BatchUsageError', () => {
  it.each(Object.entries(REFUSED))('of %s shows no header value, query or body', (name, [batch, options]) => {
    const error = errorOf(() => encodeBatchRequest(batch as Batch, options));
    expect(isBatchError(error) && error.code).toBe(name.split(',')[0]);
    expectPrintable(error, name);
  });

  it('of responses shows no header value and no body', () => {
    const response = { status: 204, headers: { 'Set-Cookie': SECRET }, body: SECRET };
    const error = errorOf(() => encodeBatchResponse([response, { ...response, status: 99 }]));
    expectPrintable(error, 'responses');
  });

  it('of a conversion shows no query and no body', () => {
    const { contentType, body } = encodeBatchRequest([good], { format: 'json' });
    const error = errorOf(() => convertBatch({ contentType, body }, { format: 'xml' as never }));
    expectPrintable(error, 'convertBatch');
    expectPrintable(
      errorOf(() => uri`Products?sig=${Symbol(SECRET) as never}`),
      'uri',
    );
  });

  it('of valuesOf shows nothing of an answer; the results are readable', () => {
    const request = encodeBatchRequest([good]);
    const { contentType, body } = encodeBatchResponse([refusedAnswer]);
    const results = decodeBatchResponse({ contentType, body }, { request });
    const error = errorOf(() => valuesOf(results)) as BatchUsageError;
    expect(error.message).toBe('results[0]: the operation is failed: 403');
    expect(error.results).toBe(results);
    expectPrintable(error, 'valuesOf');
  });

  it('of a function of the caller that threw shows what the caller put into its error, and nothing more', () => {
    const schema = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: () => {
          throw new RangeError('mine');
        },
      },
    } satisfies StandardSchemaV1;
    const request = encodeBatchRequest([{ ...good, schema }]);
    const { contentType, body } = encodeBatchResponse([{ ...refusedAnswer, status: 200 }]);
    const error = errorOf(() => decodeBatchResponse({ contentType, body }, { request })) as BatchUsageError;
    expect(error).toMatchObject({ code: 'callback-failed', cause: new RangeError('mine') });
    expect(error.results).toHaveLength(1);
    expectPrintable(error, 'callback-failed');
  });
});

describe('a BatchResponseError', () => {
  const request = encodeBatchRequest([good]);
  const needed = {
    code: 'not-a-batch',
    status: 403,
    error: { code: SECRET, message: SECRET, details: [{ message: SECRET }] },
  };
  const WAYS: Readonly<Record<string, () => unknown>> = {
    decodeBatchResponse: () => errorOf(() => decodeBatchResponse(refusedAnswer, { request })),
    readBatchResponse: () =>
      rejectionOf(readBatchResponse(new Response(refusedAnswer.body, refusedAnswer), { request })),
    decodeBatchResponseStream: () =>
      rejectionOf(
        decodeBatchResponseStream(new Response(refusedAnswer.body, refusedAnswer), { request }).next(),
      ),
  };

  it.each(Object.entries(WAYS))(
    'of %s shows nothing of the answer, and has all of it',
    async (name, fail) => {
      const error = (await fail()) as InstanceType<typeof Error> & {
        headers: Headers;
        bytes: Uint8Array;
        results: { cause: unknown }[];
      };
      expect(error).toMatchObject(needed);
      expect(error.headers.get('Set-Cookie')).toBe(SECRET);
      expect(Buffer.from(error.bytes).toString()).toBe(refusedAnswer.body);
      expect(error.results).toMatchObject([{ outcome: 'not-executed', operation: good }]);
      expect(error.results[0]?.cause).toMatchObject({ status: 403 });
      expectPrintable(error, name);
      expect(JSON.parse(JSON.stringify(error))).toEqual({
        name: 'BatchResponseError',
        code: 'not-a-batch',
        message: 'the service answered 403, application/json, where a batch was expected',
        status: 403,
      });
    },
  );
});

describe('a BatchTransportError', () => {
  it('shows nothing of what had come of the answer', async () => {
    const request = encodeBatchRequest([good, { ...good }]);
    const { headers, body } = encodeBatchResponse([refusedAnswer, refusedAnswer], {
      request: decodeBatchRequest(request),
    });
    let sent = 0;
    const stream = new ReadableStream({
      pull: (controller) =>
        sent++ === 0 ? controller.enqueue(body.subarray(0, -20)) : controller.error(new Error('reset')),
    });
    const error = await rejectionOf(readBatchResponse(new Response(stream, { headers }), { request }));
    expect(error).toMatchObject({ code: 'response-lost', cause: new Error('reset') });
    expect(error).toMatchObject({ results: [{ outcome: 'failed', status: 403 }, { outcome: 'unknown' }] });
    expectPrintable(error, 'response-lost');
  });
});

describe('a BatchLimitError', () => {
  it('shows nothing of the message, and has its results', () => {
    const request = encodeBatchRequest([good]);
    const { contentType, body } = encodeBatchResponse([refusedAnswer]);
    const limits = { maxPartBytes: 10 };
    const error = errorOf(() => decodeBatchResponse({ contentType, body }, { request, limits }));
    expect(error).toMatchObject({ code: 'limit-exceeded', limit: 'maxPartBytes', maximum: 10 });
    expect(error).toMatchObject({ results: [{ outcome: 'unknown', operation: good }] });
    expectPrintable(error, 'limit-exceeded');
  });
});

describe('a warning', () => {
  it('of a decoder shows no header value, query or body', () => {
    const warnings: BatchWarning[] = [];
    const part = (more: string) =>
      `--b\r\nContent-Type: application/http\r\nContent-ID: 5 5\r\n\r\nHTTP/1.1 204 No Content\r\n` +
      `X-Key : ${SECRET}\r\n ${SECRET}\r\nContent-Length: ${SECRET}\r\n\r\n${more}\r\n`;
    const body = `${part(`${SECRET}\n--b`)}${part('')}--b`;
    const request = encodeBatchRequest([good, { ...good }]);
    decodeBatchResponse(
      { contentType: 'multipart/mixed; boundary=b', body },
      { request, tolerate: ['truncated'], onWarning: (warning) => warnings.push(warning) },
    );
    expect(new Set(warnings.map(({ code }) => code)).size).toBeGreaterThan(4);
    for (const warning of warnings) expectPrintable(warning, warning.code);
  });

  it.each<[string, Service, Batch]>([
    ['alias-like', advisor, [{ ...good, method: 'PATCH', url: `/v1/products(1)/Labels('x')?sig=${SECRET}` }]],
    [
      'change-set-not-atomic',
      sharePoint({ serviceRoot: 'https://a.sharepoint.com/_api/' }),
      [[good, { ...good }]],
    ],
    ['large-change-set', sapGatewayV2(), [[good, { ...good }]]],
    [
      'space-in-url',
      advisor,
      [{ ...good, method: 'PATCH', url: `/v1/ProductLabels(ProductID=1, Name='a b')?sig=${SECRET}` }],
    ],
  ])('of an encoder shows no header value, query or body: %s', (code, service, batch) => {
    const warnings: UsageWarning[] = [];
    const { plan } = encodeBatchRequest(batch, { service, onWarning: (warning) => warnings.push(warning) });
    expect(warnings.map((warning) => warning.code)).toEqual([code]);
    for (const warning of [...warnings, ...plan.warnings]) expectPrintable(warning, code);
  });
});

it('createdUrl shows nothing of a result that it can not use', () => {
  const error = errorOf(() => createdUrl({ headers: { Cookie: SECRET } } as never, {} as never));
  expectPrintable(error, 'createdUrl');
});
