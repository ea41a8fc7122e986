import { describe, expect, it } from 'vitest';
import { decodeBatchRequest } from '../../../src/index.ts';
import { endToEnd, HeaderInheritance } from '../../../src/server/header-inheritance.ts';
import { rawBatch } from '../send-to-handler.ts';

/** The headers of an operation's request: of a batch with the first ones, and an operation with the second ones. */
function headersOf(
  outer: Record<string, string>,
  inner: readonly string[] = [],
  body = '',
): Record<string, string> {
  const head = ['POST a HTTP/1.1', ...inner, '', body].join('\r\n');
  const [operation] = decodeBatchRequest(
    { contentType: 'multipart/mixed; boundary=b', body: rawBatch(head) },
    { forbiddenHeaders: 'allow' },
  ).flat();
  if (operation === undefined) throw new Error('expected an operation');
  const pairs = new HeaderInheritance(new Headers(outer)).headersOf(operation);
  // As Headers joins them: each name must come once, or belong together.
  return Object.fromEntries(new Headers(pairs.map(([name, value]) => [name, value])));
}

describe('HeaderInheritance', () => {
  it('hands on who asks and how (H-49, H-51)', () => {
    const outer = {
      authorization: 'Bearer x',
      cookie: 'a=b',
      accept: 'application/json',
      'accept-charset': 'utf-8',
      'accept-language': 'de',
      'content-language': 'fr',
      'odata-version': '4.0',
      'odata-maxversion': '4.01',
      'x-csrf-token': 'y',
      'x-custom': 'z',
      'x-real-ip': '192.0.2.1',
      'x-arr-clientcert': 'c',
      'x-ms-client-principal': 'p',
    };
    expect(headersOf(outer)).toEqual(outer);
  });

  it.each([
    'accept-encoding',
    'connection',
    'content-encoding',
    'content-length',
    'content-location',
    'content-md5',
    'content-type',
    'digest',
    'expect',
    'forwarded',
    'host',
    'http2-settings',
    'if',
    'if-match',
    'if-none-match',
    'if-unmodified-since',
    'keep-alive',
    'max-forwards',
    'mime-version',
    'proxy-authorization',
    'proxy-connection',
    'range',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-proto',
    'x-original-host',
    'x-original-url',
    'x-rewrite-url',
  ])('keeps %s to the batch (H-35, H-52)', (name) => {
    expect(headersOf({ [name]: '1', 'x-custom': 'z' })).toEqual({ 'x-custom': 'z' });
  });

  it('hands on what a gateway says although the Connection of a client names it', () => {
    const gateway = { 'remote-user': 'ann', 'x-read-only': '1', authorization: 'Bearer x' };
    const connection = 'close, Remote-User ,x-read-only, authorization';
    expect(headersOf({ connection, ...gateway })).toEqual(gateway);
    expect(headersOf({ connection, ...gateway }, ['Remote-User: admin'])).toEqual(gateway);
  });

  it.each([
    ['multipart/mixed', false],
    ['multipart/mixed;q=1, Multipart/*', false],
    ['multipart/mixed; boundary="a,b", ', false],
    ['multipart/mixed, application/json', true],
    ['*/*', true],
    ['', true],
    ['application/json;x="multipart/mixed"', true],
  ])('hands on an Accept that asks for more than a batch: %j (X12)', (accept, isHandedOn) => {
    expect(headersOf({ accept })).toEqual(isHandedOn ? { accept } : {});
  });

  it('prefers what an operation says itself, in any letter case', () => {
    const outer = { accept: 'application/json', 'odata-version': '4.0', 'accept-language': 'de' };
    expect(headersOf(outer, ['ACCEPT: text/plain', 'Accept-Language: fr', 'accept-language: en'])).toEqual({
      accept: 'text/plain',
      'odata-version': '4.0',
      'accept-language': 'fr, en',
    });
  });

  it.each([
    'Authorization',
    'Connection',
    'Cookie',
    'Forwarded',
    'Host',
    'Keep-Alive',
    'TE',
    'Upgrade',
    'X-ARR-SSL',
    'X-Forwarded-For',
    'X-Forwarded-Host',
    'X-MS-Client-Principal',
    'X-MS-Client-Principal-Id',
    'X-Original-URL',
    'X-Real-IP',
    'X-Rewrite-URL',
  ])('does not believe an operation about %s (H-35, H-49)', (name) => {
    expect(headersOf({}, [`${name}: inner`])).toEqual({});
  });

  it('keeps who asks as the batch says it, whatever an operation says', () => {
    const outer = { authorization: 'outer', cookie: 'outer', 'x-real-ip': '192.0.2.1' };
    expect(headersOf(outer, ['Authorization: inner', 'Cookie: inner', 'X-Real-IP: 10.0.0.1'])).toEqual(outer);
  });

  it('takes nothing of an operation that its own Connection names', () => {
    expect(headersOf({ x: 'outer' }, ['Connection: x, y', 'X: inner', 'Y: inner'])).toEqual({ x: 'outer' });
  });

  it('tells the length that a body has, not the one that somebody claims (H-63)', () => {
    expect(headersOf({}, ['Content-Length: 5'], 'abc')).toEqual({ 'content-length': '3' });
    expect(headersOf({ 'content-length': '900' })).toEqual({});
  });

  it('merges Prefer preference by preference (H-51, H-52, H-56, S-10)', () => {
    const prefer =
      'odata.continue-on-error, respond-async, wait=10, callback; url="http://x/", odata.include-annotations="*", x=1';
    expect(headersOf({ prefer })).toEqual({ prefer: 'odata.include-annotations="*", x=1' });
    expect(headersOf({ prefer }, ['Prefer: respond-async, x=2', 'Prefer: wait=5'])).toEqual({
      prefer: 'x=2, wait=5, odata.include-annotations="*"',
    });
    expect(headersOf({ prefer: 'respond-async' })).toEqual({});
  });
});

describe('endToEnd', () => {
  it('has names in lower case and keeps repeated fields', () => {
    expect(
      endToEnd([
        ['Set-Cookie', 'a'],
        ['set-cookie', 'b'],
        ['Connection', 'X'],
        ['x', '1'],
      ]),
    ).toEqual([
      ['set-cookie', 'a'],
      ['set-cookie', 'b'],
    ]);
  });
});
