import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { createBatchHandler } from '../../src/server.ts';
import { ROOT, rawBatch, rawRequest } from '../unit/send-to-handler.ts';
import { law } from './law.ts';

/** Fields that describe an operation, as docs/serving.md lists them. */
const DESCRIBES =
  /^(accept.*|content-.*|if|if-.*|prefer|range|slug|isolation|cache-control|pragma|.*digest|odata-.*|.*dataserviceversion|x-http-method)$/i;
/** Fields that have the whole batch, or the operation, refused, or that a Request does not take. */
const OTHERWISE =
  /^(authorization|cookie2?|.*csrf.*|.*xsrf.*|x-requestdigest|host|connection|transfer-encoding|x-http-method.*|x-method-override|isolation|odata-isolation|expect|te|trailer|upgrade|keep-alive|proxy-.*|http2-settings|set-cookie|date|dnt|via|.*version|content-(length|id|type|encoding|transfer-encoding)|prefer)$/i;

const word = fc.constantFrom(
  'x',
  'remote',
  'auth',
  'user',
  'client',
  'forwarded',
  'for',
  'real',
  'ip',
  'jwt',
  'sec',
  'origin',
  'ssl',
  'cert',
  'id',
  'sap',
  'mscrm',
  'accept',
  'content',
  'if',
  'odata',
  'slug',
);
const spelt = fc
  .tuple(fc.array(word, { minLength: 1, maxLength: 4 }), fc.nat())
  .map(([words, letters]) =>
    Array.from(words.join('-'), (letter, at) =>
      letters & (1 << (at % 30)) ? letter.toUpperCase() : letter,
    ).join(''),
  );
const token = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_.~!#$%&'*+^`|-]{0,12}$/);
const name = fc.oneof(spelt, token).filter((one) => !OTHERWISE.test(one));
const value = fc.stringMatching(/^[\x21-\x7e]{1,12}$/);

describe('an operation', () => {
  law(
    'is seen with the value of the batch or none, unless the field describes it (H-49)',
    fc.asyncProperty(
      name,
      value,
      fc.option(value),
      fc.constantFrom('multipart', 'json'),
      async (name, inner, outer, format) => {
        const seen: (string | null)[] = [];
        const handler = createBatchHandler({
          serviceRoot: ROOT,
          fetch(request) {
            seen.push(request.headers.get(name));
            return new Response(null, { status: 204 });
          },
        });
        const body =
          format === 'json'
            ? JSON.stringify({ requests: [{ id: '1', method: 'get', url: 'a', headers: { [name]: inner } }] })
            : rawBatch(`GET a HTTP/1.1\r\n${name}: ${inner}\r\n\r\n`);
        const type = format === 'json' ? 'application/json' : 'multipart/mixed; boundary=b';
        const isDescribed = DESCRIBES.test(name);
        // What describes the body of the batch itself would change how that is read.
        const headers = outer === null || isDescribed ? {} : { [name]: outer };
        const response = await handler(rawRequest(body, { headers: { ...headers, 'Content-Type': type } }));
        await response.text();
        expect(response.status).toBe(200);
        expect(seen).toHaveLength(1);
        if (isDescribed) expect([null, inner]).toContain(seen[0]);
        else expect([null, outer]).toContain(seen[0]);
      },
    ),
    3,
  );
});
