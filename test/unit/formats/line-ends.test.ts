import { describe, expect, it } from 'vitest';
import {
  BatchSyntaxError,
  decodeBatchRequest,
  decodeBatchRequestStream,
  decodeBatchResponseStream,
  encodeBatchRequest,
  readBatchResponse,
} from '../../../src/index.ts';
import { octets } from '../build-octets.ts';
import { errorOf, rejectionOf } from '../catch-error.ts';
import { chunkSource } from '../streams.ts';

const contentType = 'multipart/mixed; boundary=b';
const GET = 'Content-Type: application/http\r\n\r\nGET A HTTP/1.1\r\n';
const POST = 'Content-Type: application/http\r\n\r\nPOST A HTTP/1.1\r\nContent-Type: text/plain\r\n\r\nx';
const SET = 'Content-Type: multipart/mixed; boundary=cs\r\n\r\n';
const OK =
  'Content-Type: application/http\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{}';
const NONE = 'Content-Type: application/http\r\n\r\nHTTP/1.1 204 No Content\r\n';

const LF = (line: number) =>
  `line ${line} would be a delimiter, but follows a lone LF where CRLF was expected: write CRLF everywhere`;
const CR = (line: number) =>
  `line ${line} would be a delimiter, but ends in CR without LF: write CRLF everywhere`;
const CR_IN_LINE = 'expected CRLF at the end of the line, found CR without LF: write CRLF everywhere';

/** What is wrong, the code and line that were known before, and what the message says of the line ends. */
const REQUESTS: readonly [title: string, body: string, code: string, line: number, hint: string][] = [
  [
    'an LF before the second delimiter, no empty line',
    `--b\r\n${GET}\n--b\r\n${GET}\r\n--b--`,
    'body-not-allowed',
    6,
    LF(6),
  ],
  [
    'an LF before the second delimiter',
    `--b\r\n${GET.slice(0, -2)}\n--b\r\n${GET}\r\n--b--`,
    'header-without-colon',
    5,
    LF(5),
  ],
  ['an LF before the close delimiter', `--b\r\n${POST}\n--b--\r\n`, 'missing-close-delimiter', 9, LF(8)],
  [
    'an LF before all delimiters but the first',
    `--b\r\n${POST}\n--b\r\n${POST}\n--b--\n`,
    'missing-close-delimiter',
    16,
    LF(8),
  ],
  [
    'an LF before the close delimiter of a change set',
    `--b\r\n${SET}--cs\r\n${POST}\n--cs--\r\n--b--`,
    'missing-inner-close',
    11,
    LF(11),
  ],
  [
    'an LF before a delimiter of a change set',
    `--b\r\n${SET}--cs\r\n${POST.replace('text/plain\r\n\r\nx', 'text/plain')}\n--cs\r\n${POST}\r\n--cs--\r\n--b--`,
    'header-without-colon',
    9,
    LF(9),
  ],
  [
    'CR CR LF everywhere',
    `--b\r\n${POST}\r\n--b--\r\n`.replaceAll('\r\n', '\r\r\n'),
    'missing-delimiter',
    1,
    CR(1),
  ],
  ['CR everywhere', `--b\r\n${POST}\r\n--b--\r\n`.replaceAll('\n', ''), 'missing-delimiter', 1, CR(1)],
  ['CR CR LF behind the first delimiter only', `--b\r\r\n${POST}\r\n--b--`, 'missing-delimiter', 1, CR(1)],
  [
    'CR CR LF behind the close delimiter',
    `--b\r\n${POST}\r\n--b--\r\r\n`,
    'missing-close-delimiter',
    9,
    CR(8),
  ],
  [
    'CR CR LF behind the first delimiter of a change set',
    `--b\r\n${SET}--cs\r\r\n${POST}\r\n--cs--\r\n--b--`,
    'empty-change-set',
    4,
    CR(4),
  ],
  [
    'CR CR LF in the headers of a part',
    `--b\r\nContent-Type: application/http\r\r\n\r\nGET A HTTP/1.1\r\n\r\n--b--`,
    'invalid-header-value',
    2,
    CR_IN_LINE,
  ],
  [
    'CR CR LF as empty line of a part',
    `--b\r\nContent-Type: application/http\r\n\r\r\nGET A HTTP/1.1\r\n\r\n--b--`,
    'header-without-colon',
    3,
    CR_IN_LINE,
  ],
  [
    'CR CR LF behind a request line',
    `--b\r\n${GET.slice(0, -2)}\r\r\nAccept: x\r\n\r\n--b--`,
    'invalid-request-line',
    4,
    CR_IN_LINE,
  ],
  [
    'CR CR LF before a request line',
    `--b\r\n${GET.replace('\r\n\r\n', '\r\n\r\n\r\r\n')}\r\n--b--`,
    'invalid-request-line',
    4,
    CR_IN_LINE,
  ],
  [
    'CR between two headers',
    `--b\r\n${GET}Accept: x\rPrefer: y\r\n\r\n--b--`,
    'invalid-header-value',
    5,
    CR_IN_LINE,
  ],
  [
    'LF CR in the headers of a part',
    `--b\r\nContent-Type: application/http\n\rContent-ID: 1\r\n\r\nGET A HTTP/1.1\r\n\r\n--b--`,
    'invalid-header-name',
    3,
    CR_IN_LINE,
  ],
  [
    'LF CR everywhere',
    `--b\r\n${GET}\r\n--b--\r\n`.replaceAll('\r\n', '\n\r'),
    'missing-close-delimiter',
    7,
    'line 2 begins with CR without LF: write CRLF everywhere',
  ],
];

const ANSWERS: readonly [title: string, body: string, code: string, line: number, hint: string][] = [
  [
    'an LF before the second delimiter',
    `--b\r\n${NONE.slice(0, -2)}\n--b\r\n${NONE}\r\n--b--`,
    'header-without-colon',
    5,
    LF(5),
  ],
  [
    'an LF before the close delimiter',
    `--b\r\n${OK}\r\n--b\r\n${OK}\n--b--\r\n`,
    'missing-close-delimiter',
    16,
    LF(15),
  ],
  [
    'CR CR LF everywhere',
    `--b\r\n${OK}\r\n--b--\r\n`.replaceAll('\r\n', '\r\r\n'),
    'missing-delimiter',
    1,
    CR(1),
  ],
  [
    'CR CR LF behind a status line',
    `--b\r\n${OK.replace('200 OK\r\n', '200 OK\r\r\n')}\r\n--b--`,
    'invalid-status-line',
    4,
    CR_IN_LINE,
  ],
];

/** The message without place and excerpt. */
function wordsOf(error: unknown): string {
  if (!(error instanceof BatchSyntaxError)) throw error;
  return error.message.split(' (offset')[0] ?? '';
}

const chunksOf = (body: string, size: number) =>
  chunkSource(body.match(new RegExp(`[^]{1,${size}}`, 'g'))?.map(octets) ?? []).source;

async function readAll(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of stream);
}

describe('an error that mixed line ends explain (M-36)', () => {
  it.each(REQUESTS)('of a request: %s', (_, body, code, line, hint) => {
    const error = errorOf(() => decodeBatchRequest({ contentType, body: octets(body) }));
    expect(error).toMatchObject({ code, line });
    expect(wordsOf(error)).toContain(hint);
    expect(wordsOf(error)).not.toContain('cut off');
  });

  it.each(REQUESTS)('of a request that is streamed says the same: %s', async (_, body) => {
    const whole = errorOf(() => decodeBatchRequest({ contentType, body: octets(body) })) as BatchSyntaxError;
    for (const size of [1, 7, 4096]) {
      const request = { headers: { 'Content-Type': contentType }, body: chunksOf(body, size) };
      const error = await rejectionOf(readAll(decodeBatchRequestStream(request)));
      expect(error).toMatchObject({ code: whole.code, offset: whole.offset, line: whole.line });
      expect(wordsOf(error)).toBe(wordsOf(whole));
    }
  });

  it.each(ANSWERS)('of an answer, whole and streamed: %s', async (_, body, code, line, hint) => {
    const request = encodeBatchRequest([
      { method: 'GET', url: 'A' },
      { method: 'GET', url: 'B' },
    ]);
    const headers: [string, string][] = [['Content-Type', contentType]];
    const answer = (size: number) => ({ status: 200, headers, body: chunksOf(body, size) });
    for (const size of [1, 7, 4096]) {
      for (const read of [
        readBatchResponse(answer(size), { request }),
        readAll(decodeBatchResponseStream(answer(size), { request })),
      ]) {
        const error = await rejectionOf(read);
        expect(error).toMatchObject({ code, line });
        expect(wordsOf(error)).toContain(hint);
      }
    }
  });

  it('of a body that is asked for as JSON: it holds the next part', async () => {
    const body = octets(`--b\r\n${OK}\n--b\r\n${OK}\r\n--b--`);
    const [first] = (await readBatchResponse(
      {
        status: 200,
        headers: [['Content-Type', contentType]],
        body: chunksOf(`--b\r\n${OK}\n--b\r\n${OK}\r\n--b--`, 9),
      },
      { request: encodeBatchRequest([{ method: 'GET', url: 'A' }]) },
    ).catch((error) => error.results)) as [{ answer?: never; json(): unknown }];
    expect(body.length).toBeGreaterThan(0);
    const error = errorOf(() => first.json());
    expect(error).toMatchObject({ code: 'invalid-json', path: 'parts[0]' });
    expect(wordsOf(error)).toBe(`the body is no JSON: ${LF(8)}`);
  });

  it('is not what they explain where something before them is wrong', () => {
    const body = `--b\r\n${POST.replace('POST', 'post')}\n--b\r\n${POST}\r\n--b--`;
    const error = errorOf(() => decodeBatchRequest({ contentType, body: octets(body) }));
    expect(error).toMatchObject({ code: 'lower-case-method' });
    expect(wordsOf(error)).not.toContain('CRLF');
  });

  it('is not theirs where a later part is cut off', () => {
    const body = `--b\r\n${POST}\n--b\r\n\r\n--b\r\n${POST}`;
    const error = errorOf(() => decodeBatchRequest({ contentType, body: octets(body) }));
    expect(wordsOf(error)).toBe('expected a line "--b--": the message was cut off');
  });

  it('is no error at all where the first delimiter line ends in LF', () => {
    const body = `--b\n${GET}\r\n--b\r\n${POST}\n--b--`;
    expect(decodeBatchRequest({ contentType, body: octets(body) })).toHaveLength(2);
  });
});
