import { describe, expect, it } from 'vitest';
import type { EncodeBatchRequestOptions } from '../../../src/batch/encode-options.ts';
import type { Batch, Operation } from '../../../src/batch/operation.ts';
import { encodeBatchRequest } from '../../../src/formats/encode-batch-request.ts';
import { crlf, octets, textOf } from '../build-octets.ts';
import { errorOf, issuesOf } from '../catch-error.ts';

/** The body of a batch with boundaries b, c1, c2, … and no Accept added. */
const encode = (batch: Batch, options: EncodeBatchRequestOptions = {}) =>
  textOf(encodeBatchRequest(batch, { boundary: ['b', 'c1', 'c2'], accept: 'as-given', ...options }).body);

const issues = (operation: object, options: EncodeBatchRequestOptions = {}) =>
  issuesOf(() => encodeBatchRequest([operation as Operation], options));

const HEAD = ['Content-Type: application/http', 'Content-Transfer-Encoding: binary'];

describe('the body', () => {
  it("of one GET: two line ends behind the empty line, the second is the delimiter's (H-10, H-61, M-20, M-26, B-23)", () => {
    expect(encode([{ method: 'GET', url: 'People', headers: { Host: 'h' } }])).toBe(
      crlf('--b', ...HEAD, 'Content-ID: 1', '', 'GET People HTTP/1.1', 'Host: h', '', '', '--b--'),
    );
  });

  it('of a change set with a reference: one empty line before its first delimiter, no transfer encoding on it (B-09, B-11, B-14, B-20, B-21, B-22, M-24, X3, X6)', () => {
    expect(
      encode([
        [
          { method: 'POST', url: 'Customers', body: {} },
          { method: 'POST', url: '$1/Orders', body: { a: 1 } },
        ],
        { method: 'GET', url: 'Customers' },
      ]),
    ).toBe(
      crlf(
        '--b',
        'Content-Type: multipart/mixed; boundary=c1',
        '',
        '--c1',
        ...HEAD,
        'Content-ID: 1',
        '',
        'POST Customers HTTP/1.1',
        'Content-Type: application/json',
        '',
        '{}',
        '--c1',
        ...HEAD,
        'Content-ID: 2',
        '',
        'POST $1/Orders HTTP/1.1',
        'Content-Type: application/json',
        '',
        '{"a":1}',
        '--c1--',
        '--b',
        ...HEAD,
        'Content-ID: 3',
        '',
        'GET Customers HTTP/1.1',
        '',
        '',
        '--b--',
      ),
    );
  });

  it('of operations without ids has none (contentId "none")', () => {
    expect(encode([{ method: 'GET', url: 'P' }], { contentId: 'none' })).toBe(
      crlf('--b', ...HEAD, '', 'GET P HTTP/1.1', '', '', '--b--'),
    );
  });

  it('has an id as it is, without angle brackets (M-44, B-16, B-17)', () => {
    expect(encode([{ method: 'GET', url: 'P', id: 'First-Insert~Customer_1.1' }])).toContain(
      '\r\nContent-ID: First-Insert~Customer_1.1\r\n\r\n',
    );
  });

  it('has every header on one line, repeated ones apart (H-45, H-48)', () => {
    const long = 'x'.repeat(5000);
    expect(encode([{ method: 'GET', url: 'P', headers: { Prefer: ['a', 'b'], 'X-Long': long } }])).toContain(
      `\r\nPrefer: a\r\nPrefer: b\r\nX-Long: ${long}\r\n\r\n`,
    );
  });

  it('has header values as octets', () => {
    expect(encode([{ method: 'GET', url: 'P', headers: { 'X-A': 'caf\xe9' } }])).toContain(
      '\r\nX-A: caf\xe9\r\n',
    );
  });

  it('has __proto__ and constructor as headers like any other', () => {
    const headers = JSON.parse('{"__proto__":"a","constructor":"b"}');
    expect(encode([{ method: 'GET', url: 'P', headers }])).toContain(
      '\r\n__proto__: a\r\nconstructor: b\r\n\r\n',
    );
  });

  it('is framed by CRLF only, without padding, preamble and epilogue (M-28, M-35, M-37)', () => {
    const text = encode([{ method: 'GET', url: 'P' }, [{ method: 'POST', url: 'P', body: 'x' }]]);
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(text).not.toMatch(/[ \t]\r\n/);
    expect(text.startsWith('--b\r\n')).toBe(true);
    expect(text.endsWith('\r\n--b--\r\n')).toBe(true);
  });

  it.each([
    ['an empty one', '', ''],
    ['CRLF', '\r\n', '\r\n'],
    ['LF', '\n', '\n'],
    ['CR', '\r', '\r'],
    ['two dashes', '--', '--'],
    ['a line end at its end', 'x\r\n', 'x\r\n'],
    ['text, as UTF-8', 'ü🎉', '\xc3\xbc\xf0\x9f\x8e\x89'],
    ['octets', octets('\x00\xff\r\n\x80'), '\x00\xff\r\n\x80'],
    ['an ArrayBuffer', octets('\xfe\xff').buffer, '\xfe\xff'],
  ])('keeps the octets of a body: %s (b4) (M-22, M-46)', (_, body, written) => {
    expect(encode([[{ method: 'POST', url: 'P', body }]])).toContain(
      `\r\n\r\nPOST P HTTP/1.1\r\n\r\n${written}\r\n--c1--\r\n`,
    );
  });

  it("prints JSON by the caller's stringify", () => {
    const json = { stringify: (value: unknown) => `<${JSON.stringify(value)}>` };
    expect(encode([{ method: 'POST', url: 'P', body: { a: 1 } }], { json })).toContain(
      '\r\n\r\n<{"a":1}>\r\n--b--',
    );
  });

  it('has the exact size, in a buffer of its own', () => {
    const { body } = encodeBatchRequest([{ method: 'GET', url: 'P' }]);
    expect(body.buffer.byteLength).toBe(body.length);
  });
});

describe('what the standard leaves to callers', () => {
  it('references in bodies stay as they were written, whatever the version (R-11, R-14)', () => {
    const bodies = [
      { 'Customer@odata.bind': '$1' },
      { Customer: { '@id': '$1' } },
      { '@Core.ContentID': '7', Total: { '@Core.ContentID': '$1/Total' } },
    ];
    for (const version of ['4.0', '4.01'] as const) {
      for (const format of ['multipart', 'json'] as const) {
        const batch = bodies.map((body) => ({ method: 'POST', url: 'Orders', body }));
        const text = textOf(encodeBatchRequest(batch, { version, format }).body);
        for (const body of bodies) expect(text).toContain(JSON.stringify(body));
      }
    }
  });

  it.each(['2.0', '3.0', '4.0', '4.01'] as const)('multipart is the format of %s (S-11)', (version) => {
    const { contentType } = encodeBatchRequest([{ method: 'GET', url: 'A' }], { version });
    expect(contentType).toMatch(/^multipart\/mixed; boundary=/);
  });
});

describe('operations are all there, in their order (b1)', () => {
  it('GET A, then POST, PATCH and DELETE in a set, then GET C', () => {
    const text = encode([
      { method: 'GET', url: 'A' },
      [
        { method: 'POST', url: 'P', body: {} },
        { method: 'PATCH', url: 'P(1)', body: {} },
        { method: 'DELETE', url: 'P(2)' },
      ],
      { method: 'GET', url: 'C' },
    ]);
    const lines = text.split('\r\n').filter((line) => /HTTP\/1\.1$|^--/.test(line));
    expect(lines).toEqual([
      '--b',
      'GET A HTTP/1.1',
      '--b',
      '--c1',
      'POST P HTTP/1.1',
      '--c1',
      'PATCH P(1) HTTP/1.1',
      '--c1',
      'DELETE P(2) HTTP/1.1',
      '--c1--',
      '--b',
      'GET C HTTP/1.1',
      '--b--',
    ]);
  });
});

describe('Content-Length (b2) (H-63)', () => {
  const body = '{"s":"🎉"}';

  it('is not written unless the caller gives it', () => {
    expect(encode([{ method: 'POST', url: 'P', body }])).not.toMatch(/content-length/i);
  });

  it('that the caller gives is counted in octets: {"s":"🎉"} has 12', () => {
    expect(encode([{ method: 'POST', url: 'P', body, headers: { 'Content-Length': '12' } }])).toContain(
      '\r\nContent-Length: 12\r\n',
    );
    expect(
      encode([{ method: 'POST', url: 'P', body: JSON.parse(body), headers: { 'Content-Length': '12' } }]),
    ).toContain('\r\nContent-Length: 12\r\n');
    expect(
      encode([{ method: 'POST', url: 'P', body: octets('\xc3\xbc'), headers: { 'content-length': '2' } }]),
    ).toContain('\r\ncontent-length: 2\r\n');
  });

  it.each(['14', '10', '11', '12.0', '012', '-1', 'x', ''])('of %j is refused for 12 octets', (length) => {
    expect(issues({ method: 'POST', url: 'P', body, headers: { 'content-length': length } })).toEqual([
      'batch[0].headers.Content-Length: content-length-mismatch',
    ]);
  });

  it('without a body is 0', () => {
    expect(issues({ method: 'GET', url: 'P', headers: { 'Content-Length': '1' } })).toEqual([
      'batch[0].headers.Content-Length: content-length-mismatch',
    ]);
    expect(encode([{ method: 'GET', url: 'P', headers: { 'Content-Length': '0' } }])).toContain(
      '\r\nContent-Length: 0\r\n',
    );
  });
});

describe('a header block is closed by an empty line (b3)', () => {
  it.each([
    [
      'with a body',
      { method: 'POST', url: 'P', headers: { A: '1' }, body: 'x' },
      'POST P HTTP/1.1\r\nA: 1\r\n\r\nx\r\n--b--\r\n',
    ],
    [
      'without a body',
      { method: 'POST', url: 'P', headers: { A: '1' } },
      'POST P HTTP/1.1\r\nA: 1\r\n\r\n\r\n--b--\r\n',
    ],
    ['without headers', { method: 'DELETE', url: 'P' }, 'DELETE P HTTP/1.1\r\n\r\n\r\n--b--\r\n'],
    [
      'with a body but no headers',
      { method: 'POST', url: 'P', body: 'x' },
      'POST P HTTP/1.1\r\n\r\nx\r\n--b--\r\n',
    ],
  ])('%s (H-10, H-61)', (_, operation, end) => {
    expect(encode([operation]).endsWith(`\r\n\r\n${end}`)).toBe(true);
  });
});

describe("nothing of the caller's becomes structure (b5)", () => {
  const EVIL = ['\r\nX-Evil: 1', '\r\n\r\nDELETE X HTTP/1.1', '\n', '\r', '\x00'];

  it.each(EVIL)(
    '%j is refused in a method, a URL, a header, an id and a boundary (H-14, H-44, M-02)',
    (evil) => {
      expect(issues({ method: `POST${evil}`, url: 'P' })).toEqual(['batch[0].method: invalid-method']);
      expect(issues({ method: 'POST', url: `A HTTP/1.1${evil}` })).toEqual(['batch[0].url: invalid-url']);
      expect(issues({ method: 'POST', url: { href: `https://h/${evil}` } })).toEqual([
        'batch[0].url: invalid-url',
      ]);
      expect(issues({ method: 'POST', url: 'P', headers: { [`A${evil}`]: '1' } })).toEqual([
        'batch[0].headers: invalid-header-name',
      ]);
      expect(issues({ method: 'POST', url: 'P', headers: { A: `v${evil}` } })).toEqual([
        'batch[0].headers.A: invalid-header-value',
      ]);
      expect(issues({ method: 'POST', url: 'P', id: `1${evil}` })).toEqual([
        'batch[0].id: invalid-content-id',
      ]);
      expect(issues({ method: 'POST', url: 'P' }, { boundary: `b${evil}` })).toEqual([
        'options.boundary: invalid-boundary',
      ]);
      expect(issues({ method: 'POST', url: 'P' }, { headers: { A: `v${evil}` } })).toEqual([
        'options.headers.A: invalid-header-value',
      ]);
      expect(issues({ method: 'POST', url: 'P' }, { headers: { [`A${evil}`]: 'v' } })).toEqual([
        'options.headers: invalid-header-name',
      ]);
    },
  );

  it('of a service root neither (H-14)', () => {
    expect(
      issues({ method: 'POST', url: 'P' }, { urlForm: 'absolute', serviceRoot: 'https://h/\r\nX-Evil: 1/' }),
    ).toContain('options.serviceRoot: invalid-url');
    const service = { name: 's', serviceRoot: 'https://h\r\nX-Evil: 1/' };
    expect(issues({ method: 'POST', url: '/P' }, { service })).toContain('options.serviceRoot: invalid-url');
  });

  it('a space in a service root is percent-encoded like one in a URL (H-14)', () => {
    const options = { urlForm: 'absolute', serviceRoot: 'https://h/my svc/' } as const;
    expect(encode([{ method: 'GET', url: 'P' }], options)).toContain(
      '\r\nGET https://h/my%20svc/P HTTP/1.1\r\n',
    );
  });

  it('a space in a URL is percent-encoded: the request line has two (H-14)', () => {
    expect(encode([{ method: 'GET', url: 'A HTTP/1.1' }])).toContain('\r\nGET A%20HTTP/1.1 HTTP/1.1\r\n');
  });

  const content = '\r\n--B0\r\nContent-Type: application/http\r\n\r\nDELETE X HTTP/1.1\r\n\r\n';
  it.each([
    ['in a text', { body: `{}${content}` }],
    ['in octets', { body: octets(content) }],
    ['in JSON', { body: { a: 'x --B0' } }],
    ['in the middle of a line', { body: 'x--B0y' }],
    ['in a URL', { url: 'P--B0' }],
    ['in a header value', { headers: { A: '--B0' } }],
    ['in a header name', { headers: { 'x--B0': '1' } }],
    ['in the id, which is a header value too', { id: '--B0' }],
  ])("the caller's boundary with its two dashes is refused %s (M-30, M-31, X9)", (_, rest) => {
    const operation = { method: 'POST', url: 'P', ...rest };
    expect(issues(operation, { boundary: 'B0' })).toEqual(['batch[0]: boundary-in-content']);
    expect(issuesOf(() => encodeBatchRequest([[operation]], { boundary: ['outer', 'B0'] }))).toEqual([
      'batch[0][0]: boundary-in-content',
    ]);
  });

  it('the boundary of any change set is refused in any operation (M-31)', () => {
    const batch = [
      { method: 'POST', url: 'P', body: '--c2' },
      [{ method: 'POST', url: 'P', body: '--b' }],
      [{ method: 'POST', url: 'P', body: '--c1' }],
    ];
    expect(issuesOf(() => encode(batch))).toEqual([
      'batch[0]: boundary-in-content',
      'batch[1][0]: boundary-in-content',
      'batch[2][0]: boundary-in-content',
    ]);
  });

  it('each operation that holds it is told, in order, and no other (M-31)', () => {
    const content = ['--b', 'é--bx', '', '--', 'b', '-'.repeat(600), `${'x'.repeat(600)}--b`, '\0--b\0'];
    const batch = content.map((body) => ({ method: 'POST', url: 'P', body }));
    const held = (list: string) => [0, 1, 6, 7].map((place) => `${list}[${place}]: boundary-in-content`);
    expect(issuesOf(() => encodeBatchRequest(batch, { boundary: 'b' }))).toEqual(held('batch'));
    const set = issuesOf(() => encodeBatchRequest([batch], { boundary: ['outer', 'b'] }));
    expect(set).toEqual(held('batch[0]'));
  });

  it('the bare word is innocent (M-31)', () => {
    expect(encode([{ method: 'POST', url: 'P', body: 'b -b c1' }])).toContain('\r\n\r\nb -b c1\r\n');
  });
});

describe('boundaries', () => {
  it('are random, of letters, digits, - and _, and as long as they may be at most (M-01, M-04)', () => {
    const boundaries = [1, 2].map(() => {
      const { contentType, body } = encodeBatchRequest([
        { method: 'GET', url: 'P' },
        [{ method: 'POST', url: 'P' }],
      ]);
      const text = textOf(body);
      const outer = /^multipart\/mixed; boundary=([\w-]{1,70})$/.exec(contentType)?.[1];
      const inner = /\r\nContent-Type: multipart\/mixed; boundary=([\w-]{1,70})\r\n/.exec(text)?.[1];
      expect(text.startsWith(`--${outer}\r\n`)).toBe(true);
      expect(text).toContain(`\r\n\r\n--${inner}\r\n`);
      return [outer, inner];
    });
    expect(new Set(boundaries.flat()).size).toBe(4);
  });

  it('come from options.random, 128 bits of it', () => {
    const asked: number[] = [];
    const random = (target: Uint8Array) => {
      asked.push(target.length);
      return target.fill(0xab);
    };
    const { contentType } = encodeBatchRequest([{ method: 'GET', url: 'P' }], { random });
    expect(contentType).toContain('ab'.repeat(16));
    expect(asked).toEqual([16]);
  });

  it('are never prefixes of one another, with ten and more sets either (M-12, M-13)', () => {
    const batch = Array.from({ length: 12 }, () => [{ method: 'POST', url: 'P' }]);
    const { contentType, body } = encodeBatchRequest(batch);
    const all = [
      contentType,
      ...textOf(body)
        .split('\r\n')
        .filter((line) => line.startsWith('Content-Type: multipart')),
    ].map((line) => line.split('boundary=')[1] as string);
    expect(all).toHaveLength(13);
    for (const [index, one] of all.entries()) {
      expect(all.filter((other, at) => at !== index && other.startsWith(one))).toEqual([]);
    }
  });

  it('are tried again where they occur in a body (M-31)', () => {
    let tries = 0;
    const random = (target: Uint8Array) => target.fill(tries++ === 0 ? 0 : 1);
    const { contentType } = encodeBatchRequest([{ method: 'POST', url: 'P', body: '00'.repeat(16) }], {
      random,
    });
    expect(contentType).toContain('01'.repeat(16));
    expect(tries).toBe(2);
  });

  it('that occur again and again are refused: the random source is none', () => {
    const random = (target: Uint8Array) => target.fill(0);
    expect(issues({ method: 'POST', url: 'P', body: '0'.repeat(40) }, { random })).toEqual([
      'options.random: boundary-in-content',
    ]);
  });

  it.each([
    [70, []],
    [71, ['options.boundary: invalid-boundary']],
    [0, ['options.boundary: invalid-boundary']],
  ])("of the caller's with %i characters: %j (M-01)", (length, expected) => {
    const run = () => encodeBatchRequest([{ method: 'GET', url: 'P' }], { boundary: 'x'.repeat(length) });
    if (expected.length > 0) expect(issuesOf(run)).toEqual(expected);
    else expect(run().contentType).toBe(`multipart/mixed; boundary=${'x'.repeat(length)}`);
  });

  it.each(['a"b', 'a;b', 'a@b', 'é', 'a\tb', 'a ', ' '])(
    "of the caller's outside the alphabet are refused: %j (M-02)",
    (boundary) => {
      expect(issues({ method: 'GET', url: 'P' }, { boundary })).toEqual([
        'options.boundary: invalid-boundary',
      ]);
    },
  );

  it('with a space or a tspecial are quoted, outside and inside (M-03)', () => {
    const { contentType, body } = encodeBatchRequest([[{ method: 'POST', url: 'P' }]], {
      boundary: ['a:b=c', 'd e'],
    });
    expect(contentType).toBe('multipart/mixed; boundary="a:b=c"');
    expect(
      textOf(body).startsWith('--a:b=c\r\nContent-Type: multipart/mixed; boundary="d e"\r\n\r\n--d e\r\n'),
    ).toBe(true);
  });

  it.each([
    ['are equal (M-12)', ['b', 'b']],
    ['begin with one another (M-13)', ['b', 'b1']],
    ['begin with one another, the other way round (M-13)', ['b1', 'b']],
  ])("of the caller's that %s are refused", (_, boundary) => {
    const codes = issuesOf(() => encodeBatchRequest([[{ method: 'POST', url: 'P' }]], { boundary }));
    expect(codes).toEqual(['options.boundary: boundary-conflict', 'options.boundary[1]: boundary-conflict']);
  });

  it('of which one ends in the other behind two dashes are refused: they would stand in a header value (M-31)', () => {
    expect(
      issuesOf(() => encodeBatchRequest([[{ method: 'POST', url: 'P' }]], { boundary: ['b', 'x--b'] })),
    ).not.toEqual([]);
  });

  it('of the caller that a random one would begin with make the random one begin otherwise (M-13)', () => {
    const { contentType } = encodeBatchRequest(
      [{ method: 'GET', url: 'P' }, [{ method: 'POST', url: 'P' }]],
      { boundary: 'c' },
    );
    expect(contentType).toBe('multipart/mixed; boundary=c');
    // Not even random bits that begin with the caller's letter are taken for it.
    const unlucky = { boundary: 'c', random: (target: Uint8Array) => target.fill(0xcc) };
    expect(textOf(encodeBatchRequest([[{ method: 'POST', url: 'P' }]], unlucky).body)).toContain(
      'boundary=_cccc',
    );
    const { body } = encodeBatchRequest([[{ method: 'POST', url: 'P' }]], {
      boundary: 'changeset_1',
      random: (target) => target.fill(0x0a),
    });
    const inner = /\r\nContent-Type: multipart\/mixed; boundary=([\w-]+)\r\n/.exec(textOf(body))?.[1] ?? '';
    expect(inner).toContain('0a'.repeat(16));
    expect(inner.startsWith('changeset_1')).toBe(false);
  });

  it('that are given for some sets leave the others random', () => {
    const { body } = encodeBatchRequest([[{ method: 'POST', url: 'P' }], [{ method: 'POST', url: 'P' }]], {
      boundary: ['b', 'x'],
    });
    expect(textOf(body)).toMatch(
      /^--b\r\nContent-Type: multipart\/mixed; boundary=x\r\n[\s\S]*\r\n--b\r\nContent-Type: multipart\/mixed; boundary=changeset_2_[0-9a-f]{32}\r\n/,
    );
  });
});

describe('headers of the batch', () => {
  const headersOf = (options: EncodeBatchRequestOptions = {}) =>
    encodeBatchRequest([{ method: 'GET', url: 'P' }], { boundary: 'b', ...options }).headers;

  it('are Content-Type, Accept and the version, with POST (B-01, B-03, B-04, B-05)', () => {
    const request = encodeBatchRequest([{ method: 'GET', url: 'P' }], { boundary: 'b' });
    expect(request).toMatchObject({ method: 'POST', contentType: 'multipart/mixed; boundary=b' });
    expect(request.headers).toEqual({
      'Content-Type': 'multipart/mixed; boundary=b',
      Accept: 'multipart/mixed',
      'OData-Version': '4.0',
      'OData-MaxVersion': '4.0',
    });
  });

  it.each([
    ['2.0', 'DataServiceVersion', 'MaxDataServiceVersion'],
    ['3.0', 'DataServiceVersion', 'MaxDataServiceVersion'],
    ['4.0', 'OData-Version', 'OData-MaxVersion'],
    ['4.01', 'OData-Version', 'OData-MaxVersion'],
  ] as const)('name version %s by %s and %s (B-04)', (version, name, maximum) => {
    const { 'Content-Type': _, Accept: __, ...rest } = headersOf({ version });
    expect(rest).toEqual({ [name]: version, [maximum]: version });
  });

  it.each([
    ['4.0', true, 'odata.continue-on-error'],
    ['4.01', true, 'continue-on-error'],
    ['4.0', false, 'odata.continue-on-error=false'],
    ['4.01', false, 'continue-on-error=false'],
    ['2.0', true, 'odata.continue-on-error'],
    ['3.0', true, 'odata.continue-on-error'],
    ['4.0', undefined, undefined],
  ] as const)(
    'ask in %s to go on (%s) by Prefer: %s (X7, S-05, S-08)',
    (version, continueOnError, prefer) => {
      const { headers, plan } = encodeBatchRequest([{ method: 'GET', url: 'P' }], {
        version,
        continueOnError,
      });
      expect(headers.Prefer).toBe(prefer);
      expect(plan.continueOnError).toBe(continueOnError);
    },
  );

  it("keep the caller's, one Prefer among them; the plan reads it", () => {
    const request = encodeBatchRequest([{ method: 'GET', url: 'P' }], {
      continueOnError: true,
      headers: { prefer: ['respond-async', 'wait=10'], 'X-CSRF-Token': 't', 'MIME-Version': '1.0' },
    });
    expect(request.headers).toMatchObject({
      Prefer: 'respond-async, wait=10, odata.continue-on-error',
      'X-CSRF-Token': 't',
      'MIME-Version': '1.0',
    });
    expect(request.headers).not.toHaveProperty('prefer');
    expect(request.plan).toMatchObject({ respondAsync: true, continueOnError: true });
  });

  it('have no MIME-Version of their own: it is optional (B-24)', () => {
    expect(headersOf()).not.toHaveProperty('MIME-Version');
  });

  it("take the caller's in place of a default, in any letter case (B-05)", () => {
    expect(headersOf({ headers: { ACCEPT: 'application/json', 'odata-maxversion': '4.01' } })).toEqual({
      'Content-Type': 'multipart/mixed; boundary=b',
      'OData-Version': '4.0',
      ACCEPT: 'application/json',
      'odata-maxversion': '4.01',
    });
  });

  it('join a repeated field (H-48)', () => {
    expect(
      headersOf({
        headers: [
          ['X-A', '1'],
          ['x-a', '2'],
        ],
      })['X-A'],
    ).toBe('1, 2');
  });

  it('join repeated cookies as cookies are joined (RFC 6265 section 5.4)', () => {
    expect(headersOf({ headers: { cookie: ['a=1', 'b=2'] } }).cookie).toBe('a=1; b=2');
  });

  it('may be __proto__ and constructor, which mean nothing', () => {
    const headers = headersOf({
      headers: [
        ['__proto__', 'a'],
        ['__PROTO__', 'b'],
        ['constructor', 'c'],
      ],
    });
    expect(Object.entries(headers).slice(-2)).toEqual([
      ['__proto__', 'a, b'],
      ['constructor', 'c'],
    ]);
    expect(Object.getPrototypeOf(headers)).toBe(Object.prototype);
  });

  it.each(['If-Match', 'If-None-Match', 'X-HTTP-Method', 'Content-Type', 'Content-Length', 'x-http-method'])(
    'refuse %s (B-06, H-53)',
    (name) => {
      expect(issues({ method: 'GET', url: 'P' }, { headers: { [name]: '1' } })).toEqual([
        `options.headers.${name}: forbidden-header`,
      ]);
    },
  );

  it('may hold Authorization: that is where it belongs (H-49)', () => {
    expect(headersOf({ headers: { Authorization: 'Bearer x' } }).Authorization).toBe('Bearer x');
  });

  it('make a Request together with method and body', async () => {
    const request = encodeBatchRequest([{ method: 'GET', url: 'P' }], { boundary: 'b' });
    const sent = new Request('https://h/svc/$batch', request);
    expect(sent.method).toBe('POST');
    expect(sent.headers.get('content-type')).toBe('multipart/mixed; boundary=b');
    expect(textOf(new Uint8Array(await sent.arrayBuffer()))).toBe(textOf(request.body));
  });
});

describe('what can not be encoded', () => {
  it.each([
    ['no operations (M-25)', [], ['batch: empty-batch']],
    ['an empty change set', [[]], ['batch[0]: empty-change-set']],
    [
      'a change set in a change set (H-05)',
      [[[{ method: 'POST', url: 'P' }]]],
      ['batch[0][0]: nested-change-set'],
    ],
    ['a Map as body', [{ method: 'POST', url: 'P', body: new Map() }], ['batch[0].body: body-not-encodable']],
  ])('%s', (_, batch, expected) => {
    expect(issuesOf(() => encodeBatchRequest(batch as Batch))).toEqual(expected);
  });

  it.each([
    ['format', 'xml'],
    ['version', '5.0'],
    ['version', '__proto__'],
    ['urlForm', 'short'],
    ['contentId', true],
    ['accept', 'no'],
    ['forbiddenHeaders', 'ignore'],
    ['continueOnError', 'yes'],
    ['serviceRoot', 5],
  ])('options.%s %j', (name, value) => {
    expect(issues({ method: 'GET', url: 'P' }, { [name]: value })).toEqual([
      `options.${name}: invalid-option`,
    ]);
  });

  it('a boundary that is neither a text nor a list of texts', () => {
    const [issue, ...more] = issues({ method: 'GET', url: 'P' }, { boundary: 5 as never });
    expect(issue).toMatch(/^options\.boundary: invalid-(?:option|boundary)$/);
    expect(more).toEqual([]);
  });

  it('a version of the service that there is not', () => {
    const service = { name: 's', version: '9' as never };
    expect(errorOf(() => encodeBatchRequest([{ method: 'GET', url: 'P' }], { service }))).toMatchObject({
      code: 'invalid-option',
    });
  });

  it('is thrown as one BatchUsageError, its code that of the first issue', () => {
    const error = errorOf(() =>
      encodeBatchRequest([
        { method: 'get', url: 'P' },
        { method: 'GET', url: '' },
      ]),
    );
    expect(error).toMatchObject({ name: 'BatchUsageError', code: 'lower-case-method' });
    expect((error as Error).message.split('\n')).toHaveLength(2);
  });

  it("a stringify that throws is the cause of the error, as every failure of the caller's own functions", () => {
    const failure = new Error('no JSON today');
    const stringify = () => {
      throw failure;
    };
    expect(
      errorOf(() => encodeBatchRequest([{ method: 'POST', url: 'P', body: {} }], { json: { stringify } })),
    ).toMatchObject({
      name: 'BatchUsageError',
      cause: failure,
    });
  });

  it('a random source that throws is the cause of the error', () => {
    const failure = new Error('no entropy');
    const random = () => {
      throw failure;
    };
    expect(errorOf(() => encodeBatchRequest([{ method: 'GET', url: 'P' }], { random }))).toMatchObject({
      name: 'BatchUsageError',
      code: 'callback-failed',
      cause: failure,
    });
  });
});
