import { describe, expect, it } from 'vitest';
import { type BatchHandlerOptions, createBatchHandler } from '../../../src/server.ts';
import { problemOf, ROOT, rawBatch, rawRequest, send, statuses } from '../send-to-handler.ts';

interface JsonRequest {
  readonly id: string;
  readonly method?: string;
  readonly url?: string;
  readonly [member: string]: unknown;
}

/** Sends a JSON batch as it stands and gives the answer as it stands; GETs of their own ids where nothing else is said. */
async function sendJson(
  options: Partial<BatchHandlerOptions>,
  requests: readonly JsonRequest[],
  headers: Record<string, string> = {},
) {
  const asked: string[] = [];
  const errors: unknown[] = [];
  const { fetch = ({ url }) => new Response(null, { status: url.includes('bad') ? 404 : 204 }) } = options;
  const handler = createBatchHandler({
    serviceRoot: ROOT,
    onError: (error) => errors.push(error),
    transaction: (run) => run(),
    ...options,
    fetch: (request) => {
      asked.push(`${request.method} ${request.url.slice(ROOT.length)}`);
      return fetch(request);
    },
  });
  const body = JSON.stringify({ requests: requests.map((one) => ({ method: 'get', url: one.id, ...one })) });
  const response = await handler(
    rawRequest(body, { headers: { 'Content-Type': 'application/json', ...headers } }),
  );
  const text = await response.text();
  return { response, text, asked, errors };
}

/** `id status` of each response. */
function answersIn(text: string): string[] {
  const { responses } = JSON.parse(text) as { responses: { id: string; status: number }[] };
  return responses.map(({ id, status }) => `${id} ${status}`);
}

describe('a JSON batch', () => {
  it('is answered in JSON, with ids and bodies as they are (J-18, P-12)', async () => {
    const { response, text, asked } = await sendJson(
      {
        fetch: ({ url }) =>
          new Response(`{"n":${url.endsWith('a') ? '9007199254740993' : '1.0'}}`, {
            headers: { 'Content-Type': 'application/json', ETag: 'W/"1"' },
          }),
      },
      [
        { id: 'a' },
        {
          id: 'b',
          method: 'POST',
          url: '/odata/x',
          headers: { 'content-type': 'application/json' },
          body: {},
        },
      ],
    );
    expect(response.status).toBe(200);
    expect(response.headers.get('Content-Type')).toBe('application/json');
    expect(asked).toEqual(['GET a', 'POST x']);
    expect(answersIn(text)).toEqual(['a 200', 'b 200']);
    expect(text).toContain('"body":{"n":9007199254740993}');
    expect(text).toContain('"body":{"n":1.0}');
    expect(text).toContain('"etag":"W/\\"1\\""');
  });

  it('follows references to what an earlier operation returns (R-03)', async () => {
    const { text, asked } = await sendJson({ fetch: () => Response.json({}) }, [
      { id: '1', url: 'Products(1)?$select=Name' },
      { id: '2', url: '$1/Category', dependsOn: ['1'] },
      { id: '3', url: '$2/Parent', dependsOn: ['2'] },
    ]);
    expect(asked).toEqual([
      'GET Products(1)?$select=Name',
      'GET Products(1)/Category',
      'GET Products(1)/Category/Parent',
    ]);
    expect(answersIn(text)).toEqual(['1 200', '2 200', '3 200']);
  });

  it('goes on after a failure unless it says otherwise (J-17, S-04)', async () => {
    const requests = [{ id: 'a' }, { id: 'bad' }, { id: 'b' }];
    expect(answersIn((await sendJson({}, requests)).text)).toEqual(['a 204', 'bad 404', 'b 204']);
    const stopped = await sendJson({}, requests, { Prefer: 'continue-on-error=false' });
    expect(answersIn(stopped.text)).toEqual(['a 204', 'bad 404']);
    expect(stopped.asked).toEqual(['GET a', 'GET bad']);
  });

  it('does not run what depends on a failure, nor what depends on that (J-10)', async () => {
    const { text, asked } = await sendJson({}, [
      { id: 'bad' },
      { id: 'a', dependsOn: ['bad'] },
      { id: 'b', dependsOn: ['a'] },
      { id: 'c' },
      { id: 'd', dependsOn: ['c'] },
    ]);
    expect(answersIn(text)).toEqual(['bad 404', 'a 424', 'b 424', 'c 204', 'd 204']);
    expect(asked).toEqual(['GET bad', 'GET c', 'GET d']);
    expect(text).toContain('"code":"failed-dependency"');
  });

  it('takes a redirection for no success to depend on (J-10)', async () => {
    const fetch = ({ url }: Request) => new Response(null, { status: url.endsWith('a') ? 304 : 204 });
    const { text } = await sendJson({ fetch }, [{ id: 'a' }, { id: 'b', dependsOn: ['a'] }]);
    expect(answersIn(text)).toEqual(['a 304', 'b 424']);
  });

  it('answers 424 to what has a condition, and to the whole change set round it (J-10, J-11)', async () => {
    const { text, asked } = await sendJson({}, [
      { id: 'a' },
      { id: 'b', dependsOn: ['a'], if: '$a/$succeeded' },
      { id: 'c', method: 'post', atomicityGroup: 'g' },
      { id: 'd', method: 'post', atomicityGroup: 'g', if: '$a/$succeeded', dependsOn: ['a'] },
      { id: 'e', dependsOn: ['g'] },
    ]);
    expect(answersIn(text)).toEqual(['a 204', 'b 424', 'c 424', 'd 424', 'e 424']);
    expect(asked).toEqual(['GET a', 'POST c']);
  });

  it('fails a change set as a whole, and what depends on it (J-10, J-18, J-21)', async () => {
    const { text } = await sendJson({}, [
      { id: 'a', method: 'post', atomicityGroup: 'g' },
      { id: 'bad', method: 'post', atomicityGroup: 'g' },
      { id: 'c', dependsOn: ['g'] },
      { id: 'd', method: 'post', atomicityGroup: 'h' },
      { id: 'e', dependsOn: ['h'] },
    ]);
    expect(answersIn(text)).toEqual(['a 424', 'bad 404', 'c 424', 'd 204', 'e 204']);
    expect(text).toContain('"atomicityGroup":"g"');
  });

  it('follows references to what it depends on (R-02)', async () => {
    const fetch = () => new Response(null, { status: 201, headers: { Location: 'Products(7)' } });
    const { asked } = await sendJson({ fetch }, [
      { id: '1', method: 'post', url: 'Products' },
      { id: '2', method: 'patch', url: '$1', dependsOn: ['1'] },
      { id: '3', url: '$1/Orders?$top=1', dependsOn: ['1'] },
    ]);
    expect(asked).toEqual(['POST Products', 'PATCH Products(7)', 'GET Products(7)/Orders?$top=1']);
  });

  it('holds bodies of every type (J-14)', async () => {
    const answers: Record<string, [string | Uint8Array<ArrayBuffer>, string | undefined, string]> = {
      json: ['{"a":1}', 'application/json', '{"a":1}'],
      line: ['\ufeff{"a":1}\r\n', 'application/json;odata.metadata=none', '{"a":1}'],
      suffix: [' [1] ', 'application/problem+json', '[1]'],
      text: ['äö\n', 'text/plain', '"äö\\n"'],
      binary: [Uint8Array.of(0xfb, 0xff), 'image/png', '"-_8"'],
      unknown: [Uint8Array.of(0xfb, 0xff), undefined, '"-_8"'],
      none: ['', undefined, ''],
    };
    const fetch = ({ url }: Request) => {
      const [body = '', type] = answers[url.slice(ROOT.length)] ?? [];
      const octets = typeof body === 'string' ? new TextEncoder().encode(body) : body;
      return new Response(octets, { headers: type === undefined ? {} : { 'Content-Type': type } });
    };
    const { text, errors } = await sendJson(
      { fetch },
      Object.keys(answers).map((id) => ({ id })),
    );
    expect(errors).toEqual([]);
    expect(answersIn(text)).toEqual(Object.keys(answers).map((id) => `${id} 200`));
    for (const [, , expected] of Object.values(answers)) {
      if (expected !== '') expect(text).toContain(`"body":${expected}`);
    }
    expect(text).toContain('"content-type":"application/octet-stream"');
  });

  it.each([
    ['no JSON', '{"a":', 'application/json'],
    ['null, which JSON has for no body', 'null', 'application/json'],
    ['text that is none', '\xff', 'text/plain'],
    ['text in another charset', 'a', 'text/plain; charset=utf-16'],
  ])('lets an operation fail alone whose answer is %s', async (_, body, type) => {
    const fetch = ({ url }: Request) =>
      url.endsWith('x')
        ? new Response(
            Uint8Array.from(body, (character) => character.charCodeAt(0)),
            {
              headers: { 'Content-Type': type },
            },
          )
        : new Response(null, { status: 204 });
    const { text, errors } = await sendJson({ fetch }, [{ id: 'a' }, { id: 'x' }, { id: 'b' }]);
    expect(answersIn(text)).toEqual(['a 204', 'x 500', 'b 204']);
    expect(errors).toHaveLength(1);
  });

  it('holds bodies whole, and lets those fail alone that fail late', async () => {
    const failing = () =>
      new ReadableStream({
        start: (controller) => controller.enqueue(new Uint8Array(1_000)),
        pull: () => Promise.reject(new Error('secret')),
      });
    const fetch = ({ url }: Request) =>
      url.endsWith('x') ? new Response(failing()) : new Response(new Uint8Array(1_000));
    const { text } = await sendJson({ fetch, maxBufferedBytes: 10 }, [{ id: 'a' }, { id: 'x' }]);
    expect(answersIn(text)).toEqual(['a 200', 'x 500']);
    expect(text).not.toContain('secret');
  });

  it('holds no body that is longer than a part may be, however long it goes on', async () => {
    const cancelled: string[] = [];
    const endless = (url: string) =>
      new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(300)),
        cancel: () => void cancelled.push(url.slice(ROOT.length)),
      });
    const fetch = ({ url }: Request) =>
      new Response(url.endsWith('x') ? endless(url) : new Uint8Array(1_000));
    const { text, errors } = await sendJson({ fetch, limits: { maxPartBytes: 1_000 } }, [
      { id: 'a' },
      { id: 'x' },
      { id: 'b' },
    ]);
    expect(answersIn(text)).toEqual(['a 200', 'x 500', 'b 200']);
    expect(errors).toMatchObject([{ limit: 'maxPartBytes', maximum: 1_000 }]);
    expect(cancelled).toEqual(['x']);
  });

  it.each([
    ['{"a":1}', 'unknown-member', 'a'],
    ['[]', 'not-a-batch', ''],
    ['{"requests":[{"id":"1","method":"get"', 'unexpected-end', ''],
    [
      '{"requests":[{"id":"1","method":"get","url":"a","headers":{"transfer-encoding":"secret"}}]}',
      'forbidden-header',
      undefined,
    ],
  ])('is refused where it is %s', async (body, code, path) => {
    const handler = createBatchHandler({ serviceRoot: ROOT, fetch: () => new Response() });
    const response = await handler(rawRequest(body, { headers: { 'Content-Type': 'application/json' } }));
    expect(response.status).toBe(400);
    const problem = await problemOf(response);
    expect(problem.code).toBe(code);
    if (path) expect(problem.innererror?.path).toContain(path);
    expect(JSON.stringify(problem)).not.toContain('secret');
  });

  it('is answered in multipart where that is asked for, and the other way round (B-05, P-20, J-20)', async () => {
    const requests = [{ id: 'a' }, { id: 'b', method: 'post', atomicityGroup: 'g' }];
    const { response, text } = await sendJson({ responseFormat: 'accept' }, requests, {
      Accept: 'multipart/mixed',
    });
    expect(response.headers.get('Content-Type')).toContain('multipart/mixed');
    expect(text.match(/Content-ID: .*/g)).toEqual(['Content-ID: a', 'Content-ID: b']);

    const handler = createBatchHandler({
      serviceRoot: ROOT,
      fetch: () => Response.json({ a: 1 }),
      responseFormat: 'accept',
    });
    const batch = [{ method: 'GET', url: 'a' }, [{ method: 'POST', url: 'b' }], { method: 'GET', url: 'c' }];
    const sent = await send(handler, batch, { headers: { Accept: 'application/json' } });
    expect(sent.response.headers.get('Content-Type')).toBe('application/json');
    expect(statuses(sent.results)).toEqual([200, 200, 200]);
    const stopping = await handler(
      rawRequest(rawBatch('GET a HTTP/1.1\r\n\r\n'), { headers: { Accept: 'application/json' } }),
    );
    expect(answersIn(await stopping.text())).toEqual(['1 200']);
  });

  it('gives each answer when it is there', async () => {
    let asked = 0;
    const handler = createBatchHandler({
      serviceRoot: ROOT,
      fetch: () => {
        asked++;
        return Response.json({ asked });
      },
    });
    const requests = ['a', 'b', 'c'].map((id) => ({ id, method: 'get', url: id }));
    const body = JSON.stringify({ requests });
    const response = await handler(rawRequest(body, { headers: { 'Content-Type': 'application/json' } }));
    expect(asked).toBe(0);
    const reader = response.body?.getReader();
    for (const count of [1, 2, 3]) {
      await reader?.read();
      expect(asked).toBe(count);
    }
  });
});
