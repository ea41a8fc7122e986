/** A body ready to be written. */
export interface EncodableBody {
  readonly content: string | Uint8Array;
  readonly isJson: boolean;
}

/** Prints a value as JSON; `undefined` where it has no JSON. */
export type JsonStringify = (value: unknown) => string | undefined;

/**
 * Makes text or octets of an operation's body; undefined where there is none.
 * Throws a TypeError, with the reason, for what has neither.
 */
export function encodableBody(body: unknown, stringify: JsonStringify): EncodableBody | undefined {
  if (body === undefined) return undefined;
  if (typeof body === 'string') return { content: wellFormed(body), isJson: false };
  if (body instanceof Uint8Array) return { content: body, isJson: false };
  if (body instanceof ArrayBuffer) return { content: new Uint8Array(body), isJson: false };

  const kind = kindWithoutJson(body);
  if (kind !== undefined)
    throw new TypeError(`a body can't be a ${kind}: give text, octets or what JSON can say`);
  const json = stringify(body);
  if (typeof json !== 'string') throw new TypeError('the body has no JSON');
  return { content: json, isJson: true };
}

/** Names what JSON would lose without a word: `JSON.stringify(new Map())` is `{}`. */
function kindWithoutJson(body: unknown): string | undefined {
  if (body === null || typeof body === 'boolean') return undefined;
  if (typeof body === 'number') return Number.isFinite(body) ? undefined : String(body);
  if (typeof body !== 'object') return typeof body;
  if (Array.isArray(body) || 'toJSON' in body) return undefined;
  const tag = Object.prototype.toString.call(body).slice('[object '.length, -1);
  if (tag !== 'Object') return tag;
  return Symbol.asyncIterator in body || 'pipe' in body ? 'stream' : undefined;
}

/** UTF-8 has no half surrogate pairs; an encoder would write U+FFFD in their place. */
function wellFormed(text: string): string {
  if (!/\p{Surrogate}/u.test(text)) return text;
  throw new TypeError('the body holds half of a surrogate pair');
}
