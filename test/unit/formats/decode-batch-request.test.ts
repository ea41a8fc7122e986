import { describe, expect, it } from 'vitest';
import { type DecodeRequestOptions, decodeBatchRequest } from '../../../src/formats/decode-batch-request.ts';
import { encodeBatchRequest } from '../../../src/formats/encode-batch-request.ts';
import type { BatchWarning } from '../../../src/reading.ts';
import { crlf, octets, textOf } from '../build-octets.ts';
import { errorOf } from '../catch-error.ts';

const CONTENT_TYPE = 'multipart/mixed; boundary=b';
const HTTP = 'Content-Type: application/http';

const decode = (
  body: string,
  options: DecodeRequestOptions = {},
  contentType: string | null = CONTENT_TYPE,
) => decodeBatchRequest({ contentType, body: octets(body) }, options);

const get = (...headers: string[]) => crlf('--b', HTTP, '', 'GET A HTTP/1.1', ...headers, '', '', '--b--');
const changeSet = (...parts: string[]) =>
  `${crlf('--b', 'Content-Type: multipart/mixed; boundary=c', '')}${parts.join('')}${crlf('--c--', '--b--')}`;
const member = (id: string | undefined, line = 'POST A HTTP/1.1') =>
  crlf('--c', HTTP, ...(id === undefined ? [] : [`Content-ID: ${id}`]), '', line, '', '');

describe('decodeBatchRequest', () => {
  it('gives the operations in order, a change set as a list, with what answering them needs (B-09, S-01, S-09)', () => {
    const body = crlf(
      'preamble',
      '--b',
      HTTP,
      'Content-ID: g',
      '',
      'GET A HTTP/1.1',
      'Accept: a/b',
      '',
      '',
      '--b',
      'Content-Type: multipart/mixed; boundary="c d"',
      '',
      '--c d',
      HTTP,
      'Content-ID: 1',
      '',
      'POST B HTTP/1.1',
      'Content-Type: application/json',
      '',
      '{"a":1}',
      '--c d--',
      '--b--',
    );
    const batch = decode(body);
    const [first, second] = batch;
    expect(batch).toHaveLength(2);
    expect(first).toMatchObject({ method: 'GET', url: 'A', id: 'g', idPlacement: 'mime' });
    expect(second).toMatchObject([{ method: 'POST', url: 'B', id: '1' }]);
    if (first === undefined || !('method' in first) || second === undefined || 'method' in second)
      return expect.unreachable();
    expect([...first.headers]).toEqual([['Accept', 'a/b']]);
    expect(first.body).toBeUndefined();
    expect(first.bytes).toHaveLength(0);
    expect(textOf(second[0]?.bytes ?? octets(''))).toBe('{"a":1}');
    expect(second[0]?.json()).toEqual({ a: 1 });
    expect(second[0]?.text()).toBe('{"a":1}');
    expect(batch).toMatchObject({ format: 'multipart', version: '4.0', boundaries: ['b', 'c d'] });
    expect(batch.continueOnError).toBeUndefined();
  });

  it('gives operations that encode to the same octets again', () => {
    const { body, contentType } = encodeBatchRequest([
      { method: 'GET', url: 'A' },
      [
        { method: 'POST', url: '/B', body: { a: 1 } },
        { method: 'DELETE', url: '$2/x' },
      ],
    ]);
    const batch = decodeBatchRequest({ contentType, body });
    expect(textOf(encodeBatchRequest(batch, { boundary: batch.boundaries, accept: 'as-given' }).body)).toBe(
      textOf(body),
    );
  });

  it('takes a body as octets, an ArrayBuffer or a string; contentType wins over headers', () => {
    for (const body of [octets(get()), octets(get()).buffer, get()]) {
      expect(decodeBatchRequest({ contentType: CONTENT_TYPE, body })).toHaveLength(1);
      expect(decodeBatchRequest({ headers: { 'content-type': CONTENT_TYPE }, body })).toHaveLength(1);
      expect(
        decodeBatchRequest({
          headers: new Headers({ 'Content-Type': 'text/plain' }),
          contentType: CONTENT_TYPE,
          body,
        }),
      ).toHaveLength(1);
    }
  });

  it.each([
    [{ 'OData-Version': '4.01' }, '4.01'],
    [{ 'OData-Version': '4.0', 'OData-MaxVersion': '4.01' }, '4.0'],
    [{ 'OData-MaxVersion': '4.01;' }, '4.01'],
    [{ DataServiceVersion: '3.0;' }, '3.0'],
    [{ MaxDataServiceVersion: '2.0;NetFx' }, '2.0'],
    [{ 'OData-Version': 'nonsense' }, '4.0'],
    [{}, '4.0'],
  ])('of %j is of version %s (B-04, H-58)', (headers, version) => {
    expect(decodeBatchRequest({ headers, contentType: CONTENT_TYPE, body: get() }).version).toBe(version);
  });

  it.each([
    ['odata.continue-on-error', true],
    ['continue-on-error=false', false],
    ['return=minimal', undefined],
  ])('with Prefer: %s says of going on: %s (X7, S-04)', (prefer, expected) => {
    expect(
      decodeBatchRequest({ headers: { Prefer: prefer }, contentType: CONTENT_TYPE, body: get() })
        .continueOnError,
    ).toBe(expected);
  });

  it('resolves all three forms of URLs, by Host too (H-30, H-31, H-34)', () => {
    const urls = ['GET P(1) HTTP/1.1', 'GET /svc/P(1) HTTP/1.1', 'GET https://h/svc/P(1) HTTP/1.1'];
    const body = `${urls.map((line) => crlf('--b', HTTP, '', line, 'Host: h', '', '')).join('')}--b--`;
    const batch = decode(body, { serviceRoot: 'https://h/svc/' });
    expect(batch.map((item) => ('absoluteUrl' in item ? item.absoluteUrl : item))).toEqual(
      Array(3).fill('https://h/svc/P(1)'),
    );
    const [without] = decode(get());
    expect(without).toHaveProperty('absoluteUrl', undefined);
  });

  it('does not guess where a path is repeated (H-32)', () => {
    const [item] = decode(crlf('--b', HTTP, '', 'GET svc/P HTTP/1.1', '', '', '--b--'), {
      serviceRoot: 'https://h/svc/',
    });
    expect(item).toHaveProperty('absoluteUrl', 'https://h/svc/svc/P');
  });

  it('has no absolute URL for a reference (R-01)', () => {
    const [set] = decode(changeSet(member('1'), member('2', 'POST $1/Orders HTTP/1.1')), {
      serviceRoot: 'https://h/svc/',
    });
    expect(set).toMatchObject([
      { absoluteUrl: 'https://h/svc/A' },
      { url: '$1/Orders', absoluteUrl: '$1/Orders' },
    ]);
  });

  it('reads __proto__ and constructor as headers like any other', () => {
    const [item] = decode(get('__proto__: a', 'constructor: b'));
    if (item === undefined || !('headers' in item)) return expect.unreachable();
    expect([...item.headers]).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
    expect(item.headers.get('__proto__')).toBe('a');
  });

  it('tells the place of an operation whose body is no JSON', () => {
    const [item] = decode(
      crlf('--b', HTTP, '', 'POST A HTTP/1.1', 'Content-Type: application/json', '', '{', '--b--'),
    );
    if (item === undefined || !('json' in item)) return expect.unreachable();
    expect(errorOf(() => item.json())).toMatchObject({
      code: 'invalid-json',
      path: 'parts[0]',
      offset: 39,
      line: 4,
    });
  });

  it("parses JSON by the caller's parse", () => {
    const [item] = decode(
      crlf(
        '--b',
        HTTP,
        '',
        'POST A HTTP/1.1',
        'Content-Type: application/json',
        '',
        '9007199254740993',
        '--b--',
      ),
      {
        json: { parse: (text) => BigInt(text) },
      },
    );
    if (item === undefined || !('json' in item)) return expect.unreachable();
    expect(item.json()).toBe(9007199254740993n);
  });
});

describe('the outer Content-Type', () => {
  it.each([
    [null, 'invalid-media-type'],
    ['multipart', 'invalid-media-type'],
    ['application/json', 'not-a-batch'],
    ['multipart/batching; boundary=b', 'not-a-batch'],
    ['multipart/mixed', 'missing-boundary'],
    ['multipart/mixed; boundary=b; boundary=b', 'duplicate-boundary'],
    [`multipart/mixed; boundary=${'x'.repeat(71)}`, 'invalid-boundary'],
    ['multipart/mixed; boundary=""', 'invalid-boundary'],
    ['multipart/mixed; boundary="a;b"', 'invalid-boundary'],
    ['multipart/mixed; boundary=B', 'missing-delimiter'],
  ])('%s: %s (B-03, M-01, M-02, M-05, M-07, M-10)', (contentType, code) => {
    expect(errorOf(() => decode(get(), {}, contentType))).toMatchObject({
      code,
      offset: 0,
      line: 1,
      path: '',
    });
  });

  it('may be another multipart where that is tolerated', () => {
    expect(decode(get(), { tolerate: ['other-subtype'] }, 'multipart/batching; boundary=b')).toHaveLength(1);
  });
});

describe('Content-IDs', () => {
  it('of the part win over those of the HTTP message (X5)', () => {
    const [both] = decode(
      crlf('--b', HTTP, 'Content-ID: outer', '', 'GET A HTTP/1.1', 'Content-ID: inner', '', '', '--b--'),
    );
    expect(both).toMatchObject({ id: 'outer', idPlacement: 'mime' });
    const [inner] = decode(get('content-id: inner'));
    expect(inner).toMatchObject({ id: 'inner', idPlacement: 'http' });
    const [neither] = decode(get());
    expect(neither).not.toHaveProperty('id');
  });

  it.each([
    ['4.0', true],
    ['4.01', true],
    ['3.0', false],
    ['2.0', false],
  ] as const)(
    'may be missing in a change set of %s; that gives a warning: %s (B-14, X3)',
    (version, warned) => {
      const warnings: string[] = [];
      const onWarning = ({ code, path, line }: BatchWarning) => warnings.push(`${path}:${line} ${code}`);
      const body = changeSet(member(undefined), member('1'), member(undefined));
      const [set] = decode(body, { version, onWarning });
      expect([set].flat().map((operation) => operation?.id)).toEqual([undefined, '1', undefined]);
      expect(warnings).toEqual(
        warned
          ? ['parts[0].changeset[0]:5 missing-content-id', 'parts[0].changeset[2]:18 missing-content-id']
          : [],
      );
    },
  );

  it('that are missing can not be referred to (R-08)', () => {
    const reference = crlf('--c', HTTP, '', 'POST $1/Orders HTTP/1.1', '', '');
    expect(errorOf(() => decode(changeSet(member(undefined), reference)))).toMatchObject({
      code: 'unknown-reference',
      path: 'parts[0].changeset[1]',
    });
  });

  it('outside of change sets are not required (B-15)', () => {
    expect(decode(get(), { version: '4.01' })).toHaveLength(1);
  });

  const twoSets = `${crlf('--b', 'Content-Type: multipart/mixed; boundary=c', '')}${member('1')}${crlf('--c--')}${changeSet(member('1'))}`;

  it('are unique in the whole batch from 4.0 on, in a change set before (B-18, B-19, X4)', () => {
    for (const version of ['4.0', '4.01'] as const) {
      expect(errorOf(() => decode(twoSets, { version }))).toMatchObject({
        code: 'duplicate-content-id',
        path: 'parts[1].changeset[0]',
      });
    }
    expect(decode(twoSets, { version: '3.0' })).toHaveLength(2);
    expect(decode(twoSets, { tolerate: ['content-id-per-change-set'] })).toHaveLength(2);
    expect(errorOf(() => decode(changeSet(member('1'), member('1')), { version: '3.0' }))).toMatchObject({
      code: 'duplicate-content-id',
      path: 'parts[0].changeset[1]',
    });
  });

  it('are case-sensitive (B-18)', () => {
    expect([...decode(changeSet(member('a'), member('A')))]).toMatchObject([[{ id: 'a' }, { id: 'A' }]]);
  });

  it.each(['<1>', 'a b', '1@h', ''])('outside of the syntax are refused: %j (B-16)', (id) => {
    expect(errorOf(() => decode(changeSet(member(id))))).toMatchObject({ code: 'invalid-content-id' });
  });

  it('twice in one block are refused (H-48)', () => {
    expect(
      errorOf(() =>
        decode(crlf('--b', HTTP, 'Content-ID: 1', 'Content-ID: 1', '', 'GET A HTTP/1.1', '', '', '--b--')),
      ),
    ).toMatchObject({
      code: 'repeated-content-id',
      offset: 52,
      line: 4,
    });
  });
});

describe('references', () => {
  it('are refused where they look ahead or at nobody (R-04, R-08)', () => {
    expect(errorOf(() => decode(changeSet(member('1', 'POST $2/x HTTP/1.1'), member('2'))))).toMatchObject({
      code: 'forward-reference',
      path: 'parts[0].changeset[0]',
    });
    expect(errorOf(() => decode(changeSet(member('1'), member('2', 'POST $10/x HTTP/1.1'))))).toMatchObject({
      code: 'unknown-reference',
      path: 'parts[0].changeset[1]',
    });
  });

  it('may reach across change sets in all versions (R-05)', () => {
    const [first = ''] = changeSet(member('1')).split('--b--');
    for (const version of ['2.0', '3.0', '4.0', '4.01'] as const) {
      const later = `${first}${changeSet(member('2', 'POST $1/x HTTP/1.1'))}`;
      expect(decode(later, { version })).toHaveLength(2);
    }
  });

  it('mean their own change set where it has the id too, up to 3.0: then before it is ahead (R-04, R-05)', () => {
    const [first = ''] = changeSet(member('1')).split('--b--');
    const behind = `${first}${changeSet(member('1'), member('2', 'POST $1/x HTTP/1.1'))}`;
    const ahead = `${first}${changeSet(member('2', 'POST $1/x HTTP/1.1'), member('1'))}`;
    for (const version of ['2.0', '3.0'] as const) {
      expect(decode(behind, { version })).toHaveLength(2);
      expect(errorOf(() => decode(ahead, { version }))).toMatchObject({
        code: 'forward-reference',
        path: 'parts[1].changeset[0]',
      });
    }
    expect(errorOf(() => decode(ahead, { tolerate: ['content-id-per-change-set'] }))).toMatchObject({
      code: 'forward-reference',
    });
    const [second = ''] = changeSet(member('2', 'POST $1/x HTTP/1.1')).split('--b--');
    expect(decode(`${first}${second}${changeSet(member('1'))}`, { version: '3.0' })).toHaveLength(3);
  });

  it.each(['/$9/Orders', 'https://h/svc/$9/Orders'])(
    'are none where they are no first segment: %s is a URL like any other (R-09)',
    (url) => {
      const [item] = decode(crlf('--b', HTTP, '', `POST ${url} HTTP/1.1`, '', '', '--b--'));
      expect(item).toMatchObject({ url });
    },
  );

  it('are none where a system resource has the name (R-06)', () => {
    expect([...decode(crlf('--b', HTTP, '', 'GET $metadata HTTP/1.1', '', '', '--b--'))]).toMatchObject([
      { url: '$metadata' },
    ]);
  });
});

describe('parts', () => {
  it.each([
    [
      'of another type (H-04)',
      crlf('--b', 'Content-Type: text/plain', '', 'GET A HTTP/1.1', '', '', '--b--'),
      'unsupported-part-type',
      5,
    ],
    [
      'without type (M-39, H-01)',
      crlf('--b', '', 'GET A HTTP/1.1', '', '', '--b--'),
      'missing-content-type',
      5,
    ],
    [
      'in base64 (M-42)',
      crlf('--b', HTTP, 'Content-Transfer-Encoding: base64', '', 'x', '--b--'),
      'unsupported-transfer-encoding',
      5,
    ],
    ['without message (M-40)', crlf('--b', HTTP, '', '', '--b--'), 'missing-http-message', 39],
    [
      'with a change set in a change set (H-05)',
      changeSet(crlf('--c', 'Content-Type: multipart/mixed; boundary=d', '', '--d--')),
      'nested-change-set',
      55,
    ],
    [
      'with GET in a change set (B-12)',
      changeSet(member('1', 'GET A HTTP/1.1')),
      'method-in-change-set',
      104,
    ],
    [
      'with a batch in the batch (H-06)',
      crlf('--b', HTTP, '', 'POST /svc/$batch HTTP/1.1', '', '', '--b--'),
      'nested-batch',
      39,
    ],
    [
      'with the boundary of the batch (M-12)',
      crlf('--b', 'Content-Type: multipart/mixed; boundary=b', '', '', '--b--'),
      'boundary-conflict',
      5,
    ],
    [
      'of a change set without boundary (M-10)',
      crlf('--b', 'Content-Type: multipart/mixed', '', '', '--b--'),
      'missing-boundary',
      5,
    ],
    [
      'of a change set without operations',
      crlf('--b', 'Content-Type: multipart/mixed; boundary=c', '', '--c--', '--b--'),
      'empty-change-set',
      50,
    ],
    [
      'of a change set without delimiter',
      crlf('--b', 'Content-Type: multipart/mixed; boundary=c', '', 'x', '--b--'),
      'missing-delimiter',
      50,
    ],
  ])('%s', (_, body, code, offset) => {
    expect(errorOf(() => decode(body))).toMatchObject({ name: 'BatchSyntaxError', code, offset });
  });

  it.each(['binary', 'BINARY', '7bit', '8bit', '8BIT'])(
    'may be in %s, or say nothing (M-42, M-43, X6)',
    (encoding) => {
      expect(
        decode(
          crlf('--b', HTTP, `Content-Transfer-Encoding: ${encoding}`, '', 'GET A HTTP/1.1', '', '', '--b--'),
        ),
      ).toHaveLength(1);
      expect(decode(get())).toHaveLength(1);
    },
  );

  it('with GET in a change set are read where that is tolerated (B-12)', () => {
    expect([
      ...decode(changeSet(member('1', 'GET A HTTP/1.1')), { tolerate: ['get-in-change-set'] }),
    ]).toMatchObject([[{ method: 'GET' }]]);
  });

  it('may have parameters on application/http (H-02)', () => {
    expect(
      decode(crlf('--b', `${HTTP};msgtype=request;version=1.1`, '', 'GET A HTTP/1.1', '', '', '--b--')),
    ).toHaveLength(1);
  });

  it('with a body that looks like a delimiter are cut first and read then: nothing in a body becomes an operation (X9, X11)', () => {
    const smuggled = '\r\n--bX\r\n --b\r\nDELETE X HTTP/1.1\r\n';
    const batch = decode(
      `${crlf('--b', HTTP, '', 'POST A HTTP/1.1', 'Content-Length: 9999', '')}${smuggled}\r\n--b--`,
    );
    expect(batch).toHaveLength(1);
    const [item] = batch;
    expect(textOf(item !== undefined && 'bytes' in item ? item.bytes : octets(''))).toBe(smuggled);
  });
});

describe('forbidden headers', () => {
  it.each(['Authorization', 'expect', 'TE'])('%s is read with a warning (H-49, X8)', (name) => {
    const warnings: BatchWarning[] = [];
    const [item] = decode(get(`${name}: x`), { onWarning: (warning) => warnings.push(warning) });
    expect(item !== undefined && 'headers' in item && [...item.headers]).toEqual([[name, 'x']]);
    expect(warnings).toEqual([{ code: 'forbidden-header', offset: 39, line: 4, path: 'parts[0]' }]);
  });

  it('Transfer-Encoding is refused, also beside others: a part is not chunked (H-50)', () => {
    const refused = { code: 'forbidden-header', offset: 39, path: 'parts[0]' };
    expect(errorOf(() => decode(get('Transfer-Encoding: chunked')))).toMatchObject(refused);
    expect(errorOf(() => decode(get('TE: x', 'transfer-encoding: x')))).toMatchObject(refused);
  });

  it.each(['Authorization', 'Transfer-Encoding', 'expect', 'TE'])(
    '%s is refused, left out or given, as the caller says (H-49, H-50, X8)',
    (name) => {
      const body = get(`${name}: x`, 'X-A: 1');
      expect(errorOf(() => decode(body, { forbiddenHeaders: 'error' }))).toMatchObject({
        code: 'forbidden-header',
        offset: 39,
        path: 'parts[0]',
      });
      const headersOf = (forbiddenHeaders: 'strip' | 'allow') => {
        const [item] = decode(body, { forbiddenHeaders });
        return item !== undefined && 'headers' in item ? [...item.headers] : [];
      };
      expect(headersOf('strip')).toEqual([['X-A', '1']]);
      expect(headersOf('allow')).toEqual([
        [name, 'x'],
        ['X-A', '1'],
      ]);
    },
  );
});

describe('the end', () => {
  const body = crlf(
    '--b',
    HTTP,
    '',
    'GET A HTTP/1.1',
    '',
    '',
    '--b',
    HTTP,
    '',
    'GET B HTTP/1.1',
    '',
    '',
    '--b--',
  );

  it('cut off anywhere before the last dash is an error, behind it none (M-33, X10)', () => {
    const lastDash = body.length - 2;
    for (let cut = 0; cut < lastDash; cut++) {
      expect(errorOf(() => decode(body.slice(0, cut)))).toMatchObject({
        code: cut < 3 ? 'missing-delimiter' : 'missing-close-delimiter',
        offset: cut < 3 ? 0 : cut,
      });
    }
    for (let cut = lastDash; cut <= body.length; cut++) expect(decode(body.slice(0, cut))).toHaveLength(2);
  });

  it('cut off gives what is whole where that is tolerated, with a warning (M-33, X10)', () => {
    const warnings: BatchWarning[] = [];
    const cut = body.slice(0, -9);
    const batch = decode(cut, { tolerate: ['truncated'], onWarning: (warning) => warnings.push(warning) });
    expect([...batch]).toMatchObject([{ url: 'A' }]);
    expect(warnings).toEqual([{ code: 'truncated', offset: cut.length, line: 12, path: '' }]);
  });

  it('of a change set is required, or tolerated with a warning (M-32)', () => {
    const open = changeSet(member('1')).replace('--c--\r\n', '');
    expect(errorOf(() => decode(open))).toMatchObject({ code: 'missing-inner-close', path: 'parts[0]' });
    const warnings: string[] = [];
    expect([
      ...decode(open, {
        tolerate: ['missing-inner-close'],
        onWarning: ({ code, path }) => warnings.push(`${code} ${path}`),
      }),
    ]).toMatchObject([[{ id: '1' }]]);
    expect(warnings).toEqual(['missing-inner-close parts[0]']);
  });

  it('without parts is an empty batch, with a warning (M-25)', () => {
    const warnings: string[] = [];
    expect(decode('--b--\r\n', { onWarning: ({ code }) => warnings.push(code) })).toHaveLength(0);
    expect(warnings).toEqual(['empty-batch']);
  });
});

describe('limits', () => {
  it.each([
    ['maxMessageBytes', get().length],
    ['maxParts', 1],
    ['maxPartBytes', 18],
    ['maxHeaderBytes', HTTP.length + 2],
    ['maxHeaderCount', 1],
  ] as const)('%s: what is allowed passes, one less does not', (limit, needed) => {
    expect(decode(get(), { limits: { [limit]: needed } })).toHaveLength(1);
    expect(errorOf(() => decode(get(), { limits: { [limit]: needed - 1 } }))).toMatchObject({
      name: 'BatchLimitError',
      code: 'limit-exceeded',
      limit,
      maximum: needed - 1,
    });
  });

  it('of a change set count its operations', () => {
    const body = changeSet(member('1'), member('2'));
    expect(decode(body, { limits: { maxParts: 1, maxOperationsPerChangeSet: 2 } })).toHaveLength(1);
    expect(errorOf(() => decode(body, { limits: { maxOperationsPerChangeSet: 1 } }))).toMatchObject({
      limit: 'maxOperationsPerChangeSet',
      maximum: 1,
      actual: 2,
    });
  });
});

it('an onWarning that throws is the cause of the error', () => {
  const failure = new Error('no warnings please');
  const onWarning = () => {
    throw failure;
  };
  expect(errorOf(() => decode('--b--', { onWarning }))).toMatchObject({
    name: 'BatchUsageError',
    code: 'callback-failed',
    cause: failure,
  });
});

it('a body that is no octets is refused', () => {
  expect(errorOf(() => decodeBatchRequest({ contentType: CONTENT_TYPE, body: {} as never }))).toMatchObject({
    code: 'invalid-option',
    issues: [{ path: 'message.body' }],
  });
});

it.each(['9', '__proto__'])('options.version %j is refused', (version) => {
  expect(errorOf(() => decode(get(), { version: version as never }))).toMatchObject({
    code: 'invalid-option',
    issues: [{ path: 'options.version' }],
  });
});
