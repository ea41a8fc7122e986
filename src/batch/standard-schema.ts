/** The Standard Schema interface, version 1, which zod, valibot, arktype and others implement; written out here so that no package is needed. */
export interface StandardSchemaV1<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/** What a schema says of a value. */
export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] };

/** One thing that a schema refuses. */
export interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/**
 * A schema that checks nothing: types the value of an operation whose service is trusted to send what it promises.
 *
 * @example { method: 'GET', url: 'Products', schema: trusted<{ value: Product[] }>() }
 */
export function trusted<T>(): StandardSchemaV1<unknown, T> {
  return {
    '~standard': { version: 1, vendor: 'odata-batch-codec', validate: (value) => ({ value: value as T }) },
  };
}
