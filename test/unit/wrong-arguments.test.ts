import { describe, expect, it } from 'vitest';
import * as client from '../../src/client.ts';
import * as codec from '../../src/index.ts';
import * as jobs from '../../src/jobs.ts';
import * as server from '../../src/server.ts';
import * as services from '../../src/services.ts';
import * as xml from '../../src/xml.ts';

/** Values of every kind, by their names. */
const KINDS = {
  undefined: undefined,
  null: null,
  number: 0,
  NaN: Number.NaN,
  bigint: 1n,
  'empty text': '',
  text: 'text',
  true: true,
  symbol: Symbol('s'),
  list: [],
  'list of null': [null],
  object: {},
  function: () => {},
  Date: new Date(0),
  Map: new Map(),
  octets: new Uint8Array(2),
};
type Kind = keyof typeof KINDS;
const ALL = Object.keys(KINDS) as Kind[];

/** Kinds with properties; what is in them is another matter. */
const OBJECTS: readonly Kind[] = ['list', 'list of null', 'object', 'Date', 'Map', 'octets'];
const OPTIONS: readonly Kind[] = ['undefined', ...OBJECTS];
const NUMBERS: readonly Kind[] = ['number', 'NaN'];
const TEXTS: readonly Kind[] = ['empty text', 'text'];
const ITERABLES: readonly Kind[] = ['list', 'list of null', 'Map', 'octets'];

/** A parameter: how issues name it, the kinds that it may have, and the codes of what is said of the others. */
interface Parameter {
  readonly path: string;
  readonly fine: readonly Kind[];
  readonly code?: string;
}

/** A call that is right, and its parameters; each is made wrong in every way. */
interface Row {
  readonly call: (...given: never[]) => unknown;
  readonly right: () => readonly unknown[];
  readonly parameters: readonly Parameter[];
}

function row(
  call: Row['call'],
  right: Row['right'],
  ...parameters: readonly (readonly [path: string, fine: readonly Kind[], code?: string])[]
): Row {
  return {
    call,
    right,
    parameters: parameters.map(([path, fine, code = 'invalid-option']) => ({ path, fine, code })),
  };
}

const root = 'https://shop.example/odata/';
const batch: codec.Batch = [{ method: 'GET', url: 'a' }];
const [operation] = batch as [codec.Operation];
const request = codec.encodeBatchRequest(batch, { headers: { Prefer: 'respond-async' } });
const incoming = { contentType: request.contentType, body: request.body };
const answer = codec.encodeBatchResponse([{ status: 204 }]);
const message = { contentType: answer.contentType, body: answer.body };
const results = codec.decodeBatchResponse(message, { request });
const [result] = results as [codec.OperationResult];
const pending = codec.decodeBatchResponse(
  { status: 202, headers: { Location: `${root}m` }, body: '' },
  { request },
);
const response = () => new Response(answer.body, { headers: answer.headers });
const refused = { status: 500, headers: new Headers() };
const fetch: client.Fetch = async () => response();
const unreachable: client.Fetch = async () => {
  throw Object.assign(new Error('no connection'), { code: 'ECONNREFUSED' });
};
const sending = { serviceRoot: root, fetch };
const store = jobs.ecwid({ storeId: 1, token: 't' });
const catalog = jobs.kibo({ baseUrl: root });
const advisor = services.channelAdvisor();
const ticket = {
  format: 1,
  service: 'ecwid',
  createdAt: 1,
  inputs: { count: 1, digest: 'd' },
  parts: [{ from: 0, to: 1, state: 'prepared' }],
};
const budget = client.createBudget();
const signal = new AbortController().signal;
const xmlAnswer = { ...refused, bytes: new Uint8Array(0) };
const service = (make: Row['call']) => row(make, () => [{}], ['options', OPTIONS]);

/** Each function of the package. */
const FUNCTIONS: Readonly<Record<string, Row>> = {
  continueBatch: row(
    codec.continueBatch,
    () => [pending, message, { request }],
    ['results', []],
    ['message', []],
    ['options', []],
  ),
  convertBatch: row(
    codec.convertBatch,
    () => [incoming, { format: 'json' }],
    ['(message|batch)', ['list']],
    ['options', []],
  ),
  createdUrl: row(codec.createdUrl, () => [result, { request }], ['result', []], ['options', []]),
  decodeBatchRequest: row(
    codec.decodeBatchRequest,
    () => [incoming, {}],
    ['message', []],
    ['options', OPTIONS],
  ),
  decodeBatchRequestStream: row(
    codec.decodeBatchRequestStream,
    () => [new Request(root, request), {}],
    ['request', []],
    ['options', OPTIONS],
  ),
  decodeBatchResponse: row(
    codec.decodeBatchResponse,
    () => [message, {}],
    ['message', []],
    ['options', OPTIONS],
  ),
  decodeBatchResponseStream: row(
    codec.decodeBatchResponseStream,
    () => [response(), { request }],
    ['response', []],
    ['options', []],
  ),
  defineBatch: row(codec.defineBatch, () => [batch], [
    'batch',
    ['list', 'list of null'],
    'invalid-operation',
  ]),
  encodeBatchRequest: row(
    codec.encodeBatchRequest,
    () => [batch, {}],
    ['batch', [], 'invalid-operation|empty-batch'],
    ['options', OPTIONS],
  ),
  encodeBatchRequestStream: row(
    codec.encodeBatchRequestStream,
    () => [batch, {}],
    ['batch', [], 'invalid-operation|empty-batch'],
    ['options', OPTIONS],
  ),
  encodeBatchResponse: row(
    codec.encodeBatchResponse,
    () => [[{ status: 204 }], {}],
    ['responses', ['list'], 'invalid-option|invalid-status'],
    ['options', OPTIONS],
  ),
  encodeBatchResponseStream: row(
    codec.encodeBatchResponseStream,
    () => [[{ status: 204 }], {}],
    ['responses', ['list', 'Map', 'octets'], 'invalid-option|invalid-status'],
    ['options', OPTIONS],
  ),
  isBatchError: row(codec.isBatchError, () => [new Error(), 'aborted'], ['error', ALL], ['code', ALL]),
  locationOf: row(
    codec.locationOf,
    () => [root, { status: 201, headers: new Headers() }],
    ['url', TEXTS],
    ['answer', []],
  ),
  readBatchContinuation: row(
    codec.readBatchContinuation,
    () => [pending, response(), { request }],
    ['results', []],
    ['response', []],
    ['options', []],
  ),
  readBatchResponse: row(
    codec.readBatchResponse,
    () => [response(), { request }],
    ['response', []],
    ['options', []],
  ),
  reference: row(
    codec.reference,
    () => [operation, '/Parts'],
    ['target', [...TEXTS, ...OBJECTS]],
    ['path', ['undefined', ...TEXTS]],
  ),
  resolveReference: row(
    codec.resolveReference,
    () => ['$1', { serviceRoot: root, locations: new Map() }],
    ['url', TEXTS],
    ['context', []],
  ),
  resultOf: row(
    codec.resultOf,
    () => [results, operation],
    ['(results|operation)', [], 'invalid-option|operation-not-found'],
    ['operation', [], 'operation-not-found'],
  ),
  trusted: row(codec.trusted, () => []),
  uri: row(
    codec.uri,
    () => [['a', 'b'], 1],
    ['strings', ['list', 'list of null']],
    ['', ['null', 'number', 'bigint', ...TEXTS, 'true'], 'invalid-literal'],
  ),
  valuesOf: row(codec.valuesOf, () => [results], ['results', ['list']]),

  backOffMs: row(
    client.backOffMs,
    () => [1, () => 0.5, { base: 1, maximum: 2 }],
    ['failures', NUMBERS],
    ['random', ['function']],
    ['backOff', []],
  ),
  createBudget: row(client.createBudget, () => [{}, {}], ['limits', OPTIONS], ['options', OPTIONS]),
  csrfToken: row(client.csrfToken, () => [{ serviceRoot: root }], [
    'options',
    [],
    'invalid-option|service-root-required',
  ]),
  requestDigest: row(client.requestDigest, () => [{ serviceRoot: root }], [
    'options',
    [],
    'invalid-option|service-root-required',
  ]),
  estimate: row(
    client.estimate,
    () => [1, advisor, {}],
    ['count', ['number']],
    ['service', OBJECTS],
    ['options', OPTIONS],
  ),
  failureOfError: row(client.failureOfError, () => [new Error()], ['error', ALL]),
  failureOfOperation: row(
    client.failureOfOperation,
    () => [refused, [500], 1],
    ['answer', []],
    ['retryable', ['list', 'list of null']],
    ['now', NUMBERS],
  ),
  failureOfStatus: row(client.failureOfStatus, () => [refused, 1], ['answer', []], ['now', NUMBERS]),
  guardFetch: row(
    client.guardFetch,
    () => [fetch, root],
    ['fetch', ['function']],
    ['url', [], 'invalid-url'],
  ),
  isRepeatable: row(
    client.isRepeatable,
    () => [operation, []],
    ['request', OBJECTS],
    ['rules', ['undefined', 'list']],
  ),
  mayHaveHappened: row(client.mayHaveHappened, () => [{ kind: 'lost' }], ['failure', OBJECTS]),
  maySendAgain: row(
    client.maySendAgain,
    () => [{ failure: { kind: 'lost' }, attempts: 1, maxAttempts: 2, isRepeatable: true }],
    ['attempt', []],
  ),
  retryAfterMs: row(
    client.retryAfterMs,
    () => ['1', 1, null],
    ['value', ['undefined', 'null', ...TEXTS]],
    ['now', NUMBERS],
    ['date', ['undefined', 'null', ...TEXTS]],
  ),
  sendBatch: row(
    client.sendBatch,
    () => [batch, sending],
    ['batch', ['list'], 'invalid-operation'],
    ['options', [], 'invalid-option|service-root-required'],
  ),
  sendBatchStream: row(
    client.sendBatchStream,
    () => [batch, sending],
    ['items', ITERABLES],
    ['options', [], 'invalid-option|service-root-required'],
  ),
  splitBatch: row(
    client.splitBatch,
    () => [batch, {}],
    ['batch', ['list'], 'invalid-operation'],
    ['options', OPTIONS],
  ),
  startTimeLimit: row(
    client.startTimeLimit,
    () => [client.systemClock, Number.POSITIVE_INFINITY, () => 1, signal],
    ['clock', []],
    ['ms', NUMBERS],
    ['reason', ['function']],
    ['outer', ['undefined']],
  ),

  createBatchHandler: row(
    server.createBatchHandler,
    () => [{ serviceRoot: root, fetch: () => new Response() }],
    ['options', []],
  ),
  toNodeListener: row(
    server.toNodeListener,
    () => [() => new Response(), {}],
    ['handler', ['function']],
    ['options', OPTIONS],
  ),

  azureBlob: service(services.azureBlob),
  azureTable: service(services.azureTable),
  businessCentral: service(services.businessCentral),
  cap: service(services.cap),
  channelAdvisor: service(services.channelAdvisor),
  dataverse: service(services.dataverse),
  defineService: row(
    services.defineService,
    () => [{ name: 'a' }, {}],
    ['definition', [], 'invalid-service'],
    ['functions', OPTIONS],
  ),
  explainRewrite: row(
    services.explainRewrite,
    () => [advisor, operation, {}],
    ['service', []],
    ['operation', []],
    ['options', OPTIONS],
  ),
  googleApi: row(services.googleApi, () => [{ api: 'a', version: 'v1' }], ['options', []]),
  isRetryable: row(services.isRetryable, () => [advisor, 500], ['service', OBJECTS], ['status', NUMBERS]),
  microsoftGraph: service(services.microsoftGraph),
  odata: service(services.odata),
  sapBusinessOne: service(services.sapBusinessOne),
  sapGatewayV2: service(services.sapGatewayV2),
  sapGatewayV4: service(services.sapGatewayV4),
  sharePoint: service(services.sharePoint),
  successFactors: service(services.successFactors),

  callService: row(
    jobs.callService,
    () => [store, store.delete('t'), { fetch: unreachable }],
    ['service', []],
    ['call', []],
    ['options', OPTIONS],
  ),
  ecwid: row(jobs.ecwid, () => [{ storeId: 1, token: 't' }], ['(options|storeId)', []]),
  kibo: row(jobs.kibo, () => [{ baseUrl: root }], ['(options|baseUrl)', []]),
  odataAsync: row(jobs.odataAsync, () => [{ url: `${root}$batch` }], [
    '(options|url)',
    [],
    'invalid-option|invalid-url',
  ]),
  quartile: row(jobs.quartile, () => [{ subscriptionKey: 'a', token: 'b', resource: 'masterlist' }], [
    '(options|subscriptionKey)',
    [],
  ]),
  resumeJob: row(
    jobs.resumeJob,
    () => [store, ticket, [operation], { fetch: unreachable }],
    ['service', []],
    ['ticket', [], 'invalid-ticket'],
    ['inputs', [], 'invalid-option|invalid-operation|ticket-mismatch'],
    ['(options|inputs)', [], 'invalid-option|ticket-mismatch'],
  ),
  runJob: row(
    jobs.runJob,
    () => [store, [], { fetch: unreachable }],
    ['service', []],
    ['inputs', ['list', 'Map'], 'invalid-option|invalid-operation'],
    ['options', OPTIONS],
  ),

  readXmlError: row(xml.readXmlError, () => [xmlAnswer], ['answer', []]),
};

/** Functions of what those give. */
const METHODS: Readonly<Record<string, Row>> = {
  'uri.path': row(
    codec.uri.path,
    () => [['a', 'b'], 'x'],
    ['strings', ['list', 'list of null']],
    ['', ['number', 'NaN', 'bigint', 'text'], 'invalid-literal'],
  ),
  'uri.literal': row(codec.uri.literal, () => ['1'], ['', ['text'], 'invalid-literal']),
  'a batch endpoint': row(
    server.createBatchHandler({ serviceRoot: root, fetch: () => new Response() }),
    () => [new Request(root)],
    ['request', []],
  ),
  'a guarded fetch': row(
    client.guardFetch(fetch, root),
    () => [{ url: root, method: 'GET', headers: {}, signal }],
    ['request', []],
  ),
  'acquire of a budget': row(
    budget.acquire.bind(budget),
    () => [{ atMost: 1 }, {}],
    ['ask', []],
    ['options', OPTIONS],
  ),
  'list of ecwid': row(store.list, () => [{ status: 'QUEUED' }], ['query', OBJECTS]),
  'cancelGroup of ecwid': row(store.cancelGroup, () => ['g'], ['groupId', TEXTS]),
  'delete of ecwid': row(store.delete, () => ['t'], ['ticket', TEXTS]),
  'action of kibo': row(catalog.action, () => ['c', 'start'], ['code', TEXTS], ['action', []]),
  'items of kibo': row(catalog.items, () => ['c', {}], ['code', TEXTS], ['query', OPTIONS]),
  'rename of kibo': row(catalog.rename, () => ['c', 'n'], ['code', TEXTS], ['name', TEXTS]),
};

/** What becomes of a call, and of all that it gives: the code and the place of its first issue; empty where it does not complain. */
async function complaintOf(
  { call }: Row,
  given: readonly unknown[],
): Promise<{ code: string; path: string }> {
  try {
    const made = call(...(given as never[]));
    if (typeof made === 'object' && made !== null && Symbol.asyncIterator in made && !('done' in made)) {
      for await (const _ of made as AsyncIterable<unknown>);
    }
    await made;
    if (typeof made === 'object' && made !== null && 'done' in made) await made.done;
  } catch (error) {
    if (error instanceof codec.BatchTransportError) return { code: '', path: '' };
    if (!(error instanceof codec.BatchUsageError)) throw error;
    const [{ code, path } = { code: '', path: '' }] = error.issues;
    return { code, path };
  }
  return { code: '', path: '' };
}

const isErrorClass = (value: unknown) => typeof value === 'function' && value.prototype instanceof Error;

it('all functions that the package exports are here', () => {
  const exported = { ...codec, ...client, ...server, ...services, ...jobs, ...xml };
  const functions = Object.entries(exported).filter(
    ([, value]) => typeof value === 'function' && !isErrorClass(value),
  );
  expect(functions.map(([name]) => name).sort()).toEqual(Object.keys(FUNCTIONS).sort());
});

const taking = Object.entries({ ...FUNCTIONS, ...METHODS }).filter(
  ([, { parameters }]) => parameters.length > 0,
);

describe.each(taking)('%s', (_name, each) => {
  it.each(each.parameters.map((parameter, place) => [parameter.path, place, parameter] as const))(
    'says what it expected instead of something of another kind: %s',
    async (_path, place, { path, fine, code }) => {
      for (const kind of ALL) {
        const given = [...each.right()];
        given[place] = KINDS[kind];
        const complaint = await complaintOf(each, given);
        const expected = fine.includes(kind)
          ? { code: expect.any(String), path: expect.any(String) }
          : {
              // A list has a member that is no option.
              code: expect.stringMatching(`^(${code}|unknown-option)$`),
              path: expect.stringMatching(`^${path}(?![a-z])`),
            };
        expect({ kind, ...complaint }).toEqual({ kind, ...expected });
      }
    },
  );
});

describe('createdUrl', () => {
  it('without the request says so', () => {
    const calls = [undefined, null, {}, { request: undefined }, { request: {} }];
    for (const options of calls) {
      expect(() => codec.createdUrl(result, options as never)).toThrow(
        expect.objectContaining({
          code: 'invalid-option',
          message: expect.stringMatching(/^options\.request: expected /),
        }),
      );
    }
  });
});
