import { describe, expect, it } from 'vitest';
import { type Batch, defineBatch } from '../../../src/batch/operation.ts';
import { decodeBatchResponse } from '../../../src/formats/decode-batch-response.ts';
import { encodeBatchRequest } from '../../../src/formats/encode-batch-request.ts';
import type { DecodeResponseOptions } from '../../../src/formats/read-answer.ts';
import type { BatchWarning } from '../../../src/reading.ts';
import { answerText, buildAnswer } from '../build-answer.ts';
import { crlf, octets, textOf } from '../build-octets.ts';
import { errorOf } from '../catch-error.ts';

const GETS = defineBatch([
  { method: 'GET', url: 'A' },
  { method: 'GET', url: 'B' },
  { method: 'GET', url: 'C' },
]);
const HTTP = 'Content-Type: application/http';
const JSON_TYPE = 'Content-Type: application/json';
const request = encodeBatchRequest(GETS);

const outcomes = (results: readonly unknown[]) =>
  results.flat().map((result) => (result as { outcome: string }).outcome);

describe('with the request', () => {
  it("gives each operation its result: the caller's object, id, place and answer", () => {
    const [first, second] = decodeBatchResponse(
      buildAnswer([
        { status: 200, headers: [JSON_TYPE, 'ETag: W/"a:b"'], body: '{"a":1}' },
        { status: 404, headers: [JSON_TYPE], body: '{"error":{"code":"E","message":"Gone","target":"B"}}' },
        { status: 204 },
      ]),
      { request },
    );
    expect(first).toMatchObject({
      outcome: 'succeeded',
      ok: true,
      id: '1',
      index: 0,
      path: [0],
      status: 200,
      statusText: 'Reason',
      value: { a: 1 },
    });
    expect(first?.operation).toBe(GETS[0]);
    if (first?.outcome !== 'succeeded' || second?.outcome !== 'failed') return expect.unreachable();
    expect(first.headers.get('etag')).toBe('W/"a:b"');
    expect(textOf(first.bytes)).toBe('{"a":1}');
    expect(first.text()).toBe('{"a":1}');
    expect(first.json()).toEqual({ a: 1 });
    expect(second).toMatchObject({
      ok: false,
      status: 404,
      error: { code: 'E', message: 'Gone', target: 'B' },
    });
    expect(second.text()).toBe('{"error":{"code":"E","message":"Gone","target":"B"}}');
    expect(second.json()).toEqual({ error: { code: 'E', message: 'Gone', target: 'B' } });
  });

  it('takes the plan as well as the encoded request', () => {
    const answer = buildAnswer([{ status: 200 }, { status: 200 }, { status: 204 }]);
    expect(outcomes(decodeBatchResponse(answer, { request: request.plan }))).toEqual(
      Array(3).fill('succeeded'),
    );
  });

  it.each([
    ['no body', { status: 500 }, { code: '500', message: 'Reason' }],
    [
      'text',
      { status: 503, headers: ['Content-Type: text/plain'], body: 'busy' },
      { code: '503', message: 'busy' },
    ],
    ['broken JSON', { status: 400, headers: [JSON_TYPE], body: '{' }, { code: '400', message: 'Reason' }],
    [
      'JSON that is no error',
      { status: 400, headers: [JSON_TYPE], body: '[1]' },
      { code: '400', message: 'Reason' },
    ],
    [
      'an error without code',
      { status: 401, headers: [JSON_TYPE], body: '{"Message":"Denied"}' },
      { code: '401', message: 'Denied' },
    ],
  ])('has an error for a failed answer with %s', (_, part, error) => {
    const [result] = decodeBatchResponse(buildAnswer([part]), {
      request: encodeBatchRequest([{ method: 'GET', url: 'A' }]),
    });
    expect(result).toMatchObject({ outcome: 'failed', error });
  });

  it.each([100, 199, 300, 302, 400, 599, 600, 999, 0])(
    '%i is a failure, 2xx and 304 are not (H-20)',
    (status) => {
      const [result] = decodeBatchResponse(buildAnswer([{ status }]), {
        request: encodeBatchRequest([{ method: 'GET', url: 'A' }]),
      });
      expect(result).toMatchObject({ outcome: 'failed', ok: false, status, error: { code: String(status) } });
    },
  );

  it('parses a value when it is first asked for, and once', () => {
    const texts: string[] = [];
    const parse = (text: string) => {
      texts.push(text);
      return { text };
    };
    const part = { status: 200, headers: [JSON_TYPE], body: '{"a":1}' };
    const [first] = decodeBatchResponse(buildAnswer([part, part, part]), { request, json: { parse } });
    expect(texts).toEqual([]);
    if (first?.outcome !== 'succeeded') return expect.unreachable();
    expect(first.value).toBe(first.value);
    expect(texts).toEqual(['{"a":1}']);
  });

  it('a broken body throws when it is asked for, not before: the operation happened', () => {
    const [first] = decodeBatchResponse(buildAnswer([{ status: 200, headers: [JSON_TYPE], body: '{' }]), {
      request: encodeBatchRequest([{ method: 'GET', url: 'A' }]),
    });
    if (first?.outcome !== 'succeeded') return expect.unreachable();
    expect(errorOf(() => first.value)).toMatchObject({ code: 'invalid-json', path: 'parts[0]' });
    expect(first.text()).toBe('{');
  });

  it('keeps integers of 64 bits where the caller parses them (b7)', () => {
    const parse = (text: string) => BigInt(/\d+/.exec(text)?.[0] ?? '0');
    const [first] = decodeBatchResponse(
      buildAnswer([{ status: 200, headers: [JSON_TYPE], body: '{"id":9007199254740993}' }]),
      {
        request: encodeBatchRequest([{ method: 'GET', url: 'A' }]),
        json: { parse },
      },
    );
    expect(first).toMatchObject({ value: 9007199254740993n });
  });

  it('repeats requests with __proto__ and constructor as headers', () => {
    const [first] = decodeBatchResponse(
      buildAnswer([{ status: 200, headers: ['__proto__: a', 'constructor: b'] }]),
      { request: encodeBatchRequest([{ method: 'GET', url: 'A' }]) },
    );
    if (first?.outcome !== 'succeeded') return expect.unreachable();
    expect(first.headers.get('__proto__')).toBe('a');
    expect(first.headers.get('constructor')).toBe('b');
    expect(first.headers.get('toString')).toBeNull();
    expect([...new Headers(first.headers as never)]).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
  });
});

describe('without the request', () => {
  it('tells what the wire says, in its order, nested like it', () => {
    const results = decodeBatchResponse(
      buildAnswer([
        { status: 200, id: 'g' },
        [
          { status: 201, id: '<2>' },
          { status: 400, headers: [JSON_TYPE], body: '{"error":{"code":"E","message":"Bad"}}' },
        ],
        { status: 204 },
      ]),
    );
    expect(results).toMatchObject([
      { outcome: 'succeeded', operation: undefined, id: 'g', index: 0, path: [0], status: 200 },
      [
        { outcome: 'succeeded', id: '<2>', index: 1, path: [1, 0], status: 201 },
        {
          outcome: 'failed',
          id: undefined,
          index: 2,
          path: [1, 1],
          status: 400,
          error: { code: 'E', message: 'Bad' },
        },
      ],
      { outcome: 'succeeded', id: undefined, index: 3, path: [2], status: 204 },
    ]);
  });

  it('of an empty batch is nothing, with a warning (M-25)', () => {
    const warnings: string[] = [];
    expect(decodeBatchResponse(buildAnswer([]), { onWarning: ({ code }) => warnings.push(code) })).toEqual(
      [],
    );
    expect(warnings).toEqual(['empty-batch']);
  });
});

describe('parts that begin alike', () => {
  const ENCODING = 'Content-Transfer-Encoding: binary';
  const part = (headers: readonly string[], status: number) =>
    crlf('--b', ...headers, '', `HTTP/1.1 ${status} X`, '', `{${status}}`);
  const set = (status: number) =>
    crlf('--b', 'Content-Type: multipart/mixed; boundary=cs', '') +
    part([HTTP, ENCODING, 'Content-ID: in'], status).replace('--b', '--cs') +
    part([HTTP, ENCODING, 'Content-ID: in'], status + 1).replace('--b', '--cs') +
    crlf('--cs--');
  const decode = (...parts: readonly string[]) =>
    decodeBatchResponse({
      contentType: 'multipart/mixed; boundary=b',
      body: octets(`${parts.join('')}--b--`),
    }).map((item) =>
      [item].flat().map((result) => [result.id, 'bytes' in result ? textOf(result.bytes) : result.outcome]),
    );

  it('have what their own headers say, whichever came before', () => {
    const usual = (status: number, ...more: readonly string[]) => part([HTTP, ENCODING, ...more], status);
    const answer = [
      usual(200),
      usual(201),
      usual(202, 'Content-ID: 1'),
      usual(203, 'Content-ID: 1'),
      usual(204, 'Content-ID: 2'),
      set(210),
      set(220),
      usual(230),
      part([`${HTTP};msgtype=response`, 'Content-ID: 3'], 240),
      part([`${HTTP};msgtype=response`, 'Content-ID: 3'], 241),
      usual(250),
      usual(251, 'Content-ID: 1'),
    ];
    expect(decode(...answer)).toEqual([
      [[undefined, '{200}']],
      [[undefined, '{201}']],
      [['1', '{202}']],
      [['1', '{203}']],
      [['2', '{204}']],
      ['210', '211'].map((status) => ['in', `{${status}}`]),
      ['220', '221'].map((status) => ['in', `{${status}}`]),
      [[undefined, '{230}']],
      [['3', '{240}']],
      [['3', '{241}']],
      [[undefined, '{250}']],
      [['1', '{251}']],
    ]);
  });

  it('are refused where the headers of both are wrong', () => {
    const parts = [part([HTTP, 'Content-Transfer-Encoding: base64'], 200), part([HTTP], 200)];
    for (const order of [parts, parts.toReversed(), [parts[1], parts[1], parts[0]]]) {
      expect(errorOf(() => decode(...(order as string[])))).toMatchObject({
        code: 'unsupported-transfer-encoding',
        path: `parts[${order.indexOf(parts[0] as string)}]`,
      });
    }
  });
});

describe('the outer answer', () => {
  const body = octets(answerText([{ status: 200 }, { status: 200 }, { status: 204 }]));

  it.each([200, 202, 400, 500, undefined])(
    'with status %s and a multipart body is a batch: the Content-Type decides (X1, P-16, P-01)',
    (status) => {
      expect(
        outcomes(
          decodeBatchResponse({ status, contentType: 'multipart/mixed; boundary=b', body }, { request }),
        ),
      ).toEqual(Array(3).fill('succeeded'));
    },
  );

  it.each([
    [
      '401 with JSON',
      401,
      'application/json',
      '{"error":{"code":"Auth","message":"No"}}',
      { code: 'Auth', message: 'No' },
    ],
    ['413 with HTML', 413, 'text/html', '<html>--b</html>', undefined],
    ['200 with HTML that looks like a batch', 200, 'text/html', answerText([{ status: 200 }]), undefined],
    ['500 without a type', 500, null, '', undefined],
    ['202 without a Location', 202, null, '', undefined],
    ['200 with multipart of another kind', 200, 'multipart/related; boundary=b', '', undefined],
  ])('%s is no batch, and is not parsed as one (P-18)', (_, status, contentType, text, error) => {
    const thrown = errorOf(() =>
      decodeBatchResponse(
        { status, contentType, headers: { 'Retry-After': '5' }, body: octets(text) },
        { request },
      ),
    );
    expect(thrown).toMatchObject({ name: 'BatchResponseError', code: 'not-a-batch', status });
    if (
      !(thrown instanceof Error) ||
      !('headers' in thrown) ||
      !('bytes' in thrown) ||
      !('results' in thrown)
    )
      return expect.unreachable();
    expect([...(thrown.headers as Iterable<unknown>)]).toContainEqual(['Retry-After', '5']);
    expect(textOf(thrown.bytes as Uint8Array)).toBe(text);
    expect((thrown as { error?: unknown }).error).toEqual(error);
    const isRefusal = status === 401 || status === 413;
    expect(outcomes(thrown.results as unknown[])).toEqual(
      Array(3).fill(isRefusal ? 'not-executed' : 'unknown'),
    );
    expect(thrown.results).toMatchObject([{ cause: { status } }, {}, {}]);
  });

  it('without the request has no results', () => {
    const thrown = errorOf(() => decodeBatchResponse({ status: 401, contentType: 'text/plain', body: 'no' }));
    expect(thrown).toMatchObject({ code: 'not-a-batch' });
    expect(Object.hasOwn(thrown as object, 'results')).toBe(false);
  });

  it('202 with a Location and no batch leaves all pending, where that was asked for (X1, A-01)', () => {
    const asked = encodeBatchRequest([GETS[0] as never, [{ method: 'POST', url: 'P' }]] as Batch, {
      headers: { Prefer: 'respond-async' },
    });
    const message = { status: 202, headers: { Location: 'https://h/m', 'Retry-After': '9' }, body: '' };
    const results = decodeBatchResponse(message, { request: asked });
    expect(results).toMatchObject([
      { outcome: 'pending', monitor: 'https://h/m', retryAfter: '9' },
      [{ outcome: 'pending' }],
    ]);
    expect(errorOf(() => decodeBatchResponse(message, { request }))).toMatchObject({
      code: 'not-a-batch',
      status: 202,
    });
    expect(errorOf(() => decodeBatchResponse(message))).toMatchObject({ code: 'not-a-batch', status: 202 });
  });

  it('as application/http is opened: that is how a monitor gives it (A-02)', () => {
    const inner = `HTTP/1.1 200 OK\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${answerText([{ status: 200 }, { status: 202, headers: ['Location: /m2'] }])}`;
    const results = decodeBatchResponse({ contentType: 'application/http', body: inner }, { request });
    expect(outcomes(results)).toEqual(['succeeded', 'pending', 'pending']);
    const refused = `HTTP/1.1 403 No\r\nContent-Type: text/plain\r\n\r\nno`;
    expect(
      errorOf(() => decodeBatchResponse({ contentType: 'application/http', body: refused }, { request })),
    ).toMatchObject({ code: 'not-a-batch', status: 403 });
  });

  it('tells monitors relative to the URL that it came from, where that is known (A-01)', () => {
    const asked = encodeBatchRequest(GETS, { headers: { Prefer: 'respond-async' } });
    const monitor = (url?: string) => {
      const message = { status: 202, headers: { Location: 'later/7' }, body: '', url };
      const [result] = decodeBatchResponse(message, { request: asked });
      return result?.outcome === 'pending' && result.monitor;
    };
    expect(monitor('https://h/svc/$batch')).toBe('https://h/svc/later/7');
    expect(monitor()).toBe('later/7');
    expect(monitor('')).toBe('later/7');
    const wrong = () => decodeBatchResponse({ body: '', url: 1 as never }, { request });
    expect(errorOf(wrong)).toMatchObject({ code: 'invalid-option', issues: [{ path: 'message.url' }] });

    const parts = answerText([{ status: 200 }, { status: 202, headers: ['Location: ../m2'] }]);
    const results = decodeBatchResponse(
      { contentType: 'multipart/mixed; boundary=b', body: parts, url: 'https://h/svc/$batch' },
      { request: asked },
    );
    expect(results[1]).toMatchObject({ outcome: 'pending', monitor: 'https://h/m2' });
  });

  it('from a monitor that sends it as it is has its status in AsyncResult (A-03)', () => {
    const headers = { AsyncResult: '200' };
    const parts = answerText([{ status: 200 }, { status: 202, headers: ['Location: /m2'] }]);
    const message = { headers, contentType: 'multipart/mixed; boundary=b', body: parts };
    expect(outcomes(decodeBatchResponse(message, { request }))).toEqual(['succeeded', 'pending', 'pending']);
    const error = { error: { code: 'E', message: 'No' } };
    const refused = { status: 200, headers: { AsyncResult: '503', 'Content-Type': 'application/json' } };
    expect(
      errorOf(() => decodeBatchResponse({ ...refused, body: JSON.stringify(error) }, { request })),
    ).toMatchObject({ code: 'not-a-batch', status: 503, error: error.error });
  });

  it('of another multipart type is read where that is tolerated', () => {
    expect(
      decodeBatchResponse(
        { contentType: 'multipart/batching; boundary=b', body },
        { request, tolerate: ['other-subtype'] },
      ),
    ).toHaveLength(3);
  });

  it('has a boundary of its own: that of the request means nothing (M-14)', () => {
    const sent = encodeBatchRequest(GETS, { boundary: 'sent' });
    expect(
      outcomes(decodeBatchResponse({ contentType: 'multipart/mixed; boundary=b', body }, { request: sent })),
    ).toEqual(Array(3).fill('succeeded'));
    expect(
      errorOf(() =>
        decodeBatchResponse({ contentType: 'multipart/mixed; boundary=sent', body }, { request: sent }),
      ),
    ).toMatchObject({ code: 'missing-delimiter' });
  });
});

describe('what services do', () => {
  const decode = (text: string, options: DecodeResponseOptions = {}) => {
    const warnings: BatchWarning[] = [];
    const results = decodeBatchResponse(
      { contentType: 'multipart/mixed; boundary=b', body: octets(text) },
      { ...options, onWarning: (warning) => warnings.push(warning) },
    );
    return { results, warnings: warnings.map(({ code }) => code) };
  };

  it.each([
    [
      'no transfer encoding (P-21, X6)',
      crlf('--b', HTTP, '', 'HTTP/1.1 204 No Content', '', '', '--b--'),
      [],
    ],
    [
      'an id in the HTTP message (X5)',
      crlf('--b', HTTP, '', 'HTTP/1.1 204 No Content', 'Content-ID: x', '', '', '--b--'),
      [],
    ],
    [
      'an empty line more before the delimiter (P-22, H-66)',
      crlf('--b', HTTP, '', 'HTTP/1.1 204 No Content', '', '', '', '--b--'),
      [],
    ],
    [
      'three dashes (M-34)',
      crlf('--b', HTTP, '', 'HTTP/1.1 204 No Content', '', '', '--b---'),
      ['three-dash-close'],
    ],
    ['no reason (H-17)', crlf('--b', HTTP, '', 'HTTP/1.1 204', '', '', '--b--'), []],
    [
      'a space before a colon (H-41)',
      crlf('--b', HTTP, '', 'HTTP/1.1 204 No Content', 'A : 1', '', '', '--b--'),
      ['space-before-colon'],
    ],
    [
      'a folded field (H-46)',
      crlf('--b', HTTP, '', 'HTTP/1.1 204 No Content', 'A: 1', ' 2', '', '', '--b--'),
      ['folded-header'],
    ],
    [
      'a Content-Length that is no number (H-65)',
      crlf('--b', HTTP, '', 'HTTP/1.1 200 OK', 'Content-Length: -1', '', '', '--b--'),
      ['invalid-content-length'],
    ],
    [
      'an id of any syntax (B-16)',
      crlf('--b', HTTP, 'Content-ID: <1@h>', '', 'HTTP/1.1 204 No Content', '', '', '--b--'),
      ['invalid-content-id'],
    ],
  ])('is accepted with a warning where it is wrong: %s', (_, text, warnings) => {
    const decoded = decode(text);
    expect(decoded.results).toHaveLength(1);
    expect(decoded.warnings).toEqual(warnings);
  });

  it('prefers the id of the part (X5)', () => {
    expect(
      decode(crlf('--b', HTTP, 'Content-ID: o', '', 'HTTP/1.1 204 No', 'Content-ID: i', '', '', '--b--'))
        .results,
    ).toMatchObject([{ id: 'o' }]);
  });

  it('a change set without its close delimiter is read where its members are all there (M-32)', () => {
    const open = (count: number) => {
      const members = Array.from({ length: count }, () =>
        crlf('--c', HTTP, '', 'HTTP/1.1 204 No Content', '', ''),
      ).join('');
      return {
        contentType: 'multipart/mixed; boundary=b',
        body: `${crlf('--b', 'Content-Type: multipart/mixed; boundary=c', '')}${members}--b--`,
      };
    };
    const sent = encodeBatchRequest([
      [
        { method: 'POST', url: 'A' },
        { method: 'POST', url: 'B' },
      ],
    ]);
    expect(outcomes(decodeBatchResponse(open(2), { request: sent }))).toEqual(['succeeded', 'succeeded']);
    expect(errorOf(() => decodeBatchResponse(open(1), { request: sent }))).toMatchObject({
      code: 'missing-inner-close',
      path: 'parts[0]',
      results: [[{ outcome: 'unknown' }, { outcome: 'unknown' }]],
    });
  });
});

describe('what makes the whole answer unusable', () => {
  const whole = answerText([
    { status: 200, body: 'one' },
    { status: 200, body: 'two' },
    { status: 200, body: 'three' },
  ]);
  const message = (body: string) => ({ contentType: 'multipart/mixed; boundary=b', body: octets(body) });

  it('is told with the results so far: cut off before the last dash (M-33, P-19, X10)', () => {
    const ends = [...whole.matchAll(/\r\n--b\r\n/g)].map(({ index }) => index + 7);
    for (let cut = 0; cut < whole.length - 2; cut++) {
      const error = errorOf(() => decodeBatchResponse(message(whole.slice(0, cut)), { request }));
      // A part is finished when the whole line of the delimiter behind it is there: `--b` may be the start of `--bX`.
      const finished = ends.filter((end) => end <= cut).length;
      expect(error).toMatchObject({ code: cut < 3 ? 'missing-delimiter' : 'missing-close-delimiter' });
      const results = (error as { results: unknown[] }).results;
      expect(results).toHaveLength(3);
      const expected = [0, 1, 2].map((part) => (part < finished ? 'succeeded' : 'unknown'));
      expect({ cut, outcomes: outcomes(results) }).toEqual({ cut, outcomes: expected });
    }
    expect(outcomes(decodeBatchResponse(message(whole.slice(0, -2)), { request }))).toEqual(
      Array(3).fill('succeeded'),
    );
  });

  it('has the error as cause of what is unknown', () => {
    const cut = whole.slice(0, whole.indexOf('three') + 2);
    const error = errorOf(() => decodeBatchResponse(message(cut), { request }));
    expect(error).toMatchObject({
      code: 'missing-close-delimiter',
      results: [
        { outcome: 'succeeded' },
        { outcome: 'succeeded' },
        { outcome: 'unknown', cause: { code: 'missing-close-delimiter' } },
      ],
    });
  });

  it('is told with what the wire says where there is no request', () => {
    const cut = whole.slice(0, whole.indexOf('three'));
    expect(errorOf(() => decodeBatchResponse(message(cut)))).toMatchObject({
      results: [
        { status: 200, index: 0 },
        { status: 200, index: 1 },
      ],
    });
  });

  it('gives what is whole where that is tolerated, the rest unknown (X10)', () => {
    const named = answerText(['1', '2', '3'].map((id) => ({ status: 200, id, body: `body ${id}` })));
    const cut = named.slice(0, named.indexOf('body 3'));
    const results = decodeBatchResponse(message(cut), { request, tolerate: ['truncated'] });
    expect(outcomes(results)).toEqual(['succeeded', 'succeeded', 'unknown']);
  });

  it('is a part that is none: the results before it are kept', () => {
    const text = whole.replace('HTTP/1.1 200 Reason\r\n\r\ntwo', 'Unknown Status Code\r\n\r\ntwo');
    expect(errorOf(() => decodeBatchResponse(message(text), { request }))).toMatchObject({
      code: 'invalid-status-line',
      path: 'parts[1]',
      results: [{ outcome: 'succeeded', status: 200 }, { outcome: 'unknown' }, { outcome: 'unknown' }],
    });
  });

  it('is a limit: the results before it are kept', () => {
    expect(
      errorOf(() => decodeBatchResponse(message(whole), { request, limits: { maxParts: 2 } })),
    ).toMatchObject({
      name: 'BatchLimitError',
      limit: 'maxParts',
      results: [{ outcome: 'succeeded' }, { outcome: 'succeeded' }, { outcome: 'unknown' }],
    });
    expect(
      errorOf(() =>
        decodeBatchResponse(message(whole), { request, limits: { maxMessageBytes: whole.length - 1 } }),
      ),
    ).toMatchObject({
      name: 'BatchLimitError',
      limit: 'maxMessageBytes',
      maximum: whole.length - 1,
      actual: whole.length,
      results: [{ outcome: 'unknown' }, { outcome: 'unknown' }, { outcome: 'unknown' }],
    });
  });
});

describe('readError', () => {
  const xml = { status: 400, headers: ['Content-Type: application/xml'], body: '<code>E7</code>' };

  it('reads what the codec can not, before the codec tries', () => {
    const readError: DecodeResponseOptions['readError'] = (answer) => ({
      code: answer.text().slice(6, 8),
      message: String(answer.status),
    });
    const [result] = decodeBatchResponse(buildAnswer([xml]), {
      request: encodeBatchRequest([{ method: 'GET', url: 'A' }]),
      readError,
    });
    expect(result).toMatchObject({ outcome: 'failed', error: { code: 'E7', message: '400' } });
  });

  it('that gives nothing leaves it to the codec', () => {
    const part = { status: 400, headers: [JSON_TYPE], body: '{"error":{"code":"E","message":"Bad"}}' };
    const [result] = decodeBatchResponse(buildAnswer([part]), {
      request: encodeBatchRequest([{ method: 'GET', url: 'A' }]),
      readError: () => undefined,
    });
    expect(result).toMatchObject({ error: { code: 'E', message: 'Bad' } });
  });

  it('is not asked about what succeeded', () => {
    const asked: number[] = [];
    const readError: DecodeResponseOptions['readError'] = ({ status }) => {
      asked.push(status);
      return undefined;
    };
    decodeBatchResponse(buildAnswer([{ status: 200 }, { status: 304 }, { status: 404 }]), {
      request,
      readError,
    });
    expect(asked).toEqual([404]);
  });

  it('reads the error of an answer that is no batch', () => {
    const thrown = errorOf(() =>
      decodeBatchResponse(
        { status: 400, contentType: 'application/xml', body: '<code>E7</code>' },
        { request, readError: () => ({ code: 'E7', message: 'x' }) },
      ),
    );
    expect(thrown).toMatchObject({ code: 'not-a-batch', error: { code: 'E7', message: 'x' } });
  });

  it('may name the member of a change set that failed (P-15)', () => {
    const sent = encodeBatchRequest([
      [
        { method: 'POST', url: 'A' },
        { method: 'POST', url: 'B' },
      ],
    ]);
    const named = (error: object) =>
      decodeBatchResponse(buildAnswer([xml]), {
        request: sent,
        readError: () => ({ code: 'E', message: 'm', ...error }),
      });
    expect(outcomes(named({ contentId: '2' }))).toEqual(['rolled-back', 'failed']);
    expect(outcomes(named({ index: 0 }))).toEqual(['failed', 'rolled-back']);
  });

  it('that throws comes out as cause, with a result for each operation', () => {
    const failure = new TypeError('not mine');
    const readError = () => {
      throw failure;
    };
    const answer = buildAnswer([{ status: 200 }, xml, { status: 200 }]);
    const error = errorOf(() => decodeBatchResponse(answer, { request, readError }));
    expect(error).toMatchObject({ name: 'BatchUsageError', code: 'callback-failed', cause: failure });
    expect((error as { results: unknown[] }).results).toHaveLength(3);
    expect(errorOf(() => decodeBatchResponse(answer, { readError }))).toMatchObject({
      code: 'callback-failed',
      cause: failure,
    });
  });
});

it('a sentId that throws comes out as cause, with a result for each operation', () => {
  const failure = new TypeError('not mine');
  const sentId = () => {
    throw failure;
  };
  const sent = encodeBatchRequest(GETS, { service: { name: 's', sentId } });
  const error = errorOf(() =>
    decodeBatchResponse(buildAnswer([{ status: 200, id: '1' }, { status: 200 }, { status: 200 }]), {
      request: sent,
    }),
  );
  expect(error).toMatchObject({ name: 'BatchUsageError', code: 'callback-failed', cause: failure });
  expect((error as { results: unknown[] }).results).toHaveLength(3);
});
