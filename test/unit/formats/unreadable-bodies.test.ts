import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  decodeBatchRequest,
  decodeBatchRequestStream,
  decodeBatchResponse,
  decodeBatchResponseStream,
  encodeBatchRequest,
  readBatchResponse,
} from '../../../src/index.ts';
import { octets } from '../build-octets.ts';
import { errorOf, rejectionOf } from '../catch-error.ts';
import { chunkSource } from '../streams.ts';

const MULTIPART = 'multipart/mixed; boundary=b';
const JSON_TYPE = 'application/json';
const PART = 'Content-Type: application/http\r\n\r\n';
const MULTIPART_REQUEST = octets(`--b\r\n${PART}GET A HTTP/1.1\r\n\r\n--b--\r\n`);
const MULTIPART_ANSWER = octets(`--b\r\n${PART}HTTP/1.1 204 No Content\r\n\r\n--b--\r\n`);
const JSON_REQUEST = octets('{"requests":[{"id":"1","method":"get","url":"A"}]}');
const JSON_ANSWER = octets('{"responses":[{"id":"1","status":204}]}');

type Headers = Record<string, string>;

/** How a body is coded, by which headers, and what the error says. */
const CODED: readonly [
  title: string,
  headers: Headers,
  code: (bytes: Uint8Array) => Uint8Array,
  hint: string,
][] = [
  [
    'gzip',
    { 'Content-Encoding': 'gzip' },
    gzipSync,
    'the body is compressed with gzip, as its Content-Encoding says: decompress it first',
  ],
  [
    'gzip by its old name',
    { 'Content-Encoding': 'x-gzip' },
    gzipSync,
    'the body is compressed with gzip, as its Content-Encoding says: decompress it first',
  ],
  [
    'gzip without a header',
    {},
    gzipSync,
    'the body is compressed with gzip, which no Content-Encoding says: decompress it first',
  ],
  [
    'gzip on its way',
    { 'Transfer-Encoding': 'gzip' },
    gzipSync,
    'the body is compressed with gzip, as its Transfer-Encoding says: decompress it first',
  ],
  [
    'deflate',
    { 'Content-Encoding': 'deflate' },
    deflateSync,
    'the body is no text, and its Content-Encoding names deflate: decompress it first',
  ],
  [
    'br',
    { 'Content-Encoding': 'br' },
    brotliCompressSync,
    'the body is no text, and its Content-Encoding names br: decompress it first',
  ],
  [
    'zstd',
    { 'Content-Encoding': 'zstd' },
    (bytes) => Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, ...bytes),
    'the body is compressed with zstd, as its Content-Encoding says: decompress it first',
  ],
  [
    'a coding of its own',
    { 'Content-Encoding': 'secret' },
    (bytes) => bytes.map((byte) => byte ^ 0x80),
    'the body is no text, and its Content-Encoding names another coding: decompress it first',
  ],
];

/** Bodies of one format under the Content-Type of the other. */
const SWAPPED: readonly [
  title: string,
  contentType: string,
  request: Uint8Array,
  answer: Uint8Array,
  hint: string,
][] = [
  [
    'multipart under application/json',
    JSON_TYPE,
    MULTIPART_REQUEST,
    MULTIPART_ANSWER,
    'the body begins as multipart does, but its Content-Type is application/json: expected multipart/mixed and the boundary',
  ],
  [
    'JSON under multipart/mixed',
    MULTIPART,
    JSON_REQUEST,
    JSON_ANSWER,
    'the body begins as JSON does, but its Content-Type is multipart/mixed: expected application/json',
  ],
];

const request = encodeBatchRequest([{ method: 'GET', url: 'A' }]);
const sourceOf = (bytes: Uint8Array, size: number) =>
  chunkSource(
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.slice(i * size, (i + 1) * size)),
  ).source;

async function readAll(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of stream);
}

/** What every reader of a request says of one. */
async function requestErrors(headers: Headers, body: Uint8Array): Promise<unknown[]> {
  const streamed = [1, 4096].map((size) =>
    rejectionOf(readAll(decodeBatchRequestStream({ headers, body: sourceOf(body, size) }))),
  );
  return [errorOf(() => decodeBatchRequest({ headers, body })), ...(await Promise.all(streamed))];
}

/** What every reader of an answer says of one. */
async function answerErrors(headers: Headers, body: Uint8Array, status = 200): Promise<unknown[]> {
  const response = (size: number) => ({
    status,
    headers: Object.entries(headers),
    body: sourceOf(body, size),
  });
  return [
    errorOf(() => decodeBatchResponse({ status, headers, body }, { request })),
    await rejectionOf(readBatchResponse(response(4096), { request })),
    await rejectionOf(readAll(decodeBatchResponseStream(response(1), { request }))),
    await rejectionOf(readAll(decodeBatchResponseStream(response(4096), { request }))),
  ];
}

const messageOf = (error: unknown) => (error as Error).message;

describe('a body that is still coded names the header that says so (H-70)', () => {
  describe.each(CODED)('%s', (_, headers, code, hint) => {
    it.each([
      ['multipart', MULTIPART, MULTIPART_REQUEST],
      ['JSON', JSON_TYPE, JSON_REQUEST],
    ])('of a request in %s', async (_, contentType, body) => {
      const errors = await requestErrors({ 'Content-Type': contentType, ...headers }, code(body));
      for (const error of errors) expect(messageOf(error)).toContain(`: ${hint} (offset 0, line 1)`);
    });

    it.each([
      ['multipart', MULTIPART, MULTIPART_ANSWER],
      ['JSON', JSON_TYPE, JSON_ANSWER],
    ])('of an answer in %s', async (_, contentType, body) => {
      const errors = await answerErrors({ 'Content-Type': contentType, ...headers }, code(body));
      for (const error of errors) expect(messageOf(error)).toContain(`: ${hint} (offset 0, line 1)`);
    });

    it('of a refusal', async () => {
      const body = code(octets('{"error":{"code":"NoAccess","message":"no"}}'));
      for (const error of await answerErrors({ 'Content-Type': JSON_TYPE, ...headers }, body, 403)) {
        expect(error).toMatchObject({ code: 'not-a-batch', status: 403 });
        expect(messageOf(error)).toContain(`where a batch was expected: ${hint}`);
      }
    });
  });

  it('of a finished batch in the answer of its monitor', () => {
    const body = gzipSync(MULTIPART_ANSWER);
    const head = `HTTP/1.1 200 OK\r\nContent-Type: ${MULTIPART}\r\nContent-Encoding: gzip\r\n\r\n`;
    const message = { contentType: 'application/http', body: new Uint8Array([...octets(head), ...body]) };
    const error = errorOf(() => decodeBatchResponse(message, { request }));
    expect(error).toMatchObject({ code: 'missing-delimiter' });
    expect(messageOf(error)).toContain('the body is compressed with gzip, as its Content-Encoding says');
  });

  it('of a body that is chunked', async () => {
    const { length } = JSON_REQUEST;
    const chunked = octets(
      `${length.toString(16)};a=1\r\n${String.fromCharCode(...JSON_REQUEST)}\r\n0\r\n\r\n`,
    );
    const headers = { 'Content-Type': JSON_TYPE, 'Transfer-Encoding': 'chunked' };
    for (const error of await requestErrors(headers, chunked)) {
      expect(messageOf(error)).toContain(
        'the body is chunked, as its Transfer-Encoding says: join its chunks first',
      );
    }
  });
});

describe('a body of the other format names the Content-Type', () => {
  it.each(SWAPPED)('of a request: %s', async (_, contentType, body, _answer, hint) => {
    for (const error of await requestErrors({ 'Content-Type': contentType }, body)) {
      expect(messageOf(error)).toContain(`: ${hint} (offset 0, line 1)`);
    }
  });

  it.each(SWAPPED)('of an answer: %s', async (_, contentType, _request, body, hint) => {
    for (const error of await answerErrors({ 'Content-Type': contentType }, body)) {
      expect(messageOf(error)).toContain(`: ${hint} (offset 0, line 1)`);
    }
  });

  it('of a batch that the service calls a text', async () => {
    for (const error of await answerErrors({ 'Content-Type': 'text/plain' }, MULTIPART_ANSWER)) {
      expect(messageOf(error)).toBe(
        'the service answered 200, text/plain, where a batch was expected: the body begins as multipart does, ' +
          'but its Content-Type is text/plain: expected multipart/mixed and the boundary',
      );
    }
  });
});

describe('a header that only looks like the reason', () => {
  const fetched = { 'Content-Encoding': 'gzip', 'Transfer-Encoding': 'chunked' };

  it('refuses no body that can be read: fetch decompresses it, and leaves the header on', async () => {
    for (const [contentType, body] of [
      [MULTIPART, MULTIPART_ANSWER],
      [JSON_TYPE, JSON_ANSWER],
    ] as const) {
      const headers = { 'Content-Type': contentType, ...fetched };
      const response = { status: 200, headers: Object.entries(headers), body: sourceOf(body, 7) };
      const [result] = await readBatchResponse(response, { request });
      expect(result.outcome).toBe('succeeded');
    }
  });

  it('is not named where a text is no batch for another reason', async () => {
    for (const body of [octets('--c\r\n'), octets('<html>')]) {
      for (const error of await answerErrors({ 'Content-Type': MULTIPART, ...fetched }, body)) {
        expect(messageOf(error)).toMatch(/^expected a line "--b" \(offset 0, line 1\)/);
      }
    }
    for (const body of [octets('{"requests":['), octets('{"requests":[1]}')]) {
      for (const error of await requestErrors({ 'Content-Type': JSON_TYPE, ...fetched }, body)) {
        expect(messageOf(error)).not.toMatch(/compress|chunk|Encoding/);
      }
    }
  });
});

/** An answer with one part. */
const answerOf = (part: string) => ({
  contentType: MULTIPART,
  body: octets(`--b\r\n${part}\r\n--b--\r\n`),
});
const binary = (bytes: Uint8Array) => String.fromCharCode(...bytes);

describe('a part that is still coded', () => {
  it.each([
    [
      'Content-Encoding: gzip',
      binary(gzipSync('HTTP/1.1 200 OK\r\n\r\n')),
      'the part is compressed with gzip, as its Content-Encoding says: decompress it first',
    ],
    [
      'Content-Encoding: br',
      binary(brotliCompressSync('HTTP/1.1 200 OK\r\n\r\n')),
      'the part is no text, and its Content-Encoding names br: decompress it first',
    ],
    [
      'Transfer-Encoding: chunked',
      '13\r\nHTTP/1.1 200 OK\r\n\r\n\r\n0\r\n\r\n',
      'the part is chunked, as its Transfer-Encoding says: join its chunks first',
    ],
  ])('names the header of the part: %s', (header, content, hint) => {
    const part = `Content-Type: application/http\r\n${header}\r\n\r\n${content}`;
    const error = errorOf(() => decodeBatchResponse(answerOf(part), { request }));
    expect(error).toMatchObject({
      code: 'unsupported-transfer-encoding',
      offset: 5,
      line: 2,
      path: 'parts[0]',
    });
    expect(messageOf(error)).toContain(`${hint} (offset 5, line 2 in parts[0])`);
  });

  it.each([
    ['Content-Encoding: gzip', binary(gzipSync('{}')), 'compressed with gzip, as its Content-Encoding says'],
    ['X: 1', binary(gzipSync('{}')), 'compressed with gzip, which no Content-Encoding says'],
    [
      'Content-Encoding: deflate',
      binary(deflateSync('{}')),
      'no text, and its Content-Encoding names deflate',
    ],
    ['Transfer-Encoding: chunked', '2\r\n{}\r\n0\r\n\r\n', 'chunked, as its Transfer-Encoding says'],
  ])('names the header of the answer in it, where its body is asked for: %s', (header, content, hint) => {
    const head = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n${header}\r\n\r\n`;
    const [result] = decodeBatchResponse(answerOf(PART + head + content), { request });
    expect(result.outcome).toBe('succeeded');
    for (const ask of [() => result.ok && result.value, () => result.ok && result.json()]) {
      expect(messageOf(errorOf(ask))).toContain(`: it is ${hint}`);
    }
  });

  it.each(['Content-Encoding: gzip', 'Transfer-Encoding: chunked'])(
    'is read where it is coded no more: %s',
    (header) => {
      const head = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n${header}\r\n\r\n`;
      const part = `Content-Type: application/http\r\n${header}\r\n\r\n${head}{"a":1}`;
      const [result] = decodeBatchResponse(answerOf(part), { request });
      expect(result.ok && result.value).toEqual({ a: 1 });
    },
  );
});
