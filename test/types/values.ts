import {
  type BatchMessage,
  type BatchResults,
  type BatchValues,
  decodeBatchResponse,
  type ErrorResults,
  encodeBatchRequest,
  type Operation,
  type OperationResult,
  type OutputOf,
  resultOf,
  trusted,
  valuesOf,
  type WireResult,
} from 'odata-batch-codec';
import { check, type IsEqual, typeOf } from './assert.ts';

interface Product {
  readonly name: string;
}
interface Order {
  readonly total: number;
}

declare const message: BatchMessage;
declare const ids: readonly number[];

const readProduct = { method: 'GET', url: 'Products(1)', schema: trusted<Product>() } as const;
const createOrder = { method: 'POST', url: 'Orders', schema: trusted<Order>(), tag: 7 } as const;
const remove = { method: 'DELETE', url: 'Orders(1)' } as const;
const request = encodeBatchRequest([readProduct, [createOrder, remove]]);
const results = decodeBatchResponse(message, { request });

// Values are nested like the results, in mutable arrays.
const values = valuesOf(results);
typeOf(values).is<[Product, [Order, unknown]]>();
const [product, [order]] = values;
typeOf(product).is<Product>();
typeOf(order).is<Order>();
check<IsEqual<BatchValues<typeof results>, typeof values>>();

// Mapped, spread and dynamic batches.
const mapped = encodeBatchRequest(
  ids.map((id) => ({ method: 'GET', url: `Products(${id})`, schema: trusted<Product>() })),
);
typeOf(valuesOf(decodeBatchResponse(message, { request: mapped }))).is<Product[]>();
declare const spread: [OperationResult<Order>, ...OperationResult<Product>[]];
typeOf(valuesOf(spread)).is<[Order, ...Product[]]>();
declare const frozen: readonly [OperationResult<Order>, readonly OperationResult<Product>[]];
typeOf(valuesOf(frozen)).is<[Order, Product[]]>();
declare const dynamic: BatchResults;
typeOf(valuesOf(dynamic)).is<(unknown | unknown[])[]>();
typeOf(valuesOf(results.flat())).is<unknown[]>();

// A value that may be undefined stays so; one that never comes stays never.
declare const optional: [OperationResult<Product | undefined>, OperationResult<never>];
typeOf(valuesOf(optional)).is<[Product | undefined, never]>();

// One result by its operation: the type comes from the operation, whatever the results are known as.
typeOf(resultOf(results, readProduct)).is<OperationResult<Product>>();
typeOf(resultOf(results, createOrder)).is<OperationResult<Order>>();
typeOf(resultOf(results, remove)).is<OperationResult<unknown>>();
typeOf(resultOf(dynamic, createOrder)).is<OperationResult<Order>>();
typeOf(resultOf([...results], readProduct)).is<OperationResult<Product>>();
declare const operation: Operation;
typeOf(resultOf(results, operation)).is<OperationResult<unknown>>();
// @ts-expect-error - an operation is asked for by identity, not by its id
resultOf(results, '1');

// What an operation promises.
check<IsEqual<OutputOf<typeof readProduct>, Product>>();
check<IsEqual<OutputOf<typeof remove>, unknown>>();
check<IsEqual<OutputOf<Operation>, unknown>>();

// Results of a response that was decoded without its request, and those that an error brings, will do too.
declare const onTheWire: (WireResult | WireResult[])[];
typeOf(valuesOf(onTheWire)).is<(unknown | unknown[])[]>();
typeOf(resultOf(onTheWire, readProduct)).is<OperationResult<Product>>();
declare const ofAnError: ErrorResults;
typeOf(valuesOf(ofAnError)).is<(unknown | unknown[])[]>();
typeOf(resultOf(ofAnError, createOrder)).is<OperationResult<Order>>();
