// What Node alone has: Buffer, its own streams, and headers of its http module.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import {
  decodeBatchRequest,
  decodeBatchResponse,
  encodeBatchRequest,
  encodeBatchResponse,
  type ResponseLike,
  readBatchResponse,
} from 'odata-batch-codec';
import { check, typeOf } from '../assert.ts';

const request = encodeBatchRequest([{ method: 'POST', url: 'Files', body: Buffer.from('text') }]);

// A Buffer is octets; headers of http are an object with gaps and lists.
export function handle(incoming: IncomingMessage, body: Buffer, outgoing: ServerResponse): void {
  const batch = decodeBatchRequest({ headers: incoming.headers, body });
  const encoded = encodeBatchResponse(batch.map(() => ({ status: 204, headers: incoming.headersDistinct })));
  outgoing.writeHead(encoded.status, encoded.headers).end(encoded.body);
}
typeOf(decodeBatchResponse({ body: Buffer.from('') }, { request }).length).is<1>();

// A stream of http is a body.
export function read(incoming: IncomingMessage): void {
  const response = { status: 200, headers: new Headers(), body: incoming } satisfies ResponseLike;
  readBatchResponse(response, { request });
  readBatchResponse({ status: 200, headers: [], body: Readable.from([Buffer.from('')]) }, { request });
}
check<Response extends ResponseLike ? true : false>();
