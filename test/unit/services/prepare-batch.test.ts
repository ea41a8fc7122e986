import { describe, expect, it } from 'vitest';
import type { Batch } from '../../../src/batch/operation.ts';
import { isChangeSet } from '../../../src/batch/plan.ts';
import type { UsageWarning } from '../../../src/batch/usage-warning.ts';
import { encodeBatchRequest } from '../../../src/formats/encode-batch-request.ts';
import { encodeBatchRequestStream } from '../../../src/formats/encode-batch-request-stream.ts';
import { channelAdvisor } from '../../../src/services/channel-advisor.ts';
import { defineService } from '../../../src/services/define-service.ts';
import type { ServiceDefinition } from '../../../src/services/service-definition.ts';
import { deepFreeze } from '../../property/deep-freeze.ts';
import { issuesOf } from '../catch-error.ts';

const encode = (batch: Batch, options: Parameters<typeof encodeBatchRequest>[1] = {}) =>
  encodeBatchRequest(batch, { service: channelAdvisor(), ...options });
const planned = (batch: Batch, options: Parameters<typeof encodeBatchRequest>[1] = {}) =>
  encode(batch, options).plan.items.flatMap((item) => (isChangeSet(item) ? item : [item]));
const text = ({ body }: { body: Uint8Array }) => new TextDecoder().decode(body);

const ALIAS = { method: 'PATCH', url: "/v1/Products(1)/Attributes('Size')", body: { Value: 'XL' } } as const;
const GET = { method: 'GET', url: 'Products(1)' } as const;

describe('encoding with a service', () => {
  it('sends what its rules make of the operations, and tells so in the plan', () => {
    const [get, patch, post] = planned([GET, ALIAS, { method: 'POST', url: 'Products', body: {} }], {
      service: channelAdvisor({ attributes: 'post' }),
    });
    expect(get).toMatchObject({ method: 'GET', url: 'https://api.channeladvisor.com/v1/Products(1)' });
    expect(get?.rewrite).toBeUndefined();
    expect(patch).toMatchObject({
      operation: ALIAS,
      method: 'POST',
      url: 'https://api.channeladvisor.com/v1/AttributeValues',
      headers: [['Content-Type', 'application/json']],
      rewrite: { rule: 'attributes', from: ALIAS.url, to: '/v1/AttributeValues' },
    });
    expect(post).toMatchObject({ method: 'POST', url: 'https://api.channeladvisor.com/v1/Products' });
  });

  it('writes the body that a rule makes', () => {
    expect(text(encode([ALIAS], { service: channelAdvisor({ attributes: 'action' }) }))).toContain(
      '\r\n\r\n{"Value":{"Attributes":[{"Name":"Size","Value":"XL"}]}}\r\n',
    );
  });

  it('changes nothing of what the caller gave (law 8)', () => {
    const batch = [{ ...ALIAS, headers: { 'X-A': '1' } }, GET];
    deepFreeze(batch);
    for (const attributes of ['keyed', 'post', 'action'] as const) {
      expect(encode(batch, { service: channelAdvisor({ attributes }) }).plan.batch).toBe(batch);
    }
  });

  it('encodes what it has encoded to the same octets (law 8)', () => {
    for (const attributes of ['keyed', 'post', 'action'] as const) {
      const service = channelAdvisor({ attributes });
      const options = { service, boundary: 'c' };
      const once = encodeBatchRequest([ALIAS, GET, { method: 'DELETE', url: ALIAS.url }], options);
      const again = once.plan.items.flatMap((item) => (isChangeSet(item) ? item : [item]));
      const bodies = [JSON.parse(/\{.*\}/.exec(text(once))?.[0] ?? ''), undefined, undefined];
      const operations = again.map(({ method, url }, index) => ({ method, url, body: bodies[index] }));
      expect(text(encodeBatchRequest(operations, options))).toBe(text(once));
    }
  });

  it('holds what is sent against what the service takes, not what was given', () => {
    const rule = {
      name: 'r',
      methods: ['PUT'],
      alias: 'A({k})',
      real: 'B({k})',
      keys: { k: 'string' },
    } as const;
    const issues = (definition: Partial<ServiceDefinition>, method: string, body?: unknown) => {
      const service = defineService({ name: 's', rules: [{ ...rule, method }], ...definition });
      return issuesOf(() => encode([{ method: 'PUT', url: "A('x')", body }], { service }));
    };
    expect(issues({ methods: ['PUT'] }, 'POST')).toEqual(['batch[0].method: method-not-allowed']);
    expect(issues({ bodyless: ['DELETE'] }, 'DELETE', {})).toEqual(['batch[0].body: body-not-allowed']);
    const service = defineService({
      name: 's',
      methods: ['POST'],
      sameMethod: true,
      rules: [{ ...rule, method: 'POST' }],
    });
    expect(
      planned(
        [
          { method: 'PUT', url: "A('x')" },
          { method: 'POST', url: 'C' },
        ],
        { service },
      ),
    ).toHaveLength(2);
  });

  it('goes by the service root that the caller gives', () => {
    const url = "http://127.0.0.1:8080/api/Products(1)/Labels('x')";
    const serviceRoot = 'http://127.0.0.1:8080/api/';
    expect(planned([{ method: 'PUT', url }, GET], { serviceRoot }).map((each) => each.url)).toEqual([
      "http://127.0.0.1:8080/api/ProductLabels(ProductID=1,Name='x')",
      'http://127.0.0.1:8080/api/Products(1)',
    ]);
    expect(issuesOf(() => encode([{ method: 'PUT', url }]))).toEqual(['batch[0].url: foreign-url']);
  });

  it('tells what is doubtful, in the plan and to onWarning', () => {
    const seen: UsageWarning[] = [];
    const batch = [GET, { method: 'PUT', url: "products(1)/Labels('x')" }];
    const { plan } = encode(batch, { onWarning: (warning) => seen.push(warning) });
    expect(plan.warnings).toEqual([
      { path: 'batch[1].url', code: 'alias-like', message: expect.stringContaining('another letter case') },
    ]);
    expect(seen).toEqual(plan.warnings);
    expect(encode([{ method: 'PUT', url: "ProductLabels(ProductID=1, Name='a b')" }]).plan).toMatchObject({
      warnings: [{ path: 'batch[0].url', code: 'space-in-url' }],
      items: [{ url: "https://api.channeladvisor.com/v1/ProductLabels(ProductID=1,Name='a%20b')" }],
    });
    expect(encodeBatchRequest([GET]).plan.warnings).toEqual([]);
    expect(issuesOf(() => encode([GET], { onWarning: 1 as never }))).toEqual([
      'options.onWarning: invalid-option',
    ]);
  });

  it('lists all that a batch has wrong', () => {
    expect(
      issuesOf(() =>
        encode(
          [
            [
              { method: 'DELETE', url: `${ALIAS.url}?x=1` },
              { method: 'POST', url: '$batch' },
            ],
            { method: 'TRACE', url: 'https://evil.example/v1/Products' },
            { method: 'POST', url: 'Orders(1)/Export', body: 'x', id: 'a' },
            { method: 'DELETE', url: '$a/x', body: {}, dependsOn: ['a'] },
            { method: 'PUT', url: "Products(1)/Labels('x')#" },
          ],
          { service: channelAdvisor({ maxOperations: 5 }) },
        ),
      ),
    ).toEqual([
      'batch: too-many-operations',
      'batch[0][0]: change-set-not-expressible',
      'batch[0][0].url: alias-with-query',
      'batch[0][1].url: not-batchable',
      'batch[1].method: method-not-allowed',
      'batch[1].url: foreign-url',
      'batch[2].headers.Content-Type: media-type-not-allowed',
      'batch[2].url: not-batchable',
      'batch[3].url: reference-not-expressible',
      'batch[3].dependsOn: reference-not-expressible',
      'batch[3].body: body-not-allowed',
      'batch[4].url: invalid-url',
    ]);
  });

  it('leaves what is no operation, and what has no URL, to those who refuse it anyway', () => {
    expect(
      issuesOf(() =>
        encode([
          { method: 5, url: 'P' },
          { method: 'GET', url: '$9/P' },
          { method: 'GET', url: {} },
        ] as never),
      ),
    ).toEqual([
      'batch[0].method: invalid-method',
      'batch[1].url: unknown-reference',
      'batch[2].url: invalid-url',
    ]);
  });

  it('gives what a service of the caller throws as cause', () => {
    const prepare = () => {
      throw new TypeError('no');
    };
    expect(issuesOf(() => encodeBatchRequest([GET], { service: { name: 's', prepare } }))).toEqual([
      ': callback-failed',
    ]);
  });
});

describe('ChannelAdvisor in a batch', () => {
  it('takes 100 operations and no more, however they stand', () => {
    const gets = (count: number) => Array.from({ length: count }, () => ({ ...GET }));
    expect(planned(gets(100))).toHaveLength(100);
    expect(issuesOf(() => encode(gets(101)))).toEqual(['batch: too-many-operations']);
    const service = channelAdvisor({ maxOperations: 2 });
    expect(service.limits).toMatchObject({ maxOperations: 2, countsOperations: true });
    expect(issuesOf(() => encode(gets(3), { service }))).toEqual(['batch: too-many-operations']);
    for (const maxOperations of [0, 101, 1.5]) {
      expect(issuesOf(() => channelAdvisor({ maxOperations }))).toEqual([
        'options.maxOperations: invalid-option',
      ]);
    }
  });

  it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])('takes %s', (method) => {
    expect(planned([{ method, url: 'Products(1)' }])).toHaveLength(1);
  });

  it.each(['HEAD', 'OPTIONS', 'PURGE'])('takes no %s', (method) => {
    expect(issuesOf(() => encode([{ method, url: 'Products(1)' }]))).toEqual([
      'batch[0].method: method-not-allowed',
    ]);
  });

  it.each<[string, unknown, Record<string, string>]>([
    ['an object', {}, {}],
    ['JSON as text', '{}', { 'Content-Type': 'application/json' }],
    ['JSON with parameters', '{}', { 'content-type': 'Application/JSON; charset=utf-8' }],
    ['JSON as octets', Uint8Array.of(0x30), { 'Content-Type': 'application/json' }],
    ['no body', undefined, {}],
    ['an empty body', '', {}],
  ])('takes %s', (_, body, headers) => {
    expect(planned([{ method: 'PUT', url: "Products(1)/Labels('x')", body, headers }])).toHaveLength(1);
  });

  it.each<[string, unknown, Record<string, string>]>([
    ['text without a type', '{}', {}],
    ['octets without a type', Uint8Array.of(0x30), {}],
    ['another type', '<a/>', { 'Content-Type': 'application/xml' }],
    ['an object of another type', {}, { 'Content-Type': 'application/x-json' }],
    ['a broken type', {}, { 'Content-Type': 'json' }],
    ['a type without a body', undefined, { 'Content-Type': 'application/json' }],
  ])('takes no %s', (_, body, headers) => {
    expect(issuesOf(() => encode([{ method: 'PUT', url: 'Products(1)', body, headers }]))).toEqual([
      'batch[0].headers.Content-Type: media-type-not-allowed',
    ]);
  });

  it('takes streamed bodies of its type', () => {
    const operation = (type: string) => ({
      method: 'PUT',
      url: 'Products(1)',
      body: new Blob(['{}'], { type }),
    });
    const service = channelAdvisor();
    expect(encodeBatchRequestStream([operation('application/json')], { service }).plan.items).toHaveLength(1);
    expect(issuesOf(() => encodeBatchRequestStream([operation('text/plain')], { service }))).toEqual([
      'batch[0].headers.Content-Type: media-type-not-allowed',
    ]);
  });
});

describe('the policy of a service', () => {
  const service = (policy: Partial<ServiceDefinition>) => defineService({ name: 's', ...policy });

  it('limits change sets and items', () => {
    const set = [
      { ...GET, method: 'POST' },
      { ...GET, method: 'PUT' },
    ];
    const limited = service({ limits: { maxItems: 1, maxOperationsPerChangeSet: 1 } });
    expect(issuesOf(() => encodeBatchRequest([{ ...GET }, set], { service: limited }))).toEqual([
      'batch: too-many-operations',
      'batch[1][0]: too-many-operations',
    ]);
    const wider = service({ limits: { maxItems: 2, maxOperationsPerChangeSet: 2, maxOperations: 3 } });
    expect(encodeBatchRequest([{ ...GET }, set], { service: wider }).plan.items).toHaveLength(2);
  });

  it('limits octets, as far as they are known', () => {
    const size = encodeBatchRequest([GET]).body.length;
    const limited = (maxBytes: number) => ({ service: service({ limits: { maxBytes } }) });
    expect(encodeBatchRequest([GET], limited(size)).body).toHaveLength(size);
    expect(issuesOf(() => encodeBatchRequest([GET], limited(size - 1)))).toEqual(['batch: batch-too-large']);
    const blob = { method: 'PUT', url: 'P', body: new Blob(['x'.repeat(size)]) };
    expect(issuesOf(() => encodeBatchRequestStream([blob], limited(size)))).toEqual([
      'batch: batch-too-large',
    ]);
    const stream = { method: 'PUT', url: 'P', body: new Blob(['x'.repeat(size)]).stream() };
    expect(encodeBatchRequestStream([stream], limited(size)).contentLength).toBeUndefined();
  });

  it('is asked for thousands of operations in no time', () => {
    const many = Array.from({ length: 20_000 }, (_, index) => ({ method: 'POST', url: `P(${index})` }));
    const started = performance.now();
    encodeBatchRequest([many], { service: service({ limits: { maxOperationsPerChangeSet: 20_000 } }) });
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
