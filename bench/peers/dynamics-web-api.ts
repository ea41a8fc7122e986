import { loadUnexported } from './load-unexported.ts';
import { packageVersion } from './package-version.ts';
import type { Answer, Peer } from './peer.ts';
import { bytesOf, textOf } from './text.ts';

interface Internals {
  parseBatchResponse(text: string, parseParams: readonly unknown[]): unknown[];
  convertToBatch(requests: object[], config: object): { headers: Record<string, string>; body: string };
}

const { parseBatchResponse, convertToBatch } = loadUnexported<Internals>(
  'dynamics-web-api/dist/cjs/dynamics-web-api.js',
  ['parseBatchResponse', 'convertToBatch'],
);

/** The two functions inside DynamicsWebApi. It gives values without a status, which therefore isn't judged. */
export const dynamicsWebApi: Peer = {
  name: 'dynamics-web-api',
  version: packageVersion('dynamics-web-api'),
  tellsNoStatus: true,
  decoder: () => (bytes) =>
    parseBatchResponse(textOf(bytes), []).map((value): Answer => ({ status: undefined, value })),
  encodeRequest(operations) {
    const requests = operations.map(({ method, url, headers, body }) => ({
      method,
      path: url,
      // It writes a Content-Type of its own.
      headers: { Accept: headers.Accept },
      data: body,
    }));
    const { headers, body } = convertToBatch(requests, { dataApi: { url: '' } });
    return { contentType: headers['Content-Type'] ?? '', body: bytesOf(body) };
  },
};
