import fc from 'fast-check';
import {
  type Batch,
  type EncodeBatchRequestOptions,
  type HeadersInput,
  type Operation,
  reference,
} from '../../src/index.ts';
import { octets, text } from './arbitrary-octets.ts';

const TOKEN = [..."!#$%&'*+-.^_`|~0123456789abcxyzABCXYZ"];
/** Names that an object has already, that look like numbers, or that a reader of batches knows. */
const NAMES = [
  '__proto__',
  'constructor',
  'toString',
  'valueOf',
  '0',
  '17',
  'If-Match',
  'if-match',
  'Prefer',
  'ETag',
  'Accept',
  'accept',
  'Host',
  'Cookie',
  'Content-Language',
  'X-Custom',
  'x-custom',
];
/** These have rules of their own, with tests of their own. */
const RESERVED =
  /^(content-(type|length|id)|authorization|proxy-authorization|expect|from|max-forwards|range|te|transfer-encoding|www-authenticate)$/i;

export const headerName: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...NAMES),
  fc
    .string({ unit: fc.constantFrom(...TOKEN), minLength: 1, maxLength: 8 })
    .filter((name) => !RESERVED.test(name)),
);

const VALUE = [...'abz09 \t,;:="\\()<>@-[]{}\x80\x85\xa0\xad\xe4\xff'];
export const headerValue: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: fc.constantFrom(...VALUE), maxLength: 12 }),
  fc.constantFrom(
    '',
    'application/json',
    '*/*',
    'W/"1"',
    'return=minimal',
    '--b',
    '--b--',
    '--batch_',
    'HTTP/1.1',
  ),
);

type Pair = [name: string, value: string];

/** Header fields in each of the shapes that the codec takes. */
export const headers: fc.Arbitrary<HeadersInput | undefined> = fc
  .tuple(
    fc.array(fc.tuple(headerName, headerValue), { maxLength: 4 }),
    fc.option(fc.constantFrom('application/json', 'text/plain; charset=utf-8', 'application/atom+xml', 'x')),
    fc.constantFrom('pairs', 'map', 'object', 'lists', 'headers', 'none'),
  )
  .map(([given, contentType, shape]): HeadersInput | undefined => {
    // Host may be given once.
    const host = given.find(([name]) => name === 'Host');
    const pairs = given.filter((pair) => pair[0] !== 'Host' || pair === host);
    const all: Pair[] = contentType === null ? pairs : [...pairs, ['Content-Type', contentType]];
    switch (shape) {
      case 'map':
        return new Map(all);
      case 'object':
        return ownProperties(all.map(([name, value]) => [name, value]));
      case 'lists':
        return ownProperties(
          all.map(([name]) => [name, all.filter(([other]) => other === name).map(([, value]) => value)]),
        );
      case 'headers':
        return new Headers(all);
      case 'none':
        return undefined;
      default:
        return all;
    }
  });

/** An object with these properties as its own, `__proto__` too. */
function ownProperties<T>(entries: readonly (readonly [string, T])[]): { [name: string]: T } {
  const object: { [name: string]: T } = {};
  for (const [name, value] of entries) {
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return object;
}

/** What a caller may give as a body. */
export const body: fc.Arbitrary<unknown> = fc.oneof(
  text,
  octets,
  octets.map((bytes) => bytes.slice().buffer),
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom('', new Uint8Array(), null, 0, false, [], {}),
  fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01') }),
  text.map((value) => ({ toJSON: () => ({ value }) })),
);

const URL_TEXT = [...'abc XY09/:?&=+,;\'()*@!~._-%[]"<>\\^`{|}$äλ\u{1f600}'];
const urlText = fc.string({ unit: fc.constantFrom(...URL_TEXT), maxLength: 10 });

/** URLs that are no references and no batch endpoints. */
export const plainUrl: fc.Arbitrary<Operation['url']> = fc.oneof(
  urlText.map((each) => `Products('${each}')`),
  urlText.map((each) => `Products?$filter=name eq '${each}'&$top=1`),
  urlText.map((each) => `/v1/Products('${each}')/Name`),
  urlText.map((each) => `https://host.example:8443/v1/Products('${each}')`),
  fc.constantFrom(
    '$metadata',
    '$all',
    '$entity?$id=Products(1)',
    'Products/$count',
    'Products(1)/$value?x=1',
  ),
  fc.constantFrom('?$top=1', '/', './Products', '../other/Products', 'Products', 'Products(1)'),
  fc.constantFrom('a', 'b').map((name) => new URL(`https://host.example/v1/${name}?q=%20`)),
  fc.constant({ href: 'https://host.example/v1/Products' }),
);

const ID = [...'abcXYZ019-._~'];
/** Content-IDs, numbers often among them: automatic ids have to make way. */
export const contentId: fc.Arbitrary<string> = fc.oneof(
  fc.integer({ min: 0, max: 9 }).map(String),
  fc.string({ unit: fc.constantFrom(...ID), minLength: 1, maxLength: 6 }),
  fc.constantFrom('__proto__', 'constructor', '--b', '--', '-', '~', '.', '..'),
);

const READS = ['GET', 'GET', 'HEAD', 'OPTIONS'];
const WRITES = ['POST', 'POST', 'PUT', 'PATCH', 'DELETE', 'PURGE', "a!#$%&'*+", 'x'];
const EARLY_WRITES = [...WRITES, 'MERGE'];

/** One operation before it is told where it stands. */
interface Draft {
  readonly isRead: boolean;
  readonly method: number;
  readonly url: Operation['url'];
  readonly id: string | null;
  readonly headers: HeadersInput | undefined;
  readonly body: unknown;
  readonly refersTo: {
    readonly target: number;
    readonly how: 'object' | 'id' | 'text';
    readonly path: string;
  } | null;
}

const draft: fc.Arbitrary<Draft> = fc.record({
  isRead: fc.boolean(),
  method: fc.nat(),
  url: plainUrl,
  id: fc.option(contentId),
  headers,
  body: fc.option(body, { nil: undefined }),
  refersTo: fc.option(
    fc.record({
      target: fc.nat(),
      how: fc.constantFrom('object', 'id', 'text'),
      path: fc.constantFrom('', 'Orders', '/Orders', "/Orders('ä b')", '?$select=a', '(1)', '/a:b'),
    }),
    { freq: 3 },
  ),
});

export interface BatchCase {
  readonly batch: Batch;
  readonly options: EncodeBatchRequestOptions;
}

const VERSIONS = ['2.0', '3.0', '4.0', '4.01'] as const;

/** A batch that can be encoded, with options; the boundary is left to the codec. */
export const batchCase: fc.Arbitrary<BatchCase> = fc
  .record({
    items: fc.array(fc.oneof(draft, fc.array(draft, { minLength: 1, maxLength: 4 })), {
      minLength: 1,
      maxLength: 5,
    }),
    version: fc.constantFrom(...VERSIONS, '4.0', '4.01'),
    contentId: fc.constantFrom('all', 'all', 'change-sets', 'none'),
    accept: fc.constantFrom('add', 'add', 'as-given'),
    continueOnError: fc.constantFrom(undefined, undefined, true, false),
  })
  .map(({ items, version, contentId, accept, continueOnError }) => {
    const isEarly = version === '2.0' || version === '3.0';
    const maker = new OperationMaker(isEarly, contentId !== 'none');
    const batch = items.map((item) => {
      maker.beginItem();
      if (Array.isArray(item)) return item.map((each) => maker.make(each, true));
      // Up to 3.0 a write has to stand in a change set.
      return isEarly && !item.isRead ? [maker.make(item, true)] : maker.make(item, false);
    });
    return {
      batch,
      options: { version, contentId, accept, ...(continueOnError !== undefined && { continueOnError }) },
    };
  });

/** Makes operations of drafts: each id once, references to what came before only. */
class OperationMaker {
  readonly #isEarly: boolean;
  readonly #mayRefer: boolean;
  readonly #ids = new Set<string>();
  #targets: Operation[] = [];

  constructor(isEarly: boolean, mayRefer: boolean) {
    this.#isEarly = isEarly;
    this.#mayRefer = mayRefer;
  }

  beginItem(): void {
    // Up to 3.0 a reference stays inside its change set.
    if (this.#isEarly) this.#targets = [];
  }

  make(draft: Draft, inChangeSet: boolean): Operation {
    const isRead = draft.isRead && !inChangeSet;
    const methods = isRead ? READS : this.#isEarly ? EARLY_WRITES : WRITES;
    const method = methods[draft.method % methods.length] as string;
    const isDelete = method === 'DELETE';
    const hasBody =
      draft.body !== undefined &&
      method !== 'GET' &&
      method !== 'HEAD' &&
      !(isDelete && isLineEnds(draft.body));
    const hasId = draft.id !== null && !this.#ids.has(draft.id) && !/^(all|id|it|this|ref)$/.test(draft.id);
    if (hasId && draft.id !== null) this.#ids.add(draft.id);
    const operation: Operation = {
      method,
      url: this.#urlOf(draft),
      ...(hasId && draft.id !== null && { id: draft.id }),
      ...(draft.headers !== undefined && { headers: draft.headers }),
      ...(hasBody && { body: draft.body }),
    };
    if (inChangeSet || !this.#isEarly) this.#targets.push(operation);
    return operation;
  }

  #urlOf({ url, refersTo }: Draft): Operation['url'] {
    if (refersTo === null || !this.#mayRefer || this.#targets.length === 0) return url;
    const target = this.#targets[refersTo.target % this.#targets.length] as Operation;
    const { how, path } = refersTo;
    if (how === 'object' || target.id === undefined) return reference(target, path);
    return how === 'id' ? reference(target.id, path) : `$${target.id}${path === 'Orders' ? '/Orders' : path}`;
  }
}

function isLineEnds(body: unknown): boolean {
  const characters =
    typeof body === 'string'
      ? body
      : body instanceof Uint8Array
        ? String.fromCharCode(...body)
        : body instanceof ArrayBuffer
          ? String.fromCharCode(...new Uint8Array(body))
          : 'x';
  return characters.length > 0 && /^[\r\n]+$/.test(characters);
}
