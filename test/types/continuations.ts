import {
  type BatchMessage,
  type BatchResults,
  continueBatch,
  decodeBatchResponse,
  encodeBatchRequest,
  type Operation,
  type OperationResult,
  type ResponseLike,
  readBatchContinuation,
  trusted,
} from 'odata-batch-codec';
import { check, type IsEqual, typeOf } from './assert.ts';

declare const message: BatchMessage;
declare const response: ResponseLike;
declare const operations: Operation[];

const request = encodeBatchRequest([
  { method: 'GET', url: 'A', schema: trusted<{ a: 1 }>() },
  [{ method: 'POST', url: 'B', body: {} }],
]);
const first = decodeBatchResponse(message, { request });

// The results of a continued batch are typed as those of the batch, and can be continued again.
const second = continueBatch(first, message, { request });
check<IsEqual<typeof second, typeof first>>();
check<IsEqual<Awaited<ReturnType<typeof read>>, typeof first>>();
async function read() {
  return readBatchContinuation(second, response, { request: request.plan, monitor: 'https://h/m' });
}
const [result, [created]] = continueBatch(second, { ...message, url: 'https://h/m' }, { request });
if (result.outcome === 'succeeded') typeOf(result.value).is<{ a: 1 }>();
if (created.outcome === 'pending') typeOf(created.monitor).is<string>();

const dynamic = encodeBatchRequest(operations);
typeOf(continueBatch(decodeBatchResponse(message, { request: dynamic }), message, { request: dynamic })).is<
  OperationResult<unknown>[]
>();

// @ts-expect-error - which request it continues has to be told
continueBatch(first, message, {});
// @ts-expect-error - results of another batch
continueBatch([] as BatchResults<[]>, message, { request });
