import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Batch, Operation } from '../../../src/batch/operation.ts';
import { isChangeSet, sentItems } from '../../../src/batch/plan.ts';
import { continueBatch } from '../../../src/formats/continue-batch.ts';
import { decodeBatchResponse } from '../../../src/formats/decode-batch-response.ts';
import { decodeBatchResponseStream } from '../../../src/formats/decode-batch-response-stream.ts';
import { encodeBatchRequest } from '../../../src/formats/encode-batch-request.ts';
import { type ChannelAdvisorOptions, channelAdvisor } from '../../../src/services/channel-advisor.ts';
import { deepFreeze } from '../../property/deep-freeze.ts';
import { errorOf, issuesOf } from '../catch-error.ts';

const encode = (batch: Batch, options: ChannelAdvisorOptions = {}, more = {}) =>
  encodeBatchRequest(batch, { service: channelAdvisor({ coalesce: true, ...options }), ...more });

const set = (product: number, name: string, more: Partial<Operation> = {}): Operation => ({
  method: 'PATCH',
  url: `Products(${product})/Attributes('${name}')`,
  body: { Value: name.toLowerCase() },
  ...more,
});

/** What is sent, in few words: places of the operations and the end of the URL. */
const sent = (batch: Batch, options: ChannelAdvisorOptions = {}, more = {}) =>
  sentItems(encode(batch, options, more).plan.items)
    .flatMap((item) => (isChangeSet(item) ? item : [item]))
    .map(
      ({ index, coalescedWith = [], url }) =>
        `${[index, ...coalescedWith].join('+')} ${url.split('/v1/')[1] ?? url}`,
    );

describe('attributes of one product', () => {
  it('go as one UpdateAttributes', () => {
    const { body, plan } = encode([
      set(1, 'A'),
      set(1, 'B', { method: 'PUT', url: "/v1/AttributeValues(ProductID=1, Name='B')" }),
      set(1, 'C'),
    ]);
    const text = new TextDecoder().decode(body);
    expect(text).toContain(
      'POST https://api.channeladvisor.com/v1/Products(1)/UpdateAttributes HTTP/1.1\r\nContent-Type: application/json\r\n\r\n' +
        '{"Value":{"Attributes":[{"Name":"A","Value":"a"},{"Name":"B","Value":"b"},{"Name":"C","Value":"c"}]}}\r\n\r\n--changeset--',
    );
    expect(text.match(/Content-ID/g)).toHaveLength(1);
    expect(plan.items).toMatchObject([
      {
        index: 0,
        coalescedWith: [1, 2],
        rewrite: {
          rule: 'attributes-coalesced',
          from: "Products(1)/Attributes('A')",
          to: 'Products(1)/UpdateAttributes',
        },
      },
      {
        index: 1,
        coalescedWith: [0, 2],
        sentAs: 0,
        rewrite: { from: "/v1/AttributeValues(ProductID=1, Name='B')" },
      },
      { index: 2, coalescedWith: [0, 1], sentAs: 0 },
    ]);
  });

  it('go alone where nobody asked for it, and where there is one', () => {
    expect(sent([set(1, 'A'), set(1, 'B')], { coalesce: false })).toHaveLength(2);
    expect(sent([set(1, 'A')])).toEqual(["0 AttributeValues(ProductID=1,Name='A')"]);
    expect(encode([set(1, 'A')]).plan.items).toMatchObject([{ rewrite: { rule: 'attributes' } }]);
  });

  it.each<[string, Batch, readonly string[]]>([
    [
      'operations on other products',
      [set(1, 'A'), set(2, 'A'), { method: 'DELETE', url: "Products(3)/Labels('x')" }, set(1, 'B')],
      ['0+3', '1', '2'],
    ],
    [
      'reads of other products, and of their attributes',
      [
        set(1, 'A'),
        { method: 'GET', url: 'Products(2)' },
        { method: 'GET', url: "Products(2)/Attributes('A')" },
        set(1, 'B'),
      ],
      ['0+3', '1', '2'],
    ],
    [
      'real URIs of other products',
      [
        set(1, 'A'),
        { method: 'PUT', url: 'DCQuantities(ProductID=2,DistributionCenterID=1)', body: {} },
        set(1, 'B'),
      ],
      ['0+2', '1'],
    ],
  ])('are joined over %s', (_, batch, expected) => {
    expect(sent(batch).map((line) => line.split(' ')[0])).toEqual(expected);
  });

  it.each<[string, Operation]>([
    ['something else on the product', { method: 'GET', url: 'Products(1)' }],
    ['an action of the product', { method: 'POST', url: 'Products(1)/UpdateQuantity', body: {} }],
    ['a real URI of the product', { method: 'DELETE', url: "AttributeValues(ProductID=1,Name='Z')" }],
    ['a label of the product', { method: 'PUT', url: "Products(1)/Labels('x')" }],
    ['products that are not named', { method: 'GET', url: 'Products?$top=5' }],
    ['something that may be about any product', { method: 'POST', url: 'Products', body: {} }],
    ['another letter case', { method: 'GET', url: 'products(2)' }],
    [
      'a product that shows others',
      { method: 'GET', url: 'Products(2)?$expand=BundleComponents($expand=Component($expand=Attributes))' },
    ],
    ['what lies behind another product', { method: 'GET', url: "Products(2)/Children(1)/Attributes('A')" }],
    ['a path that is not plain', { method: 'GET', url: '/v1/./Products(2)' }],
  ])('are not joined over %s', (_, between) => {
    expect(sent([set(1, 'A'), between, set(1, 'B')]).map((line) => line.split(' ')[0])).toEqual([
      '0',
      '1',
      '2',
    ]);
  });

  it.each<[string, Operation]>([
    ['headers', set(1, 'B', { headers: { 'X-A': '1' } })],
    ['a Content-Type', set(1, 'B', { headers: { 'Content-Type': 'application/json' } })],
    ['another body', set(1, 'B', { body: { Value: 5 } })],
    ['more in its body', set(1, 'B', { body: { Value: 'x', ProfileID: 1 } })],
    ['the attribute again', set(1, 'A')],
    ['the attribute in another letter case', set(1, 'a')],
    ['another method', { method: 'DELETE', url: "Products(1)/Attributes('B')" }],
  ])('are not joined with one that has %s', (_, other) => {
    expect(sent([set(1, 'A'), other]).map((line) => line.split(' ')[0])).toEqual(['0', '1']);
  });

  it('begin anew where an attribute comes again', () => {
    const batch = [set(1, 'A'), set(1, 'B'), set(1, 'A'), set(1, 'C'), set(2, 'A'), set(1, 'B')];
    expect(sent(batch).map((line) => line.split(' ')[0])).toEqual(['0+1', '2+3+5', '4']);
  });

  it('stay in their change set, and are not joined across others', () => {
    const batch = [set(1, 'A'), [set(1, 'B'), set(1, 'C')], set(1, 'D'), [set(1, 'E')]];
    expect(sent(batch, { layout: 'odata' }).map((line) => line.split(' ')[0])).toEqual([
      '0',
      '1+2',
      '3',
      '4',
    ]);
  });

  it('are not joined where others refer to them or they depend on others', () => {
    const first = set(1, 'A', { id: 'a' });
    expect(sent([first, set(1, 'B', { dependsOn: ['a'] })], { layout: 'odata' })).toHaveLength(2);
    expect(
      sent([first, set(1, 'B'), { method: 'GET', url: '$a' }], { layout: 'odata' }).map(
        (line) => line.split(' ')[0],
      ),
    ).toEqual(['0', '1', '2']);
  });

  it('count as one against the limit', () => {
    const many = Array.from({ length: 150 }, (_, index) => set(1 + (index % 50), `A${index}`));
    expect(sent(many)).toHaveLength(50);
    expect(issuesOf(() => encode(many, { coalesce: false }))).toEqual(['batch: too-many-operations']);
    expect(
      issuesOf(() => encode(Array.from({ length: 202 }, (_, index) => set(index % 101, `A${index}`)))),
    ).toEqual(['batch: too-many-operations']);
  });

  it('go as one up to 100, so that a product of any number of attributes takes linear time', () => {
    const many = Array.from({ length: 250 }, (_, index) => set(1, `A${index}`));
    const groups = encode(many).plan.items.map((item) =>
      isChangeSet(item) ? [] : (item.coalescedWith ?? []),
    );
    expect(groups.map(({ length }) => length)).toEqual([
      ...Array.from({ length: 200 }, () => 99),
      ...Array.from({ length: 50 }, () => 49),
    ]);
    const tooMany = Array.from({ length: 20_000 }, (_, index) => set(1, `A${index}`));
    expect(issuesOf(() => encode(tooMany))).toEqual(['batch: too-many-operations']);
  });

  it('leave ids to their callers, and the numbers on the wire without gaps', () => {
    const { plan } = encode([
      set(1, 'A', { id: 'x' }),
      set(1, 'B', { id: 'y' }),
      { method: 'GET', url: 'Orders(1)', id: 'z' },
    ]);
    expect(plan.items).toMatchObject([
      { id: 'x', wireId: '1', idSent: true },
      { id: 'y', idSent: false },
      { id: 'z', wireId: '2', idSent: true },
    ]);
  });

  it('change nothing of what the caller gave (law 8), and can be encoded again', () => {
    const batch = [set(1, 'A'), set(1, 'B')];
    deepFreeze(batch);
    expect(encode(batch).plan.batch).toBe(batch);
    const operation = {
      method: 'POST',
      url: 'Products(1)/UpdateAttributes',
      body: {
        Value: {
          Attributes: [
            { Name: 'A', Value: 'a' },
            { Name: 'B', Value: 'b' },
          ],
        },
      },
    };
    expect(encode([operation]).body).toEqual(encode(batch).body);
  });

  it('have the headers that each operation has', () => {
    const { plan } = encode([set(1, 'A'), set(1, 'B')], { accept: 'json' });
    expect(plan.items).toMatchObject([
      {
        headers: [
          ['Accept', 'application/json'],
          ['Content-Type', 'application/json'],
        ],
      },
      { sentAs: 0 },
    ]);
  });
});

const part = (message: string) => `--r\r\nContent-Type: application/http\r\n\r\n${message}\r\n`;
const answer = (...messages: string[]) => ({
  contentType: 'multipart/mixed; boundary=r',
  body: `${messages.map(part).join('')}--r--`,
});
const NO_CONTENT = 'HTTP/1.1 204 No Content\r\n\r\n';
const ERROR =
  'HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\n\r\n{"error":{"code":"E","message":"no"}}';

describe('results of attributes that went as one', () => {
  const batch = [set(1, 'A'), { method: 'GET', url: 'Products(2)' } as const, set(1, 'B', { tag: 'mine' })];
  const request = encode(batch);

  it('are one for each operation, with the others named', () => {
    const results = decodeBatchResponse(answer(NO_CONTENT, NO_CONTENT), { request });
    expect(results).toMatchObject([
      {
        outcome: 'succeeded',
        index: 0,
        status: 204,
        coalescedWith: [2],
        operation: batch[0],
        value: undefined,
      },
      { outcome: 'succeeded', index: 1 },
      {
        outcome: 'succeeded',
        index: 2,
        status: 204,
        coalescedWith: [0],
        operation: batch[2],
        value: undefined,
      },
    ]);
    expect(results[1]).not.toHaveProperty('coalescedWith');
    expect(results.flat()[2]?.rewrite?.from).toBe("Products(1)/Attributes('B')");
  });

  it('are the same failure for each', () => {
    const results = decodeBatchResponse(answer(ERROR, NO_CONTENT), { request });
    expect(results).toMatchObject([
      { outcome: 'failed', index: 0, status: 400, error: { code: 'E' }, coalescedWith: [2] },
      { outcome: 'succeeded', index: 1 },
      { outcome: 'failed', index: 2, status: 400, error: { code: 'E' }, coalescedWith: [0], path: [2] },
    ]);
  });

  it('are unknown for each where the answer is lost', () => {
    const { contentType, body } = answer(NO_CONTENT);
    const error = errorOf(() => decodeBatchResponse({ contentType, body: body.slice(0, 20) }, { request }));
    expect(error).toMatchObject({
      code: 'missing-close-delimiter',
      results: [
        { outcome: 'unknown', coalescedWith: [2] },
        { outcome: 'unknown' },
        { outcome: 'unknown', coalescedWith: [0] },
      ],
    });
    const refused = errorOf(() =>
      decodeBatchResponse({ status: 503, contentType: 'text/plain', body: '' }, { request }),
    );
    expect(refused).toMatchObject({
      results: [{ outcome: 'unknown' }, { outcome: 'unknown' }, { outcome: 'unknown' }],
    });
  });

  it('are not executed for each where the service stopped before', () => {
    const stopped = encode([
      { method: 'GET', url: 'Orders(1)' },
      set(1, 'A'),
      set(1, 'B'),
      { method: 'GET', url: 'Orders(2)' },
    ]);
    expect(
      decodeBatchResponse(answer(NO_CONTENT, ERROR), { request: stopped })
        .flat()
        .map(({ outcome }) => outcome),
    ).toEqual(['succeeded', 'failed', 'failed', 'not-executed']);
  });

  it('come together in a stream', async () => {
    const { contentType, body } = answer(ERROR, NO_CONTENT);
    const response = new Response(body, { headers: { 'Content-Type': contentType } });
    const seen: [number, string, unknown][] = [];
    for await (const { index, outcome, coalescedWith } of decodeBatchResponseStream(response as never, {
      request,
    })) {
      seen.push([index, outcome, coalescedWith]);
    }
    expect(seen).toEqual([
      [0, 'failed', [2]],
      [2, 'failed', [0]],
      [1, 'succeeded', undefined],
    ]);
  });

  it('come as members of their change set', () => {
    const inSet = encode([[set(1, 'A'), set(1, 'B'), { method: 'POST', url: 'Products', body: {} }]], {
      layout: 'odata',
    });
    const member = (id: number) =>
      `--s\r\nContent-Type: application/http\r\nContent-ID: ${id}\r\n\r\n${NO_CONTENT}\r\n`;
    const body = `--r\r\nContent-Type: multipart/mixed; boundary=s\r\n\r\n${member(2)}${member(1)}--s--\r\n--r--`;
    const results = decodeBatchResponse(
      { contentType: 'multipart/mixed; boundary=r', body },
      { request: inSet },
    );
    expect(results).toMatchObject([
      [{ outcome: 'succeeded' }, { outcome: 'succeeded' }, { outcome: 'succeeded' }],
    ]);
    // A member of an atomic set that failed: the service names the one that was sent.
    const failed = decodeBatchResponse(answer(ERROR.replace('"E"', '"E","@Core.ContentID":"1"')), {
      request: inSet,
    });
    expect(failed.flat().map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'rolled-back']);
  });

  it('are judged by the schema of each', () => {
    const schema = z.string();
    const request = encode([set(1, 'A'), set(1, 'B', { schema })]);
    expect(
      decodeBatchResponse(answer(NO_CONTENT), { request })
        .flat()
        .map(({ outcome }) => outcome),
    ).toEqual(['succeeded', 'invalid']);
  });

  it('are continued together', () => {
    const later = encode([set(1, 'A'), set(1, 'B')], {}, { headers: { Prefer: 'respond-async' } });
    const pending = decodeBatchResponse(
      { status: 202, headers: { Location: 'https://m.example/1' }, body: '' },
      { request: later },
    );
    expect(pending).toMatchObject([{ outcome: 'pending' }, { outcome: 'pending' }]);
    const done = continueBatch(pending, answer(NO_CONTENT), { request: later });
    expect(done).toMatchObject([
      { outcome: 'succeeded', coalescedWith: [1] },
      { outcome: 'succeeded', coalescedWith: [0] },
    ]);
  });
});
