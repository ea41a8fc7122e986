// Compiled with the DOM's types and with Node's: both have fetch.
import {
  type Answer,
  type BatchResults,
  decodeBatchRequest,
  decodeBatchResponse,
  type EncodedBatchResponse,
  encodeBatchRequest,
  encodeBatchRequestStream,
  encodeBatchResponse,
  encodeBatchResponseStream,
  type HeadersInput,
  type OperationResult,
  type ResponseLike,
  readBatchResponse,
  trusted,
} from 'odata-batch-codec';
import { check, type IsEqual, typeOf } from '../assert.ts';

interface Product {
  readonly name: string;
}

// A request goes to fetch as it is, with and without more options.
const request = encodeBatchRequest([
  { method: 'GET', url: new URL('https://example.com/Products(1)'), schema: trusted<Product>() },
  [{ method: 'POST', url: 'Products', headers: new Headers({ Prefer: 'return=minimal' }), body: {} }],
]);
const sent: Promise<Response> = fetch('https://example.com/$batch', request);
fetch(new URL('https://example.com/$batch'), { ...request, signal: AbortSignal.timeout(1000) });
new Request('https://example.com/$batch', request);
new Blob([request.body]);

// So does one that is streamed, and its body is a stream of this runtime.
const streamed = encodeBatchRequestStream([{ method: 'PUT', url: 'a', body: new Blob(['x']) }]);
fetch('https://example.com/$batch', streamed);
check<IsEqual<typeof streamed.body, ReadableStream>>();
const streamedAnswer = encodeBatchResponseStream([{ status: 200, body: new Blob(['x']) }]);
new Response(streamedAnswer.body, { status: streamedAnswer.status, headers: streamedAnswer.headers });

// A response is read as it is, or taken apart.
type Results = [OperationResult<Product>, [OperationResult<unknown>]];
check<IsEqual<BatchResults<typeof request.plan.batch>, Results>>();
check<Response extends ResponseLike ? true : false>();
async function read(response: Response): Promise<Results> {
  const { status, headers } = response;
  const body = await response.arrayBuffer();
  typeOf(decodeBatchResponse({ status, headers, body }, { request })).is<Results>();
  const contentType = response.headers.get('Content-Type');
  typeOf(decodeBatchResponse({ contentType, body: await response.text() }, { request })).is<Results>();
  return readBatchResponse(response, { request });
}
sent.then(read);

// A result makes a response, and its headers make others.
declare const answer: Answer;
new Response(answer.bytes, { status: answer.status, headers: [...answer.headers] });
new Headers([...answer.headers]);
new Map(answer.headers);
check<Headers extends HeadersInput ? true : false>();

// The server's side.
async function handle(incoming: Request): Promise<Response> {
  const batch = decodeBatchRequest({ headers: incoming.headers, body: await incoming.arrayBuffer() });
  const encoded: EncodedBatchResponse = encodeBatchResponse(
    batch.map(() => ({ status: 200, headers: new Headers(), body: 'text' })),
    { request: batch },
  );
  const { body, ...init } = encoded;
  return new Response(body, init);
}
handle(new Request('https://example.com/$batch', request));
