import { describe, expect, it } from 'vitest';
import type { BatchWarning } from '../../../src/index.ts';
import { type BatchHandlerOptions, createBatchHandler, type IgnoredHeader } from '../../../src/server.ts';
import { issuesOf } from '../catch-error.ts';
import { ROOT, rawBatch, rawRequest } from '../send-to-handler.ts';

/** What the service sees of a batch, and what its author and its client are told. */
async function serve(
  outer: Record<string, string>,
  body: string,
  options: Partial<BatchHandlerOptions> = {},
) {
  const requests: Request[] = [];
  const warnings: (BatchWarning | IgnoredHeader)[] = [];
  const handler = createBatchHandler({
    serviceRoot: ROOT,
    fetch(request) {
      requests.push(request);
      return new Response(null, { status: 204 });
    },
    transaction: (run) => run(),
    onWarning: (warning) => warnings.push(warning),
    ...options,
  });
  const response = await handler(rawRequest(body, { headers: outer }));
  const text = await response.text();
  const statuses = Array.from(text.matchAll(/HTTP\/1.1 (\d+)/g), ([, status]) => Number(status));
  return { response, text, statuses, requests, warnings };
}

const get = (...fields: readonly string[]) => rawBatch(['GET a HTTP/1.1', ...fields, '', ''].join('\r\n'));
const seen = (request: Request | undefined, name: string) => request?.headers.get(name);

describe('who asks', () => {
  it.each([
    'Remote-User',
    'X-Remote-User',
    'X-Auth-Request-User',
    'X-Authenticated-User',
    'X-Goog-IAP-JWT-Assertion',
    'X-Amzn-Oidc-Identity',
    'Cf-Access-Jwt-Assertion',
    'Client-Cert',
    'SSL-Client-Verify',
    'True-Client-IP',
    'CF-Connecting-IP',
    'X-Envoy-External-Address',
    'X-Host',
    'Origin',
    'Sec-Fetch-Site',
    'X-Real-IP',
    'X-MS-Client-Principal-Id',
    'Tomorrows-Gateway-User',
  ])('is said by %s of the batch, never of an operation (H-49)', async (name) => {
    const { requests, warnings, statuses } = await serve({ [name]: 'mallory' }, get(`${name}: admin`));
    expect(statuses).toEqual([204]);
    expect(seen(requests[0], name)).toBe('mallory');
    expect(warnings).toEqual([{ code: 'ignored-header', path: 'batch[0]', header: name.toLowerCase() }]);
    const without = await serve({}, get(`${name}: admin`));
    expect(seen(without.requests[0], name)).toBeNull();
    expect(without.warnings).toEqual(warnings);
  });

  it('needs no warning where an operation repeats what the batch says', async () => {
    const { requests, warnings } = await serve({ 'Remote-User': 'ann' }, get('remote-user: ann'));
    expect(seen(requests[0], 'Remote-User')).toBe('ann');
    expect(warnings).toEqual([]);
  });

  it('is reported once for each name of a batch, at the first operation that says it', async () => {
    const body = rawBatch(
      'GET a HTTP/1.1\r\n\r\n',
      'GET b HTTP/1.1\r\nX-A: 1\r\n\r\n',
      'GET c HTTP/1.1\r\nX-A: 2\r\nX-B: 3\r\n\r\n',
    );
    expect((await serve({}, body)).warnings).toEqual([
      { code: 'ignored-header', path: 'batch[1]', header: 'x-a' },
      { code: 'ignored-header', path: 'batch[2]', header: 'x-b' },
    ]);
  });

  it('goes on where onWarning throws, which onError hears of', async () => {
    const errors: unknown[] = [];
    const failure = new Error('the log is full');
    const { statuses } = await serve({}, get('X-A: 1'), {
      onWarning() {
        throw failure;
      },
      onError: (error) => errors.push(error),
    });
    expect(statuses).toEqual([204]);
    expect(errors).toEqual([failure]);
  });
});

describe('fields that describe an operation', () => {
  it.each([
    'Accept',
    'Accept-Language',
    'Content-Type',
    'Content-Disposition',
    'If-Match',
    'If-None-Match',
    'OData-Version',
    'OData-MaxVersion',
    'DataServiceVersion',
    'MaxDataServiceVersion',
    'Slug',
    'Range',
    'X-HTTP-Method',
  ])('are its own: %s', async (name) => {
    const { requests, warnings } = await serve({}, get(`${name}: own`));
    expect(seen(requests[0], name)).toBe('own');
    expect(warnings.filter(({ code }) => code === 'ignored-header')).toEqual([]);
  });
});

describe('ownHeaders', () => {
  it('lets an operation say further fields, by name or pattern, in any letter case', async () => {
    const ownHeaders = ['ConsistencyLevel', /^SAP-/gy];
    const { requests, warnings } = await serve(
      { consistencylevel: 'outer' },
      rawBatch(
        ...Array(3).fill('GET a HTTP/1.1\r\nconsistencylevel: eventual\r\nsap-client: 1\r\nx: y\r\n\r\n'),
      ),
      { ownHeaders },
    );
    for (const request of requests) {
      expect(seen(request, 'ConsistencyLevel')).toBe('eventual');
      expect(seen(request, 'sap-client')).toBe('1');
    }
    expect(requests).toHaveLength(3);
    expect(warnings).toMatchObject([{ header: 'x' }]);
  });

  it('matches a sticky pattern at the start of a name only, whatever it matched before', async () => {
    const sticky = /sap-/y;
    sticky.lastIndex = 2;
    const { requests, warnings } = await serve(
      {},
      rawBatch(...Array(2).fill('GET a HTTP/1.1\r\nsap-client: 1\r\nX-SAP-User: admin\r\n\r\n')),
      { ownHeaders: [sticky] },
    );
    expect(requests.map((request) => seen(request, 'sap-client'))).toEqual(['1', '1']);
    expect(requests.map((request) => seen(request, 'X-SAP-User'))).toEqual([null, null]);
    expect(warnings).toMatchObject([{ code: 'ignored-header', header: 'x-sap-user' }]);
  });

  it('covers no credentials and nothing of the connection, whatever a pattern says', async () => {
    const { requests, statuses } = await serve(
      { Cookie: 'a=b' },
      rawBatch(
        'GET a HTTP/1.1\r\nContent-Length: 0\r\nHost: shop.example\r\n\r\n',
        'GET b HTTP/1.1\r\nCookie: c=d\r\n\r\n',
      ),
      { ownHeaders: [/.*/] },
    );
    expect(statuses).toEqual([204, 400]);
    expect(requests.map((request) => seen(request, 'Cookie'))).toEqual(['a=b']);
  });

  it.each([
    'Authorization',
    'cookie',
    'X-CSRF-Token',
    'X-RequestDigest',
    'Host',
    'Content-Length',
    'TE',
    'a b',
    '',
  ])('can not list %j', (name) => {
    const options = { serviceRoot: ROOT, fetch: () => new Response(), ownHeaders: ['Accept', name] };
    expect(issuesOf(() => createBatchHandler(options))).toEqual(['options.ownHeaders[1]: invalid-option']);
  });
});

describe('credentials in an operation', () => {
  const NAMES = ['Authorization', 'Cookie', 'X-CSRF-Token', 'X-XSRF-Token', 'X-RequestDigest'];

  it.each(NAMES)('are left out where they are those of the batch: %s (H-49)', async (name) => {
    const { statuses, requests } = await serve({ [name]: 'secret' }, get(`${name.toLowerCase()}: secret`));
    expect(statuses).toEqual([204]);
    expect(seen(requests[0], name)).toBe('secret');
  });

  it.each(NAMES)('have the operation refused although its Connection names them: %s', async (name) => {
    const { statuses, requests } = await serve(
      { [name]: 'secret' },
      get(`Connection: close, ${name}\r\n${name}: other`),
    );
    expect(statuses).toEqual([400]);
    expect(requests).toEqual([]);
  });

  it.each(NAMES)(
    'have the operation refused where they are others, or the batch has none: %s',
    async (name) => {
      const body = rawBatch(`GET a HTTP/1.1\r\n${name}: other\r\n\r\n`, 'GET b HTTP/1.1\r\n\r\n');
      for (const outer of [{}, { [name]: 'secret' }, { [name]: 'othe' }]) {
        const { statuses, requests, text } = await serve({ Prefer: 'continue-on-error', ...outer }, body);
        expect(statuses).toEqual([400, 204]);
        expect(requests.map(({ url }) => url)).toEqual([`${ROOT}b`]);
        expect(text).toContain('"code":"forbidden-header"');
        expect(text).toContain('is not that of the batch: send it with the batch only');
        expect(text).not.toMatch(/secret|othe/);
      }
    },
  );

  it('have a change set refused as a whole, and nothing of it run', async () => {
    const member = (id: number, ...fields: readonly string[]) =>
      [
        `--c`,
        'Content-Type: application/http',
        `Content-ID: ${id}`,
        '',
        `DELETE P(${id}) HTTP/1.1`,
        ...fields,
        '',
        '',
      ].join('\r\n');
    const body = [
      '--b',
      'Content-Type: multipart/mixed; boundary=c',
      '',
      `${member(1)}\r\n${member(2, 'Authorization: Bearer other')}\r\n--c--`,
      '--b--',
    ].join('\r\n');
    const { statuses, requests, text } = await serve({ Authorization: 'Bearer own' }, body);
    expect(statuses).toEqual([400]);
    expect(requests).toEqual([]);
    expect(text).toMatch(/Content-ID: 2\r\n/);
  });

  it('that ask for a token are none', async () => {
    const { statuses, requests } = await serve({ 'X-CSRF-Token': 'secret' }, get('X-CSRF-Token: Fetch'));
    expect(statuses).toEqual([204]);
    expect(seen(requests[0], 'X-CSRF-Token')).toBe('secret');
  });

  it('are judged in a JSON batch alike', async () => {
    const body = JSON.stringify({
      requests: [
        { id: '1', method: 'get', url: 'a', headers: { authorization: 'own' } },
        { id: '2', method: 'get', url: 'b', headers: { authorization: 'other' } },
      ],
    });
    const { text, requests } = await serve(
      { Authorization: 'own', 'Content-Type': 'application/json' },
      body,
    );
    const { responses } = JSON.parse(text) as { responses: { status: number }[] };
    expect(responses.map(({ status }) => status)).toEqual([204, 400]);
    expect(requests).toHaveLength(1);
  });
});
