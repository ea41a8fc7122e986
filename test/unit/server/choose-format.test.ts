import { describe, expect, it } from 'vitest';
import { chooseFormat } from '../../../src/server/choose-format.ts';
import { createBatchHandler } from '../../../src/server.ts';
import { ROOT, rawBatch, rawRequest } from '../send-to-handler.ts';

const choice = (accept: string | undefined, query = '', ofRequest: 'multipart' | 'json' = 'multipart') =>
  chooseFormat(
    new Request(`${ROOT}$batch${query}`, accept === undefined ? {} : { headers: { Accept: accept } }),
    ofRequest,
  );

describe('chooseFormat', () => {
  it.each([
    [undefined, 'multipart'],
    ['', 'multipart'],
    ['*/*', 'multipart'],
    ['text/html, */*;q=0.1', 'multipart'],
    ['multipart/mixed', 'multipart'],
    ['application/json', 'json'],
    ['Application/JSON;odata.metadata=none', 'json'],
    ['application/json, multipart/mixed', 'multipart'],
    ['application/json, multipart/mixed;q=0.9', 'json'],
    ['application/json;q=0.5, multipart/mixed; q=0.5', 'multipart'],
    ['application/json;q=0', 'multipart'],
    ['application/xml;x="a, application/json"', 'multipart'],
    ['application/jsonx', 'multipart'],
  ] as const)('answers a multipart batch with Accept %j in %s (B-05)', (accept, format) => {
    expect(choice(accept)).toBe(format);
  });

  it.each([
    [undefined, 'json'],
    ['*/*', 'json'],
    ['multipart/mixed', 'multipart'],
    ['multipart/mixed, application/json', 'json'],
  ] as const)('answers a JSON batch with Accept %j in %s (B-05)', (accept, format) => {
    expect(choice(accept, '', 'json')).toBe(format);
  });

  it.each([
    ['?$format=json', 'json'],
    ['?%24format=application%2Fjson%3Bx', 'json'],
    ['?x=1&$format=multipart/mixed', 'multipart'],
    ['?$format=xml', 'json'],
    ['?$format=%zz', 'json'],
    ['?$formatx=multipart/mixed', 'json'],
  ] as const)('follows %s before Accept: %s (B-02)', (query, format) => {
    expect(choice('application/json', query)).toBe(format);
  });
});

it('reads an Accept that never closes its quotes in linear time', () => {
  const start = performance.now();
  expect(choice(`application/json, "${'\\"'.repeat(50_000)}`, '')).toBe('json');
  expect(performance.now() - start).toBeLessThan(1000);
});

describe('responseFormat', () => {
  it('is that of the request, or what its client asks for (B-05)', async () => {
    const answer = async (responseFormat?: 'request' | 'accept') => {
      const handler = createBatchHandler({ serviceRoot: ROOT, fetch: () => new Response(), responseFormat });
      const request = rawRequest(rawBatch('GET a HTTP/1.1\r\n\r\n'), {
        headers: { Accept: 'application/json' },
      });
      const response = await handler(request);
      await response.text();
      return response.headers.get('Content-Type')?.split(';')[0];
    };
    expect(await answer()).toBe('multipart/mixed');
    expect(await answer('request')).toBe('multipart/mixed');
    expect(await answer('accept')).toBe('application/json');
  });
});
