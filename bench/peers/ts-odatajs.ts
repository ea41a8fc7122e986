import { createRequire } from 'node:module';
import { packageVersion } from './package-version.ts';
import type { Answer, Peer } from './peer.ts';
import { bytesOf, textOf } from './text.ts';

interface PartResponse {
  readonly statusCode: string;
  readonly body: string;
}

interface ReadBatch {
  readonly __batchResponses: (PartResponse | { readonly __changeResponses: PartResponse[] })[];
}

const require = createRequire(import.meta.url);
const { batchHandler, batchSerializer } = require('ts-odatajs/lib/odata/batch.js');

/** Leaves the parts' bodies as they are, so that only the multipart layer is judged. */
const partHandler = {
  accept: 'application/json',
  read() {},
  write(request: { data: unknown; body?: string }) {
    request.body = JSON.stringify(request.data);
  },
};
const handler = Object.assign(Object.create(batchHandler), { partHandler });

/** Olingo's client for JavaScript (datajs). */
export const tsOdatajs: Peer = {
  name: 'ts-odatajs',
  version: packageVersion('ts-odatajs'),
  decoder: () => (bytes, contentType) => {
    const response: { data?: ReadBatch; headers: object; body: string } = {
      headers: { 'Content-Type': contentType },
      body: textOf(bytes),
    };
    handler.read(response, {});
    return (response.data?.__batchResponses ?? [])
      .flatMap((item) => ('__changeResponses' in item ? item.__changeResponses : item))
      .map(({ statusCode, body }): Answer => ({ status: Number(statusCode), text: body }));
  },
  encodeRequest(operations) {
    const context = { handler, contentType: { mediaType: 'multipart/mixed', properties: { boundary: '' } } };
    const __batchRequests = operations.map(({ method, url, headers, body }) => ({
      method,
      requestUri: url,
      headers: { ...headers },
      data: body,
    }));
    const body = bytesOf(batchSerializer(handler, { __batchRequests }, context));
    return { contentType: `multipart/mixed; boundary=${context.contentType.properties.boundary}`, body };
  },
};
