import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { BatchTransportError } from '../../../src/errors.ts';
import type { Fetch, FetchedResponse, FetchInit } from '../../../src/transport/fetch.ts';
import { globalFetch } from '../../../src/transport/fetch.ts';
import { guardFetch } from '../../../src/transport/guarded-fetch.ts';
import { errorOf, rejectionOf } from '../catch-error.ts';

const URL_OF_BATCH = 'https://shop.example/v1/$batch';
const TOKEN = 'Bearer top-secret-token';

/** A fetch that answers by its list, and notes what it was asked. */
function listed(...answers: (Response | Error)[]) {
  const asked: { url: string; init: FetchInit }[] = [];
  const fetch: Fetch = async (url, init) => {
    asked.push({ url, init });
    const answer = answers[asked.length - 1];
    if (answer instanceof Response) return answer;
    throw answer;
  };
  return { fetch, asked };
}

function redirect(status: number, location: string | undefined): Response {
  return new Response('elsewhere', { status, headers: location === undefined ? {} : { Location: location } });
}

function request(changes: object = {}) {
  return {
    url: URL_OF_BATCH,
    method: 'POST',
    headers: { Authorization: TOKEN, 'Content-Type': 'text/plain' },
    body: new TextEncoder().encode('body'),
    signal: new AbortController().signal,
    ...changes,
  };
}

async function textOf({ body }: FetchedResponse): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe('a guarded fetch', () => {
  it('sends to the service what it is given, and tells the fetch not to follow redirects', async () => {
    const { fetch, asked } = listed(new Response('ok'));
    const response = await guardFetch(fetch, URL_OF_BATCH)(request());
    expect(response.status).toBe(200);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.url).toBe(URL_OF_BATCH);
    expect(asked[0]?.init).toMatchObject({
      method: 'POST',
      redirect: 'manual',
      headers: { Authorization: TOKEN },
    });
  });

  it.each([
    'http://shop.example/v1/$batch',
    'https://shop.example:8443/v1/$batch',
    'https://www.shop.example/v1/$batch',
    'https://shop.example.evil.example/v1/$batch',
    'https://shop.example@evil.example/v1/$batch',
    'https://user:password@shop.example/v1/$batch',
    '//evil.example/v1/$batch',
    '/v1/$batch',
    'file:///etc/passwd',
    'nonsense',
    '',
  ])('does not send to %s', async (url) => {
    const { fetch, asked } = listed();
    const error = await rejectionOf(guardFetch(fetch, URL_OF_BATCH)(request({ url })));
    expect(error).toMatchObject({ code: 'foreign-url' });
    expect(asked).toEqual([]);
  });

  it('takes the default port and letter case of the host for what they are', async () => {
    const { fetch, asked } = listed(new Response('ok'));
    await guardFetch(fetch, URL_OF_BATCH)(request({ url: 'HTTPS://SHOP.example:443/v1/Products' }));
    expect(asked).toHaveLength(1);
  });

  it.each(['http:', 'ftp://shop.example', 'https://u:p@shop.example/', '/v1', 'shop.example'])(
    'is not made for the service %s',
    (service) => {
      expect(errorOf(() => guardFetch(listed().fetch, service))).toMatchObject({ code: 'invalid-url' });
    },
  );

  it.each([307, 308])('follows %i within the origin, with method and body', async (status) => {
    const { fetch, asked } = listed(
      redirect(status, '/v2/$batch'),
      redirect(status, 'https://SHOP.example/v3/$batch'),
      new Response('ok'),
    );
    expect((await guardFetch(fetch, URL_OF_BATCH)(request())).status).toBe(200);
    expect(asked.map(({ url }) => url)).toEqual([
      URL_OF_BATCH,
      'https://shop.example/v2/$batch',
      'https://shop.example/v3/$batch',
    ]);
    expect(asked.every(({ init }) => init.method === 'POST' && init.body?.length === 4)).toBe(true);
  });

  it.each([
    [301, '/v2/$batch'],
    [302, '/v2/$batch'],
    [303, '/v2/$batch'],
    [307, 'https://evil.example/$batch'],
    [308, 'http://shop.example/v1/$batch'],
    [307, 'https://shop.example:444/'],
    [307, 'https://user:password@shop.example/'],
    [307, 'javascript:alert(1)'],
    [307, 'https://[broken'],
    [307, undefined],
  ])('refuses %i to %s', async (status, location) => {
    const { fetch, asked } = listed(redirect(status, location), new Response('stolen'));
    const error = await rejectionOf(guardFetch(fetch, URL_OF_BATCH)(request()));
    expect(error).toMatchObject({ code: 'redirect-refused' });
    expect(asked).toHaveLength(1);
  });

  it('refuses what a fetch that follows by itself brings from elsewhere, and what a browser hides', async () => {
    const stolen = Object.defineProperty(new Response('x'), 'url', { value: 'https://evil.example/' });
    const opaque = Object.defineProperty(Response.error(), 'type', { value: 'opaqueredirect' });
    for (const answer of [stolen, opaque]) {
      const error = await rejectionOf(guardFetch(listed(answer).fetch, URL_OF_BATCH)(request()));
      expect(error).toMatchObject({ code: 'redirect-refused' });
    }
  });

  it('does not go round in circles', async () => {
    const { fetch, asked } = listed(...Array.from({ length: 50 }, () => redirect(307, '/v1/$batch')));
    const error = await rejectionOf(guardFetch(fetch, URL_OF_BATCH)(request()));
    expect(error).toMatchObject({ code: 'redirect-refused' });
    expect(asked).toHaveLength(6);
  });

  it('tells what was not sent from what was lost', async () => {
    const refused = Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNREFUSED' } });
    const reset = Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNRESET' } });
    const codeOf = async (failure: Error) =>
      ((await rejectionOf(guardFetch(listed(failure).fetch, URL_OF_BATCH)(request()))) as BatchTransportError)
        .code;
    expect([await codeOf(refused), await codeOf(reset)]).toEqual(['not-sent', 'response-lost']);
  });

  it('hides secrets in what the fetch fails with', async () => {
    const failure = Object.assign(
      new Error(`${TOKEN} and top-secret-token of https://shop.example/?access_token=abc%20def&x=1`),
      {
        code: 'ECONNRESET',
        config: { headers: { Authorization: TOKEN } },
        cause: Object.assign(new Error('inner top-secret-token'), { request: TOKEN }),
      },
    );
    const url = `${URL_OF_BATCH}?access_token=abc%20def&x=1`;
    const error = (await rejectionOf(
      guardFetch(listed(failure).fetch, URL_OF_BATCH)(request({ url })),
    )) as Error;
    const { inspect } = await import('node:util');
    const shown = inspect(error, { depth: 20, showHidden: true });
    expect(shown).toContain('ECONNRESET');
    expect(shown).not.toMatch(/top-secret-token|abc%20def/);
    expect(shown).toContain('[hidden]');
  });

  it('hides secrets in what reading the answer fails with', async () => {
    // As node-fetch has it: with the whole URL.
    const url = `${URL_OF_BATCH}?access_token=query-secret`;
    const body = new ReadableStream({
      pull() {
        throw new Error(`Invalid response body while trying to fetch ${url} with ${TOKEN}: Premature close`);
      },
    });
    const response = await guardFetch(listed(new Response(body)).fetch, URL_OF_BATCH)(request({ url }));
    const error = (await rejectionOf(textOf(response))) as Error;
    expect(error.message).toMatch(/^Invalid response body .*: Premature close$/);
    expect(inspect(error)).not.toMatch(/(query|top)-secret/);
  });

  it('lets go of an answer that nobody reads on', async () => {
    let cancelled = false;
    const body = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(1)),
      cancel() {
        cancelled = true;
      },
    });
    const response = await guardFetch(listed(new Response(body)).fetch, URL_OF_BATCH)(request());
    for await (const _ of response.body as AsyncIterable<Uint8Array>) break;
    expect(cancelled).toBe(true);
  });

  it('ends at once with the signal, even where the fetch does not listen', async () => {
    const controller = new AbortController();
    let cancelled = false;
    let resolve = (_: Response) => {};
    const late = new Promise<Response>((settle) => {
      resolve = settle;
    });
    const sending = rejectionOf(guardFetch(() => late, URL_OF_BATCH)(request({ signal: controller.signal })));
    controller.abort(new Error('enough'));
    expect(await sending).toMatchObject({ message: 'enough' });
    const body = new ReadableStream({
      cancel() {
        cancelled = true;
      },
    });
    resolve(new Response(body));
    await late;
    await new Promise((done) => setImmediate(done));
    expect(cancelled).toBe(true);

    const { fetch, asked } = listed(new Response('ok'));
    const again = guardFetch(fetch, URL_OF_BATCH)(request({ signal: controller.signal }));
    expect(await rejectionOf(again)).toMatchObject({ message: 'enough' });
    expect(asked).toEqual([]);
  });

  it('uses the fetch of the runtime as it is when it sends', async () => {
    const before = globalThis.fetch;
    try {
      globalThis.fetch = async () => new Response('replaced');
      const response = await guardFetch(globalFetch, URL_OF_BATCH)(request());
      expect(await textOf(response)).toBe('replaced');
    } finally {
      globalThis.fetch = before;
    }
  });
});
