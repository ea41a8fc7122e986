import { describe, expect, it } from 'vitest';
import * as client from '../../src/client.ts';
import * as codec from '../../src/index.ts';
import * as jobs from '../../src/jobs.ts';
import { DEFAULT_LIMITS } from '../../src/limits.ts';
import * as server from '../../src/server.ts';
import * as services from '../../src/services.ts';
import * as xml from '../../src/xml.ts';

/** A value that an option may have; undefined where the option is left out. */
type Values<T> = { readonly [K in keyof T]-?: unknown };

/** Options with a value each, and what takes them. */
interface Row {
  readonly options: { readonly [name: string]: unknown };
  /** How issues name them. */
  readonly path: string;
  readonly call: (options: never) => unknown;
}

const row = <T extends object>(options: Values<T>, call: (options: T) => unknown, path = 'options'): Row => ({
  options: options as Row['options'],
  call,
  path,
});

type Answered = codec.AnsweredRequest<codec.Batch>;

const root = 'https://shop.example/odata/';
const batch: codec.Batch = [{ method: 'GET', url: 'a' }];
const [operation] = batch as [codec.Operation];
const request = codec.encodeBatchRequest(batch, { headers: { Prefer: 'respond-async' } });
const incoming = { contentType: request.contentType, body: request.body };
const decoded = codec.decodeBatchRequest(incoming);
const answer = codec.encodeBatchResponse([{ status: 204 }]);
const message = { contentType: answer.contentType, body: answer.body };
const [result] = codec.decodeBatchResponse(message, { request }) as [codec.OperationResult];
const monitor = `${root}m`;
const waiting = { status: 202, headers: { Location: monitor }, body: '' };
const pending = codec.decodeBatchResponse(waiting, { request });
const response = () => new Response(answer.body, { headers: answer.headers });
const service = services.odata({ serviceRoot: root });
const fetch: client.Fetch = async () => response();
const unreachable: client.Fetch = async () => {
  throw Object.assign(new Error('no connection'), { code: 'ECONNREFUSED' });
};
const nothing = () => {};
const budget = client.createBudget();
const store = jobs.ecwid({ storeId: 1, token: 't' });
const catalog = jobs.kibo({ baseUrl: root });
const signal = new AbortController().signal;
const random = (octets: Uint8Array) => octets.fill(7);
const clock = client.systemClock;

const encoding: Values<codec.EncodeBatchRequestOptions> = {
  format: 'multipart',
  version: '4.0',
  service,
  serviceRoot: root,
  urlForm: 'as-given',
  boundary: 'b',
  contentId: 'all',
  accept: 'add',
  forbiddenHeaders: 'error',
  continueOnError: true,
  onWarning: nothing,
  headers: {},
  json: { stringify: JSON.stringify },
  random,
};
const limits: Values<codec.LimitsInput> = DEFAULT_LIMITS;
const decoding: Values<codec.DecodeOptions> = { limits, tolerate: [], service, onWarning: nothing };
const ofRequests: Values<codec.DecodeRequestOptions> = {
  ...decoding,
  version: '4.0',
  serviceRoot: root,
  forbiddenHeaders: 'error',
  json: { parse: JSON.parse },
};
const large: Values<codec.LargeBodyOptions> = { largeBody: 'buffer', largeBodyBytes: 1 };
const ofResponses: Values<codec.DecodeResponseOptions & codec.AnsweredRequest<codec.Batch>> = {
  ...decoding,
  json: { parse: JSON.parse },
  readError: nothing,
  request,
};
const later: Values<codec.ContinueBatchOptions<codec.Batch>> = { ...ofResponses, monitor };
const responses: Values<codec.EncodeBatchResponseOptions> = {
  format: 'multipart',
  request: decoded,
  version: '4.0',
  status: 200,
  continueOnError: true,
  boundary: 'b',
  failedChangeSet: 'single',
  changeSetAnswers: 'nested',
  json: { stringify: JSON.stringify },
  random,
};
const batchLimits: Values<client.BatchLimits> = {
  maxOperations: 1,
  maxItems: 1,
  maxOperationsPerChangeSet: 1,
  maxBytes: 10_000,
};
const { json: _json, ...withoutJson } = ofRequests;
const { request: _request, ...ofAnswers } = ofResponses;
const { headers: _headers, boundary: _boundary, ...ofBatches } = encoding;
const sending: Values<client.SendOptions> = {
  ...ofBatches,
  ...ofAnswers,
  json: { stringify: JSON.stringify, parse: JSON.parse },
  url: `${root}$batch`,
  headers: {},
  credentialRefusals: [],
  fetch,
  budget,
  batchLimits,
  concurrency: 1,
  timeoutMs: 1000,
  totalTimeoutMs: 1000,
  maxRetryAfterMs: 1,
  maxAttempts: 1,
  backOff: { base: 1, maximum: 1 },
  quarantineMs: 1,
  orderBy: () => 'a',
  single: 'batch',
  repeatable: [],
  signal,
  onProgress: nothing,
  onBatch: nothing,
  clock,
};
const token: Values<client.TokenOptions> = {
  service,
  serviceRoot: root,
  url: root,
  headers: {},
  fetch,
  timeoutMs: 1,
  clock,
};
const running: Values<jobs.RunOptions> = {
  fetch: unreachable,
  clock,
  random: Math.random,
  budget,
  concurrency: 1,
  signal,
  deadline: 1,
  maxRetryAfterMs: 1,
  resubmit: false,
  onTicket: nothing,
  onProgress: nothing,
};
const handler: Values<server.BatchHandlerOptions> = {
  limits,
  tolerate: [],
  version: '4.0',
  serviceRoot: root,
  fetch: () => new Response(),
  transaction: (run: () => unknown) => run(),
  ownHeaders: [],
  urlScope: 'service',
  responseFormat: 'request',
  continueOnError: 'preferred',
  failedChangeSet: 'single',
  changeSetAnswers: 'nested',
  maxBufferedBytes: 1,
  onWarning: nothing,
  onError: nothing,
};
const serviceOptions: Values<services.ServiceOptions> = { serviceRoot: root, limits: { maxOperations: 1 } };
const drained = async (stream: AsyncIterable<unknown>) => {
  for await (const _ of stream);
};

/** Functions that take options. */
const FUNCTIONS: Readonly<Record<string, Row>> = {
  continueBatch: row(later, (options: codec.ContinueBatchOptions<codec.Batch>) =>
    codec.continueBatch(pending, message, options),
  ),
  convertBatch: row<codec.ConvertBatchOptions>(
    {
      ...withoutJson,
      format: 'json',
      order: 'keep',
      boundary: 'b',
      headers: {},
      random,
      urlForm: 'as-given',
    },
    (options) => codec.convertBatch(incoming, options),
  ),
  createdUrl: row({ request }, (options: { request: codec.Planned }) => codec.createdUrl(result, options)),
  decodeBatchRequest: row(ofRequests, (options: codec.DecodeRequestOptions) =>
    codec.decodeBatchRequest(incoming, options),
  ),
  decodeBatchRequestStream: row({ ...ofRequests, ...large }, (options: object) =>
    drained(codec.decodeBatchRequestStream(new Request(root, request), options)),
  ),
  decodeBatchResponse: row(ofResponses, (options: object) => codec.decodeBatchResponse(message, options)),
  decodeBatchResponseStream: row({ ...ofResponses, ...large }, (options: Answered) =>
    drained(codec.decodeBatchResponseStream(response(), options)),
  ),
  encodeBatchRequest: row(encoding, (options: codec.EncodeBatchRequestOptions) =>
    codec.encodeBatchRequest(batch, options),
  ),
  encodeBatchRequestStream: row(encoding, (options: codec.EncodeBatchRequestOptions) =>
    codec.encodeBatchRequestStream(batch, options),
  ),
  encodeBatchResponse: row(responses, (options: codec.EncodeBatchResponseOptions) =>
    codec.encodeBatchResponse([{ status: 204 }], options),
  ),
  encodeBatchResponseStream: row(responses, (options: codec.EncodeBatchResponseOptions) =>
    codec.encodeBatchResponseStream([{ status: 204 }], options),
  ),
  readBatchContinuation: row(later, (options: codec.ContinueBatchOptions<codec.Batch>) =>
    codec.readBatchContinuation(pending, response(), options),
  ),
  readBatchResponse: row(ofResponses, (options: Answered) => codec.readBatchResponse(response(), options)),

  createBudget: row({ clock }, (options: { clock?: client.Clock }) => client.createBudget({}, options)),
  'createBudget, limits': row<NonNullable<codec.Service['limits']>>(
    {
      ...batchLimits,
      safeOperationsPerChangeSet: 1,
      maxUrlLength: 1,
      rates: [],
      countsOperations: true,
      countsBatch: true,
      maxConcurrentRequests: 1,
    },
    (limits) => client.createBudget(limits),
    'limits',
  ),
  'acquire of a budget': row({ signal }, (options: object) => budget.acquire({ atMost: 1 }, options)),
  csrfToken: row(token, client.csrfToken),
  requestDigest: row(token, client.requestDigest),
  estimate: row({ batchLimits }, (options: object) => client.estimate(1, service, options)),
  sendBatch: row(sending, (options: client.SendOptions) => client.sendBatch(batch, options)),
  sendBatchStream: row(sending, (options: client.SendOptions) =>
    drained(client.sendBatchStream(batch, options)),
  ),
  splitBatch: row<client.SplitBatchOptions>({ ...encoding, batchLimits, available: 1 }, (options) =>
    client.splitBatch(batch, options),
  ),

  createBatchHandler: row(handler, server.createBatchHandler),
  toNodeListener: row<server.NodeListenerOptions>({ onError: nothing }, (options) =>
    server.toNodeListener(() => new Response(), options),
  ),

  azureBlob: row({ ...serviceOptions, container: 'c' }, services.azureBlob),
  azureTable: row(serviceOptions, services.azureTable),
  businessCentral: row({ ...serviceOptions, isolation: 'snapshot' }, services.businessCentral),
  cap: row({ ...serviceOptions, version: '4.0' }, services.cap),
  channelAdvisor: row(
    {
      attributes: 'post',
      keySeparator: ',',
      profileId: 1,
      layout: 'odata',
      preambleBlankLine: true,
      accept: 'json',
      coalesce: true,
      maxOperations: 1,
    },
    services.channelAdvisor,
  ),
  dataverse: row(serviceOptions, services.dataverse),
  'defineService, functions': row<services.ServiceFunctions>(
    { coalesce: nothing },
    (functions) => services.defineService({ name: 'a' }, functions),
    'functions',
  ),
  explainRewrite: row({ serviceRoot: root }, (options: object) =>
    services.explainRewrite(service, operation, options),
  ),
  googleApi: row({ ...serviceOptions, api: 'a', version: 'v1' }, services.googleApi),
  microsoftGraph: row({ ...serviceOptions, api: 'beta' }, services.microsoftGraph),
  odata: row({ ...serviceOptions, version: '4.0' }, services.odata),
  sapBusinessOne: row({ ...serviceOptions, api: 'v2' }, services.sapBusinessOne),
  sapGatewayV2: row(serviceOptions, services.sapGatewayV2),
  sapGatewayV4: row(serviceOptions, services.sapGatewayV4),
  sharePoint: row(serviceOptions, services.sharePoint),
  successFactors: row(serviceOptions, services.successFactors),

  callService: row({ fetch: unreachable, clock, budget, signal, maxRetryAfterMs: 1 }, (options: object) =>
    jobs.callService(store, store.delete('t'), options),
  ),
  ecwid: row<jobs.EcwidOptions>({ storeId: 1, token: 't', baseUrl: root }, jobs.ecwid),
  'list of ecwid': row({ status: 'QUEUED', offset: 0, limit: 1 }, store.list, 'query'),
  'submit of ecwid': row<jobs.EcwidSubmit>(
    {
      allowParallelMode: true,
      stopOnFirstFailure: true,
      deduplicationKey: crypto.randomUUID(),
      groupId: 'g',
    },
    (submit) => store.plan([], submit),
    'submit',
  ),
  kibo: row<jobs.KiboOptions>(
    { baseUrl: root, headers: {}, spelling: 'docs', allow: [], onSubmitFailure: 'leave' },
    jobs.kibo,
  ),
  'items of kibo': row<jobs.KiboItemQuery>(
    { processingStatus: 'Failed', resourceType: 'Products' },
    (query) => catalog.items('c', query),
    'query',
  ),
  'submit of kibo': row<jobs.KiboSubmit>(
    { code: 'c', name: 'n', scheduledDate: null, status: 'Ready', domain: 'Catalog' },
    (submit) => catalog.plan([], submit),
    'submit',
  ),
  odataAsync: row<jobs.ODataAsyncOptions>(
    (({ continueOnError: _, ...rest }) => ({ ...rest, url: root }))(encoding),
    jobs.odataAsync,
  ),
  quartile: row<jobs.QuartileOptions<object>>(
    { subscriptionKey: 'a', token: 'b', resource: 'masterlist', path: '/a', keyOf: () => '', baseUrl: root },
    jobs.quartile,
  ),
  resumeJob: row(running, (options: jobs.RunOptions) => jobs.resumeJob(store, {} as never, [], options).done),
  runJob: row({ ...running, submit: {} }, (options: object) => jobs.runJob(store, [], options).done),
};

/** Functions without options. */
const OTHERS = [
  ...['defineBatch', 'isBatchError', 'locationOf', 'reference', 'resolveReference', 'resultOf', 'trusted'],
  ...[
    'uri',
    'valuesOf',
    'backOffMs',
    'failureOfError',
    'failureOfOperation',
    'failureOfStatus',
    'guardFetch',
  ],
  ...['isRepeatable', 'mayHaveHappened', 'maySendAgain', 'retryAfterMs', 'startTimeLimit', 'defineService'],
  ...['isRetryable', 'readXmlError'],
];

/** What becomes of a call: the issues that are said of its options. */
async function issuesOf({ call }: Row, options: object): Promise<readonly codec.UsageIssue[]> {
  try {
    await call(options as never);
  } catch (error) {
    if (error instanceof codec.BatchUsageError) return error.issues;
    if (!codec.isBatchError(error)) throw error;
  }
  return [];
}

const isErrorClass = (value: unknown) => typeof value === 'function' && value.prototype instanceof Error;

it('all functions that the package exports are here, those without options too', () => {
  const exported = { ...codec, ...client, ...server, ...services, ...jobs, ...xml };
  const functions = Object.entries(exported).filter(
    ([, value]) => typeof value === 'function' && !isErrorClass(value),
  );
  const names = Object.keys(FUNCTIONS).filter((name) => name in exported);
  expect(functions.map(([name]) => name).sort()).toEqual([...names, ...OTHERS].sort());
});

/** Options that have options of their own. */
const GROUPS = ['limits', 'json', 'batchLimits', 'backOff'];
const WRONG = [null, Number.NaN, 1n, '', true, Symbol('s'), [null], {}, () => {}, new Map()];

describe.each(Object.entries(FUNCTIONS))('the options of %s', (_name, each) => {
  const { options, path } = each;

  it('are known, all of them', async () => {
    const issues = await issuesOf(each, options);
    expect(issues.filter(({ code }) => code === 'unknown-option')).toEqual([]);
  });

  it('are no others: a slip of the pen is refused with what was meant', async () => {
    for (const name of Object.keys(options)) {
      const slip = `${name}_`;
      const [issue] = await issuesOf(each, { ...options, [slip]: undefined });
      expect(issue).toEqual({
        path: `${path}.${slip}`,
        code: 'unknown-option',
        message: `there is no option "${slip}": did you mean "${name}"?`,
      });
    }
  });

  it('are named where none is like what was given', async () => {
    const [issue] = await issuesOf(each, { ...options, somethingElse: 1 });
    expect(issue).toMatchObject({ path: `${path}.somethingElse`, code: 'unknown-option' });
    const [, names = ''] = issue?.message.split('the options are ') ?? [];
    expect(names.split(', ').sort()).toEqual(Object.keys(options).sort());
  });

  it('that are groups have no others in them', async () => {
    for (const name of GROUPS.filter((group) => group in options)) {
      const group = options[name] as object;
      const [issue] = await issuesOf(each, { ...options, [name]: { ...group, somethingElse: 1 } });
      expect(issue).toMatchObject({ path: `${path}.${name}.somethingElse`, code: 'unknown-option' });
    }
  });

  it('of a wrong kind are refused or taken for what they are, without an error of the engine', async () => {
    for (const name of Object.keys(options)) {
      for (const wrong of WRONG) {
        const issues = await issuesOf(each, { ...options, [name]: wrong });
        expect(issues.filter(({ code }) => code === 'callback-failed')).toEqual([]);
        for (const { message } of issues) expect(message).not.toMatch(/expected a [aeio]/);
      }
    }
  });
});
