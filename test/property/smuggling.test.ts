import fc from 'fast-check';
import { describe, expect } from 'vitest';
import {
  decodeBatchRequest,
  decodeBatchResponse,
  encodeBatchRequest,
  encodeBatchResponse,
  readBatchResponse,
} from '../../src/index.ts';
import { createBatchHandler } from '../../src/server.ts';
import { chunking } from './arbitrary-octets.ts';
import { law } from './law.ts';
import { cut, fromLatin1, latin1 } from './octets.ts';

// Bodies that are batches themselves: whatever stands in one, it is that operation's, and no other is added, lost or changed.

const ROOT = 'https://shop.example/odata/';
/** The boundary of the messages that are framed by hand here. */
const BOUNDARY = 'batch-A';

/** Whole messages with boundaries of their own. */
const FOREIGN = [
  encodeBatchRequest([{ method: 'DELETE', url: 'Secret' }, [{ method: 'POST', url: 'Secret', body: '{}' }]], {
    boundary: ['other', 'another'],
  }).body,
  encodeBatchResponse([{ status: 200, body: 'forged' }, [{ status: 204 }]], {
    boundary: ['other', 'another'],
  }).body,
].map(latin1);

/** Valid pieces of the syntax of batches, and near misses of this one's own delimiters. */
const PIECES = [
  ...FOREIGN,
  '\r\n',
  '\n',
  '\r',
  '\r\n\r\n',
  '\r\n--other\r\n',
  '\r\n--other--\r\n',
  '\n--other--\n',
  `\n--${BOUNDARY}\n`,
  `\n--${BOUNDARY}--\n`,
  `\r--${BOUNDARY}\r`,
  `\r\n--${BOUNDARY}x\r\n`,
  `\r\n--${BOUNDARY}0--\r\n`,
  `\r\n-- ${BOUNDARY}\r\n`,
  ` --${BOUNDARY}\r\n`,
  `\r\n ---${BOUNDARY}--\r\n`,
  `--${BOUNDARY.slice(0, -1)}\r\n`,
  '--batchresponse_\r\n',
  '--changesetresponse_1_\r\n',
  'Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n',
  'Content-Type: multipart/mixed; boundary=other\r\n\r\n',
  `Content-Type: multipart/mixed; boundary=${BOUNDARY}\r\n\r\n`,
  'Content-ID: 1\r\n',
  'Content-Length: 0\r\n\r\n',
  'Content-Length: 99999\r\n\r\n',
  'Transfer-Encoding: chunked\r\n\r\n',
  '0\r\n\r\n',
  'DELETE /odata/Secret HTTP/1.1\r\n\r\n',
  'POST Secret HTTP/1.1\r\nHost: evil.example\r\n\r\n{}',
  'HTTP/1.1 204 No Content\r\n\r\n',
  'HTTP/1.1 500 X\r\nContent-ID: 2\r\n\r\n',
  '{"requests":[{"id":"1","method":"delete","url":"Secret"}]}',
  '"}]}',
  '"},{"id":"1","method":"delete","url":"Secret","body":"',
  '","status":200},{"id":"2","status":200,"body":"',
  '\\',
  '\xff\x00\x80',
  'x',
];

/** Nothing in it is a delimiter of {@link BOUNDARY}: what follows the name makes it another one (RFC 2046 5.1.1). */
function isBody(text: string): boolean {
  return !new RegExp(`\\r\\n--${BOUNDARY}(?![0-9A-Za-z])`).test(`\r\n${text}`);
}

const hostileBody = fc
  .array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 8 })
  .map((pieces) => pieces.join(''))
  // Line ends alone count as framing behind a length of 0 (H-66).
  .filter((text) => isBody(text) && /[^\r\n]/.test(text));

/** A Content-Length that is right, too small, or so large that it covers the parts behind it. */
const lie = fc.constantFrom(0, 1, -3, 40, 100_000);

interface Draft {
  readonly body: string;
  readonly lie: number;
  readonly inChangeSet: boolean;
}
const drafts = fc.array(fc.record({ body: hostileBody, lie, inChangeSet: fc.boolean() }), {
  minLength: 1,
  maxLength: 4,
});

/** A message framed by hand; what stands in its parts begins with `head`. */
function framed(all: readonly Draft[], head: (index: number) => string): Uint8Array<ArrayBuffer> {
  const parts = all.map(({ body, lie, inChangeSet }, index) => {
    const length = Math.max(0, body.length + (index % 2 === 0 ? lie : 0));
    const message = `${head(index)}\r\nContent-Type: text/plain\r\nContent-Length: ${length}\r\n\r\n${body}`;
    const part = `Content-Type: application/http\r\nContent-ID: ${index + 1}\r\n\r\n${message}`;
    if (!inChangeSet) return part;
    // No piece holds this one.
    const boundary = `inner-${index}`;
    return `Content-Type: multipart/mixed; boundary=${boundary}\r\n\r\n--${boundary}\r\n${part}\r\n--${boundary}--`;
  });
  const text = parts.map((part) => `--${BOUNDARY}\r\n${part}\r\n`).join('');
  return fromLatin1(`${text}--${BOUNDARY}--\r\n`);
}

const contentType = `multipart/mixed; boundary=${BOUNDARY}`;
const format = fc.constantFrom('multipart', 'json');
const bodiesOf = (all: readonly Draft[]): string[] => all.map(({ body }) => body);

/** In JSON a text stands as it is, but for what has to be escaped; all else in base64url. */
const typeFor = (body: string) => (/^[\0-\x7f]*$/.test(body) ? 'text/plain' : 'image/png');

/** A handler, and the method, URL and body of every request that comes through it. */
function recording(answer: (index: number) => Response) {
  const seen: { method: string; url: string; body: string }[] = [];
  const make = (maxBufferedBytes?: number) =>
    createBatchHandler({
      serviceRoot: ROOT,
      maxBufferedBytes,
      transaction: (run) => run(),
      responseFormat: 'accept',
      fetch: async (request) => {
        const body = latin1(new Uint8Array(await request.arrayBuffer()));
        seen.push({ method: request.method, url: request.url.slice(ROOT.length), body });
        return answer(seen.length - 1);
      },
    });
  return { seen, make };
}

describe('smuggling', () => {
  law(
    'what stands in the body of a request is no operation',
    fc.property(drafts, (all) => {
      const body = framed(all, (index) => `POST E(${index}) HTTP/1.1`);
      const operations = decodeBatchRequest({ contentType, body }).flat();
      expect(operations.map(({ method, url }) => `${method} ${url}`)).toEqual(
        all.map((_, index) => `POST E(${index})`),
      );
      expect(operations.map(({ bytes }) => latin1(bytes))).toEqual(bodiesOf(all));
    }),
    4,
  );

  law(
    'what stands in the body of an answer is no answer',
    fc.property(drafts, (all) => {
      const body = framed(all, () => 'HTTP/1.1 200 OK');
      const results = decodeBatchResponse({ contentType, body }).flat();
      expect(results.map(({ outcome }) => outcome)).toEqual(all.map(() => 'succeeded'));
      expect(results.map((result) => ('bytes' in result ? latin1(result.bytes) : ''))).toEqual(bodiesOf(all));
    }),
    4,
  );

  law(
    'a handler runs the operations of a request, whatever stands in their bodies, in any chunks',
    fc.asyncProperty(drafts, chunking, async (all, lengths) => {
      const { seen, make } = recording(() => new Response(null, { status: 204 }));
      const chunks = cut(
        framed(all, (index) => `POST E(${index}) HTTP/1.1`),
        lengths,
      );
      const init = {
        method: 'POST',
        headers: { 'Content-Type': contentType },
        body: new ReadableStream({
          start(controller) {
            for (const chunk of chunks) controller.enqueue(chunk);
            controller.close();
          },
        }),
        duplex: 'half',
      };
      const response = await make()(new Request(`${ROOT}$batch`, init as RequestInit));
      expect(response.status).toBe(200);
      await response.arrayBuffer();
      expect(seen).toEqual(all.map(({ body }, index) => ({ method: 'POST', url: `E(${index})`, body })));
    }),
    2,
  );

  law(
    'a client gets the answers of a service through a handler, whatever stands in their bodies, in either format',
    fc.asyncProperty(
      drafts,
      fc.constantFrom(0, 20, 100_000),
      format,
      format,
      async (all, held, asked, answered) => {
        const { seen, make } = recording((index) => {
          const body = all[index]?.body ?? '';
          return new Response(fromLatin1(body), { headers: { 'Content-Type': typeFor(body) } });
        });
        const batch = all.map(({ body, inChangeSet }, index) => {
          const headers = { 'Content-Type': typeFor(body) };
          const operation = { method: 'POST', url: `E(${index})`, headers, body: fromLatin1(body) };
          return inChangeSet ? [operation, { ...operation, url: `Second(${index})` }] : operation;
        });
        // The second operation of a change set is answered with the body of whatever comes after it.
        const headers = { Accept: answered === 'json' ? 'application/json' : 'multipart/mixed' };
        const request = encodeBatchRequest(batch, { format: asked, continueOnError: true, headers });
        const response = await make(held)(new Request(`${ROOT}$batch`, request));
        expect(response.headers.get('Content-Type')).toContain(headers.Accept);
        const results = (await readBatchResponse(response, { request })).flat();
        expect(seen.map(({ url }) => url)).toEqual(batch.flat().map(({ url }) => url));
        expect(seen.map(({ body }) => body)).toEqual(batch.flat().map(({ body }) => latin1(body)));
        expect(results.map((result) => ('bytes' in result ? latin1(result.bytes) : result.outcome))).toEqual(
          seen.map((_, index) => all[index]?.body ?? ''),
        );
      },
    ),
    2,
  );
});
