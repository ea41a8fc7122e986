import {
  type Batch,
  type BatchMessage,
  type BatchResponses,
  type ContentIdPlacement,
  convertBatch,
  type DecodedBatch,
  type DecodedOperation,
  decodeBatchRequest,
  decodeBatchResponse,
  type EncodedBatchRequest,
  type EncodedBatchResponse,
  encodeBatchRequest,
  encodeBatchResponse,
  type HeaderList,
  type ODataVersion,
  type Operation,
  type OperationResult,
  type OutgoingResponse,
} from 'odata-batch-codec';
import { check, typeOf } from './assert.ts';

declare const message: BatchMessage;

// A decoded batch: operations, nested like the request.
const batch = decodeBatchRequest(message);
typeOf(batch).is<DecodedBatch>();
typeOf(batch.version).is<ODataVersion>();
typeOf(batch.continueOnError).is<boolean | undefined>();
typeOf(batch.boundaries).is<readonly string[]>();
// @ts-expect-error - what was read is not changed
batch.push();

const isChangeSet = (item: DecodedBatch[number]): item is readonly DecodedOperation[] => Array.isArray(item);
const responses = batch.map((item) =>
  isChangeSet(item) ? item.map(answer) : answer(item),
) satisfies BatchResponses;
typeOf(encodeBatchResponse(responses, { request: batch })).is<EncodedBatchResponse>();

function answer(operation: DecodedOperation): OutgoingResponse {
  typeOf(operation.method).is<string>();
  typeOf(operation.url).is<string>();
  typeOf(operation.absoluteUrl).is<string | undefined>();
  typeOf(operation.headers).is<HeaderList>();
  typeOf(operation.id).is<string | undefined>();
  typeOf(operation.idPlacement).is<ContentIdPlacement | undefined>();
  typeOf(operation.bytes).is<Uint8Array<ArrayBuffer>>();
  typeOf(operation.body).is<Uint8Array<ArrayBuffer> | undefined>();
  typeOf(operation.text()).is<string>();
  typeOf(operation.json()).is<unknown>();
  return { status: 200, headers: { ETag: 'W/"1"' }, body: { read: operation.bytes.length } };
}

// It is an operation itself: it can be encoded again, whole or in parts, with more.
check<DecodedOperation extends Operation ? true : false>();
encodeBatchRequest(batch, { version: batch.version, boundary: batch.boundaries });
encodeBatchRequest(batch.flat());
encodeBatchRequest([{ method: 'GET', url: 'Products' }, ...batch]);
const [item] = batch;
if (item !== undefined && !isChangeSet(item)) encodeBatchRequest([{ ...item, url: 'Elsewhere' }]);

// An answer: what encodes it takes constants, lists of them, and nothing that is no answer.
encodeBatchResponse([
  { status: 200, body: [1] },
  [{ status: 204 }, { status: 201, headers: [['ETag', '1']] }],
] as const);
encodeBatchResponse([{ status: 404, id: '2' }], { request: undefined, status: 200, version: '4.01' });
// @ts-expect-error - an answer has a status
encodeBatchResponse([{ body: {} }]);
// @ts-expect-error - a status is a number
encodeBatchResponse([{ status: '200' }]);
// @ts-expect-error - the request is the decoded one
encodeBatchResponse([{ status: 200 }], { request: message });
// @ts-expect-error - decoded operations come from the decoder
const made: DecodedOperation = { method: 'GET', url: '1', headers: [], bytes: new Uint8Array() };
answer(made);

// Both formats: a batch is of one of them, and an answer may be of the other.
typeOf(batch.format).is<'multipart' | 'json'>();
typeOf(encodeBatchRequest([]).plan.format).is<'multipart' | 'json'>();
encodeBatchResponse(responses, { request: batch, format: 'json' });
// @ts-expect-error - there is no third
encodeBatchResponse(responses, { format: 'xml' });
for (const operation of batch.flat()) {
  typeOf(operation.dependsOn).is<readonly string[] | undefined>();
  typeOf(operation.if).is<string | undefined>();
  typeOf(operation.atomicityGroup).is<string | undefined>();
}

// Converting takes a message or what was decoded, and gives what can be sent and answered.
const converted = convertBatch(message, { format: 'json', order: 'ignore' });
typeOf(converted).is<EncodedBatchRequest<Batch>>();
typeOf(decodeBatchResponse(message, { request: converted })).is<(OperationResult | OperationResult[])[]>();
convertBatch(batch, { format: 'multipart', boundary: ['a', 'b'], limits: undefined, order: undefined });
// @ts-expect-error - the format to convert to has to be said
convertBatch(batch, {});
// @ts-expect-error - bodies are not parsed
convertBatch(batch, { format: 'json', json: {} });
