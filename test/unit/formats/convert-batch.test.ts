import { describe, expect, it } from 'vitest';
import type { BatchFormat } from '../../../src/batch/batch-format.ts';
import type { EncodeBatchRequestOptions } from '../../../src/batch/encode-options.ts';
import type { Batch, Operation } from '../../../src/batch/operation.ts';
import { reference } from '../../../src/batch/reference.ts';
import { type ConvertBatchOptions, convertBatch } from '../../../src/formats/convert-batch.ts';
import { decodeBatchRequest } from '../../../src/formats/decode-batch-request.ts';
import { encodeBatchRequest } from '../../../src/formats/encode-batch-request.ts';
import { octets, textOf } from '../build-octets.ts';
import { errorOf, issuesOf } from '../catch-error.ts';

const encode = (batch: Batch, format: BatchFormat, options: EncodeBatchRequestOptions = {}) =>
  encodeBatchRequest(batch, { format, accept: 'as-given', ...options });
const toJson = (
  batch: Batch,
  options: EncodeBatchRequestOptions = {},
  how: Partial<ConvertBatchOptions> = {},
) => convertBatch(encode(batch, 'multipart', options), { ...how, format: 'json' });
const toMultipart = (
  batch: Batch,
  options: EncodeBatchRequestOptions = {},
  how: Partial<ConvertBatchOptions> = {},
) => convertBatch(encode(batch, 'json', options), { boundary: ['b', 'c'], ...how, format: 'multipart' });
const requestsOf = ({ body }: { body: Uint8Array }) =>
  JSON.parse(new TextDecoder().decode(body)).requests as Record<string, unknown>[];

const get = (url: string, rest: Partial<Operation> = {}): Operation => ({ method: 'GET', url, ...rest });
const post = (url: Operation['url'], rest: Partial<Operation> = {}): Operation => ({
  method: 'POST',
  url,
  ...rest,
});

describe('multipart to JSON', () => {
  it('is a chain that stops at the first failure: order and end are kept (J-09, J-16, X7)', () => {
    const customer = post('Customers', { id: 'new', body: { name: 'Ann' } });
    const request = toJson([get('A'), [customer, post(reference(customer, 'Orders'))], get('B'), get('C')]);
    expect(request.headers).toMatchObject({
      'Content-Type': 'application/json',
      Accept: 'application/json',
      Prefer: 'odata.continue-on-error=false',
    });
    expect(
      requestsOf(request).map(({ id, atomicityGroup, dependsOn }) => [id, atomicityGroup, dependsOn]),
    ).toEqual([
      ['1', undefined, undefined],
      ['new', 'group1', ['1']],
      ['3', 'group1', ['1', 'new']],
      ['4', undefined, ['group1']],
      ['5', undefined, ['4']],
    ]);
  });

  it('keeps ids, URLs, headers and the octets of bodies (J-04)', () => {
    const body = '{"d":1.0, "n":9007199254740993}';
    const put = {
      method: 'PUT',
      url: "P('a b')",
      id: 'x.1',
      headers: { 'Content-Type': 'application/json', 'If-Match': 'W/"1"' },
      body,
    };
    const request = toJson([put], { version: '4.01', continueOnError: false });
    expect(textOf(request.body)).toBe(
      `{"requests":[{"id":"x.1","method":"PUT","url":"P('a%20b')","headers":{"content-type":"application/json","if-match":"W/\\"1\\""},"body":${body}}]}`,
    );
    expect(request.headers).toMatchObject({ 'OData-Version': '4.01', Prefer: 'continue-on-error=false' });
    expect(request.plan).toMatchObject({ format: 'json', version: '4.01', continueOnError: false });
  });

  it('of a batch that goes on has no order, and is refused unless that is given up', () => {
    const batch = [get('A'), get('B')];
    const options = { continueOnError: true };
    expect(issuesOf(() => toJson(batch, options))).toEqual(['batch: order-not-expressible']);
    const request = toJson(batch, options, { order: 'ignore' });
    expect(request.headers.Prefer).toBe('odata.continue-on-error');
    expect(requestsOf(request).map(({ dependsOn }) => dependsOn)).toEqual([undefined, undefined]);
    // One operation has no order that could be lost.
    expect(toJson([get('A')], options).headers.Prefer).toBe('odata.continue-on-error');
  });

  it('is refused where a 304 would end the chain, which goes on in multipart', () => {
    const conditional = get('A', { headers: { 'If-None-Match': '"1"' } });
    expect(issuesOf(() => toJson([conditional, get('B')]))).toEqual(['batch[0]: order-not-expressible']);
    expect(requestsOf(toJson([get('B'), conditional]))).toHaveLength(2);
    expect(requestsOf(toJson([conditional, get('B')], {}, { order: 'ignore' }))).toMatchObject([
      {},
      { dependsOn: ['1'] },
    ]);
  });

  it.each<[string, Batch, EncodeBatchRequestOptions, string]>([
    ['a method', [{ method: 'HEAD', url: 'A' }], {}, 'batch[0].method: not-expressible'],
    [
      'a body behind DELETE',
      [{ method: 'DELETE', url: 'A', headers: { 'Content-Type': 'text/plain' }, body: 'x' }],
      {},
      'batch[0].body: body-not-allowed',
    ],
    ['a body without a type', [post('A', { body: 'x' })], {}, 'batch[0].body: missing-content-type'],
    [
      'JSON that is none',
      [post('A', { headers: { 'Content-Type': 'application/json' }, body: '{' })],
      {},
      'batch[0].body: invalid-json',
    ],
    [
      'text in another charset',
      [post('A', { headers: { 'Content-Type': 'text/plain;charset=utf-16' }, body: 'x' })],
      {},
      'batch[0].body: not-expressible',
    ],
    ['OData 3.0', [get('A')], { version: '3.0' }, 'options.version: not-expressible'],
  ])('is refused for %s that JSON can not say', (_, batch, options, issue) => {
    expect(issuesOf(() => toJson(batch, options))).toEqual([issue]);
  });

  it('tells paths on other hosts by absolute URLs, because a path means the host of the batch (J-06)', () => {
    const batch = [
      get('/svc/A', { headers: { Host: 'host.example' } }),
      get('/B', { headers: { Host: 'other.example' } }),
      get('/C'),
    ];
    const serviceRoot = 'https://host.example/svc/';
    expect(requestsOf(toJson(batch, {}, { serviceRoot }))).toMatchObject([
      { url: '/svc/A' },
      { url: 'https://other.example/B' },
      { url: '/C' },
    ]);
    expect(requestsOf(toJson(batch, {}, { serviceRoot }))[0]).not.toHaveProperty('headers');
    expect(issuesOf(() => toJson(batch))).toEqual([
      'batch[0].url: service-root-required',
      'batch[1].url: service-root-required',
    ]);
    const { body, contentType } = encode(batch.slice(0, 1), 'multipart');
    const message = { headers: { 'Content-Type': contentType, Host: 'HOST.example' }, body };
    expect(requestsOf(convertBatch(message, { format: 'json' }))).toMatchObject([{ url: '/svc/A' }]);
  });
});

describe('JSON to multipart', () => {
  it('asks to go on after failures, as JSON does', () => {
    expect(toMultipart([get('A'), get('B')]).headers.Prefer).toBe('odata.continue-on-error');
    expect(toMultipart([get('A')], { continueOnError: true }).headers.Prefer).toBe('odata.continue-on-error');
    expect(toMultipart([get('A')], { continueOnError: false }).headers.Prefer).toBe(
      'odata.continue-on-error=false',
    );
  });

  it('is written octet for octet, with header names as is customary (J-04)', () => {
    const batch: Batch = [
      get('A', { id: 'a' }),
      [post('$a/B', { headers: { 'Content-Type': 'image/png', ETag: '"1"' }, body: octets('\xff\0') })],
    ];
    expect(textOf(toMultipart(batch).body)).toBe(
      [
        '--b',
        'Content-Type: application/http',
        'Content-Transfer-Encoding: binary',
        'Content-ID: a',
        '',
        'GET A HTTP/1.1',
        '',
        '',
        '--b',
        'Content-Type: multipart/mixed; boundary=c',
        '',
        '--c',
        'Content-Type: application/http',
        'Content-Transfer-Encoding: binary',
        'Content-ID: 2',
        '',
        'POST $a/B HTTP/1.1',
        'Content-Type: image/png',
        'ETag: "1"',
        '',
        '\xff\0',
        '--c--',
        '--b--',
        '',
      ].join('\r\n'),
    );
  });

  it('keeps dependencies where failures stop the batch, and those on what is referred to always', () => {
    const dependent = [get('A', { id: 'a' }), get('B', { dependsOn: ['a'] })];
    expect(toMultipart(dependent, { continueOnError: false }).headers.Prefer).toBe(
      'odata.continue-on-error=false',
    );
    expect(issuesOf(() => toMultipart(dependent))).toEqual(['batch[1].dependsOn: not-expressible']);
    const referring: Batch = [
      post('A', { id: 'a' }),
      get('$a'),
      { method: 'PATCH', url: 'C', headers: { 'If-Match': '$a' } },
    ];
    expect(toMultipart(referring).plan.items).toHaveLength(3);
    // It depends on the change set, whichever operation of it the URL names.
    const set = [post('A', { id: 'a' }), post('B', { id: 'b' })];
    expect(toMultipart([set, post('$b/C')]).plan.items).toHaveLength(2);
    expect(
      issuesOf(() => toMultipart([set, post('D', { id: 'd' }), post('$b/C', { dependsOn: ['d'] })])),
    ).toEqual(['batch[2].dependsOn: not-expressible']);
  });

  it('is refused where a 304 would hold back what depends on it, which goes on in multipart', () => {
    const batch = [
      get('A', { id: 'a', headers: { 'If-None-Match': '"1"' } }),
      get('B', { id: 'b', dependsOn: ['a'] }),
      get('C'),
    ];
    const stopping = { continueOnError: false };
    expect(issuesOf(() => toMultipart(batch, stopping))).toEqual([
      'batch[1].dependsOn: order-not-expressible',
    ]);
    expect(toMultipart(batch, stopping, { order: 'ignore' }).plan.items).toHaveLength(3);
    const independent = batch.map((operation) => ({ ...operation, dependsOn: undefined }));
    expect(toMultipart(independent, stopping).plan.items).toHaveLength(3);
  });

  it('of an order within a change set is refused unless that is given up', () => {
    const batch: Batch = [[post('A', { id: 'a' }), post('B', { dependsOn: ['a'] }), post('$a/C')]];
    for (const continueOnError of [true, false]) {
      expect(issuesOf(() => toMultipart(batch, { continueOnError }))).toEqual([
        'batch[0][1].dependsOn: order-not-expressible',
      ]);
      expect(toMultipart(batch, { continueOnError }, { order: 'ignore' }).plan.items).toHaveLength(1);
    }
  });

  it.each<[string, Batch, string]>([
    ['a condition', [get('A'), get('B', { if: '$1/$succeeded' })], 'batch[1].if: not-expressible'],
    ['GET in a change set', [[get('A')]], 'batch[0][0].method: method-in-change-set'],
  ])('is refused for %s that multipart can not say', (_, batch, issue) => {
    expect(issuesOf(() => toMultipart(batch))).toEqual([issue]);
  });

  it('is refused for text whose charset would then be read as another one', () => {
    const convert = (body: string) =>
      convertBatch(
        {
          contentType: 'application/json',
          body: `{"requests":[{"id":"1","method":"put","url":"A","headers":{"content-type":"text/plain;charset=iso-8859-1"},"body":"${body}"}]}`,
        },
        { format: 'multipart' },
      );
    expect(issuesOf(() => convert('ä'))).toEqual(['batch[0].body: not-expressible']);
    expect(convert('a').plan.items).toHaveLength(1);
  });

  it('writes a Host for paths where the service root is known (H-30)', () => {
    expect(
      textOf(toMultipart([get('/svc/A')], {}, { serviceRoot: 'https://h.example/svc/' }).body),
    ).toContain('GET /svc/A HTTP/1.1\r\nHost: h.example\r\n');
  });
});

describe('convertBatch', () => {
  it('takes a decoded batch as well as a message, and changes neither', () => {
    const message = encode([get('A'), get('B')], 'multipart');
    const decoded = decodeBatchRequest(message);
    const before = JSON.stringify(decoded);
    expect(textOf(convertBatch(decoded, { format: 'json' }).body)).toBe(
      textOf(convertBatch(message, { format: 'json' }).body),
    );
    expect(JSON.stringify(decoded)).toBe(before);
  });

  it('gives a request whose plan reads the answer', () => {
    const request = toJson([get('A', { id: 'a' })]);
    expect(request.method).toBe('POST');
    expect(request.plan.items).toMatchObject([{ id: 'a', operation: { url: 'A' } }]);
  });

  it('to the same format writes the batch anew', () => {
    const json = encode([get('A', { id: 'a' }), get('B', { dependsOn: ['a'], if: 'true' })], 'json');
    expect(textOf(convertBatch(json, { format: 'json' }).body)).toBe(textOf(json.body));
    const multipart = encode([get('A')], 'multipart', { boundary: 'b', contentId: 'none' });
    expect(textOf(convertBatch(multipart, { format: 'multipart', boundary: 'b' }).body)).toBe(
      textOf(multipart.body),
    );
  });

  it('passes options to reading and writing', () => {
    const body = '{"requests":[{"id":"1","method":"get","url":"A","headers":{"authorization":"x"}}]}';
    const message = { contentType: 'application/json', body };
    expect(issuesOf(() => convertBatch(message, { format: 'multipart' }))).toEqual([
      'batch[0].headers.Authorization: forbidden-header',
    ]);
    const converted = convertBatch(message, {
      format: 'multipart',
      forbiddenHeaders: 'allow',
      boundary: 'x',
      version: '4.01',
      headers: { 'X-A': '1' },
    });
    expect(converted.headers).toMatchObject({
      'OData-Version': '4.01',
      'X-A': '1',
      'Content-Type': 'multipart/mixed; boundary=x',
    });
    expect(textOf(converted.body)).toContain('Authorization: x');
    expect(
      errorOf(() => convertBatch(message, { format: 'multipart', limits: { maxParts: 0 } })),
    ).toMatchObject({
      code: 'limit-exceeded',
    });
  });

  it('goes by the root of a service, and by the headers that it takes', () => {
    const body = '{"requests":[{"id":"1","method":"get","url":"A","headers":{"authorization":"x"}}]}';
    const service = { name: 's', serviceRoot: 'https://h/svc/', forbiddenHeaders: 'allow' } as const;
    const message = { contentType: 'application/json', body };
    const converted = convertBatch(message, { format: 'multipart', service, urlForm: 'absolute' });
    expect(textOf(converted.body)).toContain('\r\nGET https://h/svc/A HTTP/1.1\r\nAuthorization: x\r\n');
  });

  it('refuses options that it can not follow', () => {
    const message = encode([get('A')], 'multipart');
    expect(issuesOf(() => convertBatch(message, {} as never))).toEqual(['options.format: invalid-option']);
    expect(
      issuesOf(() => convertBatch(message, { format: 'xml' as never, order: 'maybe' as never })),
    ).toEqual(['options.format: invalid-option', 'options.order: invalid-option']);
  });
});
