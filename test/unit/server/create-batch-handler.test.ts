import { describe, expect, it, vi } from 'vitest';
import { BatchUsageError, encodeBatchRequest } from '../../../src/index.ts';
import { type BatchHandlerOptions, createBatchHandler } from '../../../src/server.ts';
import { issuesOf } from '../catch-error.ts';
import { problemOf, ROOT, rawBatch, rawRequest, send, statuses } from '../send-to-handler.ts';

const GET = (url: string) => ({ method: 'GET', url });
const GET_A = rawBatch('GET a HTTP/1.1\r\n\r\n');

/** A handler of a service that answers everything with what it was asked, and what it was asked so far. */
function echo(options: Partial<BatchHandlerOptions> = {}) {
  const requests: Request[] = [];
  const handler = createBatchHandler({
    serviceRoot: ROOT,
    fetch: (request) => {
      requests.push(request.clone());
      return Response.json({ method: request.method, url: request.url });
    },
    ...options,
  });
  return { handler, requests };
}

describe('createBatchHandler', () => {
  it('answers a batch part by part, with the Content-IDs of the request (S-01, P-02, P-07, P-08)', async () => {
    const { handler } = echo({ transaction: (run) => run() });
    const batch = [
      { ...GET('a'), id: 'first' },
      [
        { method: 'POST', url: 'b', id: 'x', body: {} },
        { method: 'DELETE', url: 'c(1)', id: 'y' },
      ],
      GET('d'),
    ];
    const { response, results, text } = await send(handler, batch);
    expect(response.status).toBe(200);
    expect(response.headers.get('OData-Version')).toBe('4.0');
    expect(response.headers.get('Content-Type')).toMatch(/^multipart\/mixed; boundary=batchresponse_\w+$/);
    expect(results.map((result) => (result.ok ? result.value : result))).toEqual([
      { method: 'GET', url: `${ROOT}a` },
      { method: 'POST', url: `${ROOT}b` },
      { method: 'DELETE', url: `${ROOT}c(1)` },
      { method: 'GET', url: `${ROOT}d` },
    ]);
    expect(text.match(/Content-ID: \w+/g)).toEqual([
      'Content-ID: first',
      'Content-ID: x',
      'Content-ID: y',
      'Content-ID: 4',
    ]);
  });

  it.each([
    ['2.0', 'DataServiceVersion', 202],
    ['3.0', 'DataServiceVersion', 202],
    ['4.0', 'OData-Version', 200],
    ['4.01', 'OData-Version', 200],
  ] as const)('answers in the version of the request: %s (B-08, X1)', async (version, header, status) => {
    const { response } = await send(echo().handler, [GET('a')], { version });
    expect({ status: response.status, version: response.headers.get(header) }).toEqual({ status, version });
  });

  it('repeats a Content-ID where it stood (P-09)', async () => {
    const body =
      '--b\r\nContent-Type: application/http\r\n\r\nGET a HTTP/1.1\r\nContent-ID: 7\r\n\r\n\r\n--b--';
    const answer = await (await echo().handler(rawRequest(body))).text();
    expect(answer).toMatch(/HTTP\/1\.1 200 OK\r\nContent-Type: application\/json\r\nContent-ID: 7\r\n\r\n/);
  });

  it.each(['2.0', '3.0', '4.0', '4.01'] as const)(
    'answers a change set of %s without Content-IDs, or with one of two, and makes up none (B-14, P-08)',
    async (version) => {
      const write = (url: string, id = '') =>
        `--c\r\nContent-Type: application/http\r\n${id}\r\nPOST ${url} HTTP/1.1\r\n\r\n\r\n`;
      const set = (...members: readonly string[]) =>
        `--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n${members.join('')}--c--\r\n`;
      const { handler } = echo({ version, transaction: (run) => run() });
      const body = `${set(write('a'), write('b'))}${set(write('c'), write('d', 'Content-ID: 7\r\n'))}--b--`;
      const answer = await (await handler(rawRequest(body))).text();
      expect(answer.match(/(?<=odata\/)\w/g)).toEqual(['a', 'b', 'c', 'd']);
      expect(answer.match(/Content-ID: \w*/g)).toEqual(['Content-ID: 7']);
    },
  );

  it('answers a failed change set without Content-IDs by one answer without any (P-03)', async () => {
    const write = '--c\r\nContent-Type: application/http\r\n\r\nPOST a HTTP/1.1\r\n\r\n\r\n';
    const body = `--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n${write}${write}--c--\r\n--b--`;
    const { handler } = echo({
      transaction: (run) => run(),
      fetch: () => Response.json({ error: { code: 'Taken', message: 'it is taken' } }, { status: 409 }),
    });
    const answer = await (await handler(rawRequest(body))).text();
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 409']);
    expect(answer).not.toMatch(/Content-ID|multipart/);
  });

  it('gives the service the octets of a body, its own length and nothing of the part', async () => {
    const { handler, requests } = echo();
    const body = Uint8Array.from({ length: 256 }, (_, octet) => octet);
    await send(handler, [{ method: 'POST', url: 'a', headers: { 'Content-Type': 'image/png' }, body }]);
    const [request] = requests;
    expect(new Uint8Array((await request?.arrayBuffer()) ?? [])).toEqual(body);
    expect(request?.headers.get('Content-Length')).toBe('256');
    expect(request?.headers.get('Content-Type')).toBe('image/png');
  });

  it('gives no body to an operation without one', async () => {
    const { handler, requests } = echo();
    await send(handler, [GET('a'), { method: 'DELETE', url: 'b' }, { method: 'POST', url: 'c' }]);
    expect(requests.map(({ body }) => body)).toEqual([null, null, null]);
    expect(requests.map(({ headers }) => headers.get('Content-Length'))).toEqual([null, null, null]);
  });

  it('runs nothing before the body of its answer is read, and each operation when the one before it was', async () => {
    const { handler, requests } = echo();
    const request = encodeBatchRequest([GET('a'), GET('b'), GET('c')]);
    const response = await handler(new Request(`${ROOT}$batch`, request));
    expect(requests).toHaveLength(0);
    const reader = response.body?.getReader();
    for (const asked of [1, 2, 3]) {
      await reader?.read();
      expect(requests).toHaveLength(asked);
    }
  });
});

describe('an empty batch', () => {
  const answerTo = async (
    body: string,
    headers: Record<string, string> = {},
    options: Partial<BatchHandlerOptions> = {},
  ) => {
    const { handler, requests } = echo(options);
    const response = await handler(rawRequest(body, { headers }));
    const text = await response.text();
    expect(requests).toEqual([]);
    const [, boundary = ''] = /boundary=(\w+)/.exec(response.headers.get('Content-Type') ?? '') ?? [];
    return { status: response.status, text: boundary === '' ? text : text.replace(boundary, 'r') };
  };
  const JSON_TYPE = { 'Content-Type': 'application/json' };

  it('is answered by an empty one of its format (M-25)', async () => {
    expect(await answerTo('--b--')).toEqual({ status: 200, text: '--r--\r\n' });
    expect(await answerTo('{"requests":[]}', JSON_TYPE)).toEqual({ status: 200, text: '{"responses":[]}' });
  });

  it('is answered with the status of its version (B-08)', async () => {
    expect(await answerTo('--b--', { DataServiceVersion: '3.0' })).toEqual({
      status: 202,
      text: '--r--\r\n',
    });
  });

  it('is answered in the format that is asked for (B-05)', async () => {
    const options = { responseFormat: 'accept' } as const;
    expect(await answerTo('--b--', { Accept: 'application/json' }, options)).toMatchObject({
      text: '{"responses":[]}',
    });
    expect(
      await answerTo('{"requests":[]}', { ...JSON_TYPE, Accept: 'multipart/mixed' }, options),
    ).toMatchObject({ text: '--r--\r\n' });
  });

  it.each([
    ['a line that may have been a delimiter', '--b\v\r\n--b--', {}, 'missing-delimiter'],
    ['no body', '', {}, 'missing-delimiter'],
    ['no close delimiter', '--b', {}, 'missing-close-delimiter'],
    ['no list', '{}', JSON_TYPE, 'not-a-batch'],
  ])('is not what has %s', async (_, body, headers, code) => {
    const { status, text } = await answerTo(body, headers);
    expect({ status, code: JSON.parse(text).error.code }).toEqual({ status: 400, code });
  });
});

describe('a batch that is refused', () => {
  const refused = async (request: Request, options?: Partial<BatchHandlerOptions>) => {
    const { handler, requests } = echo(options);
    const response = await handler(request);
    const problem = await problemOf(response);
    expect(requests).toEqual([]);
    expect(response.headers.get('Content-Type')).toBe('application/json');
    return { status: response.status, headers: response.headers, problem };
  };

  it.each(['GET', 'HEAD', 'PUT', 'OPTIONS', 'PATCH'])('is none with %s', async (method) => {
    const { status, headers, problem } = await refused(rawRequest(null, { method }));
    expect({ status, allow: headers.get('Allow'), code: problem.code }).toEqual({
      status: 405,
      allow: 'POST',
      code: 'method-not-allowed',
    });
  });

  it.each([
    ['', 'invalid-media-type'],
    ['multipart', 'invalid-media-type'],
    ['text/plain', 'not-a-batch'],
    ['multipart/form-data; boundary=b', 'not-a-batch'],
    ['application/http', 'not-a-batch'],
  ])('is none as %j', async (type, code) => {
    const { status, problem } = await refused(rawRequest(GET_A, { headers: { 'Content-Type': type } }));
    expect({ status, code: problem.code }).toEqual({ status: 415, code });
  });

  it('is compressed, which nobody here undoes', async () => {
    const headers = { 'Content-Encoding': 'gzip' };
    const answer = await refused(rawRequest(GET_A, { headers }));
    expect(answer.status).toBe(415);
    expect(answer.headers.get('Accept-Encoding')).toBe('identity');
    const identity = await echo().handler(rawRequest(GET_A, { headers: { 'Content-Encoding': 'Identity' } }));
    expect(identity.status).toBe(200);
  });

  it.each([
    ['X-HTTP-Method', 'MERGE'],
    ['X-HTTP-Method-Override', 'PUT'],
    ['X-Method-Override', 'DELETE'],
    ['If-Match', '*'],
    ['If-None-Match', '"1"'],
    ['If-Modified-Since', 'Sun, 22 Nov 2026 00:00:00 GMT'],
  ])('has %s (B-06, H-53)', async (name, value) => {
    const { status, problem } = await refused(rawRequest(GET_A, { headers: { [name]: value } }));
    expect({ status, code: problem.code }).toEqual({ status: 400, code: 'forbidden-header' });
    expect(problem.message).toContain(name);
    expect(problem.message).not.toContain(value);
  });

  it('is not for the null that Dataverse documents as If-None-Match (H-53)', async () => {
    const { handler, requests } = echo();
    const response = await handler(rawRequest(GET_A, { headers: { 'If-None-Match': 'null' } }));
    expect(response.status).toBe(200);
    await response.text();
    expect(requests[0]?.headers.get('If-None-Match')).toBeNull();
  });

  it.each(['Isolation', 'OData-Isolation'])('asks for one snapshot with %s (H-56)', async (name) => {
    const { status, problem } = await refused(rawRequest(GET_A, { headers: { [name]: 'snapshot' } }));
    expect({ status, code: problem.code }).toEqual({ status: 412, code: 'isolation-not-supported' });
  });

  it('is wrong somewhere: the answer says where, and none of its values', async () => {
    const body = rawBatch(
      'GET a HTTP/1.1\r\n\r\n',
      "GET b?$filter=name eq 'secret' HTTP/1.1\r\nX-Key: secret\r\n\r\n",
    );
    const { status, problem } = await refused(rawRequest(body));
    expect({ status, problem }).toEqual({
      status: 400,
      problem: {
        code: 'space-in-target',
        message: 'expected a target without spaces: write %20 (offset 128, line 12 in parts[1])',
        innererror: { path: 'parts[1]', line: 12, offset: 128 },
      },
    });
  });

  it('has Transfer-Encoding in an operation (H-50)', async () => {
    const body = rawBatch('GET a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n');
    const { status, problem } = await refused(rawRequest(body));
    expect({ status, code: problem.code }).toEqual({ status: 400, code: 'forbidden-header' });
    expect(JSON.stringify(problem)).not.toContain('chunked');
  });

  it('has another batch in it, below a path that the endpoint is mounted at (H-06)', async () => {
    const nested = [
      'POST $batch/x HTTP/1.1',
      'Content-Type: multipart/mixed; boundary=c',
      '',
      '--c\r\nContent-Type: application/http\r\n\r\nDELETE P(1) HTTP/1.1\r\n\r\n\r\n--c--',
    ].join('\r\n');
    const { handler, requests } = echo();
    const response = await handler(rawRequest(rawBatch(nested)));
    expect(await response.text()).toContain('HTTP/1.1 400 Bad Request');
    expect(requests).toEqual([]);
  });

  it('was cut off', async () => {
    const { status, problem } = await refused(rawRequest(GET_A.slice(0, -6)));
    expect({ status, code: problem.code }).toEqual({ status: 400, code: 'missing-close-delimiter' });
  });

  it('has a part whose Content-Type is none: that is no question of its own type', async () => {
    const { status, problem } = await refused(rawRequest(GET_A.replace('application/http', 'http')));
    expect({ status, path: problem.innererror?.path }).toEqual({ status: 400, path: 'parts[0]' });
  });

  it('has no body', async () => {
    const { status, problem } = await refused(rawRequest(null));
    expect({ status, code: problem.code }).toEqual({ status: 400, code: 'missing-delimiter' });
  });

  it.each([
    ['maxMessageBytes', 50],
    ['maxParts', 1],
    ['maxPartBytes', 5],
    ['maxHeaderBytes', 5],
  ])('is over the limit %s', async (limit, maximum) => {
    const body = rawBatch('GET a HTTP/1.1\r\n\r\n', 'GET b HTTP/1.1\r\n\r\n');
    const { status, problem } = await refused(rawRequest(body), { limits: { [limit]: maximum } });
    expect({ status, code: problem.code }).toEqual({ status: 413, code: 'limit-exceeded' });
    expect(problem.innererror).toEqual({ limit, maximum });
  });

  it('says itself that it is too large, and is not read', async () => {
    const read = vi.fn();
    const body = new ReadableStream({ pull: read }, { highWaterMark: 0 });
    const headers = { 'Content-Type': 'multipart/mixed; boundary=b', 'Content-Length': '51' };
    const init = { method: 'POST', body, headers, duplex: 'half' };
    const { status } = await refused(new Request(`${ROOT}$batch`, init as RequestInit), {
      limits: { maxMessageBytes: 50 },
    });
    expect(status).toBe(413);
    expect(read).not.toHaveBeenCalled();
  });

  it('is told so in the shape of its version', async () => {
    const answer = async (headers: Record<string, string>, options?: Partial<BatchHandlerOptions>) => {
      const response = await echo(options).handler(rawRequest('', { headers }));
      return { body: await response.json(), headers: Object.fromEntries(response.headers) };
    };
    const v3 = await answer({ DataServiceVersion: '3.0' });
    expect(v3.body).toMatchObject({
      'odata.error': { code: 'missing-delimiter', message: { lang: 'en', value: expect.any(String) } },
    });
    expect(v3.headers.dataserviceversion).toBe('3.0');
    const v2 = await answer({}, { version: '2.0' });
    expect(v2.body).toMatchObject({ error: { message: { lang: 'en', value: expect.any(String) } } });
    const v4 = await answer({ 'OData-Version': '4.01' });
    expect(v4.body).toMatchObject({ error: { message: expect.any(String) } });
    expect(v4.headers['odata-version']).toBe('4.01');
  });

  it('can not be read: that is a failure of the server', async () => {
    const errors: unknown[] = [];
    const { handler } = echo({ onError: (error) => errors.push(error) });
    const request = rawRequest(GET_A);
    await request.text();
    const response = await handler(request);
    expect(response.status).toBe(500);
    expect(await problemOf(response)).toMatchObject({ code: 'body-read-before' });
    expect(errors).toHaveLength(1);

    const failing = new ReadableStream({ pull: () => Promise.reject(new Error('secret')) });
    const init = {
      method: 'POST',
      body: failing,
      duplex: 'half',
      headers: { 'Content-Type': 'multipart/mixed; boundary=b' },
    };
    const second = await handler(new Request(`${ROOT}$batch`, init as RequestInit));
    expect(await problemOf(second)).toEqual({ code: 'batch-failed', message: 'the batch failed' });
    expect(errors[1]).toMatchObject({ message: 'secret' });
  });

  it('is no failure of the server where its client went away', async () => {
    const onError = vi.fn();
    const { handler, requests } = echo({ onError });
    const aborted = rawRequest(GET_A, { signal: AbortSignal.abort() });
    const response = await handler(aborted);
    await response.text().catch(() => {});
    expect(onError).not.toHaveBeenCalled();
    expect(requests).toEqual([]);
  });
});

it('takes the request of a runtime that gives it no signal', async () => {
  const { handler } = echo();
  const { method, url, headers, body } = rawRequest(GET_A);
  for (const [signal, sent] of [
    [null, body],
    [undefined, null],
  ] as const) {
    const response = await handler({ method, url, headers, body: sent, signal } as unknown as Request);
    expect(response.status).toBe(sent === null ? 400 : 200);
    expect(await response.text()).toContain(sent === null ? '"error"' : 'HTTP/1.1 200');
  }
});

describe('a failure', () => {
  const failing = (
    encoding: Parameters<typeof send>[2] = {},
    options: Partial<BatchHandlerOptions> = {},
    batch: Parameters<typeof send>[1] = [GET('a'), GET('bad'), GET('b')],
  ) => {
    const asked: string[] = [];
    const handler = createBatchHandler({
      serviceRoot: ROOT,
      fetch: ({ url }) => {
        asked.push(url.slice(ROOT.length));
        return new Response(null, { status: url.endsWith('bad') ? 404 : 204 });
      },
      ...options,
    });
    return send(handler, batch, encoding).then((sent) => ({ ...sent, asked }));
  };

  it('stops a multipart batch (S-04, P-04)', async () => {
    for (const continueOnError of [undefined, false]) {
      const { results, asked, response } = await failing({ continueOnError });
      expect(statuses(results)).toEqual([204, 404, 'not-executed']);
      expect(asked).toEqual(['a', 'bad']);
      expect(response.headers.has('Preference-Applied')).toBe(false);
    }
  });

  it('does not stop one that asks to go on, which is told so (S-04, S-07)', async () => {
    const { results, asked, response } = await failing({ continueOnError: true });
    expect(statuses(results)).toEqual([204, 404, 204]);
    expect(asked).toEqual(['a', 'bad', 'b']);
    expect(response.headers.get('Preference-Applied')).toBe('odata.continue-on-error=true');
  });

  describe.each(['2.0', '3.0', '4.0', '4.01'] as const)(
    "with continueOnError: 'always', in a batch of %s",
    (version) => {
      const always = (continueOnError?: boolean, batch?: Parameters<typeof send>[1]) =>
        failing(
          { version, continueOnError },
          { continueOnError: 'always', transaction: (run) => run() },
          batch,
        );

      it('stops nothing where the client says nothing, and applies no preference then (S-04, S-08)', async () => {
        const { results, asked, response, text } = await always();
        expect(statuses(results)).toEqual([204, 404, 204]);
        expect(asked).toEqual(['a', 'bad', 'b']);
        expect(response.headers.has('Preference-Applied')).toBe(false);
        expect(text.match(/HTTP\/1\.1 \d+/g)).toHaveLength(3);
      });

      it('of a change set stops the set, and not what comes after it (S-03, S-04)', async () => {
        const write = (url: string) => ({ method: 'POST', url });
        const { results, asked } = await always(undefined, [[write('bad'), write('a')], GET('b')]);
        expect(results.map(({ outcome }) => outcome)).toEqual(['failed', 'rolled-back', 'succeeded']);
        expect(asked).toEqual(['bad', 'b']);
      });

      it('does not stop one that asks to go on, which is told so (S-07)', async () => {
        const { asked, response } = await always(true);
        expect(asked).toEqual(['a', 'bad', 'b']);
        expect(response.headers.get('Preference-Applied')).toMatch(/^(?:odata\.)?continue-on-error=true$/);
      });

      it('stops one that asks in so many words to be stopped (S-04, S-06)', async () => {
        const { results, asked, response } = await always(false);
        expect(statuses(results)).toEqual([204, 404, 'not-executed']);
        expect(asked).toEqual(['a', 'bad']);
        expect(response.headers.has('Preference-Applied')).toBe(false);
      });
    },
  );

  it("stops a batch where continueOnError is 'preferred', which is the default (S-04)", async () => {
    const { asked } = await failing({ version: '3.0' }, { continueOnError: 'preferred' });
    expect(asked).toEqual(['a', 'bad']);
  });

  it.each([
    [undefined, ['a', 'bad', 'b']],
    [false, ['a', 'bad']],
  ])(
    "in a JSON batch that says %s of going on stops as ever with continueOnError: 'always' (J-17)",
    async (continueOnError, expected) => {
      const { asked } = await failing({ format: 'json', continueOnError }, { continueOnError: 'always' });
      expect(asked).toEqual(expected);
    },
  );

  it('is no redirection: that is passed on', async () => {
    const { handler } = echo({ fetch: () => Response.redirect('https://elsewhere.example/', 303) });
    const { text } = await send(handler, [GET('a'), GET('b')]);
    expect(text.match(/HTTP\/1\.1 303 See Other\r\nLocation: https:\/\/elsewhere.example\//g)).toHaveLength(
      2,
    );
  });
});

describe('the options of createBatchHandler', () => {
  const fetch = () => new Response();

  it.each([
    ['serviceRoot', undefined],
    ['serviceRoot', '/odata/'],
    ['serviceRoot', 'ftp://shop.example/'],
    ['serviceRoot', 'https://user:secret@shop.example/'],
    ['fetch', undefined],
    ['fetch', {}],
    ['transaction', 'yes'],
    ['onError', {}],
    ['maxBufferedBytes', -1],
    ['maxBufferedBytes', '1'],
    ['ownHeaders', 'Accept'],
    ['urlScope', 'all'],
    ['continueOnError', true],
    ['failedChangeSet', 'flat'],
    ['changeSetAnswers', 'single'],
    ['version', '5.0'],
    ['tolerate', ['everything']],
    ['limits.maxParts', undefined],
    ['onWarning', true],
  ])('are checked before the first request: %s %j', (name, value) => {
    const given = name === 'limits.maxParts' ? { limits: { maxParts: -1 } } : { [name]: value };
    const options = { serviceRoot: ROOT, fetch, ...given } as BatchHandlerOptions;
    expect(issuesOf(() => createBatchHandler(options))).toEqual([`options.${name}: invalid-option`]);
  });

  it('are told of all at once', () => {
    expect(() => createBatchHandler({} as BatchHandlerOptions)).toThrow(BatchUsageError);
    expect(issuesOf(() => createBatchHandler({} as BatchHandlerOptions))).toHaveLength(2);
  });

  it('may have limits that hardly anything is within', async () => {
    const handler = createBatchHandler({ serviceRoot: ROOT, fetch, limits: { maxMessageBytes: 1 } });
    expect((await handler(rawRequest(GET_A))).status).toBe(413);
  });

  it('take tolerances, which are told of', async () => {
    const warned: string[] = [];
    const { handler } = echo({ tolerate: ['three-dash-close'], onWarning: ({ code }) => warned.push(code) });
    expect((await handler(rawRequest(GET_A.replace('--b--', '--b---')))).status).toBe(200);
    expect(warned).toEqual(['three-dash-close']);
    const throwing = echo({
      tolerate: ['three-dash-close'],
      onWarning: () => {
        throw new Error('secret');
      },
    });
    expect((await throwing.handler(rawRequest(GET_A.replace('--b--', '--b---')))).status).toBe(500);
  });

  it('take a service root without its last slash, or with a query', async () => {
    for (const serviceRoot of ['https://shop.example/odata', `${ROOT}?x=1#y`]) {
      const { handler, requests } = echo({ serviceRoot });
      await send(handler, [GET('a'), GET('/odata/b'), GET('https://shop.example:443/odata/c')]);
      expect(requests.map(({ url }) => url)).toEqual([`${ROOT}a`, `${ROOT}b`, `${ROOT}c`]);
    }
  });

  it('call fetch as a plain function', async () => {
    let receiver: unknown = 'none';
    const { handler } = echo({
      fetch: function (this: unknown) {
        receiver = this;
        return new Response();
      },
    });
    await send(handler, [GET('a')]);
    expect(receiver).toBeUndefined();
  });
});
