import { describe, expect, it } from 'vitest';
import {
  type BatchMessage,
  type DecodeRequestOptions,
  decodeBatchRequest,
  decodeBatchRequestStream,
  decodeBatchResponse,
  decodeBatchResponseStream,
  encodeBatchRequest,
  encodeBatchResponse,
  isBatchError,
  type OperationResult,
  reference,
} from '../../../../src/index.ts';
import { octets, textOf } from '../../build-octets.ts';
import { errorOf } from '../../catch-error.ts';

const message = (body: BatchMessage['body']): BatchMessage => ({ contentType: 'application/json', body });
const request = (members: string, options?: DecodeRequestOptions) =>
  decodeBatchRequest(message(`{"requests":[{"id":"1","method":"put","url":"A"${members}}]}`), options);

/** A batch with all that the format has, and an answer to it. */
const created = { method: 'POST', url: 'A', id: 'a', body: { 'ä\n"': ['\u2028', 1.5, null] } };
const BATCH = [
  created,
  [
    {
      method: 'PATCH',
      url: reference(created, 'B'),
      headers: { 'X-A': '"ä\\', 'Content-Type': 'image/png' },
      body: octets('\xff\0'),
      id: 'b',
    },
    { method: 'PUT', url: 'C', headers: { 'Content-Type': 'text/plain' }, body: 'a\\"\ud83d\ude00' },
  ],
  { method: 'GET', url: 'D', dependsOn: ['b'], if: '$b/$succeeded' },
];
const ENCODED = encodeBatchRequest(BATCH, { format: 'json' });
const ANSWER = encodeBatchResponse(
  [
    { status: 201, headers: { Location: 'A(1)' }, body: { a: 'ä' } },
    [{ status: 204 }, { status: 200, headers: { 'Content-Type': 'image/png' }, body: octets('\0\xff') }],
    { status: 404, headers: { 'Content-Type': 'text/plain' }, body: 'no "D"' },
  ],
  { request: decodeBatchRequest(ENCODED) },
);

describe('a JSON batch that is cut off', () => {
  it('is refused at every octet before its last brace, and reads the same behind it', () => {
    const body = octets(`${textOf(ENCODED.body)} \r\n`);
    for (let length = 0; length < ENCODED.body.length; length++) {
      const error = errorOf(() => decodeBatchRequest(message(body.subarray(0, length))));
      expect({ length, error }).toMatchObject({ length, error: { code: 'unexpected-end', offset: length } });
    }
    for (let length = ENCODED.body.length; length <= body.length; length++) {
      expect(decodeBatchRequest(message(body.subarray(0, length)))).toHaveLength(3);
    }
  });

  it('gives no operation another result than the whole', () => {
    const whole = decodeBatchResponse(ANSWER, { request: ENCODED }).flat() as OperationResult[];
    expect(whole.map(({ outcome }) => outcome)).toEqual(['succeeded', 'succeeded', 'succeeded', 'failed']);
    for (let length = 0; length < ANSWER.body.length; length++) {
      const cut = { ...ANSWER, body: ANSWER.body.subarray(0, length) };
      const error = errorOf(() => decodeBatchResponse(cut, { request: ENCODED }));
      if (!isBatchError(error)) throw error;
      expect(error).toMatchObject({ code: 'unexpected-end', offset: length });
      const results = (error.results ?? []).flat() as OperationResult[];
      for (const [at, { outcome }] of results.entries()) {
        expect([whole[at]?.outcome, 'unknown']).toContain(outcome);
      }
      expect(results).toHaveLength(4);
    }
  });
});

describe('a JSON batch in chunks', () => {
  const chunks = (body: Uint8Array, size: number) =>
    (async function* () {
      for (let at = 0; at < body.length; at += size) yield body.subarray(at, at + size);
    })();
  const headers = { 'Content-Type': 'application/json' };

  it.each([1, 2, 7, 4096])('of %i octets is the same batch', async (size) => {
    const items: unknown[] = [];
    for await (const item of decodeBatchRequestStream({ headers, body: chunks(ENCODED.body, size) }))
      items.push(item);
    expect(JSON.stringify(items)).toBe(JSON.stringify([...decodeBatchRequest(ENCODED)]));

    const results: OperationResult[] = [];
    const response = {
      status: 200,
      headers: Object.entries(headers) as [string, string][],
      body: chunks(ANSWER.body, size),
    };
    for await (const result of decodeBatchResponseStream(response, { request: ENCODED }))
      results.push(result);
    expect(results.map(({ id, outcome }) => [id, outcome])).toEqual([
      ['a', 'succeeded'],
      ['b', 'succeeded'],
      ['3', 'succeeded'],
      ['4', 'failed'],
    ]);
  });
});

describe('depth', () => {
  const deep = (count: number) => `${'['.repeat(count)}${']'.repeat(count)}`;
  const body = (count: number) => `,"headers":{"content-type":"application/json"},"body":${deep(count)}`;

  it('costs no stack, whatever is allowed', () => {
    const limits = { maxJsonDepth: Number.MAX_SAFE_INTEGER };
    const [operation] = request(body(1_000_000), { limits }).flat();
    expect(operation?.bytes).toHaveLength(2_000_000);
    expect(errorOf(() => request(`,"@x":${'[{"":'.repeat(500_000)}`, { limits }))).toMatchObject({
      code: 'invalid-json',
    });
    const headers = { 'Content-Type': 'application/json' };
    const put = { method: 'PUT', url: 'A', headers, body: deep(1_000_000) };
    expect(encodeBatchRequest([put], { format: 'json' }).body.length).toBeGreaterThan(2_000_000);
  });

  it('has a limit, which counts the batch itself', () => {
    expect(request(body(997))).toHaveLength(1);
    expect(errorOf(() => request(body(998)))).toMatchObject({
      code: 'limit-exceeded',
      limit: 'maxJsonDepth',
      actual: 1001,
    });
    expect(errorOf(() => decodeBatchResponse(message('['.repeat(5_000_000))))).toMatchObject({
      limit: 'maxJsonDepth',
    });
  });
});

describe('long texts', () => {
  const long = 'x'.repeat(70_000);

  it.each([
    ['an id', `{"requests":[{"id":"${long}","method":"get","url":"A"}]}`],
    ['a method', `{"requests":[{"id":"1","method":"${long}","url":"A"}]}`],
    ['a URL', `{"requests":[{"id":"1","method":"get","url":"${long}"}]}`],
    [
      'a name of a change set',
      `{"requests":[{"id":"1","method":"put","url":"A","atomicityGroup":"${long}"}]}`,
    ],
    ['a dependency', `{"requests":[{"id":"1","method":"get","url":"A","dependsOn":["${long}"]}]}`],
    ['a condition', `{"requests":[{"id":"1","method":"get","url":"A","if":"${long}"}]}`],
    ['the name of a header', `{"requests":[{"id":"1","method":"get","url":"A","headers":{"${long}":""}}]}`],
    ['the id of a response', `{"responses":[{"id":"${long}","status":200}]}`],
    ['the change set of a response', `{"responses":[{"atomicityGroup":"${long}","status":200}]}`],
  ])('%s has a limit', (_, body) => {
    const decode = body.startsWith('{"responses"') ? decodeBatchResponse : decodeBatchRequest;
    expect(errorOf(() => decode(message(body)))).toMatchObject({ limit: 'maxHeaderBytes' });
  });

  it.each([
    `{"${long}":1}`,
    `{"requests":[{"${long}":1}]}`,
    `{"requests":[{"id":"1","method":"get","url":"A","headers":{"${'x'.repeat(60_000)}":1}}]}`,
    `{"requests":[{"id":"1","method":"${'x'.repeat(60_000)}","url":"A"}]}`,
  ])('are not quoted at length in an error', (body) => {
    const { message: text, path } = errorOf(() => decodeBatchRequest(message(body))) as Error & {
      path: string;
    };
    expect(text.length + path.length).toBeLessThan(400);
  });

  it('as bodies are what they are', () => {
    const text = 'ä"\\\n\u0001'.repeat(300_000);
    const put = { method: 'PUT', url: 'A', headers: { 'Content-Type': 'text/plain' }, body: text };
    const [operation] = decodeBatchRequest(encodeBatchRequest([put], { format: 'json' })).flat();
    expect(operation?.text()).toBe(text);
  });
});

describe('names', () => {
  it.each([
    [',"id":"2"', 'requests[0].id'],
    [',"\\u0069d":"2"', 'requests[0].id'],
    [',"b\\u006fdy":1,"body":1', 'requests[0].body'],
    [',"headers":{},"headers":{}', 'requests[0].headers'],
  ])('that stand twice, however they are spelled, are refused: %s', (members, path) => {
    expect(errorOf(() => request(members))).toMatchObject({ code: 'duplicate-member', path });
  });

  it('of headers are one in any letter case and spelling', () => {
    for (const twice of ['"a":"1","A":"2"', '"a":"1","\\u0061":"2"', '"__proto__":"1","__PROTO__":"1"']) {
      expect(errorOf(() => request(`,"headers":{${twice}}`))).toMatchObject({ code: 'duplicate-header' });
    }
  });

  it('that objects inherit mean nothing', () => {
    const batch = decodeBatchRequest(
      message(
        '{"requests":[{"id":"__proto__","method":"get","url":"A","headers":{"__proto__":"x","constructor":"y"}},{"id":"toString","method":"put","url":"$__proto__/B","dependsOn":["__proto__"],"atomicityGroup":"constructor"}]}',
      ),
    );
    expect(batch.flat().map(({ id, dependsOn }) => [id, dependsOn])).toEqual([
      ['__proto__', undefined],
      ['toString', ['__proto__']],
    ]);
    expect([...(batch.flat()[0]?.headers ?? [])]).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
    expect(textOf(encodeBatchRequest(batch, { format: 'json', accept: 'as-given' }).body)).toContain(
      '"__proto__":"x"',
    );
    expect(errorOf(() => request(',"__proto__":{}'))).toMatchObject({ code: 'unknown-member' });
  });
});

describe('text', () => {
  it('has no half of a surrogate pair where octets are made of it, and keeps one where none are', () => {
    for (const half of ['\\ud800', '\\udc00\\ud800', '\\ud800x', 'x\\uDFFF']) {
      const text = `,"headers":{"content-type":"text/plain"},"body":"${half}"`;
      expect(errorOf(() => request(text))).toMatchObject({ code: 'invalid-text', path: 'requests[0].body' });
      const json = request(`,"headers":{"content-type":"application/json"},"body":["${half}"]`);
      expect(textOf(json.flat()[0]?.bytes ?? octets(''))).toBe(`["${half}"]`);
      const condition = request(`,"if":"${half}"`);
      const again = decodeBatchRequest(encodeBatchRequest(condition, { format: 'json' }));
      expect(again.flat()[0]?.if).toBe(condition.flat()[0]?.if);
    }
    expect(
      request(',"headers":{"content-type":"text/plain"},"body":"\\ud83d\\ude00"').flat()[0]?.text(),
    ).toBe('😀');
  });

  it.each([
    ['a half of a surrogate pair', '\xed\xa0\x80'],
    ['an overlong form', '\xc0\xaf'],
    ['a lone octet', '\x80'],
    ['what lies beyond Unicode', '\xf4\x90\x80\x80'],
  ])('that is no UTF-8 is refused anywhere, in bodies too: %s', (_, wrong) => {
    const wherever = [
      `{"requests":[{"id":"1","method":"put","url":"A","body":{"a":"${wrong}"}}]}`,
      `{"requests":[{"id":"1","method":"put","url":"A","@x":"${wrong}"}]}`,
      `{"@${wrong}":1,"requests":[]}`,
    ];
    for (const text of wherever) {
      expect(errorOf(() => decodeBatchRequest(message(octets(text))))).toMatchObject({
        code: 'invalid-text',
        offset: text.indexOf(wrong),
      });
    }
  });

  it('may begin with one byte order mark', () => {
    const mark = '\xef\xbb\xbf';
    expect(decodeBatchRequest(message(octets(`${mark}{"requests":[]}`)))).toHaveLength(0);
    for (const text of [
      `${mark}${mark}{"requests":[]}`,
      `{"requests":${mark}[]}`,
      `{"requests":[]}${mark}`,
    ]) {
      expect(errorOf(() => decodeBatchRequest(message(octets(text))))).toMatchObject({
        code: 'invalid-json',
      });
    }
    expect(errorOf(() => decodeBatchRequest(message(octets(mark))))).toMatchObject({
      code: 'unexpected-end',
      offset: 3,
    });
    const utf16 = octets('\xff\xfe{\0}\0');
    expect(errorOf(() => decodeBatchRequest(message(utf16)))).toMatchObject({
      code: 'invalid-json',
      offset: 0,
    });
  });
});

describe('errors', () => {
  it('never tell the value of a header, whatever octet is lost or changed', () => {
    const text =
      '{"requests":[{"id":"1","method":"get","url":"A","headers":{"x-key":"S3CRET","accept":"S3CRET"}},{"id":"2","method":"put","url":"B","headers":{"cookie":"S3CRET"},"body":1}]}';
    const answer =
      '{"responses":[{"id":"1","status":200,"headers":{"set-cookie":["S3CRET","S3CRET"],"x-key":"S3CRET"}},{"id":"2","status":200}]}';
    for (const [body, decode] of [
      [text, decodeBatchRequest],
      [answer, decodeBatchResponse],
    ] as const) {
      for (let at = 0; at < body.length; at++) {
        for (const instead of ['', '"', '\n', '\x01', '}']) {
          const damaged = body.slice(0, at) + instead + body.slice(at + 1);
          try {
            decode(message(damaged));
          } catch (error) {
            expect(String(error)).not.toContain('S3CRET');
          }
        }
      }
    }
  });
});
