import {
  type Batch,
  type BatchMessage,
  type BatchResults,
  type DecodedBatch,
  decodeBatchResponse,
  defineBatch,
  type EncodedBatchRequest,
  encodeBatchRequest,
  type Operation,
  type OperationResult,
  type Plan,
  readBatchResponse,
  trusted,
} from 'odata-batch-codec';
import { check, type IsEqual, typeOf } from './assert.ts';

interface Product {
  readonly id: number;
  readonly name: string;
}
interface Order {
  readonly total: number;
}
type ProductResult = OperationResult<Product>;
type OrderResult = OperationResult<Order>;
type AnyResult = OperationResult<unknown>;

declare const message: BatchMessage;
declare const ids: readonly number[];
const product = trusted<Product>();
const order = trusted<Order>();

function resultsOf<B extends Batch>(request: EncodedBatchRequest<B>): BatchResults<B> {
  return decodeBatchResponse(message, { request });
}

// One operation.
typeOf(resultsOf(encodeBatchRequest([{ method: 'GET', url: 'Products(1)' }]))).is<[AnyResult]>();
typeOf(resultsOf(encodeBatchRequest([{ method: 'GET', url: 'Products(1)', schema: product }]))).is<
  [ProductResult]
>();
typeOf(resultsOf(encodeBatchRequest([]))).is<[]>();

// Nested change sets keep their place and their length.
const nested = encodeBatchRequest([
  { method: 'GET', url: 'Products(1)', schema: product },
  [
    { method: 'POST', url: 'Orders', body: { total: 1 }, schema: order },
    { method: 'DELETE', url: 'Orders(2)' },
  ],
  { method: 'GET', url: 'Orders', schema: order },
]);
const results = resultsOf(nested);
typeOf(results).is<[ProductResult, [OrderResult, AnyResult], OrderResult]>();
const [first, [created, deleted], last] = results;
typeOf(first).is<ProductResult>();
typeOf(created).is<OrderResult>();
typeOf(deleted).is<AnyResult>();
typeOf(last).is<OrderResult>();
// @ts-expect-error - the batch has three items
results[3];
// @ts-expect-error - the change set has two operations
results[1][2];

// The lists are mutable arrays: flat() walks every result, sort() and push() are the caller's business.
for (const result of results.flat()) typeOf(result).is<ProductResult | OrderResult | AnyResult>();
results.reverse();
typeOf(results.length).is<3>();

// The plan alone does as well as the request that carries it.
typeOf(decodeBatchResponse(message, { request: nested.plan })).is<typeof results>();
check<IsEqual<typeof nested.plan, Plan<typeof nested.plan.batch>>>();

// Written before it is encoded.
const defined = defineBatch([
  { method: 'GET', url: 'Products(1)', schema: product },
  [{ method: 'POST', url: 'Orders', schema: order }],
]);
typeOf(resultsOf(encodeBatchRequest(defined))).is<[ProductResult, [OrderResult]]>();

const constant = [
  { method: 'GET', url: 'Products(1)', headers: { Accept: 'application/json' }, schema: product },
  [{ method: 'POST', url: 'Orders', headers: [['Prefer', 'return=minimal']], body: { lines: [1, 2] } }],
] as const;
typeOf(resultsOf(encodeBatchRequest(constant))).is<[ProductResult, [AnyResult]]>();

const satisfying = [{ method: 'GET', url: 'Products(1)', schema: product }] as const satisfies Batch;
typeOf(resultsOf(encodeBatchRequest(satisfying))).is<[ProductResult]>();

// An operation of its own, named twice.
const create = { method: 'POST', url: 'Products', body: { name: 'Tea' }, schema: product } as const;
typeOf(resultsOf(encodeBatchRequest([create, [create]]))).is<[ProductResult, [ProductResult]]>();

// Mapped: as many results as there are at run time, each of one type.
const mapped = encodeBatchRequest(
  ids.map((id) => ({ method: 'GET', url: `Products(${id})`, schema: product })),
);
typeOf(resultsOf(mapped)).is<ProductResult[]>();
for (const result of resultsOf(mapped)) if (result.ok) typeOf(result.value).is<Product>();

const mappedSets = encodeBatchRequest(
  ids.map((id) => [
    { method: 'PATCH', url: `Products(${id})`, body: {}, schema: product },
    { method: 'DELETE', url: `Drafts(${id})` },
  ]),
);
for (const set of resultsOf(mappedSets)) {
  check<(typeof set)[number] extends AnyResult ? true : false>();
  check<IsEqual<(typeof set)[number]['outcome'], AnyResult['outcome']>>();
}

const oneSet = encodeBatchRequest([
  { method: 'GET', url: 'Products', schema: order },
  ids.map((id) => ({ method: 'PATCH', url: `Products(${id})`, body: {}, schema: product })),
]);
typeOf(resultsOf(oneSet)).is<[OrderResult, ProductResult[]]>();

// Spread: what stands before and behind keeps its place.
const reads = ids.map((id) => ({ method: 'GET', url: `Products(${id})`, schema: product }) as const);
typeOf(resultsOf(encodeBatchRequest([{ method: 'GET', url: 'Orders', schema: order }, ...reads]))).is<
  [OrderResult, ...ProductResult[]]
>();
typeOf(resultsOf(encodeBatchRequest([...reads, { method: 'GET', url: 'Orders', schema: order }]))).is<
  [...ProductResult[], OrderResult]
>();
typeOf(resultsOf(encodeBatchRequest([...defined, create]))).is<
  [ProductResult, [OrderResult], ProductResult]
>();

// Dynamic: nothing is known of the values.
declare const operations: Operation[];
declare const frozen: readonly Operation[];
declare const batch: Batch;
typeOf(resultsOf(encodeBatchRequest(operations))).is<AnyResult[]>();
typeOf(resultsOf(encodeBatchRequest(frozen))).is<AnyResult[]>();
typeOf(resultsOf(encodeBatchRequest([operations]))).is<[AnyResult[]]>();
typeOf(resultsOf(encodeBatchRequest(batch))).is<(AnyResult | AnyResult[])[]>();
check<IsEqual<BatchResults, (AnyResult | AnyResult[])[]>>();
// With noUncheckedIndexedAccess a place in a dynamic batch may be empty.
typeOf(resultsOf(encodeBatchRequest(operations))[0]).is<AnyResult | undefined>();

// A mixture of schemas promises no more than all of them keep.
declare const either: {
  readonly method: 'GET';
  readonly url: string;
  readonly schema: typeof product | typeof order;
};
typeOf(resultsOf(encodeBatchRequest([either]))).is<[OperationResult<Product | Order>]>();
declare const maybe: { readonly method: 'GET'; readonly url: string; readonly schema?: typeof product };
typeOf(resultsOf(encodeBatchRequest([maybe]))).is<[AnyResult]>();
const some: { method: string; url: string; schema: typeof product }[] | readonly [Operation] = [];
check<ReturnType<typeof resultsOf<typeof some>> extends AnyResult[] ? true : false>();

// A decoded request sent on: an array that has properties of its own gives a plain list of results.
declare const decoded: DecodedBatch;
const forwarded = resultsOf(encodeBatchRequest(decoded));
typeOf(forwarded).is<(AnyResult | AnyResult[])[]>();
typeOf(forwarded.length).is<number>();
forwarded.flat().map(({ outcome }) => outcome);

// Through functions of the caller's own, generic or not.
async function send<const B extends Batch>(items: B): Promise<BatchResults<B>> {
  const request = encodeBatchRequest(items, { version: '4.01' });
  const generic = decodeBatchResponse(message, { request });
  typeOf(generic.length).is<number>();
  for (const item of generic) check<typeof item extends AnyResult | AnyResult[] ? true : false>();
  return generic;
}
typeOf(send([{ method: 'GET', url: 'Products(1)', schema: product }, [create]])).is<
  Promise<[ProductResult, [ProductResult]]>
>();

function sendAny(items: Batch): BatchResults {
  return resultsOf(encodeBatchRequest(items));
}
typeOf(sendAny(defined)).is<(AnyResult | AnyResult[])[]>();
const widened: EncodedBatchRequest = nested;
typeOf(resultsOf(widened)).is<(AnyResult | AnyResult[])[]>();

// The asynchronous twin.
typeOf(
  readBatchResponse(
    { status: 200, headers: [['Content-Type', 'multipart/mixed']], body: null },
    { request: nested },
  ),
).is<Promise<typeof results>>();

// What is no batch.
// @ts-expect-error - an operation has a URL
encodeBatchRequest([{ method: 'GET' }]);
// @ts-expect-error - change sets do not nest
encodeBatchRequest([[[{ method: 'GET', url: 'Products' }]]]);
// @ts-expect-error - an operation alone is no batch
encodeBatchRequest({ method: 'GET', url: 'Products' });
// @ts-expect-error - a body is no request
decodeBatchResponse(message, { request: nested.body });
