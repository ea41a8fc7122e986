import fc from 'fast-check';
import { type Batch, type EncodeBatchRequestOptions, type Operation, reference } from '../../src/index.ts';
import { contentId, headers, plainUrl } from './arbitrary-batch.ts';
import { hostileText, octets, text } from './arbitrary-octets.ts';
import { utf8 } from './octets.ts';

/** JSON text as callers write it, numbers and white space and all. */
const jsonText: fc.Arbitrary<string> = fc.oneof(
  fc.json({ maxDepth: 3 }),
  fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value, null, '\t\r\n ')),
  hostileText.map((value) => JSON.stringify({ requests: [value], '"},{"id":"1': value })),
  fc.constantFrom(
    '9007199254740993',
    '-0.10E+2',
    '"\\u00e4\\/\\ud83d"',
    '{"a":1,"a":2}',
    '[[[[[]]]]]',
    '{"id":"1","method":"delete","url":"All"}',
    '"}]}"',
    'false',
  ),
);
const notNull = (json: string) => json.trim() !== 'null';

/** A body, its Content-Type where the caller has to give one, and the octets that it stands for. */
export interface TypedBody {
  readonly contentType: string | undefined;
  readonly body: unknown;
  readonly octets: Uint8Array;
}

const NONE: TypedBody = { contentType: undefined, body: undefined, octets: new Uint8Array() };

/** Bodies of every kind that a JSON batch has words for. */
export const typedBody: fc.Arbitrary<TypedBody> = fc.oneof(
  fc.constant(NONE),
  fc
    .tuple(
      jsonText.filter(notNull),
      fc.constantFrom('application/json', 'application/json;odata.metadata=full', 'application/problem+json'),
      fc.boolean(),
    )
    .map(([json, contentType, asText]) => ({
      contentType,
      body: asText ? json.trim() : utf8(json.trim()),
      octets: utf8(json.trim()),
    })),
  fc
    .jsonValue({ maxDepth: 2 })
    .filter((value) => value !== null && typeof value !== 'string')
    .map((value) => ({ contentType: undefined, body: value, octets: utf8(JSON.stringify(value)) })),
  fc
    .tuple(text, fc.constantFrom('text/plain', 'text/html; charset=utf-8'), fc.boolean())
    .map(([body, contentType, asText]) => ({
      contentType,
      body: asText ? body : utf8(body),
      octets: utf8(body),
    })),
  fc
    .tuple(octets, fc.constantFrom('image/png', 'application/xml', 'application/octet-stream', 'x'))
    .map(([body, contentType]) => ({ contentType, body, octets: body })),
);

interface Draft {
  readonly method: string;
  readonly url: Operation['url'];
  readonly id: string | null;
  readonly headers: Operation['headers'];
  readonly typed: TypedBody;
  readonly refersTo: { readonly target: number; readonly path: string } | null;
  readonly dependsOn: readonly { readonly target: number; readonly byId: boolean }[];
  readonly condition: string | undefined;
}

const draft: fc.Arbitrary<Draft> = fc.record({
  method: fc.constantFrom('GET', 'DELETE', 'POST', 'PUT', 'PATCH'),
  url: plainUrl,
  id: fc.option(contentId),
  headers,
  typed: typedBody,
  refersTo: fc.option(
    fc.record({
      target: fc.nat(),
      path: fc.constantFrom('', 'Orders', "/Orders('ä b')", '?$select=a', '(1)'),
    }),
    { freq: 3 },
  ),
  dependsOn: fc.array(fc.record({ target: fc.nat(), byId: fc.boolean() }), { maxLength: 3 }),
  condition: fc.option(fc.constantFrom('$1/$succeeded', "a eq 'ä\r\n\"'", '\u2028'), {
    nil: undefined,
    freq: 6,
  }),
});

/** A batch that JSON has words for, the octets that its bodies stand for, and options. */
export interface JsonBatchCase {
  readonly batch: Batch;
  readonly bodies: ReadonlyMap<Operation, Uint8Array>;
  readonly options: EncodeBatchRequestOptions & { readonly accept: 'add' | 'as-given' };
}

/** How much a batch may have that multipart has no words for. */
export type Expressiveness = 'as multipart' | 'with dependencies' | 'all';

/** @param has dependencies on other items, or all: conditions and GET in change sets too */
export const jsonBatchCase = (has: Expressiveness = 'all'): fc.Arbitrary<JsonBatchCase> =>
  fc
    .record({
      items: fc.array(fc.oneof(draft, fc.array(draft, { minLength: 1, maxLength: 4 })), {
        minLength: 1,
        maxLength: 6,
      }),
      version: fc.constantFrom('4.0', '4.01'),
      accept: fc.constantFrom('add', 'as-given'),
      continueOnError: fc.constantFrom(undefined, undefined, true, false),
    })
    .map(({ items, version, accept, continueOnError }) => {
      const bodies = new Map<Operation, Uint8Array>();
      const ids = new Set<string>();
      const before: Operation[] = [];
      const make = (one: Draft, inChangeSet: boolean): Operation => {
        const operation = makeOperation(one, { ids, before, has, inChangeSet });
        bodies.set(operation, hasBody(operation) ? one.typed.octets : new Uint8Array());
        before.push(operation);
        return operation;
      };
      const batch = items.map((item) =>
        Array.isArray(item) ? item.map((one) => make(one, true)) : make(item, false),
      );
      const options = { format: 'json', version, accept, continueOnError } as const;
      return { batch, bodies, options };
    });

interface Surroundings {
  readonly ids: Set<string>;
  readonly before: readonly Operation[];
  readonly has: Expressiveness;
  readonly inChangeSet: boolean;
}

function makeOperation(one: Draft, { ids, before, has, inChangeSet }: Surroundings): Operation {
  const isFree = one.id !== null && !ids.has(one.id) && !/^(all|id|it|this|ref)$/.test(one.id);
  if (isFree && one.id !== null) ids.add(one.id);
  const method = has !== 'all' && inChangeSet && one.method === 'GET' ? 'PUT' : one.method;
  const { contentType, body } = method === 'GET' || method === 'DELETE' ? NONE : one.typed;
  const at = (target: number) => before[target % before.length] as Operation;
  const needed = has !== 'as multipart' && before.length > 0 ? one.dependsOn : [];
  return {
    method,
    url:
      one.refersTo === null || before.length === 0
        ? one.url
        : reference(at(one.refersTo.target), one.refersTo.path),
    ...(isFree && one.id !== null && { id: one.id }),
    headers: withType(one.headers, contentType),
    ...(body !== undefined && { body }),
    ...(needed.length > 0 && {
      dependsOn: needed.map(({ target, byId }) => (byId ? (at(target).id ?? at(target)) : at(target))),
    }),
    ...(has === 'all' && one.condition !== undefined && { if: one.condition }),
  };
}

/** The caller's headers without what the body decides, and without what can't be joined. */
function withType(given: Operation['headers'], contentType: string | undefined): [string, string][] {
  const pairs: [string, string][] = [];
  for (const [name, value] of listed(given)) {
    const isCookie = name.toLowerCase() === 'cookie';
    const isSecond = isCookie && pairs.some(([other]) => other.toLowerCase() === 'cookie');
    if (name.toLowerCase() !== 'content-type' && !isSecond) pairs.push([name, value]);
  }
  return contentType === undefined ? pairs : [...pairs, ['Content-Type', contentType]];
}

function listed(given: Operation['headers']): [string, string][] {
  if (given === undefined) return [];
  if (Symbol.iterator in given) return Array.from(given, ([name, value]) => [name, value]);
  return Object.entries(given).flatMap(([name, value]) =>
    [value ?? []].flat().map((each): [string, string] => [name, each]),
  );
}

function hasBody({ body }: Operation): boolean {
  return body !== undefined;
}
