/**
 * True where two types are one and the same, `any`, optional and readonly properties included. Only an optional property
 * that takes an explicit `undefined` and one that does not are alike to the compiler here: see {@link RefusesUndefined}.
 */
export type IsEqual<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** A call to it compiles only where its argument is `true`. */
export declare function check<_Holds extends true>(): void;

/** Compiles only where the value has exactly the type that is named: `typeOf(value).is<string>()`. */
export declare function typeOf<Actual>(value: Actual): {
  is<Expected>(...mismatch: IsEqual<Actual, Expected> extends true ? [] : [expected: Expected]): void;
};

/** Names of the optional properties that refuse an explicit `undefined` under `exactOptionalPropertyTypes`. */
export type RefusesUndefined<T> = {
  [K in keyof T]-?: Record<never, never> extends Pick<T, K>
    ? Record<K, undefined> extends Pick<T, K>
      ? never
      : K
    : never;
}[keyof T];

// The helpers themselves: what they have to tell apart.
declare const text: string;
typeOf(text).is<string>();
// @ts-expect-error - another type
typeOf(text).is<number>();
// @ts-expect-error - a wider type
typeOf(text).is<unknown>();
// @ts-expect-error - a narrower type
typeOf(text).is<'text'>();
// @ts-expect-error - any is no answer
typeOf(JSON.parse(text)).is<string>();
// @ts-expect-error - readonly counts
check<IsEqual<{ a: 1 }, { readonly a: 1 }>>();
// @ts-expect-error - optional counts
check<IsEqual<{ a?: 1 | undefined }, { a: 1 | undefined }>>();
check<IsEqual<RefusesUndefined<{ a?: 1; b?: 1 | undefined; c: 1; readonly d?: unknown }>, 'a'>>();
