import { expect } from 'vitest';
import type {
  DecodedBatch,
  DecodedOperation,
  HeadersInput,
  Operation,
  Plan,
  PlannedOperation,
} from '../../src/index.ts';
import { utf8 } from './octets.ts';

/** An operation as a decoder must give it. */
export interface OperationModel {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly id?: string;
  readonly body: readonly number[];
}

export type Nested<T> = readonly (T | readonly T[])[];

export function modelOf(decoded: DecodedBatch): Nested<OperationModel> {
  const one = ({ method, url, headers, id, bytes }: DecodedOperation): OperationModel => ({
    method,
    url,
    headers: [...headers],
    ...(id !== undefined && { id }),
    body: [...bytes],
  });
  return decoded.map((item) => ('method' in item ? one(item) : item.map(one)));
}

/**
 * What decoding an encoded batch must give, made of the caller's operations and of nothing but ids from the plan.
 *
 * For `urlForm: 'as-given'` without a service root.
 */
export function expectedModel(plan: Plan, accept: 'add' | 'as-given'): Nested<OperationModel> {
  const idOf = new Map(plan.items.flat().map(({ operation, id }) => [operation, id]));
  const one = ({ operation, id, idSent }: PlannedOperation): OperationModel => {
    const url = targetOf(operation, idOf);
    const given = pairsOf(operation.headers);
    const has = (name: string) => given.some(([each]) => each.toLowerCase() === name);
    const added: [string, string][] = [];
    if (isJson(operation.body) && !has('content-type')) added.push(['Content-Type', 'application/json']);
    if (accept === 'add' && !has('accept')) {
      const isAnyType = operation.method === 'DELETE' || /(^|\/)\$(metadata|count|value)(\?|$)/.test(url);
      added.push(['Accept', isAnyType ? '*/*' : 'application/json']);
    }
    return {
      method: operation.method,
      url,
      headers: [...given, ...added],
      ...(idSent && { id }),
      body: [...octetsOf(operation.body)],
    };
  };
  return plan.items.map((item) => ('method' in item ? one(item) : item.map(one)));
}

/** The ids of a plan are the caller's, and else numbers of the places, skipping the caller's (design, part 5). */
export function expectIds(plan: Plan): void {
  const planned = plan.items.flat();
  const given = new Set(planned.map(({ operation }) => operation.id));
  expect(new Set(planned.map(({ id }) => id)).size).toBe(planned.length);
  const skips = planned.some(({ operation }) => /^\d+$/.test(operation.id ?? ''));
  for (const { operation, id, index } of planned) {
    if (operation.id !== undefined) expect(id).toBe(operation.id);
    else if (skips) expect(Number(id)).toBeGreaterThanOrEqual(index + 1);
    else expect(id).toBe(String(index + 1));
    if (operation.id === undefined) expect(given.has(id)).toBe(false);
  }
}

export function pairsOf(headers: HeadersInput | undefined): [string, string][] {
  const trimmed = (value: string) => value.replace(/^[ \t]+/, '').replace(/[ \t]+$/, '');
  if (headers === undefined) return [];
  if (Symbol.iterator in headers) return Array.from(headers, ([name, value]) => [name, trimmed(value)]);
  return Object.entries(headers).flatMap(([name, value = []]) =>
    [value].flat().map((each): [string, string] => [name, trimmed(each)]),
  );
}

export function octetsOf(body: unknown): Uint8Array {
  if (body === undefined) return new Uint8Array();
  if (typeof body === 'string') return utf8(body);
  if (body instanceof Uint8Array) return body;
  if (body instanceof ArrayBuffer) return new Uint8Array(body);
  return utf8(JSON.stringify(body));
}

function isJson(body: unknown): boolean {
  return (
    body !== undefined &&
    typeof body !== 'string' &&
    !(body instanceof Uint8Array) &&
    !(body instanceof ArrayBuffer)
  );
}

function targetOf({ url }: Operation, idOf: ReadonlyMap<Operation, string>): string {
  if (typeof url === 'object' && 'target' in url) {
    const id = typeof url.target === 'string' ? url.target : idOf.get(url.target as Operation);
    return percentEncode(`$${id}${url.path}`);
  }
  const given = typeof url === 'string' ? url : url.href;
  const encoded = percentEncode(given);
  const isRelative = !/^([A-Za-z][\w+.-]*:)?\//.test(encoded) && !isReference(encoded);
  return isRelative ? encoded.replace(/^[^?]*/, (path) => path.replaceAll(':', '%3A')) : encoded;
}

function isReference(url: string): boolean {
  return url.startsWith('$') && !/^\$(metadata|all|entity)/.test(url);
}

/** Octet by octet: what RFC 3986 knows stays. */
function percentEncode(url: string): string {
  return Array.from(utf8(url), (octet) => {
    const character = String.fromCharCode(octet);
    const isKnown = octet < 0x80 && /[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]/.test(character);
    return isKnown ? character : `%${octet.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
}
