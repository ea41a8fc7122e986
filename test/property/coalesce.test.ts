import fc from 'fast-check';
import { describe, expect } from 'vitest';
import type { Batch, Operation } from '../../src/batch/operation.ts';
import { isChangeSet, sentItems } from '../../src/batch/plan.ts';
import { decodeBatchRequest } from '../../src/formats/decode-batch-request.ts';
import { decodeBatchResponse } from '../../src/formats/decode-batch-response.ts';
import { decodeBatchResponseStream } from '../../src/formats/decode-batch-response-stream.ts';
import { encodeBatchRequest } from '../../src/formats/encode-batch-request.ts';
import { channelAdvisor } from '../../src/services/channel-advisor.ts';
import { law } from './law.ts';

const product = fc.integer({ min: 1, max: 3 });
const name = fc.constantFrom('A', 'a', 'B', 'C');
const value = fc.constantFrom('', 'x', 'y');

const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      method: fc.constantFrom('PATCH', 'PUT'),
      url: fc.tuple(product, name).map(([id, key]) => `Products(${id})/Attributes('${key}')`),
      body: value.map((text) => ({ Value: text })),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      method: fc.constantFrom('PATCH', 'PUT'),
      url: fc.tuple(product, name).map(([id, key]) => `/v1/AttributeValues(ProductID=${id}, Name='${key}')`),
      body: value.map((text) => ({ Value: text })),
    }),
  },
  {
    arbitrary: fc.record({
      method: fc.constant('DELETE'),
      url: fc.tuple(product, name).map(([id, key]) => `Products(${id})/Attributes('${key}')`),
    }),
    weight: 1,
  },
  {
    arbitrary: fc.record({ method: fc.constant('GET'), url: product.map((id) => `Products(${id})`) }),
    weight: 1,
  },
  { arbitrary: fc.record({ method: fc.constant('GET'), url: fc.constant('Products') }), weight: 1 },
  { arbitrary: fc.record({ method: fc.constant('POST'), url: fc.constant('Products/Reset') }), weight: 1 },
);
const batch = fc.array(operation, { minLength: 1, maxLength: 14 });

const encode = (operations: Batch, coalesce: boolean) =>
  encodeBatchRequest(operations, { service: channelAdvisor({ coalesce }) });

/** What a service would make of a batch: the attributes in the end, and what each read saw. */
function carryOut(request: ReturnType<typeof encode>): unknown {
  const products = new Map<number, Record<string, string>>();
  const reads: unknown[] = [];
  const attributesOf = (id: number) => {
    const known = products.get(id) ?? {};
    products.set(id, known);
    return known;
  };
  for (const { method, url, json } of decodeBatchRequest(request)
    .flat()
    .map((item) => ({ method: item.method, url: item.url, json: () => item.json() }))) {
    const path = decodeURIComponent(url.split('/v1/')[1] ?? '');
    const [, id = '0'] = /^Products\((\d+)\)/.exec(path) ?? [];
    const [, keyed = '0', key = ''] = /^AttributeValues\(ProductID=(\d+),Name='(.*)'\)$/.exec(path) ?? [];
    if (path === 'Products/Reset') products.clear();
    else if (method === 'GET')
      reads.push(structuredClone(id === '0' ? [...products].sort() : (products.get(Number(id)) ?? {})));
    else if (method === 'DELETE') delete attributesOf(Number(keyed))[key];
    else if (keyed !== '0') attributesOf(Number(keyed))[key] = (json() as { Value: string }).Value;
    else
      for (const { Name, Value } of (json() as { Value: { Attributes: { Name: string; Value: string }[] } })
        .Value.Attributes)
        attributesOf(Number(id))[Name] = Value;
  }
  return {
    reads: JSON.stringify(reads, sortKeys),
    products: JSON.stringify([...products].filter(([, one]) => Object.keys(one).length > 0).sort(), sortKeys),
  };
}

function sortKeys(_: string, given: unknown): unknown {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return given;
  return Object.fromEntries(Object.entries(given).sort());
}

const PART = '--r\r\nContent-Type: application/http\r\n\r\nHTTP/1.1';

describe('coalesced operations', () => {
  law(
    'mean what they meant apart',
    fc.property(batch, (operations) => {
      // A product that was only emptied is one that is not there.
      expect(carryOut(encode(operations, true))).toEqual(carryOut(encode(operations, false)));
    }),
    5,
  );

  law(
    'have one result each, that of what was sent for them',
    fc.asyncProperty(
      batch,
      fc.infiniteStream(fc.constantFrom(204, 200, 400, 503)),
      async (operations, statuses) => {
        const request = encode(operations, true);
        const sent = sentItems(request.plan.items).flatMap((item) => (isChangeSet(item) ? item : [item]));
        const statusOf = new Map(sent.map(({ index }) => [index, statuses.next().value as number]));
        const body = `${sent.map(({ index }) => `${PART} ${statusOf.get(index)} X\r\n\r\n\r\n`).join('')}--r--`;
        const contentType = 'multipart/mixed; boundary=r';
        const results = decodeBatchResponse({ contentType, body }, { request }).flat();
        expect(results.map(({ index }) => index)).toEqual(operations.map((_, index) => index));
        for (const result of results) {
          const { index, coalescedWith = [], operation: own } = result;
          expect(own).toBe(operations[index]);
          expect('status' in result && result.status).toBe(statusOf.get(Math.min(index, ...coalescedWith)));
          for (const other of coalescedWith) expect(results[other]?.coalescedWith).toContain(index);
        }

        const streamed = [];
        const response = new Response(body, { headers: { 'Content-Type': contentType } });
        for await (const result of decodeBatchResponseStream(response as never, { request }))
          streamed.push(result);
        const told = (all: readonly { index: number; outcome: string }[]) =>
          all.map(({ index, outcome }) => [index, outcome]).sort(([a = 0], [b = 0]) => Number(a) - Number(b));
        expect(told(streamed)).toEqual(told(results));
      },
    ),
    2,
  );
});
