import { describe, expect, it } from 'vitest';
import type { HeadersSource } from '../../../src/client/credentials.ts';
import { csrfToken } from '../../../src/client/csrf-token.ts';
import { requestDigest } from '../../../src/client/request-digest.ts';
import type { TokenOptions } from '../../../src/client/token-headers.ts';
import { sapGatewayV2 } from '../../../src/services/sap-gateway-v2.ts';
import { makeController } from '../../../src/transport/abort-signal.ts';
import { type TokenReply, TokenService, type TokenServiceOptions } from '../../doubles/token-service.ts';
import { issuesOf, rejectionOf } from '../catch-error.ts';
import { VirtualClock } from '../virtual-clock.ts';

const ORIGIN = 'https://erp.example';

/** Tokens of a service in the same process, on a clock on which waiting takes no time. */
function tokensOf(given: Partial<TokenServiceOptions> = {}, options: TokenOptions = {}) {
  const service = new TokenService({ kind: 'sap', ...given });
  const clock = new VirtualClock();
  const token = service.root.includes('_api') ? requestDigest : csrfToken;
  const serviceRoot = ORIGIN + service.root;
  const headers = token({ serviceRoot, fetch: service.fetch, clock, ...options });
  const ask = async (refresh = false, signal = makeController().signal) => [
    ...((await headers({ refresh, signal: signal as AbortSignal })) as Iterable<[string, string]>),
  ];
  return { service, clock, ask };
}

const COOKIES = (session: number) =>
  `sap-usercontext=sap-client=100; SAP_SESSIONID_ERP_100=session${session}%3d`;

describe('csrfToken', () => {
  it('gives the token and the cookies of its session, those that are deleted left out', async () => {
    const { service, ask } = tokensOf();
    expect(await ask()).toEqual([
      ['X-CSRF-Token', 'token1=='],
      ['Cookie', COOKIES(1)],
    ]);
    expect(service.log).toEqual(['HEAD 200']);
    expect(service.asked[0]).toMatchObject({ method: 'HEAD', path: service.root });
    expect(service.asked[0]?.headers['x-csrf-token']).toBe('Fetch');
  });

  it('asks once for all who ask side by side, and not again until a new token is wanted', async () => {
    const { service, ask } = tokensOf();
    const first = await Promise.all([ask(), ask(), ask()]);
    expect(new Set(first.map((fields) => fields[0]?.[1]))).toEqual(new Set(['token1==']));
    expect(await ask()).toEqual(first[0]);
    expect(service.tokens).toBe(1);
    const fresh = await Promise.all([ask(true), ask(true), ask()]);
    expect(fresh.map((fields) => fields[0]?.[1])).toEqual(['token2==', 'token2==', 'token2==']);
    expect(fresh[0]?.[1]).toEqual(['Cookie', COOKIES(2)]);
    expect(service.tokens).toBe(2);
  });

  it("sends the caller's headers with the request, and with batches, their cookies in one field", async () => {
    const headers = {
      Authorization: 'Basic x',
      Cookie: ['a=1', 'sap-usercontext=old'],
      'x-csrf-token': 'mine',
    };
    const { service, ask } = tokensOf({}, { headers });
    expect(await ask()).toEqual([
      ['Authorization', 'Basic x'],
      ['X-CSRF-Token', 'token1=='],
      ['Cookie', `a=1; ${COOKIES(1)}`],
    ]);
    expect(service.asked[0]?.headers).toMatchObject({
      authorization: 'Basic x',
      cookie: 'a=1; sap-usercontext=old',
    });
  });

  it('asks by GET where HEAD gives no token', async () => {
    const instead = ({ method }: { method: string }) => (method === 'HEAD' ? { status: 405 } : undefined);
    const { service, ask } = tokensOf({ instead });
    expect((await ask())[0]).toEqual(['X-CSRF-Token', 'token1==']);
    expect(service.log).toEqual(['HEAD 405', 'GET 200']);
  });

  it('takes a token whatever the status, but not the word that one is required', async () => {
    const reply: TokenReply = { status: 406, headers: [['X-CSRF-Token', 'abc']] };
    expect((await tokensOf({ instead: () => reply }).ask())[0]).toEqual(['X-CSRF-Token', 'abc']);
    const required: TokenReply = { status: 200, headers: [['X-CSRF-Token', 'Required']] };
    const { service, ask } = tokensOf({ instead: () => required });
    expect(await rejectionOf(ask())).toMatchObject({ code: 'token-refused', status: 200 });
    expect(service.log).toEqual(['HEAD 200', 'GET 200']);
  });

  it('asks at another URL, with a query, where it is told so, and below the root of the service', async () => {
    const url = `${ORIGIN}/sap/opu/odata/sap/SHOP_SRV/?sap-client=200`;
    const elsewhere = tokensOf({}, { url });
    await elsewhere.ask();
    expect(elsewhere.service.asked[0]?.path).toBe('/sap/opu/odata/sap/SHOP_SRV/?sap-client=200');
    const serviceRoot = `${ORIGIN}/sap/opu/odata/sap/SHOP_SRV`;
    const below = tokensOf({}, { serviceRoot: undefined, service: sapGatewayV2({ serviceRoot }) });
    await below.ask();
    // A redirect from the URL without a slash would lose the token.
    expect(below.service.asked[0]?.path).toBe('/sap/opu/odata/sap/SHOP_SRV/');
  });
});

describe('a token', () => {
  it('is asked for once more with new headers, where the service does not know who asks', async () => {
    const asked: boolean[] = [];
    let current = 'Bearer 1';
    const headers: HeadersSource = ({ refresh }) => {
      asked.push(refresh);
      if (refresh) current = 'Bearer 2';
      return { Authorization: current };
    };
    const { service, ask } = tokensOf({ authorization: () => 'Bearer 2' }, { headers });
    expect(await ask()).toContainEqual(['Authorization', 'Bearer 2']);
    expect(service.log).toEqual(['HEAD 401', 'HEAD 200']);
    expect(asked).toEqual([false, true, false]);
  });

  it('that nobody is given with new headers either is refused, and so is one with headers that stay', async () => {
    const renewed = tokensOf({ authorization: () => 'x' }, { headers: () => ({}) });
    const error = await rejectionOf(renewed.ask());
    expect(error).toMatchObject({ code: 'token-refused', status: 401, name: 'BatchResponseError' });
    expect(renewed.service.log).toEqual(['HEAD 401', 'HEAD 401']);
    const fixed = tokensOf({ authorization: () => 'x' }, { headers: { Authorization: 'y' } });
    expect(await rejectionOf(fixed.ask())).toMatchObject({ code: 'token-refused', status: 401 });
    expect(fixed.service.log).toEqual(['HEAD 401']);
  });

  it('that was refused is told with what the service says, and asked for anew the next time', async () => {
    let isOpen = false;
    const page = {
      status: 403,
      headers: [['Content-Type', 'text/html']] as const,
      body: '<title>Locked</title>',
    };
    const { ask } = tokensOf({ instead: () => (isOpen ? undefined : page) });
    const error = await rejectionOf(ask());
    expect(error).toMatchObject({
      message: 'the service answered 403 without X-CSRF-Token, which was asked for',
      error: { code: '403', message: 'Locked' },
    });
    isOpen = true;
    expect((await ask())[0]).toEqual(['X-CSRF-Token', 'token1==']);
  });

  it('is asked for again where the service is busy, when it says, or cannot be reached', async () => {
    const replies: (TokenReply | Error)[] = [
      { status: 503, headers: [['Retry-After', '7']] },
      Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNREFUSED' } }),
      { status: 502 },
    ];
    const instead = () => {
      const next = replies.shift();
      if (next instanceof Error) throw next;
      return next;
    };
    const { service, clock, ask } = tokensOf({ instead });
    const begun = clock.now();
    expect((await clock.until(ask()))[0]).toEqual(['X-CSRF-Token', 'token1==']);
    expect(service.asked).toHaveLength(4);
    const waited = clock.now() - begun;
    // Seven seconds, then from half to all of 1 and 2 seconds.
    expect(waited).toBeGreaterThanOrEqual(7_000 + 500 + 1_000);
    expect(waited).toBeLessThanOrEqual(7_000 + 1_000 + 2_000);
  });

  it('is given up after five attempts, and told by the last', async () => {
    const { service, clock, ask } = tokensOf({ instead: () => ({ status: 500, body: 'down' }) });
    expect(await rejectionOf(clock.until(ask()))).toMatchObject({ code: 'token-refused', status: 500 });
    // By HEAD and by GET.
    expect(service.log).toHaveLength(10);
    const broken = tokensOf({
      instead() {
        throw new TypeError('fetch failed');
      },
    });
    expect(await rejectionOf(broken.clock.until(broken.ask()))).toMatchObject({ code: 'response-lost' });
    expect(broken.service.asked).toHaveLength(5);
  });

  it('that does not come in time is asked for again', async () => {
    let isFirst = true;
    const instead = () => {
      if (!isFirst) return undefined;
      isFirst = false;
      return new Promise<never>(() => {});
    };
    const { clock, service, ask } = tokensOf({ instead }, { timeoutMs: 5_000 });
    expect((await clock.until(ask()))[0]).toEqual(['X-CSRF-Token', 'token1==']);
    expect(service.asked).toHaveLength(2);
  });

  it('is waited for as long as anybody wants it, and let go when nobody does', async () => {
    const aborted: unknown[] = [];
    let answer = (_: TokenReply) => {};
    const service = new TokenService({ kind: 'sap' });
    const headers = csrfToken({
      serviceRoot: ORIGIN + service.root,
      fetch: (_, { signal }) => {
        signal.addEventListener('abort', () => aborted.push(signal.reason));
        return new Promise((resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
          answer = ({ status, headers: fields = [] }) =>
            resolve(new Response(null, { status, headers: fields.map(([name, value]) => [name, value]) }));
        });
      },
    });
    const [one, other] = [makeController(), makeController()];
    const first = Promise.resolve(headers({ refresh: false, signal: one.signal as AbortSignal }));
    const second = Promise.resolve(headers({ refresh: false, signal: other.signal as AbortSignal }));
    one.abort('gone');
    expect(await rejectionOf(first)).toBe('gone');
    expect(aborted).toEqual([]);
    answer({ status: 200, headers: [['X-CSRF-Token', 'abc']] });
    expect(await second).toEqual([['X-CSRF-Token', 'abc']]);
    const third = Promise.resolve(headers({ refresh: true, signal: other.signal as AbortSignal }));
    await Promise.resolve();
    other.abort('gone too');
    expect(await rejectionOf(third)).toBe('gone too');
    expect(aborted).toHaveLength(1);
  });

  it.each<[string, TokenOptions, string[]]>([
    ['no root', {}, ['options.serviceRoot: service-root-required']],
    ['a relative root', { serviceRoot: '/sap/' }, ['options.serviceRoot: invalid-url']],
    ['a fetch that is none', { serviceRoot: ORIGIN, fetch: {} as never }, ['options.fetch: invalid-option']],
    ['no time', { serviceRoot: ORIGIN, timeoutMs: 0 }, ['options.timeoutMs: invalid-option']],
    [
      'a text as headers',
      { serviceRoot: ORIGIN, headers: 'x' as never },
      ['options.headers: invalid-option'],
    ],
    ['a URL with a password', { url: 'https://a:b@erp.example/' }, ['options.url: invalid-url']],
  ])('cannot be asked for with %s', (_, options, issues) => {
    expect(issuesOf(() => csrfToken(options))).toEqual(issues);
    expect(issuesOf(() => requestDigest(options))).toEqual(issues);
  });

  it("of headers that can't be written is refused before anything is sent", async () => {
    const { service, ask } = tokensOf({}, { headers: { Authorization: 'a\nb' } });
    expect(await rejectionOf(ask())).toMatchObject({ code: 'invalid-header-value' });
    expect(service.log).toEqual([]);
  });

  it('and the credentials that it is asked for with go to the origin of the service only', async () => {
    const away: TokenReply = { status: 302, headers: [['Location', 'https://login.example/']] };
    const { service, ask } = tokensOf({ instead: () => away }, { headers: { Authorization: 'secret' } });
    expect(await rejectionOf(ask())).toMatchObject({ code: 'redirect-refused' });
    expect(service.log).toEqual(['HEAD 302']);
  });
});

describe('requestDigest', () => {
  it('asks for it at contextinfo below the service root, and anew when it is wanted', async () => {
    const { service, ask } = tokensOf({ kind: 'share-point' }, { headers: { Authorization: 'Bearer x' } });
    expect(await ask()).toEqual([
      ['Authorization', 'Bearer x'],
      ['X-RequestDigest', 'token1=='],
    ]);
    expect(service.asked[0]).toMatchObject({ method: 'POST', path: '/sites/shop/_api/contextinfo' });
    expect(service.asked[0]?.headers).toMatchObject({
      accept: 'application/json',
      authorization: 'Bearer x',
    });
    expect(await ask(true)).toContainEqual(['X-RequestDigest', 'token2==']);
  });

  it('reads the verbose format, and refuses an answer without it', async () => {
    const reply = (body: unknown): TokenReply => ({
      status: 200,
      headers: [['Content-Type', 'application/json;odata=verbose']],
      body: JSON.stringify(body),
    });
    const verbose = reply({ d: { GetContextWebInformation: { FormDigestValue: '0x1,01 Jan 2026' } } });
    const { ask } = tokensOf({ kind: 'share-point', instead: () => verbose });
    expect(await ask()).toEqual([['X-RequestDigest', '0x1,01 Jan 2026']]);
    for (const body of [{}, { FormDigestValue: 5 }, { FormDigestValue: 'a\nb' }, [], null]) {
      const { ask: none } = tokensOf({ kind: 'share-point', instead: () => reply(body) });
      expect(await rejectionOf(none())).toMatchObject({
        code: 'token-refused',
        message: 'the service answered 200 without FormDigestValue, which was asked for',
      });
    }
  });
});
