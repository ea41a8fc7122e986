// zod's own declarations name URL, so this file is compiled where that exists.
import {
  type BatchMessage,
  decodeBatchResponse,
  encodeBatchRequest,
  type OperationResult,
  type OutputOf,
  resultOf,
  type StandardSchemaV1,
  valuesOf,
} from 'odata-batch-codec';
import { z } from 'zod';
import { check, type IsEqual, typeOf } from '../assert.ts';

declare const message: BatchMessage;
declare const ids: readonly number[];

const product = z.object({ id: z.number(), name: z.string(), stock: z.number().optional() });
const page = z.object({ value: z.array(product) }).transform(({ value }) => value);
type Product = z.infer<typeof product>;

const read = { method: 'GET', url: 'Products(1)', schema: product } as const;
const request = encodeBatchRequest([
  read,
  [{ method: 'POST', url: 'Products', body: {}, schema: product.strict().readonly() }],
  { method: 'GET', url: 'Products', schema: page },
  { method: 'GET', url: 'Products/$count', schema: z.coerce.number() },
]);
const results = decodeBatchResponse(message, { request });

// The value is the schema's output: behind transforms, defaults and coercions.
typeOf(results).is<
  [
    OperationResult<Product>,
    [OperationResult<Readonly<Product>>],
    OperationResult<Product[]>,
    OperationResult<number>,
  ]
>();
typeOf(valuesOf(results)[2]).is<Product[]>();
typeOf(resultOf(results, read)).is<OperationResult<Product>>();
check<IsEqual<OutputOf<{ schema: z.ZodDefault<z.ZodString> }>, string>>();
check<IsEqual<OutputOf<{ schema: z.ZodUnion<[z.ZodString, z.ZodNull]> }>, string | null>>();
check<IsEqual<OutputOf<{ schema: z.ZodUnknown }>, unknown>>();

// Mapped, and of mixed schemas.
const mapped = encodeBatchRequest(
  ids.map((id) => ({ method: 'GET', url: `Products(${id})`, schema: product })),
);
typeOf(decodeBatchResponse(message, { request: mapped })).is<OperationResult<Product>[]>();

// Any zod schema is a Standard Schema of ours.
const schemas: readonly StandardSchemaV1<unknown, unknown>[] = [
  product,
  page,
  z.string(),
  z.any(),
  z.never(),
];
typeOf(schemas.length).is<number>();
const exact: StandardSchemaV1<unknown, Product> = product;
typeOf(exact['~standard'].version).is<1>();
// @ts-expect-error - the schema gives a product
const inexact: StandardSchemaV1<unknown, string> = product;
typeOf(inexact).is<StandardSchemaV1<unknown, string>>();
