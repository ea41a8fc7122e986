import { createRequire } from 'node:module';
import { packageVersion } from './package-version.ts';
import type { Answer, Peer } from './peer.ts';
import { bytesOf, textOf } from './text.ts';

interface OperationResponse {
  readonly status: number;
  readonly body: string;
}

interface BatchRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  parseResponse(
    text: string,
    contentType: string,
  ): { operations: (OperationResponse | OperationResponse[])[] };
}

const require = createRequire(import.meta.url);
const { ODataBatchRequest, ODataBatchOperation, ODataBatchChangeset } = require('odata-batch-request');

/** Numbers the members of each change set from 1, and reads an answer with the request that it answers. */
export const odataBatchRequest: Peer = {
  name: 'odata-batch-request',
  version: packageVersion('odata-batch-request'),
  contentIdOf: (_place, member) => String(member + 1),
  decoder(layout) {
    const operation = (method: string) => new ODataBatchOperation(method, 'Products');
    const items = layout.map((members) =>
      members === 0
        ? operation('get')
        : new ODataBatchChangeset(Array.from({ length: members }, () => operation('post'))),
    );
    const request: BatchRequest = new ODataBatchRequest('https://services.example.com/V4', items);
    return (bytes, contentType) =>
      request
        .parseResponse(textOf(bytes), contentType)
        .operations.flat()
        .map(({ status, body }): Answer => ({ status, text: body }));
  },
  encodeRequest(operations) {
    const items = operations.map(
      ({ method, url, headers, body }) =>
        new ODataBatchOperation(method.toLowerCase(), url, { headers, body: JSON.stringify(body) }),
    );
    const request: BatchRequest = new ODataBatchRequest('https://services.example.com/V4', items);
    return { contentType: request.headers['Content-Type'] ?? '', body: bytesOf(request.body) };
  },
};
