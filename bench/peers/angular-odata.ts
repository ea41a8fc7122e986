// Angular's packages are shipped half compiled; this compiles the rest.
import '@angular/compiler';
import { HttpHeaders, HttpResponse } from '@angular/common/http';
import { ODataBatchRequest, ODataBatchResource } from 'angular-odata';
import { packageVersion } from './package-version.ts';
import type { Answer, Peer } from './peer.ts';
import { bytesOf, textOf } from './text.ts';

/** Its static methods, with as much of their arguments as they read. */
interface Methods {
  parseLegacyResponse(requests: readonly object[], response: object): { readonly status: number }[];
  buildLegacyBody(boundary: string, requests: readonly object[], options: object): string;
}

const { parseLegacyResponse, buildLegacyBody } = ODataBatchResource as unknown as Methods;
const Request = ODataBatchRequest as unknown as new (request: object) => object;

/** The static methods of angular-odata; writes all operations as one change set. */
export const angularOdata: Peer = {
  name: 'angular-odata',
  version: packageVersion('angular-odata'),
  decoder(layout) {
    const count = layout.reduce((sum, members) => sum + Math.max(1, members), 0);
    const requests = Array.from({ length: count }, () => ({ request: { responseType: 'text' } }));
    return (bytes, contentType) =>
      parseLegacyResponse(
        requests,
        new HttpResponse({ body: textOf(bytes), headers: new HttpHeaders({ 'Content-Type': contentType }) }),
      ).map((response): Answer => ({ status: response.status, text: textOfBody(response) }));
  },
  encodeRequest(operations) {
    const boundary = `batch_${crypto.randomUUID()}`;
    const requests = operations.map(({ method, url, headers, body }) => {
      // It writes a Content-Type of its own.
      const request = {
        method,
        urlWithParams: url,
        headers: new HttpHeaders({ Accept: headers.Accept ?? '' }),
        body,
      };
      return new Request(request);
    });
    const body = buildLegacyBody(boundary, requests, {});
    return { contentType: `multipart/mixed; boundary=${boundary}`, body: bytesOf(body) };
  },
};

function textOfBody(response: object): string {
  const { body, error } = response as { body?: unknown; error?: unknown };
  return String(body ?? error ?? '');
}
