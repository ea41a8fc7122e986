/**
 * Header fields that describe an operation itself: how its answer looks, what its body is, under which condition it runs, which
 * part is asked for, which version it speaks (OData 4.01 Protocol 8; RFC 9110; RFC 5023 for Slug; MS-ODATA 2.2.5.8 for
 * X-HTTP-Method). Every other field may say who asks, or through which gateway, which only the batch itself can (H-49).
 */
const DESCRIBES_OPERATION =
  /^(?:accept(?:-.*)?|cache-control|content-.*|(?:max|min)?dataserviceversion|digest|if|if-.*|isolation|odata-.*|pragma|prefer|range|repr-digest|slug|want-.*digest|x-http-method)$/;

/** Fields by which a client says who it is, or proves that it is no forged page. */
const CREDENTIALS = /^(?:authorization|cookie|x-requestdigest|.*(?:csrf|xsrf).*)$/;

/** Fields that no operation has: those of a connection, its host, and the length, which is that of its body. */
const NEVER_OF_OPERATION =
  /^(?:connection|content-length|host|http2-settings|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade)$/;

/** A field, by its name in lower case, or by a pattern that its name matches in any letter case. */
export type HeaderPattern = string | RegExp;

/** Tells whose a header field is, by its name in lower case. */
export class OperationFields {
  readonly #names: ReadonlySet<string>;
  readonly #patterns: readonly RegExp[];

  /** @param own fields that an operation may have besides those that describe it */
  constructor(own: readonly HeaderPattern[] = []) {
    this.#names = new Set(own.flatMap((one) => (typeof one === 'string' ? [one.toLowerCase()] : [])));
    this.#patterns = own.flatMap((one) =>
      typeof one === 'string' ? [] : [new RegExp(one.source, `i${one.flags.replace('i', '')}`)],
    );
  }

  /** Whether an operation's own value counts. */
  isOwn(name: string): boolean {
    if (NEVER_OF_OPERATION.test(name) || CREDENTIALS.test(name)) return false;
    return (
      DESCRIBES_OPERATION.test(name) ||
      this.#names.has(name) ||
      // Unlike test(), search() begins at the start, whatever a sticky expression matched before.
      this.#patterns.some((pattern) => name.search(pattern) !== -1)
    );
  }
}

/** Whether a field has to be that of the batch, or the operation is refused. */
export function isCredential(name: string): boolean {
  return CREDENTIALS.test(name);
}

/** Whether a field can't be an operation's, whoever lists it. */
export function isNeverOwn(name: string): boolean {
  return NEVER_OF_OPERATION.test(name) || CREDENTIALS.test(name);
}

/** Whether it means anything that an operation has a field of this name. */
export function isConnectionField(name: string): boolean {
  return NEVER_OF_OPERATION.test(name);
}
