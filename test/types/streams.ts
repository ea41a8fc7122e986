import {
  type ByteSource,
  type DecodedItem,
  decodeBatchRequestStream,
  decodeBatchResponseStream,
  encodeBatchRequest,
  encodeBatchRequestStream,
  encodeBatchResponseStream,
  type OperationResult,
  trusted,
} from 'odata-batch-codec';
import { check, type IsEqual } from './assert.ts';

interface Product {
  readonly id: number;
}
interface Order {
  readonly total: number;
}

declare const body: ByteSource;
const response = { status: 200, headers: [] as [string, string][], body };

const request = encodeBatchRequest([
  { method: 'GET', url: 'Products(1)', schema: trusted<Product>() },
  [{ method: 'POST', url: 'Orders', schema: trusted<Order>() }],
]);

export async function readStreams(): Promise<void> {
  // Each result is one of those that the batch can give, whatever its nesting.
  for await (const result of decodeBatchResponseStream(response, { request })) {
    check<IsEqual<typeof result, OperationResult<Product> | OperationResult<Order>>>();
  }

  for await (const item of decodeBatchRequestStream({ headers: [], body: null })) {
    check<IsEqual<typeof item, DecodedItem>>();
  }
}

// What is streamed out keeps the types of its operations.
const streamed = encodeBatchRequestStream([
  { method: 'GET', url: 'Products(1)', schema: trusted<Product>() },
  { method: 'PUT', url: 'Products(1)/$value', body },
]);
check<IsEqual<typeof streamed.contentLength, number | undefined>>();
decodeBatchResponseStream(response, { request: streamed });
encodeBatchResponseStream(
  (async function* () {
    yield { status: 200, body };
    yield [{ status: 204 }];
  })(),
);
// @ts-expect-error a response has a status
encodeBatchResponseStream([{ body }]);
