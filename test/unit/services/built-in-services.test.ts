import { describe, expect, it } from 'vitest';
import type { EncodeBatchRequestOptions } from '../../../src/batch/encode-options.ts';
import type { Batch } from '../../../src/batch/operation.ts';
import type { OperationResult } from '../../../src/batch/result.ts';
import { createdUrl } from '../../../src/formats/created-url.ts';
import { decodeBatchResponse } from '../../../src/formats/decode-batch-response.ts';
import { encodeBatchRequest } from '../../../src/formats/encode-batch-request.ts';
import {
  azureBlob,
  azureTable,
  businessCentral,
  cap,
  channelAdvisor,
  type DefinedService,
  dataverse,
  defineService,
  googleApi,
  isRetryable,
  microsoftGraph,
  odata,
  sapBusinessOne,
  sapGatewayV2,
  sapGatewayV4,
  sharePoint,
  successFactors,
} from '../../../src/services.ts';
import { crlf } from '../build-octets.ts';
import { issuesOf } from '../catch-error.ts';

const SERVICES: Readonly<Record<string, (options?: never) => DefinedService>> = {
  azureBlob,
  azureTable,
  businessCentral,
  cap,
  dataverse,
  googleApi: (options = {} as never) => googleApi({ api: 'drive', version: 'v3', ...(options as object) }),
  microsoftGraph,
  odata,
  sapBusinessOne,
  sapGatewayV2,
  sapGatewayV4,
  sharePoint,
  successFactors,
};
const names = Object.keys(SERVICES);

const text = (batch: Batch, options: EncodeBatchRequestOptions) =>
  new TextDecoder().decode(encodeBatchRequest(batch, { boundary: 'b', ...options }).body);
const headersOf = (service: DefinedService) =>
  encodeBatchRequest([{ method: 'DELETE', url: 'A' }], { service, boundary: 'b', version: '4.0' }).headers;
const copies = <T extends object>(operation: T, count: number): T[] =>
  Array.from({ length: count }, () => ({ ...operation }));
const refused = (batch: Batch, service: DefinedService) =>
  issuesOf(() => encodeBatchRequest(batch, { service }));
const outcomes = (results: readonly (OperationResult | OperationResult[])[]) =>
  results.flat().map(({ outcome }) => outcome);
/** An answer of parts, each given as lines. */
const answer = (...parts: readonly (readonly string[])[]) => ({
  contentType: 'multipart/mixed; boundary=r',
  body: `${parts.map((part) => `--r\r\n${crlf(...part)}`).join('')}--r--\r\n`,
});

describe('built-in services', () => {
  it.each(names)('%s is plain data, its name its own, and can be defined again', (name) => {
    const { definition } = (SERVICES[name] as () => DefinedService)();
    expect(definition.name).toBe(name);
    expect(JSON.parse(JSON.stringify(definition))).toEqual(definition);
    expect(defineService(definition).definition).toEqual(definition);
  });

  it.each(names)('%s is where its service root is', (name) => {
    const service = SERVICES[name]?.({ serviceRoot: 'https://host.example/root' } as never);
    expect(service?.serviceRoot).toBe('https://host.example/root');
    expect(service?.endpoint).toMatch(/^https:\/\/host\.example\/root\//);
  });

  it.each(names)('%s takes limits that an installation has set, one by one', (name) => {
    const documented = SERVICES[name]?.()?.limits;
    const changed = SERVICES[name]?.({ limits: { maxOperations: 7 } } as never).limits;
    expect(changed).toEqual({ ...documented, maxOperations: 7 });
  });

  it.each(names)('%s refuses options that it does not have', (name) => {
    const make = SERVICES[name] as (options: unknown) => DefinedService;
    expect(issuesOf(() => make({ serviceRoot: '/root' }))).toEqual(['options.serviceRoot: invalid-option']);
    expect(issuesOf(() => make({ limits: { maxOperations: 0 } }))).toEqual([
      'options.limits.maxOperations: invalid-option',
    ]);
    expect(issuesOf(() => make({ root: 'x' }))).toEqual(['options.root: unknown-option']);
  });

  it.each(names)('%s refuses URLs of other services, where it knows its own', (name) => {
    const service = SERVICES[name]?.({
      serviceRoot: 'https://host.example/root/',
    } as never) as DefinedService;
    const batch = [{ method: 'DELETE', url: 'https://other.example/root/A' }];
    const version = '4.0';
    const issues = issuesOf(() => encodeBatchRequest(batch, { service, version }));
    expect(issues).toEqual(['batch[0].url: foreign-url']);
  });

  it.each<[string, string[]]>([
    ['azureBlob', []],
    ['azureTable', ['Accept', 'OData-MaxVersion', 'OData-Version', 'x-ms-version']],
    ['cap', ['Accept', 'OData-MaxVersion', 'OData-Version']],
    ['dataverse', ['Accept', 'OData-MaxVersion', 'OData-Version']],
    ['googleApi', []],
    ['sharePoint', []],
  ])('%s has the headers of a batch that it should', (name, expected) => {
    const root = { serviceRoot: 'https://host.example/root/' } as never;
    const { 'Content-Type': _, ...headers } = headersOf(SERVICES[name]?.(root) as DefinedService);
    const others = name === 'azureBlob' ? ['x-ms-version'] : expected;
    expect(Object.keys(headers).sort()).toEqual(others);
  });
});

describe('isRetryable', () => {
  it('goes by single statuses and by all of the five hundreds', () => {
    const retryable = (service: DefinedService) =>
      [200, 400, 401, 404, 406, 408, 409, 429, 500, 502, 503, 504, 599, 600].filter((status) =>
        isRetryable(service, status),
      );
    expect(retryable(channelAdvisor())).toEqual([406, 429, 500, 502, 503, 504, 599]);
    expect(retryable(dataverse())).toEqual([429, 503]);
    expect(retryable(microsoftGraph())).toEqual([429, 503, 504]);
    expect(retryable(azureTable())).toEqual([408, 429, 500, 502, 503, 504, 599]);
    expect(retryable(defineService({ name: 's' }))).toEqual([]);
  });
});

describe('dataverse', () => {
  it('takes 1000 operations, those of change sets counted, and URLs of 64 KB', () => {
    const post = { method: 'POST', url: 'accounts', body: {} };
    expect(refused([copies(post, 1001)], dataverse())).toEqual(['batch: too-many-operations']);
    const url = `accounts?$filter=${'a'.repeat(65_536)}`;
    expect(refused([{ method: 'GET', url }], dataverse())).toEqual(['batch[0].url: url-too-long']);
  });

  it('reads the answer of a batch that stopped: status 400, and a multipart body', () => {
    const request = encodeBatchRequest(copies({ method: 'GET', url: 'accounts' }, 2), {
      service: dataverse(),
    });
    const part = ['Content-Type: application/http', '', 'HTTP/1.1 404 Not Found', '', ''];
    expect(outcomes(decodeBatchResponse({ status: 400, ...answer(part) }, { request }))).toEqual([
      'failed',
      'not-executed',
    ]);
  });
});

describe('sharePoint', () => {
  const service = sharePoint({ serviceRoot: 'https://t.example/sites/s/_api/' });
  const merge = { method: 'MERGE', url: "web/lists/getByTitle('A')/items(1)", body: {} };
  const part = (status: string) => ['Content-Type: application/http', '', `HTTP/1.1 ${status}`, '', ''];

  it('warns of change sets that are not atomic', () => {
    const { plan } = encodeBatchRequest([copies(merge, 2)], { service });
    expect(plan.warnings).toMatchObject([{ path: 'batch[0][0]', code: 'change-set-not-atomic' }]);
    expect(encodeBatchRequest([copies(merge, 1)], { service }).plan.warnings).toEqual([]);
  });

  it('reads answers beside each other, each for itself', () => {
    const request = encodeBatchRequest([copies(merge, 2), { method: 'GET', url: 'web' }, copies(merge, 1)], {
      service,
    });
    const message = answer(
      part('204 No Content'),
      part('409 Conflict'),
      part('200 OK'),
      part('204 No Content'),
    );
    expect(decodeBatchResponse(message, { request }).map((item) => outcomes([item].flat()))).toEqual([
      ['succeeded', 'failed'],
      ['succeeded'],
      ['succeeded'],
    ]);
  });

  it('wants writes in change sets, and no references', () => {
    expect(refused([{ ...merge }], service)).toEqual(['batch[0].method: write-outside-change-set']);
    expect(
      refused(
        [
          [
            { ...merge, id: 'a' },
            { ...merge, url: '$a' },
          ],
        ],
        service,
      ),
    ).toContain('batch[0][1].url: reference-not-expressible');
    expect(text([[merge]], { service, boundary: ['b', 'c'] })).toContain(
      "\r\n\r\nMERGE https://t.example/sites/s/_api/web/lists/getByTitle('A')/items(1) HTTP/1.1\r\n",
    );
    expect(text([[merge]], { service, boundary: ['b', 'c'] })).not.toContain('Content-ID');
  });
});

describe('SAP Gateway', () => {
  const post = { method: 'POST', url: 'Orders', body: {} };

  it('warns of change sets that a service without deferred processing refuses', () => {
    const warnings = (service: DefinedService) =>
      encodeBatchRequest([copies(post, 2)], { service }).plan.warnings.map(({ code }) => code);
    expect(warnings(sapGatewayV2())).toEqual(['large-change-set']);
    expect(warnings(sapGatewayV2({ limits: { safeOperationsPerChangeSet: 2 } }))).toEqual([]);
    expect(warnings(sapGatewayV4())).toEqual([]);
  });

  it.each([sapGatewayV2(), sapGatewayV4(), successFactors()])(
    '$name sends the token with the batch',
    (service) => {
      const headers = { 'X-CSRF-Token': 'secret' };
      expect(refused([[{ ...post, headers }]], service)).toEqual([
        'batch[0][0].headers.X-CSRF-Token: forbidden-header',
      ]);
    },
  );

  it('writes URLs relative to the service, which need no service root', () => {
    expect(text([{ method: 'GET', url: 'Orders(1)' }], { service: sapGatewayV2() })).toContain(
      '\r\n\r\nGET Orders(1) HTTP/1.1\r\n',
    );
    const serviceRoot = 'https://host.example/sap/opu/odata/sap/S/';
    for (const url of ['Orders(1)', `${serviceRoot}Orders(1)`, '/sap/opu/odata/sap/S/Orders(1)']) {
      expect(text([{ method: 'GET', url }], { service: sapGatewayV2({ serviceRoot }) })).toContain(
        '\r\n\r\nGET Orders(1) HTTP/1.1\r\n',
      );
    }
  });

  it('has its limits', () => {
    expect(refused(copies({ method: 'GET', url: 'User' }, 181), successFactors())).toEqual([
      'batch: too-many-operations',
    ]);
  });
});

describe('sapBusinessOne', () => {
  it('speaks 4.0 at v2 and 3.0 at v1', () => {
    expect([sapBusinessOne().version, sapBusinessOne({ api: 'v1' }).version]).toEqual(['4.0', '3.0']);
  });
});

describe('cap', () => {
  it('tells Locations relative to the service root', () => {
    const service = cap({ serviceRoot: 'https://host.example/odata/v4/shop' });
    const request = encodeBatchRequest([{ method: 'POST', url: 'Authors(1)/books', body: {} }], { service });
    const part = ['content-type: application/http', '', 'HTTP/1.1 201 Created', 'location: Books(5)', '', ''];
    const [created] = decodeBatchResponse(answer(part), { request });
    expect(createdUrl(created as OperationResult, { request })).toBe(
      'https://host.example/odata/v4/shop/Books(5)',
    );
  });

  it('says a language to the adapter', () => {
    expect(headersOf(cap({ version: '2.0' }))['Accept-Language']).toBe('en');
    expect(headersOf(cap())['Accept-Language']).toBeUndefined();
    const headers = { 'accept-language': 'de' };
    const { headers: sent } = encodeBatchRequest([{ method: 'GET', url: 'A' }], {
      service: cap({ version: '2.0' }),
      headers,
    });
    expect(sent['accept-language']).toBe('de');
    expect(sent['Accept-Language']).toBeUndefined();
  });
});

describe('azureTable', () => {
  const service = azureTable({ serviceRoot: 'https://a.table.core.windows.net/' });
  const put = (rowKey: string, partition = 'p', table = 'T') => ({
    method: 'PUT',
    url: `${table}(PartitionKey='${partition}',RowKey='${rowKey}')`,
    body: {},
  });

  it.each<[string, Batch, string[]]>([
    ['two change sets', [[put('1')], [put('2')]], ['batch: too-many-operations']],
    [
      'a query beside a change set',
      [[put('1')], { method: 'GET', url: 'T()' }],
      ['batch: too-many-operations'],
    ],
    ['two queries', copies({ method: 'GET', url: 'T()' }, 2), ['batch: too-many-operations']],
    [
      '101 entities',
      [Array.from({ length: 101 }, (_, i) => put(String(i)))],
      ['batch[0][0]: too-many-operations'],
    ],
    ['two partitions', [[put('1'), put('2', 'q')]], ['batch[0][1]: keys-differ']],
    ['two tables', [[put('1'), put('2', 'p', 'U')]], ['batch[0][1]: keys-differ']],
    [
      'an entity twice',
      [[put('1'), { ...put('1'), method: 'DELETE', body: undefined }]],
      ['batch[0][1]: repeated-entity'],
    ],
    [
      'a reference',
      [
        [
          { ...put('1'), id: 'a' },
          { ...put('2'), url: '$a' },
        ],
      ],
      ['batch[0][1].url: reference-not-expressible'],
    ],
  ])('refuses %s', (_, batch, expected) => {
    expect(refused(batch, service)).toEqual(expected);
  });

  it('refuses more than 4 MiB', () => {
    const body = 'x'.repeat(4 * 1024 * 1024);
    expect(refused([[{ ...put('1'), body }]], service)).toEqual(['batch: batch-too-large']);
  });

  it('reads the place of an error before its message, and ids among the HTTP headers', () => {
    const request = encodeBatchRequest([[put('1'), put('2'), put('3')]], { service });
    const nest = (...lines: string[]) =>
      answer(['Content-Type: multipart/mixed; boundary=c', '', ...lines, '--c--', '']);
    const error =
      '{"odata.error":{"code":"EntityAlreadyExists","message":{"lang":"en-US","value":"1:The specified entity already exists."}}}';
    const head = ['--c', 'Content-Type: application/http', 'Content-Transfer-Encoding: binary', ''];
    const failed = nest(...head, 'HTTP/1.1 409 Conflict', 'Content-Type: application/json', '', error);
    expect(outcomes(decodeBatchResponse(failed, { request }))).toEqual([
      'rolled-back',
      'failed',
      'rolled-back',
    ]);

    const ok = (id: string) => [
      ...head,
      'HTTP/1.1 204 No Content',
      `Content-ID: ${id}`,
      `ETag: W/"${id}"`,
      '',
    ];
    const shuffled = nest(...ok('3'), ...ok('1'), ...ok('2'));
    const results = decodeBatchResponse(shuffled, { request }).flat();
    expect(results.map((result) => result.outcome === 'succeeded' && result.headers.get('ETag'))).toEqual([
      'W/"1"',
      'W/"2"',
      'W/"3"',
    ]);
  });
});

describe('azureBlob', () => {
  const serviceRoot = 'https://a.blob.core.windows.net/';
  const service = azureBlob({ serviceRoot });
  const remove = (blob: string) => ({
    method: 'DELETE',
    url: `c/${blob}`,
    id: `remove-${blob.replace(' ', '.')}`,
    headers: { 'x-ms-date': 'Thu, 14 Jun 2018 16:46:54 GMT', Authorization: 'SharedKey a:x' },
  });

  it('writes operations as its page prints them', () => {
    expect(text([remove('a b'), remove('b')], { service })).toBe(
      crlf(
        ...[
          '--b',
          'Content-Type: application/http',
          'Content-Transfer-Encoding: binary',
          'Content-ID: 1',
          '',
        ],
        ...['DELETE /c/a%20b HTTP/1.1', 'Content-Length: 0', 'x-ms-date: Thu, 14 Jun 2018 16:46:54 GMT'],
        ...['Authorization: SharedKey a:x', '', '', '--b'],
        ...['Content-Type: application/http', 'Content-Transfer-Encoding: binary', 'Content-ID: 2', ''],
        ...['DELETE /c/b HTTP/1.1', 'Content-Length: 0', 'x-ms-date: Thu, 14 Jun 2018 16:46:54 GMT'],
        ...['Authorization: SharedKey a:x', '', '', '--b--'],
      ),
    );
  });

  it('is sent to the account, or to a container', () => {
    expect(service.endpoint).toBe('https://a.blob.core.windows.net/?comp=batch');
    const container = azureBlob({ serviceRoot, container: 'pictures' });
    expect(container.endpoint).toBe('https://a.blob.core.windows.net/pictures?restype=container&comp=batch');
    expect(issuesOf(() => azureBlob({ container: 'a/b?' }))).toEqual(['options.container: invalid-option']);
  });

  it.each<[string, Batch, string[]]>([
    [
      'operations of two kinds',
      [remove('a'), { method: 'PUT', url: 'c/b?comp=tier' }],
      ['batch[1].method: mixed-methods'],
    ],
    ['change sets', [[remove('a')]], ['batch[0][0]: change-set-not-expressible']],
    [
      'bodies',
      [{ ...remove('a'), body: {} }],
      ['batch[0].body: body-not-allowed', 'batch[0].headers.Content-Length: content-length-mismatch'],
    ],
    ['reads', [{ method: 'GET', url: 'c/a' }], ['batch[0].method: method-not-allowed']],
    [
      '257 operations',
      Array.from({ length: 257 }, (_, i) => remove(`b${i}`)),
      ['batch: too-many-operations'],
    ],
  ])('refuses %s', (_, batch, expected) => {
    expect(refused(batch, service)).toEqual(expected);
  });

  it('takes 202 for done, sentences for reason phrases, and ids in any order', () => {
    const request = encodeBatchRequest([remove('a'), remove('b')], { service });
    const message = answer(
      [
        'Content-Type: application/http',
        'Content-ID: 2',
        '',
        'HTTP/1.1 404 The specified blob does not exist.',
        'x-ms-error-code: BlobNotFound',
        '',
        '',
      ],
      ['Content-Type: application/http', 'Content-ID: 1', '', 'HTTP/1.1 202 Accepted', '', ''],
    );
    const [done, missing] = decodeBatchResponse({ status: 202, ...message }, { request });
    expect(done).toMatchObject({ outcome: 'succeeded', status: 202, id: 'remove-a' });
    expect(missing).toMatchObject({
      outcome: 'failed',
      id: 'remove-b',
      error: { message: 'The specified blob does not exist.' },
    });
  });

  it('reads one error without an id as that of the whole batch', () => {
    const request = encodeBatchRequest([remove('a'), remove('b')], { service });
    const message = answer([
      'Content-Type: application/http',
      '',
      'HTTP/1.1 400 One of the request inputs is not valid.',
      '',
    ]);
    const results = decodeBatchResponse({ status: 202, ...message }, { request });
    expect(results).toMatchObject([
      { outcome: 'not-executed', cause: { status: 400 } },
      { outcome: 'not-executed', cause: { status: 400 } },
    ]);
  });
});

describe('googleApi', () => {
  const service = googleApi({ api: 'drive', version: 'v3' });
  const read = (id: string, headers = {}) => ({ method: 'GET', url: `/drive/v3/files/${id}`, id, headers });

  it('is sent to the endpoint of its API, and has its limits', () => {
    expect(service.endpoint).toBe('https://www.googleapis.com/batch/drive/v3');
    const gmail = googleApi({ api: 'gmail', version: 'v1', serviceRoot: 'https://gmail.googleapis.com/' });
    expect(gmail.endpoint).toBe('https://gmail.googleapis.com/batch/gmail/v1');
    expect([service.limits?.maxOperations, gmail.limits?.maxOperations]).toEqual([1000, 100]);
    expect(issuesOf(() => googleApi({ api: 'drive/../x', version: 'v3' }))).toEqual([
      'options.api: invalid-option',
    ]);
    expect(issuesOf(() => googleApi(undefined as never))).toEqual(['options: invalid-option']);
  });

  it('writes paths without Host, and lets operations have their own Authorization', () => {
    const body = text([read('a', { Authorization: 'Bearer x' })], { service });
    expect(body).toContain('\r\n\r\nGET /drive/v3/files/a HTTP/1.1\r\nAuthorization: Bearer x\r\n\r\n');
    expect(body).not.toMatch(/Host:|Accept:/);
  });

  it.each([['response-'], ['<response-', '>'], ['response- '], ['<response- ', '>'], ['response- <', '>']])(
    'knows ids that come as %sID%s, in any order',
    (before, behind = '') => {
      const request = encodeBatchRequest([read('a'), read('b')], { service });
      const part = (id: string) => [
        'Content-Type: application/http',
        `Content-ID: ${before}${id}${behind}`,
        '',
        'HTTP/1.1 200 OK',
        'Content-Type: text/plain',
        '',
        id,
      ];
      const results = decodeBatchResponse(answer(part('b'), part('a')), { request });
      expect(results.map((result) => result.outcome === 'succeeded' && result.text())).toEqual(['a', 'b']);
    },
  );

  it('guesses nothing where ids are missing', () => {
    const request = encodeBatchRequest([read('a'), read('b')], { service });
    const part = ['Content-Type: application/http', '', 'HTTP/1.1 200 OK', '', ''];
    expect(outcomes(decodeBatchResponse(answer(part, part), { request }))).toEqual(['unknown', 'unknown']);
  });
});

describe('microsoftGraph', () => {
  it('is where its version is', () => {
    expect(microsoftGraph().endpoint).toBe('https://graph.microsoft.com/v1.0/$batch');
    expect(microsoftGraph({ api: 'beta' }).endpoint).toBe('https://graph.microsoft.com/beta/$batch');
  });
});
