import { createRequire } from 'node:module';
import { packageVersion } from './package-version.ts';
import type { Answer, Peer } from './peer.ts';
import { bytesOf, textOf } from './text.ts';

interface ParsedResponse {
  readonly status: number;
  readonly body: unknown;
}

const require = createRequire(import.meta.url);
const { OBatch, ORequest } = require('odata');

/** The package's own defaults. */
const config = () => ({
  rootUrl: new URL('https://services.example.com/V4/'),
  headers: new Headers(),
  fragment: 'value',
  batch: {
    boundaryPrefix: 'batch_',
    changsetBoundaryPrefix: 'changeset_',
    useChangset: false,
    useRelativeURLs: false,
  },
});
const emptyBatch = new OBatch([], config(), {});

/** o.js. Gives the value where a body is JSON, else its text. */
export const oJs: Peer = {
  name: 'o.js',
  version: packageVersion('odata'),
  decoder: () => (bytes, contentType) =>
    [emptyBatch.parseResponse(textOf(bytes), contentType)].flat(2).map(answerOf),
  encodeRequest(operations) {
    const requests = operations.map(
      ({ method, url, headers, body }) => new ORequest(url, { method, headers, body: JSON.stringify(body) }),
    );
    const batch = new OBatch(requests, config(), {});
    return { contentType: batch.batchConfig.headers.get('Content-Type'), body: bytesOf(batch.batchBody) };
  },
};

/** A part that it can't read comes back as a text. */
function answerOf(response: ParsedResponse | string): Answer {
  if (typeof response === 'string') return { status: undefined, text: response };
  const { status, body } = response;
  return typeof body === 'string' ? { status, text: body } : { status, value: body };
}
