import {
  type BatchMessage,
  decodeBatchResponse,
  encodeBatchRequest,
  type Operation,
  type OperationResult,
  type OutputOf,
  type StandardResult,
  type StandardSchemaV1,
  trusted,
} from 'odata-batch-codec';
import { check, type IsEqual, typeOf } from './assert.ts';

interface Product {
  readonly name: string;
}

declare const message: BatchMessage;

/** What a successful operation with this schema gives. */
function outputOf<const S extends StandardSchemaV1<unknown, unknown>>(
  schema: S,
): OutputOf<{ readonly schema: S }> {
  const [result] = decodeBatchResponse(message, {
    request: encodeBatchRequest([{ method: 'GET', url: 'Products(1)', schema }]),
  });
  if (!result.ok) throw new Error(result.outcome);
  return result.value as OutputOf<{ readonly schema: S }>;
}

// Trusted: any type, without a check.
typeOf(trusted<Product>()).is<StandardSchemaV1<unknown, Product>>();
typeOf(outputOf(trusted<Product>())).is<Product>();
typeOf(outputOf(trusted<{ value: Product[] }>()).value).is<Product[]>();
typeOf(outputOf(trusted<Product | undefined>())).is<Product | undefined>();
typeOf(outputOf(trusted<null>())).is<null>();
typeOf(outputOf(trusted<unknown>())).is<unknown>();

// Declared by its interface; input and output may differ.
declare const declared: StandardSchemaV1<string, Date>;
typeOf(outputOf(declared)).is<Date>();
declare const plain: StandardSchemaV1<Product>;
typeOf(outputOf(plain)).is<Product>();

// Written by hand, as an object.
const handWritten = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value: unknown): StandardResult<Product> =>
      typeof value === 'string' ? { value: { name: value } } : { issues: [{ message: 'expected a name' }] },
  },
} as const;
typeOf(outputOf(handWritten)).is<Product>();
const satisfying = {
  '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value: String(value) }) },
} as const satisfies StandardSchemaV1<unknown, string>;
typeOf(outputOf(satisfying)).is<string>();

// As a class, with a path in its issues, validating asynchronously.
class ProductSchema implements StandardSchemaV1<unknown, Product> {
  readonly '~standard' = {
    version: 1 as const,
    vendor: 'test',
    validate: async (value: unknown): Promise<StandardResult<Product>> => ({
      issues: [{ message: `no product: ${typeof value}`, path: ['value', { key: 0 }, Symbol.iterator] }],
    }),
  };
}
typeOf(outputOf(new ProductSchema())).is<Product>();

// As a function that carries it, the way arktype does.
type Callable = ((value: unknown) => Product) & StandardSchemaV1<unknown, Product>;
declare const callable: Callable;
typeOf(outputOf(callable)).is<Product>();

// With all that the specification allows: `types`, and a second parameter of `validate`.
interface FullSchema {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (
      value: unknown,
      options?: { readonly libraryOptions?: Record<string, unknown> | undefined } | undefined,
    ) =>
      | { readonly value: number; readonly issues?: undefined }
      | { readonly issues: readonly { readonly message: string }[] };
    readonly types?: { readonly input: string; readonly output: number } | undefined;
    readonly jsonSchema: { readonly input: () => Record<string, unknown> };
  };
  readonly parse: (value: unknown) => number;
}
declare const full: FullSchema;
typeOf(outputOf(full)).is<number>();

// The reverse: what `trusted` gives is a schema for others too.
const forOthers: {
  readonly '~standard': {
    readonly version: 1;
    readonly validate: (
      value: unknown,
    ) =>
      | { readonly value: Product; readonly issues?: undefined }
      | { readonly issues: readonly { readonly message: string }[] }
      | Promise<unknown>;
  };
} = trusted<Product>();
check<typeof forOthers extends StandardSchemaV1 ? false : true>();

// Any schema stands in any operation.
const operations: readonly Operation[] = [
  { method: 'GET', url: '1', schema: trusted<Product>() },
  { method: 'GET', url: '2', schema: declared },
  { method: 'GET', url: '3', schema: handWritten },
  { method: 'GET', url: '4', schema: new ProductSchema() },
  { method: 'GET', url: '5', schema: callable },
  { method: 'GET', url: '6', schema: full },
  { method: 'GET', url: '7', schema: undefined },
];
typeOf(decodeBatchResponse(message, { request: encodeBatchRequest(operations) })).is<OperationResult[]>();

// What is no schema.
// @ts-expect-error - a function without `~standard`
encodeBatchRequest([{ method: 'GET', url: 'Products', schema: (value: unknown) => value }]);
const later = { ...handWritten['~standard'], version: 2 } as const;
// @ts-expect-error - a later version of the specification
encodeBatchRequest([{ method: 'GET', url: 'Products', schema: { '~standard': later } }]);
// @ts-expect-error - what is trusted is not narrowed on the way
const wrong: StandardSchemaV1<unknown, string> = trusted<string | number>();
check<IsEqual<typeof wrong, StandardSchemaV1<unknown, string>>>();
