import { describe, expect, it } from 'vitest';
import type { DecodedBatch } from '../../../src/batch/decoded-batch.ts';
import type { BatchResponses, OutgoingResponse } from '../../../src/batch/outgoing-response.ts';
import { decodeBatchRequest } from '../../../src/formats/decode-batch-request.ts';
import {
  type EncodeBatchResponseOptions,
  encodeBatchResponse,
} from '../../../src/formats/encode-batch-response.ts';
import { encodeBatchResponseStream } from '../../../src/formats/encode-batch-response-stream.ts';
import { crlf, octets, textOf } from '../build-octets.ts';
import { issuesOf } from '../catch-error.ts';

const encode = (responses: BatchResponses, options: EncodeBatchResponseOptions = {}) =>
  textOf(encodeBatchResponse(responses, { boundary: ['b', 'c1', 'c2'], ...options }).body);
const issues = (responses: unknown, options: EncodeBatchResponseOptions = {}) =>
  issuesOf(() => encodeBatchResponse(responses as BatchResponses, options));

const HEAD = ['Content-Type: application/http', 'Content-Transfer-Encoding: binary'];

/** GET (id g), a set of POST (id 1) and DELETE (id 2), GET without id. */
function decodedRequest(prefer?: string): DecodedBatch {
  const part = (id: string | undefined, line: string) =>
    crlf(...HEAD, ...(id === undefined ? [] : [`Content-ID: ${id}`]), '', line, '', '');
  const body = `--b\r\n${part('g', 'GET A HTTP/1.1')}--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n${part('1', 'POST B HTTP/1.1')}--c\r\n${part('2', 'DELETE C HTTP/1.1')}--c--\r\n--b\r\n${part(undefined, 'GET D HTTP/1.1')}--b--\r\n`;
  return decodeBatchRequest({
    contentType: 'multipart/mixed; boundary=b',
    headers: prefer === undefined ? {} : { Prefer: prefer },
    body: octets(body),
  });
}

describe('flat answers of change sets', () => {
  const request = decodedRequest('continue-on-error');
  const part = (...lines: readonly string[]) => crlf('--b', ...HEAD, ...lines);

  it('are at top level, in their order, with their ids (X2)', () => {
    const answers = [{ status: 200 }, [{ status: 201 }, { status: 204 }], { status: 404 }];
    const flat = [
      part('Content-ID: g', '', 'HTTP/1.1 200 OK', '', ''),
      part('Content-ID: 1', '', 'HTTP/1.1 201 Created', '', ''),
      part('Content-ID: 2', '', 'HTTP/1.1 204 No Content', '', ''),
      part('', 'HTTP/1.1 404 Not Found', '', ''),
    ].join('');
    expect(encode(answers, { request, changeSetAnswers: 'flat' })).toBe(`${flat}--b--\r\n`);
  });

  it('are there for each operation of a change set that failed: 424 for those that did not (J-21)', () => {
    const answers = [{ status: 200 }, { status: 409, id: '2' }, { status: 404 }];
    for (const failedChangeSet of ['single', 'nested'] as const) {
      const text = encode(answers, { request, failedChangeSet, changeSetAnswers: 'flat' });
      expect(text.match(/Content-ID: .|HTTP\/1.1 \d+/g)).toEqual([
        'Content-ID: g',
        'HTTP/1.1 200',
        'Content-ID: 1',
        'HTTP/1.1 424',
        'Content-ID: 2',
        'HTTP/1.1 409',
        'HTTP/1.1 404',
      ]);
    }
  });

  it('are checked', () => {
    expect(issues([{ status: 200 }], { changeSetAnswers: 'apart' as never })).toEqual([
      'options.changeSetAnswers: invalid-option',
    ]);
  });
});

describe('the body', () => {
  it('answers in the structure of the request and repeats its ids, where it had them (P-02, P-07, P-08, H-17, H-61, X6)', () => {
    const request = decodedRequest();
    expect(
      encode(
        [
          { status: 200, body: { a: 1 } },
          [{ status: 201, headers: { etag: 'W/"1"' } }, { status: 204 }],
          { status: 404 },
        ],
        { request },
      ),
    ).toBe(
      crlf(
        '--b',
        ...HEAD,
        'Content-ID: g',
        '',
        'HTTP/1.1 200 OK',
        'Content-Type: application/json',
        '',
        '{"a":1}',
        '--b',
        'Content-Type: multipart/mixed; boundary=c1',
        '',
        '--c1',
        ...HEAD,
        'Content-ID: 1',
        '',
        'HTTP/1.1 201 Created',
        'ETag: W/"1"',
        '',
        '',
        '--c1',
        ...HEAD,
        'Content-ID: 2',
        '',
        'HTTP/1.1 204 No Content',
        '',
        '',
        '--c1--',
        '--b',
        ...HEAD,
        '',
        'HTTP/1.1 404 Not Found',
        '',
        '',
        '--b--',
      ),
    );
  });

  it('answers a failed change set by one part in its place, without an id that nobody named (P-03, X2)', () => {
    const request = decodedRequest();
    expect(
      encode([{ status: 200 }, { status: 400, body: { error: { code: 'E', message: 'Bad' } } }], { request }),
    ).toBe(
      crlf(
        '--b',
        ...HEAD,
        'Content-ID: g',
        '',
        'HTTP/1.1 200 OK',
        '',
        '',
        '--b',
        ...HEAD,
        '',
        'HTTP/1.1 400 Bad Request',
        'Content-Type: application/json',
        '',
        '{"error":{"code":"E","message":"Bad"}}',
        '--b--',
      ),
    );
  });

  it('names the operation of a failed change set by its id (P-15)', () => {
    const text = encode([{ status: 200 }, { status: 400, id: '2' }], { request: decodedRequest() });
    expect(text).toContain(crlf('--b', ...HEAD, 'Content-ID: 2', '', 'HTTP/1.1 400 Bad Request'));
  });

  it('repeats an id where it stood: inside the HTTP message (P-09, X5)', () => {
    const body = crlf('--b', ...HEAD, '', 'GET A HTTP/1.1', 'Content-ID: 7', '', '', '--b--');
    const request = decodeBatchRequest({ contentType: 'multipart/mixed; boundary=b', body: octets(body) });
    expect(encode([{ status: 204 }], { request })).toBe(
      crlf('--b', ...HEAD, '', 'HTTP/1.1 204 No Content', 'Content-ID: 7', '', '', '--b--'),
    );
  });

  it('has the ids that the responses give, where there is no request', () => {
    expect(encode([{ status: 200, id: 'x' }, { status: 204 }])).toBe(
      crlf(
        '--b',
        ...HEAD,
        'Content-ID: x',
        '',
        'HTTP/1.1 200 OK',
        '',
        '',
        '--b',
        ...HEAD,
        '',
        'HTTP/1.1 204 No Content',
        '',
        '',
        '--b--',
      ),
    );
  });

  it("has a reason of the caller's, or the usual one, never none (H-17)", () => {
    expect(encode([{ status: 200, statusText: 'Fine' }])).toContain('\r\nHTTP/1.1 200 Fine\r\n');
    expect(encode([{ status: 204, statusText: '' }])).toContain('\r\nHTTP/1.1 204 No Content\r\n');
  });

  it('writes names in lower case as is customary, others as they are; one line for each field (H-40, H-45, H-48)', () => {
    const headers: [string, string][] = [
      ['content-type', 'text/plain'],
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
      ['x-MS-Id', '3'],
    ];
    expect(encode([{ status: 200, headers, body: 'x' }])).toContain(
      '\r\nContent-Type: text/plain\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nx-MS-Id: 3\r\n\r\nx\r\n--b--',
    );
  });

  it('has __proto__ and constructor as headers like any other', () => {
    const headers = JSON.parse('{"__proto__":"a","Constructor":"b"}');
    expect(encode([{ status: 200, headers }])).toContain('\r\n__proto__: a\r\nConstructor: b\r\n\r\n');
  });
});

describe('bodies are written as they are (b7)', () => {
  it.each([
    ['JSON with an integer of 64 bits', '{"id":9007199254740993,"d":1.0}', '{"id":9007199254740993,"d":1.0}'],
    ['a JSON list', [1, 2], '[1,2]'],
    ['JSON with escapes', { '@odata.context': 'a"b\\c\nd' }, '{"@odata.context":"a\\"b\\\\c\\nd"}'],
    ['the octets of a PNG', octets('\x89PNG\xff\xfe\r\n'), '\x89PNG\xff\xfe\r\n'],
    ['an empty text', '', ''],
    ['false', false, 'false'],
  ])('%s (M-22, M-46)', (_, body, written) => {
    const text = encode([{ status: 200, headers: { 'Content-Type': 'x/y' }, body }]);
    expect(text.endsWith(`\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: x/y\r\n\r\n${written}\r\n--b--\r\n`)).toBe(
      true,
    );
  });

  it("values by the caller's stringify", () => {
    expect(
      encode([{ status: 200, body: { a: 1 } }], { json: { stringify: () => '9007199254740993' } }),
    ).toContain('\r\n\r\n9007199254740993\r\n--b--');
  });

  it.each([100, 204, 304])('and none with %i (H-66)', (status) => {
    expect(issues([{ status, body: '\r\n' }])).toEqual(['responses[0].body: body-not-allowed']);
    expect(issues([{ status, body: null }])).toEqual(['responses[0].body: body-not-allowed']);
    expect(encode([{ status, body: '' }])).toContain(`\r\nHTTP/1.1 ${status} `);
  });

  it('Content-Length is checked in octets (b2) (H-63)', () => {
    expect(issues([{ status: 200, headers: { 'content-length': '14' }, body: '{"s":"🎉"}' }])).toEqual([
      'responses[0].headers.Content-Length: content-length-mismatch',
    ]);
    expect(encode([{ status: 200, headers: { 'content-length': '12' }, body: '{"s":"🎉"}' }])).toContain(
      '\r\nContent-Length: 12\r\n',
    );
    expect(encode([{ status: 200, body: 'x' }])).not.toContain('Content-Length');
  });
});

describe("nothing of the caller's becomes structure (b5, b7)", () => {
  it.each(['\r\nX-Evil: 1', '\n', '\r', '\x00'])(
    '%j is refused in id, reason, header and boundary (H-44, M-02)',
    (evil) => {
      expect(issues([{ status: 200, id: `1${evil}` }])).toEqual(['responses[0].id: invalid-content-id']);
      expect(issues([[{ status: 200, id: `1${evil}` }]])).toEqual(['responses[0][0].id: invalid-content-id']);
      expect(issues([{ status: 200, statusText: `OK${evil}` }])).toEqual([
        'responses[0].statusText: invalid-header-value',
      ]);
      expect(issues([{ status: 200, headers: { A: `1${evil}` } }])).toEqual([
        'responses[0].headers.A: invalid-header-value',
      ]);
      expect(issues([{ status: 200, headers: { [`A${evil}`]: '1' } }])).toEqual([
        'responses[0].headers: invalid-header-name',
      ]);
      expect(issues([{ status: 200 }], { boundary: `b${evil}` })).toEqual([
        'options.boundary: invalid-boundary',
      ]);
    },
  );

  it.each([
    ['a body', { body: 'x --B0' }],
    ['a header', { headers: { A: 'x--B0' } }],
    ['a reason', { statusText: '--B0' }],
  ])("the caller's boundary is refused in %s (M-31)", (_, rest) => {
    expect(issues([{ status: 200, ...rest }], { boundary: 'B0' })).toEqual([
      'responses[0]: boundary-in-content',
    ]);
  });
});

describe('status, version and boundaries', () => {
  it.each([
    ['2.0', 202, 'DataServiceVersion'],
    ['3.0', 202, 'DataServiceVersion'],
    ['4.0', 200, 'OData-Version'],
    ['4.01', 200, 'OData-Version'],
  ] as const)('%s answers %i with %s (B-04, B-08, X1)', (version, status, name) => {
    const answer = encodeBatchResponse([{ status: 204 }], { version, boundary: 'b' });
    expect(answer.status).toBe(status);
    expect(answer.headers).toEqual({ 'Content-Type': 'multipart/mixed; boundary=b', [name]: version });
    expect(answer.contentType).toBe('multipart/mixed; boundary=b');
  });

  it.each(['multipart', 'json'] as const)('take nothing from the answers inside, %s (H-55)', (format) => {
    const created: OutgoingResponse = {
      status: 201,
      headers: { ETag: 'W/"1"', Location: 'https://host.example/A(1)', 'OData-EntityId': 'A(1)' },
    };
    const { headers, body } = encodeBatchResponse([created], { format, version: '4.01' });
    expect(Object.keys(headers)).toEqual(['Content-Type', 'OData-Version']);
    expect(textOf(body)).toContain('https://host.example/A(1)');
    expect(textOf(body)).not.toMatch(/AsyncResult/i);
  });

  it('are those of the request unless told otherwise', () => {
    const body = octets(crlf('--b', ...HEAD, '', 'GET A HTTP/1.1', '', '', '--b--'));
    const request = decodeBatchRequest({
      headers: { 'Content-Type': 'multipart/mixed; boundary=b', DataServiceVersion: '3.0' },
      body,
    });
    expect(encodeBatchResponse([{ status: 200 }], { request })).toMatchObject({
      status: 202,
      headers: { DataServiceVersion: '3.0' },
    });
    expect(encodeBatchResponse([{ status: 200 }], { request, version: '4.01', status: 400 })).toMatchObject({
      status: 400,
      headers: { 'OData-Version': '4.01' },
    });
  });

  it('begin with the words that clients look for, whatever the boundary of the request was (M-04, M-14)', () => {
    const { contentType, body } = encodeBatchResponse([[{ status: 204 }]]);
    expect(contentType).toMatch(/^multipart\/mixed; boundary=batchresponse_[0-9a-f]{32}$/);
    expect(textOf(body)).toMatch(
      /\r\nContent-Type: multipart\/mixed; boundary=changesetresponse_1_[0-9a-f]{32}\r\n/,
    );
  });

  it('make a Response', async () => {
    const { body, status, headers } = encodeBatchResponse([{ status: 204 }], { boundary: 'b' });
    const response = new Response(body, { status, headers });
    expect(response.headers.get('content-type')).toBe('multipart/mixed; boundary=b');
    expect(textOf(new Uint8Array(await response.arrayBuffer()))).toBe(textOf(body));
  });
});

describe('a batch that was told to go on', () => {
  it.each([
    ['4.0', 'odata.continue-on-error=true'],
    ['4.01', 'continue-on-error=true'],
  ] as const)('says in %s that it did: %s (S-07)', (version, applied) => {
    const request = Object.assign(decodedRequest('continue-on-error'), { version });
    const responses = [{ status: 500 }, { status: 400 }, { status: 200 }];
    for (const encodeIt of [encodeBatchResponse, encodeBatchResponseStream]) {
      expect(encodeIt(responses, { request }).headers['Preference-Applied']).toBe(applied);
    }
  });

  it.each([undefined, 'continue-on-error=false', 'return=minimal'])(
    'says nothing where it was not: %s',
    (prefer) => {
      const { headers } = encodeBatchResponse([{ status: 500 }], { request: decodedRequest(prefer) });
      expect(headers).not.toHaveProperty('Preference-Applied');
    },
  );
});

describe('a service that goes on, or stops, whatever the client asked for', () => {
  const responses = (count: number) => [{ status: 500 }, { status: 400 }, { status: 200 }].slice(0, count);
  const encodings = [encodeBatchResponse, encodeBatchResponseStream] as const;

  it.each([undefined, 'continue-on-error=false', 'continue-on-error'])(
    'goes on by continueOnError: true, and owes all answers: Prefer %s (S-04, S-08)',
    (prefer) => {
      const options = { request: decodedRequest(prefer), continueOnError: true };
      for (const encodeIt of encodings) {
        const { headers } = encodeIt(responses(3), options);
        const applied = prefer === 'continue-on-error' ? 'odata.continue-on-error=true' : undefined;
        expect(headers['Preference-Applied']).toBe(applied);
        expect(issuesOf(() => encodeIt(responses(2), options))).toEqual([
          'responses: response-count-mismatch',
        ]);
      }
    },
  );

  it('stops by continueOnError: false, and applies no preference then (S-07, P-04)', () => {
    const options = { request: decodedRequest('continue-on-error'), continueOnError: false };
    for (const encodeIt of encodings) {
      expect(encodeIt(responses(1), options).headers).not.toHaveProperty('Preference-Applied');
    }
  });

  it('says so with true or false', () => {
    const options = { continueOnError: 'always' as never };
    expect(issues([{ status: 200 }], options)).toEqual(['options.continueOnError: invalid-option']);
  });
});

describe('what can not be answered', () => {
  const ok = { status: 200 };
  const failed = { status: 500 };

  it.each<[string, unknown, string[]]>([
    ['nothing (M-25)', [], ['responses: empty-batch']],
    ['no list', {}, ['responses: invalid-option']],
    ['an empty change set', [[]], ['responses[0]: empty-change-set']],
    [
      'a status outside of 100 to 599',
      [{ status: 99 }, { status: 600 }, { status: 200.5 }, { status: '200' }, null, {}],
      Array.from({ length: 6 }, (_, at) => `responses[${at}].status: invalid-status`),
    ],
    [
      'a change set with a failure in it (P-03, X2)',
      [[ok, failed]],
      ['responses[0][1]: change-set-partly-failed'],
    ],
    ['202 in a change set (P-06)', [[{ status: 202 }]], ['responses[0][0]: accepted-in-change-set']],
    [
      'a reference where a URL belongs (R-15)',
      [
        { status: 201, headers: { Location: '$1/Orders(1)' } },
        { status: 204, headers: { 'odata-entityid': '$1' } },
        { status: 200, headers: { 'Content-Location': '$a.b?x' } },
        { status: 201, headers: { Location: 'Orders($1)', 'Content-Location': '$metadata#x', ETag: '$1' } },
      ],
      [
        'responses[0].headers.Location: reference-in-response',
        'responses[1].headers.OData-EntityId: reference-in-response',
        'responses[2].headers.Content-Location: reference-in-response',
      ],
    ],
    [
      'a stream as body',
      [{ status: 200, body: new ReadableStream() }],
      ['responses[0].body: body-not-encodable'],
    ],
  ])('%s', (_, responses, expected) => {
    expect(issues(responses)).toEqual(expected);
  });

  it.each<[string, readonly unknown[], string[]]>([
    ['too many', [ok, [ok, ok], ok, ok], ['responses: response-count-mismatch']],
    ['too few, the last a success', [ok, [ok, ok]], ['responses: response-count-mismatch']],
    ['too few in the change set', [ok, [ok], ok], ['responses[1]: response-count-mismatch']],
    ['too many in the change set', [ok, [ok, ok, ok], ok], ['responses[1]: response-count-mismatch']],
    ['a list where one answer is asked for', [[ok], [ok, ok], ok], ['responses[0]: response-count-mismatch']],
    ['one success for a change set', [ok, ok, ok], ['responses[1]: response-count-mismatch']],
  ])('a request by answers that are %s (P-02)', (_, responses, expected) => {
    expect(issues(responses, { request: decodedRequest() })).toEqual(expected);
  });

  it('fewer, where the last is a failure and the client did not ask to go on, are enough (P-04, X7)', () => {
    const responses: OutgoingResponse[] = [{ status: 404 }];
    expect(encode(responses, { request: decodedRequest() })).toContain('\r\nHTTP/1.1 404 Not Found\r\n');
    expect(encode(responses, { request: decodedRequest('continue-on-error=false') })).toContain(
      '\r\nHTTP/1.1 404 Not Found\r\n',
    );
    expect(issues(responses, { request: decodedRequest('continue-on-error') })).toEqual([
      'responses: response-count-mismatch',
    ]);
  });

  it.each([
    ['version', '9'],
    ['version', '__proto__'],
  ])('options.%s %j', (name, value) => {
    expect(issues([ok], { [name]: value })).toEqual([`options.${name}: invalid-option`]);
  });

  it.each(['200', 99, 600, 200.5])('an outer status of %j', (status) => {
    expect(issues([ok], { status: status as number })).toEqual(['options.status: invalid-status']);
  });
});
