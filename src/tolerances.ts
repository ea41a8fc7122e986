/**
 * A deviation from the specifications that a decoder accepts where it is named in `options.tolerate`.
 *
 * Those marked "responses: on" need no naming there: real services answer so, and refusing would lose their answers.
 */
export type Tolerance =
  /** Content-IDs outside the OData syntax, such as `<1>`. Responses: on. */
  | 'any-content-id'
  /** The same Content-ID in two change sets (odata-batch-request, OData.Core for 4.0). */
  | 'content-id-per-change-set'
  /** An inner Content-Length ends a body before its delimiter does (Olingo). */
  | 'content-length-trusted'
  /** Header fields of HTTP messages continued on a second line (obs-fold). Responses: on. */
  | 'folded-header'
  /** GET inside a change set (odata-batch, Azurite). */
  | 'get-in-change-set'
  /** A Content-Length that is no number; it is ignored. Responses: on. */
  | 'invalid-content-length'
  /** Known methods in lower case; they are read in upper case. */
  | 'lower-case-method'
  /** No id in a request of a JSON batch. */
  | 'missing-content-id'
  /** A reference in a JSON batch to an operation that `dependsOn` does not list (SAP CAP, OData.Core for 4.0). */
  | 'missing-dependency'
  /** `GET Products` without a version, as in an example of OData's own specification. */
  | 'missing-http-version'
  /** A change set without its own close delimiter; in responses on where its members are all there. */
  | 'missing-inner-close'
  /** `HTTP/1.0`, `HTTP/2`, `HTTP/2.0`, `HTTP/3` in a start line. Responses: on. */
  | 'other-http-version'
  /** `multipart/batching` (Skype UCWA), `multipart/related` and others instead of `multipart/mixed`. */
  | 'other-subtype'
  /** White space between a header name and its colon. Responses: on. */
  | 'space-before-colon'
  /** Unencoded spaces in a request target. */
  | 'space-in-target'
  /** `--boundary---` as close delimiter, as in an example of OData's own specification. Responses: on. */
  | 'three-dash-close'
  /** A message cut off before its close delimiter, or its last brace: what is whole of it is decoded. */
  | 'truncated'
  /**
   * A body of a JSON batch that is not written as its media type asks for: a string is taken for text, anything else for JSON.
   * Responses: on.
   */
  | 'unencoded-body';

/** All of them; `satisfies` keeps the list complete. */
export const TOLERANCES: readonly string[] = /* @__PURE__ */ Object.keys({
  'any-content-id': true,
  'content-id-per-change-set': true,
  'content-length-trusted': true,
  'folded-header': true,
  'get-in-change-set': true,
  'invalid-content-length': true,
  'lower-case-method': true,
  'missing-content-id': true,
  'missing-dependency': true,
  'missing-http-version': true,
  'missing-inner-close': true,
  'other-http-version': true,
  'other-subtype': true,
  'space-before-colon': true,
  'space-in-target': true,
  'three-dash-close': true,
  truncated: true,
  'unencoded-body': true,
} satisfies Record<Tolerance, true>);

/** What is accepted in responses without being named by the caller. */
export const RESPONSE_TOLERANCES: readonly Tolerance[] = /* @__PURE__ */ Object.freeze([
  'any-content-id',
  'folded-header',
  'invalid-content-length',
  'other-http-version',
  'space-before-colon',
  'three-dash-close',
  'unencoded-body',
]);

/** What is accepted in the responses of a service without being named by the caller. */
export function tolerancesFor(
  service: { readonly tolerate?: readonly Tolerance[] | undefined } | undefined,
): readonly Tolerance[] {
  return [...RESPONSE_TOLERANCES, ...(service?.tolerate ?? [])];
}
