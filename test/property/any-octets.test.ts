import fc from 'fast-check';
import { describe, expect } from 'vitest';
import {
  BatchError,
  decodeBatchRequest,
  decodeBatchResponse,
  encodeBatchRequest,
  encodeBatchResponse,
  isBatchError,
  type Tolerance,
} from '../../src/index.ts';
import { TOLERANCES } from '../conformance/fixture.ts';
import { batchCase } from './arbitrary-batch.ts';
import { jsonBatchCase } from './arbitrary-json-batch.ts';
import { delimiterSoup, multipart } from './arbitrary-multipart.ts';
import { damage, octets } from './arbitrary-octets.ts';
import { answer, responses, script } from './arbitrary-response.ts';
import { law } from './law.ts';
import { fromLatin1 } from './octets.ts';

const tolerate: fc.Arbitrary<readonly Tolerance[]> = fc.oneof(
  fc.constant([]),
  fc.constant(TOLERANCES),
  fc.subarray([...TOLERANCES]),
);

const limits = fc.oneof(
  fc.constant({}),
  fc.record(
    {
      maxMessageBytes: fc.nat(800),
      maxParts: fc.nat(3),
      maxOperationsPerChangeSet: fc.nat(3),
      maxPartBytes: fc.nat(200),
      maxHeaderBytes: fc.nat(100),
      maxHeaderCount: fc.nat(3),
      maxPaddingBytes: fc.nat(2),
      maxJsonDepth: fc.nat(6),
    },
    { requiredKeys: [] },
  ),
);

const contentType = fc.oneof(
  fc.constantFrom(
    'multipart/mixed; boundary=b',
    'multipart/mixed;boundary="b"',
    'application/http',
    'multipart/related; boundary=b',
    'multipart/mixed',
    'multipart/mixed; boundary=',
    'application/json',
    'text/html',
    '',
  ),
  fc.string({ unit: 'binary-ascii', maxLength: 30 }),
  fc
    .array(fc.constantFrom('multipart/mixed', ';', ' ', 'boundary', '=', '"', '\\', '(', ')', 'b', '\t'), {
      maxLength: 12,
    })
    .map((all) => all.join('')),
);

const LINES = [
  '--b\r\n',
  '\r\n--b\r\n',
  '\r\n--b--\r\n',
  '--c\r\n',
  '\r\n--c--\r\n',
  '\r\n',
  'Content-Type: application/http\r\n',
  'Content-Type: multipart/mixed; boundary=c\r\n',
  'Content-Transfer-Encoding: binary\r\n',
  'Content-ID: 1\r\n',
  'Content-Length: 3\r\n',
  'Content-Length: x\r\n',
  ' folded\r\n',
  'no colon\r\n',
  'X : y\r\n',
  'GET A HTTP/1.1\r\n',
  'POST $1/A HTTP/1.1\r\n',
  'get A\r\n',
  'HTTP/1.1 200 OK\r\n',
  'HTTP/1.1 204\r\n',
  'HTTP/1.0 999 \xff\r\n',
  'HTTP/1.1 202 Accepted\r\nLocation: m\r\n',
  '{"error":{"code":"1","message":"no"}}',
  '\n',
];

const TOKENS = [
  '{"requests":[',
  '{"responses":[',
  ']}',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"id":"1"',
  '"id":2',
  '"method":"post"',
  '"url":"A"',
  '"url":"$1"',
  '"status":200',
  '"status":"x"',
  '"atomicityGroup":"g"',
  '"dependsOn":["1","g"]',
  '"if":"x"',
  '"headers":{"content-type":"image/png"}',
  '"headers":{"a":1,"a":[]}',
  '"body":"eA"',
  '"body":{"error":{"code":"1","message":"no"}}',
  '"@nextLink":"n"',
  '"\\u0069d"',
  '\xe4',
  '\xc3\xa4',
  'null',
  ' ',
  '-1.5e',
];

/** Pieces of JSON batches in any order, a comma between most of them. */
const jsonSoup = fc
  .tuple(
    fc.constantFrom('', '{"requests":[{', '{"responses":[{'),
    fc.array(fc.constantFrom(...TOKENS), { maxLength: 14 }),
    fc.constantFrom(',', ''),
  )
  .map(([start, tokens, comma]) => fromLatin1(start + tokens.join(comma)));

/** Lines of batches in any order. */
const lineSoup = fc
  .array(fc.constantFrom(...LINES), { maxLength: 25 })
  .map((lines) => fromLatin1(lines.join('')));

/** Runs a decoder, and reads all that a result offers; nothing but a BatchError may come out. */
function run(decode: () => readonly unknown[]): void {
  try {
    for (const item of decode().flat()) read(item);
  } catch (error) {
    expect(isBatchError(error), String((error as Error)?.stack ?? error)).toBe(true);
    expect(error).toBeInstanceOf(BatchError);
    expect(typeof (error as Error).message).toBe('string');
    for (const item of (error as BatchError).results?.flat() ?? []) read(item);
  }
}

function read(item: unknown): void {
  const result = item as Record<string, unknown> & { text?: () => string; json?: () => unknown };
  for (const get of [
    () => result.text?.(),
    () => result.json?.(),
    () => result.value,
    () => result.absoluteUrl,
  ]) {
    try {
      get();
    } catch (error) {
      expect(isBatchError(error, 'invalid-json') || isBatchError(error, 'invalid-text')).toBe(true);
    }
  }
}

const PLAN = encodeBatchRequest([
  { method: 'GET', url: 'A', id: '1' },
  [
    { method: 'POST', url: 'B', body: {}, id: '2' },
    { method: 'POST', url: 'C', body: {} },
  ],
  { method: 'GET', url: 'D' },
]);
const JSON_PLAN = encodeBatchRequest(PLAN.plan.batch, { format: 'json' });
const ASYNCHRONOUS = encodeBatchRequest(PLAN.plan.batch, { headers: { Prefer: 'respond-async' } });

describe('any octets', () => {
  law(
    'law 7: decoding ends, and throws only BatchError',
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 80 }).map((bytes) => new Uint8Array(bytes)),
        octets,
        delimiterSoup,
        lineSoup,
        lineSoup,
        jsonSoup,
      ),
      contentType,
      tolerate,
      limits,
      fc.constantFrom(undefined, PLAN, ASYNCHRONOUS, JSON_PLAN),
      (body, type, names, limits, request) => {
        for (const contentType of [type, 'multipart/mixed; boundary=b', 'application/json']) {
          const message = { contentType, body };
          const options = { tolerate: names, limits };
          run(() => decodeBatchRequest(message, { ...options, serviceRoot: 'https://host.example/v1/' }));
          run(() => decodeBatchResponse(message, options));
          if (request !== undefined) run(() => decodeBatchResponse(message, { ...options, request }));
        }
      },
    ),
    12,
  );

  law(
    'law 7: the same with damaged requests and responses',
    fc.property(
      batchCase,
      script,
      responses,
      damage,
      tolerate,
      limits,
      (batch, script, others, harm, names, limits) => {
        const options = { tolerate: names, limits };
        const request = encodeBatchRequest(batch.batch, batch.options);
        const { headers } = request;
        run(() => decodeBatchRequest({ headers, body: harm(request.body) }, options));
        const decoded = decodeBatchRequest({ headers, body: request.body });
        const boundary = ['answer', 's-1', 's-2', 's-3', 's-4', 's-5'];
        for (const answers of [others, answer(decoded, script, false)]) {
          const response = encodeBatchResponse(answers, { boundary });
          const message = { headers: response.headers, body: harm(response.body) };
          run(() => decodeBatchResponse(message, options));
          run(() => decodeBatchResponse(message, { ...options, request }));
        }
      },
    ),
    2,
  );

  law(
    'law 7: the same with damaged JSON',
    fc.property(jsonBatchCase(), damage, tolerate, limits, ({ batch, options }, harm, names, limits) => {
      const request = encodeBatchRequest(batch, options);
      const { headers } = request;
      const harmed = { headers, body: harm(request.body) };
      run(() => decodeBatchRequest(harmed, { tolerate: names, limits }));
      const answers = request.plan.items.map((item) =>
        Array.isArray(item) ? item.map(() => ({ status: 201 })) : { status: 200, body: { a: 1 } },
      );
      const response = encodeBatchResponse(answers, { request: decodeBatchRequest(request) });
      const message = { headers, body: harm(response.body) };
      run(() => decodeBatchResponse(message, { tolerate: names, limits }));
      run(() => decodeBatchResponse(message, { tolerate: names, limits, request }));
      run(() => decodeBatchResponse(harmed, { tolerate: names, request }));
    }),
    3,
  );

  law(
    'law 7: the same with a request read as a response, and a response as a request',
    fc.property(multipart, tolerate, ({ boundary, bytes }, names) => {
      const message = { contentType: `multipart/mixed; boundary="${boundary}"`, body: bytes };
      run(() => decodeBatchRequest(message, { tolerate: names }));
      run(() => decodeBatchResponse(message, { tolerate: names }));
      run(() => decodeBatchResponse(message, { tolerate: names, request: PLAN }));
    }),
    4,
  );

  law(
    'law 7: the same where a message is text, is empty, or stands in the middle of a buffer',
    fc.property(lineSoup, tolerate, (bytes, names) => {
      const contentType = 'multipart/mixed; boundary=b';
      const around = new Uint8Array(bytes.length + 20).fill(0x2d);
      around.set(bytes, 10);
      for (const body of [
        Buffer.from(bytes).toString('latin1'),
        bytes.slice().buffer,
        around.subarray(10, 10 + bytes.length),
      ]) {
        run(() => decodeBatchRequest({ contentType, body }, { tolerate: names }));
        run(() => decodeBatchResponse({ contentType, body }, { tolerate: names, request: PLAN }));
      }
    }),
    4,
  );
});
