import {
  type Batch,
  type BatchMessage,
  type BatchResponses,
  type DecodeOptions,
  type DecodeRequestOptions,
  type DecodeResponseOptions,
  decodeBatchRequest,
  decodeBatchResponse,
  type EncodeBatchRequestOptions,
  type EncodeBatchResponseOptions,
  type EncodedBatchRequest,
  type EncodedBatchResponse,
  encodeBatchRequest,
  encodeBatchResponse,
  type HeadersInput,
  isBatchError,
  type Limits,
  type Operation,
  type OutgoingResponse,
  type ResponseLike,
  readBatchResponse,
  reference,
  type Service,
  type StandardIssue,
  type StandardSchemaV1,
  type Tolerance,
} from 'odata-batch-codec';
import { check, type IsEqual, type RefusesUndefined, typeOf } from './assert.ts';

// Every optional input takes undefined, though exactOptionalPropertyTypes is on.
check<IsEqual<RefusesUndefined<Operation>, never>>();
check<IsEqual<RefusesUndefined<EncodeBatchRequestOptions>, never>>();
check<IsEqual<RefusesUndefined<NonNullable<EncodeBatchRequestOptions['json']>>, never>>();
check<IsEqual<RefusesUndefined<EncodeBatchResponseOptions>, never>>();
check<IsEqual<RefusesUndefined<NonNullable<EncodeBatchResponseOptions['json']>>, never>>();
check<IsEqual<RefusesUndefined<DecodeOptions>, never>>();
check<IsEqual<RefusesUndefined<NonNullable<DecodeOptions['limits']>>, never>>();
check<IsEqual<RefusesUndefined<DecodeRequestOptions>, never>>();
check<IsEqual<RefusesUndefined<NonNullable<DecodeRequestOptions['json']>>, never>>();
check<IsEqual<RefusesUndefined<DecodeResponseOptions>, never>>();
check<IsEqual<RefusesUndefined<NonNullable<DecodeResponseOptions['json']>>, never>>();
check<IsEqual<RefusesUndefined<BatchMessage>, never>>();
check<IsEqual<RefusesUndefined<ResponseLike>, never>>();
check<IsEqual<RefusesUndefined<OutgoingResponse>, never>>();
check<IsEqual<RefusesUndefined<Service>, never>>();
check<IsEqual<RefusesUndefined<StandardSchemaV1['~standard']>, never>>();
check<IsEqual<RefusesUndefined<StandardIssue>, never>>();

// The same at call sites: what a caller computes may be absent.
declare const text: string | undefined;
declare const flag: boolean | undefined;
declare const message: BatchMessage;
const request = encodeBatchRequest(
  [
    {
      method: 'GET',
      url: 'Products',
      id: text,
      headers: undefined,
      body: undefined,
      dependsOn: undefined,
      if: text,
    },
  ],
  {
    format: undefined,
    version: undefined,
    service: undefined,
    serviceRoot: text,
    boundary: text,
    continueOnError: flag,
    headers: { Authorization: text },
    json: { stringify: undefined },
    random: undefined,
  },
);
encodeBatchRequest([], undefined);
decodeBatchResponse(message, {
  request,
  limits: { maxParts: undefined, maxMessageBytes: 1 },
  tolerate: undefined,
  onWarning: undefined,
  json: { parse: undefined },
  readError: undefined,
});
decodeBatchRequest(message, undefined);
encodeBatchResponse([{ status: 200, statusText: text, headers: undefined, id: text }], undefined);
reference('1', undefined);
isBatchError(new Error('text'), undefined);
// Limits as they are in force have no gaps.
check<IsEqual<Limits, Required<Limits>>>();

// Inputs are readonly: nothing of the caller's is changed, so anything frozen will do.
check<IsEqual<Operation, Readonly<Operation>>>();
check<IsEqual<EncodeBatchRequestOptions, Readonly<EncodeBatchRequestOptions>>>();
check<IsEqual<EncodeBatchResponseOptions, Readonly<EncodeBatchResponseOptions>>>();
check<IsEqual<DecodeRequestOptions, Readonly<DecodeRequestOptions>>>();
check<IsEqual<DecodeResponseOptions, Readonly<DecodeResponseOptions>>>();
check<IsEqual<BatchMessage, Readonly<BatchMessage>>>();
check<IsEqual<ResponseLike, Readonly<ResponseLike>>>();
check<IsEqual<OutgoingResponse, Readonly<OutgoingResponse>>>();
check<IsEqual<Service, Readonly<Service>>>();
check<IsEqual<Limits, Readonly<Limits>>>();
declare const tolerate: readonly Tolerance[];
declare const boundaries: readonly string[];
declare const responses: BatchResponses;
decodeBatchResponse(message, { tolerate });
encodeBatchRequest([], { boundary: boundaries });
encodeBatchResponse(responses, { boundary: boundaries });
const operation = { method: 'GET', url: '1' } as const;
const frozen = Object.freeze([
  Object.freeze({ method: 'GET', url: '2', dependsOn: Object.freeze([operation, '1']) }),
]);
typeOf(encodeBatchRequest(frozen).method).is<'POST'>();
declare const batch: Batch;
// @ts-expect-error - a batch can't be changed
batch[0] = operation;

// Headers: an object, with lists and gaps; pairs; a Map; anything that gives pairs.
const headers: readonly HeadersInput[] = [
  {},
  { Accept: 'text/plain', Prefer: ['a', 'b'], 'If-Match': undefined },
  { Accept: 'text/plain', Prefer: ['a', 'b'] } as const,
  [],
  [['Accept', 'text/plain']],
  [['Accept', 'text/plain']] as const,
  new Map([['Accept', 'text/plain']]),
  new Set([['Accept', 'text/plain'] as const]),
  Object.entries({ Accept: 'text/plain' }),
  (function* () {
    yield ['Accept', 'text/plain'] as const;
  })(),
];
declare const record: Record<string, string>;
declare const dictionary: { [name: string]: string | string[] | undefined };
const more: HeadersInput[] = [record, dictionary, ...headers];
typeOf(more).is<HeadersInput[]>();
// @ts-expect-error - a value is text
const numeric: HeadersInput = { 'Content-Length': 1 };
// @ts-expect-error - null is no way to leave a field out
const absent: HeadersInput = { Accept: null };
// @ts-expect-error - a pair has two members
const single: HeadersInput = [['Accept']];
typeOf([numeric, absent, single]).is<HeadersInput[]>();

// Operations: methods as they are, with the known ones suggested; URLs as text or as an object that has `href`.
const method: string = 'PROPFIND';
encodeBatchRequest([{ method, url: { href: 'https://example.com/' } }]);
// @ts-expect-error - a URL is text, or has `href`
encodeBatchRequest([{ method: 'GET', url: 1 }]);
// @ts-expect-error - an id is text
encodeBatchRequest([{ method: 'GET', url: '1', id: 1 }]);
// @ts-expect-error - a depends-on list holds ids or operations
encodeBatchRequest([{ method: 'GET', url: '1', dependsOn: [1] }]);
const typed: Operation = {
  method: 'GET',
  url: '1',
  // @ts-expect-error - where the type is named, TypeScript sees the typo
  header: {},
};
typeOf(typed).is<Operation>();

// Options are closed unions.
// @ts-expect-error - no such version
encodeBatchRequest([], { version: '1.0' });
// @ts-expect-error - no such form
encodeBatchRequest([], { urlForm: 'full' });
// @ts-expect-error - no such tolerance
decodeBatchResponse(message, { tolerate: ['lenient'] });
// @ts-expect-error - no such limit
decodeBatchResponse(message, { limits: { maxPart: 1 } });
// @ts-expect-error - no such option
encodeBatchRequest([], { lenient: true });

// Octets: any view on any buffer goes in, and views on buffers of their own come out.
declare const shared: Uint8Array<SharedArrayBuffer>;
const messages: readonly BatchMessage[] = [
  { body: new Uint8Array() },
  { body: shared },
  { body: new ArrayBuffer(1) },
  { body: 'text', contentType: null, status: undefined, headers: undefined },
];
typeOf(messages).is<readonly BatchMessage[]>();
// @ts-expect-error - a message is read whole before it is decoded
decodeBatchResponse({ body: [new Uint8Array()] });
typeOf(request.body).is<Uint8Array<ArrayBuffer>>();
typeOf(request.headers).is<Record<string, string>>();
check<IsEqual<EncodedBatchRequest['body'], Uint8Array<ArrayBuffer>>>();
check<IsEqual<EncodedBatchResponse['body'], Uint8Array<ArrayBuffer>>>();

// A response, as any fetch gives it, or as a test makes it.
async function* chunks(): AsyncGenerator<Uint8Array> {
  yield new Uint8Array();
}
const source: ResponseLike[] = [
  { status: 200, headers: new Map(), body: null },
  { status: 200, headers: [['Content-Type', 'multipart/mixed']], body: chunks() },
];
for (const response of source) readBatchResponse(response, { request });
// @ts-expect-error - the answer can't be matched without its request
readBatchResponse({ status: 200, headers: [], body: null });
