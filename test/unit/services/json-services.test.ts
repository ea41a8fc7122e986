import { describe, expect, it } from 'vitest';
import type { EncodeBatchRequestOptions } from '../../../src/batch/encode-options.ts';
import type { Batch } from '../../../src/batch/operation.ts';
import { decodeBatchResponse } from '../../../src/formats/decode-batch-response.ts';
import { encodeBatchRequest } from '../../../src/formats/encode-batch-request.ts';
import { businessCentral, channelAdvisor, defineService, microsoftGraph } from '../../../src/services.ts';
import { issuesOf } from '../catch-error.ts';

const sent = (batch: Batch, options: EncodeBatchRequestOptions) =>
  JSON.parse(new TextDecoder().decode(encodeBatchRequest(batch, options).body)).requests as Record<
    string,
    unknown
  >[];
const refused = (batch: Batch, options: EncodeBatchRequestOptions) =>
  issuesOf(() => encodeBatchRequest(batch, options));
const answer = (...responses: object[]) => ({
  contentType: 'application/json',
  body: JSON.stringify({ responses }),
});

describe('microsoftGraph', () => {
  const service = microsoftGraph();
  const me = { method: 'GET', url: '/me' };

  it('is asked with no version, for JSON', () => {
    const { contentType, headers } = encodeBatchRequest([me], { service });
    expect(contentType).toBe('application/json');
    expect(headers).toEqual({ 'Content-Type': 'application/json', Accept: 'application/json' });
  });

  it.each([
    ['/me', '/me'],
    ['me/messages?$top=2', '/me/messages?$top=2'],
    ['https://graph.microsoft.com/v1.0/users?$select=id', '/users?$select=id'],
    ['https://GRAPH.microsoft.com/v1.0/me', '/me'],
  ])('writes %s as its documentation prints URLs', (url, expected) => {
    expect(sent([{ method: 'GET', url }], { service })).toMatchObject([{ url: expected }]);
  });

  it.each([
    ['https://graph.microsoft.com/beta/me', 'foreign-url'],
    ['https://graph.example/v1.0/me', 'foreign-url'],
  ])('refuses %s: %s', (url, code) => {
    expect(refused([{ method: 'GET', url }], { service })).toEqual([`batch[0].url: ${code}`]);
  });

  it('takes twenty operations', () => {
    const twenty = Array.from({ length: 20 }, () => ({ ...me }));
    expect(sent(twenty, { service })).toHaveLength(20);
    expect(refused([...twenty, me], { service })).toEqual(['batch: too-many-operations']);
  });

  it('has no change sets and no references, but operations that wait for others', () => {
    expect(refused([[{ ...me, method: 'DELETE' }]], { service })).toEqual([
      'batch[0][0]: change-set-not-expressible',
    ]);
    expect(
      refused(
        [
          { method: 'POST', url: 'users', body: {}, id: 'a' },
          { method: 'GET', url: '$a' },
        ],
        { service },
      ),
    ).toEqual(['batch[1].url: reference-not-expressible']);
    expect(
      sent(
        [
          { ...me, id: 'first' },
          { ...me, dependsOn: ['first'] },
        ],
        { service },
      ),
    ).toMatchObject([{ id: 'first' }, { dependsOn: ['first'] }]);
  });

  it('refuses ids that it cannot tell apart', () => {
    expect(
      refused(
        [
          { ...me, id: 'a' },
          { ...me, id: 'A' },
        ],
        { service },
      ),
    ).toEqual(['batch[1].id: duplicate-content-id']);
    // Another service can.
    expect(
      sent(
        [
          { ...me, id: 'a' },
          { ...me, id: 'A' },
        ],
        { service: defineService({ name: 's', format: 'json' }) },
      ),
    ).toHaveLength(2);
  });

  it('is read by ids in any letter case and any order, with what was not executed', () => {
    const request = encodeBatchRequest(
      [
        { ...me, id: 'Me' },
        { method: 'POST', url: '/me/events', body: {}, id: 'Event', dependsOn: ['Me'] },
        { method: 'GET', url: '/users', id: 'Users' },
      ],
      { service },
    );
    const results = decodeBatchResponse(
      answer(
        { id: 'USERS', status: 200, body: { value: [] } },
        { id: 'event', status: 424, body: { error: { code: 'FailedDependency', message: 'It failed.' } } },
        { id: 'me', status: 404, body: { error: { code: 'ResourceNotFound', message: 'None.' } } },
      ),
      { request },
    );
    expect(results).toMatchObject([
      { id: 'Me', outcome: 'failed', error: { code: 'ResourceNotFound' } },
      { id: 'Event', outcome: 'not-executed', cause: { status: 424, error: { code: 'FailedDependency' } } },
      { id: 'Users', outcome: 'succeeded' },
    ]);
  });

  it('is not guessed at where an id is missing or nobody else has it', () => {
    const request = encodeBatchRequest(
      [
        { ...me, id: 'a' },
        { ...me, id: 'b' },
      ],
      { service },
    );
    const results = decodeBatchResponse(answer({ id: 'A', status: 200 }, { id: 'c', status: 200 }), {
      request,
    });
    expect(results.map(({ outcome }) => outcome)).toEqual(['succeeded', 'unknown']);
  });
});

describe('businessCentral', () => {
  const serviceRoot = 'https://api.businesscentral.dynamics.com/v2.0/production/api/v2.0/';
  const service = businessCentral({ serviceRoot, isolation: 'snapshot' });
  const post = { method: 'POST', url: 'companies(1)/items', body: { displayName: 'x' } };

  it('is sent to its endpoint, as one transaction where asked for', () => {
    expect(service.endpoint).toBe(`${serviceRoot}$batch`);
    const { headers } = encodeBatchRequest([post], { service });
    expect(headers).toMatchObject({ Isolation: 'snapshot', 'OData-Version': '4.0' });
  });

  it('has relative URLs and atomicity groups', () => {
    expect(
      sent([{ method: 'GET', url: `${serviceRoot}companies(1)/items` }, [{ ...post }, { ...post }]], {
        service,
      }),
    ).toMatchObject([
      { url: 'companies(1)/items' },
      { url: 'companies(1)/items', atomicityGroup: 'group1' },
      { url: 'companies(1)/items', atomicityGroup: 'group1' },
    ]);
  });

  it('refuses URLs of others, and the token in an operation', () => {
    const batch = [
      { method: 'GET', url: 'https://other.example/A' },
      { method: 'GET', url: 'companies', headers: { Authorization: 'Bearer x' } },
    ];
    expect(refused(batch, { service })).toEqual([
      'batch[0].url: foreign-url',
      'batch[1].headers.Authorization: forbidden-header',
    ]);
  });
});

describe('a service that numbers operations, asked in JSON', () => {
  const service = channelAdvisor();
  const label = (name: string, id?: string) => ({ method: 'PUT', url: `Products(1)/Labels('${name}')`, id });

  it('has numbers in JSON too, and the callers their own ids', () => {
    const options = { service, format: 'json' } as const;
    const request = encodeBatchRequest([label('a', 'colour'), label('b')], options);
    expect(JSON.parse(new TextDecoder().decode(request.body))).toEqual({
      requests: [
        {
          id: '1',
          method: 'PUT',
          url: "https://api.channeladvisor.com/v1/ProductLabels(ProductID=1,Name='a')",
        },
        {
          id: '2',
          method: 'PUT',
          url: "https://api.channeladvisor.com/v1/ProductLabels(ProductID=1,Name='b')",
        },
      ],
    });
    const results = decodeBatchResponse(answer({ id: '2', status: 404 }, { id: '1', status: 204 }), {
      request,
    });
    expect(results).toMatchObject([
      { id: 'colour', outcome: 'succeeded', rewrite: { rule: 'labels' } },
      { outcome: 'failed' },
    ]);
  });

  it('sends operations that go as one only once, and gives each its result', () => {
    const attribute = (name: string) => ({
      method: 'PATCH',
      url: `Products(1)/Attributes('${name}')`,
      body: { Value: name },
    });
    const options = { service: channelAdvisor({ coalesce: true }), format: 'json' } as const;
    const batch = [attribute('a'), attribute('b'), label('c')];
    const request = encodeBatchRequest(batch, options);
    const { requests } = JSON.parse(new TextDecoder().decode(request.body));
    expect(requests).toMatchObject([
      {
        id: '1',
        method: 'POST',
        url: 'https://api.channeladvisor.com/v1/Products(1)/UpdateAttributes',
        body: {
          Value: {
            Attributes: [
              { Name: 'a', Value: 'a' },
              { Name: 'b', Value: 'b' },
            ],
          },
        },
      },
      { id: '2', method: 'PUT' },
    ]);
    const results = decodeBatchResponse(answer({ id: '1', status: 204 }, { id: '2', status: 500 }), {
      request,
    });
    expect(results).toMatchObject([
      { outcome: 'succeeded', coalescedWith: [1] },
      { outcome: 'succeeded', coalescedWith: [0] },
      { outcome: 'failed' },
    ]);
  });
});
