import { falseOctets, octetsOf } from '../bytes/octets-of.ts';
import { isBatchError } from './is-batch-error.ts';
import type { Issues, Name } from './issues.ts';
import { isPlainData } from './plain-data.ts';
import type { StreamedBodies } from './streamed-body.ts';

/** A body ready to be written. */
export interface EncodableBody {
  readonly content: string | Uint8Array;
  readonly isJson: boolean;
}

/** Prints a value as JSON; `undefined` where it has no JSON. */
export type JsonStringify = (value: unknown) => string | undefined;

/** What bodies are made with. */
export interface BodyWriting {
  readonly stringify: JsonStringify;
  /** Undefined where every body must be all there. */
  readonly streams: StreamedBodies | undefined;
}

/** UTF-8 can't say it; `JSON.stringify` escapes it. */
const HALF_PAIR = /\p{Surrogate}/u;

/** Makes text or octets of a body; undefined where there is none, or where it has neither, which the issues say. */
export function encodableBody(
  body: unknown,
  stringify: JsonStringify,
  path: Name,
  issues: Issues,
): EncodableBody | undefined {
  if (body === undefined) return undefined;
  const octets = octetsOf(body);
  if (octets !== undefined) return { content: octets, isJson: false };
  if (typeof body === 'string') {
    // UTF-8 has no half surrogate pairs; an encoder would write U+FFFD in their place.
    if (!HALF_PAIR.test(body)) return { content: body, isJson: false };
    issues.add(path, 'body-not-encodable', 'the body holds half of a surrogate pair');
    return undefined;
  }

  const kind = kindWithoutJson(body);
  if (kind !== undefined) {
    issues.add(
      path,
      'body-not-encodable',
      `a body can't be a ${kind}: give text, octets or what JSON can say`,
    );
    return undefined;
  }
  try {
    const json = stringify(body);
    if (typeof json === 'string' && (stringify === JSON.stringify || !HALF_PAIR.test(json))) {
      return { content: json, isJson: true };
    }
    issues.add(path, 'body-not-encodable', 'the body has no JSON, or half of a surrogate pair in it');
  } catch (error) {
    // A reference in the body can't print itself.
    const code = isBatchError(error, 'reference-without-id') ? error.code : 'body-not-encodable';
    issues.add(path, code, error instanceof Error ? error.message : String(error), error);
  }
  return undefined;
}

/** Names what JSON would lose without a word: `JSON.stringify(new Map())` is `{}`. */
export function kindWithoutJson(body: unknown): string | undefined {
  if (body === null || typeof body === 'boolean') return undefined;
  if (typeof body === 'number') return Number.isFinite(body) ? undefined : String(body);
  if (typeof body !== 'object') return typeof body;
  if (isPlainData(body)) return undefined;
  const broken = falseOctets(body);
  if (broken !== undefined) return broken;
  if (Array.isArray(body) || typeof (body as { toJSON?: unknown }).toJSON === 'function') return undefined;
  const tag = Object.prototype.toString.call(body).slice('[object '.length, -1);
  if (tag !== 'Object') return tag;
  // Node's streams call themselves plain objects; functions tell them from data with the same names.
  const { pipe, [Symbol.asyncIterator]: iterate } = body as Record<PropertyKey, unknown>;
  return typeof pipe === 'function' || typeof iterate === 'function' ? 'stream' : undefined;
}

/** An empty text or no octets are no body on the wire. */
export function hasContent(body: unknown): boolean {
  const raw = typeof body === 'string' ? body : octetsOf(body);
  return raw === undefined ? body !== undefined : raw.length > 0;
}

/** Text and octets, which go as they are and say nothing of what they are. */
export function isRaw(body: unknown): boolean {
  return typeof body === 'string' || octetsOf(body) !== undefined;
}
