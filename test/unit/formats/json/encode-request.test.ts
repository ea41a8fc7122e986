import { describe, expect, it } from 'vitest';
import type { EncodeBatchRequestOptions } from '../../../../src/batch/encode-options.ts';
import type { Batch, Operation } from '../../../../src/batch/operation.ts';
import { reference } from '../../../../src/batch/reference.ts';
import { encodeBatchRequest } from '../../../../src/formats/encode-batch-request.ts';
import { encodeBatchRequestStream } from '../../../../src/formats/encode-batch-request-stream.ts';
import { octets } from '../../build-octets.ts';
import { errorOf, issuesOf } from '../../catch-error.ts';

const encode = (batch: Batch, options: EncodeBatchRequestOptions = {}) =>
  encodeBatchRequest(batch, { format: 'json', accept: 'as-given', ...options });
const textOf = (batch: Batch, options?: EncodeBatchRequestOptions) =>
  new TextDecoder().decode(encode(batch, options).body);
const requestsOf = (batch: Batch, options?: EncodeBatchRequestOptions) =>
  JSON.parse(textOf(batch, options)).requests as Record<string, unknown>[];
const issuesWith = (operation: Partial<Operation>, options?: EncodeBatchRequestOptions) =>
  issuesOf(() => encode([{ method: 'PUT', url: 'P', ...operation }], options));

const put = (contentType: string, body: unknown, rest: Partial<Operation> = {}): Operation => ({
  method: 'PUT',
  url: 'P',
  headers: { 'Content-Type': contentType },
  body,
  ...rest,
});
const bodyText = (operation: Operation, options?: EncodeBatchRequestOptions) =>
  /"body":(.*)\}\]\}$/s.exec(textOf([operation], options))?.[1];

describe('a JSON batch', () => {
  it('is one object, written octet for octet (J-01, J-02)', () => {
    const customer = { method: 'POST', url: 'Customers', body: { Name: 'Ä"' } };
    expect(
      textOf([
        { method: 'GET', url: "/service/Customers('ALFKI')", id: '0' },
        [
          customer,
          { method: 'PATCH', url: reference(customer), headers: { Prefer: 'return=minimal' }, body: [1] },
        ],
        { method: 'GET', url: 'Products', dependsOn: [customer], if: '$2/$succeeded' },
      ]),
    ).toBe(
      '{"requests":[' +
        '{"id":"0","method":"GET","url":"/service/Customers(\'ALFKI\')"},' +
        '{"id":"2","atomicityGroup":"group1","method":"POST","url":"Customers",' +
        '"headers":{"content-type":"application/json"},"body":{"Name":"Ä\\""}},' +
        '{"id":"3","atomicityGroup":"group1","dependsOn":["2"],"method":"PATCH","url":"$2",' +
        '"headers":{"prefer":"return=minimal","content-type":"application/json"},"body":[1]},' +
        '{"id":"4","dependsOn":["group1"],"if":"$2/$succeeded","method":"GET","url":"Products"}' +
        ']}',
    );
  });

  it('says what it is, asks for JSON and has the headers of any batch', () => {
    const { method, contentType, headers, plan } = encode([{ method: 'GET', url: 'P' }], {
      version: '4.01',
      continueOnError: false,
      headers: { Prefer: 'respond-async' },
    });
    expect({ method, contentType }).toEqual({ method: 'POST', contentType: 'application/json' });
    expect(headers).toEqual({
      'Content-Type': 'application/json',
      Accept: 'application/json',
      'OData-Version': '4.01',
      'OData-MaxVersion': '4.01',
      Prefer: 'respond-async, continue-on-error=false',
    });
    expect(plan).toMatchObject({ format: 'json', continueOnError: false, respondAsync: true });
  });

  it('is written where the service is one of JSON, unless the caller says otherwise', () => {
    const service = { name: 'graph', format: 'json' } as const;
    expect(encodeBatchRequest([{ method: 'GET', url: 'me' }], { service }).contentType).toBe(
      'application/json',
    );
    const other = encodeBatchRequest([{ method: 'GET', url: 'me' }], { service, format: 'multipart' });
    expect(other.contentType).toMatch(/^multipart/);
    expect(
      issuesOf(() => encodeBatchRequest([{ method: 'GET', url: 'x' }], { format: 'xml' as never })),
    ).toEqual(['options.format: invalid-option']);
  });

  it('has ids always, whatever the policy for Content-IDs (J-02, J-03)', () => {
    for (const contentId of ['none', 'change-sets', 'all'] as const) {
      expect(requestsOf([{ method: 'GET', url: 'P' }], { contentId })).toMatchObject([{ id: '1' }]);
    }
  });

  it('needs OData 4', () => {
    for (const version of ['2.0', '3.0'] as const) {
      expect(issuesWith({}, { version })).toEqual(['options.version: not-expressible']);
    }
    expect(issuesWith({}, { service: { name: 's', version: '3.0' } })).toEqual([
      'options.version: not-expressible',
    ]);
  });
});

describe('the plan of a JSON batch', () => {
  it('says what was written', () => {
    const first = { method: 'POST', url: 'A', headers: { 'X-Custom': '1' }, body: {} };
    const { items } = encode([[first], { method: 'GET', url: 'B', dependsOn: ['1'], if: 'true' }]).plan;
    expect(items).toMatchObject([
      [
        {
          operation: first,
          id: '1',
          idSent: true,
          headers: [
            ['x-custom', '1'],
            ['content-type', 'application/json'],
          ],
          addedHeaders: ['content-type'],
          atomicityGroup: 'group1',
        },
      ],
      { id: '2', dependsOn: ['group1'], if: 'true', headers: [] },
    ]);
  });
});

describe('methods', () => {
  it.each(['DELETE', 'GET', 'PATCH', 'POST', 'PUT'])('%s is written, in change sets too (J-05)', (method) => {
    expect(requestsOf([[{ method, url: 'P' }]])).toMatchObject([{ method }]);
  });

  it.each(['HEAD', 'OPTIONS', 'PURGE'])('%s is refused: the format has no word for it (J-05)', (method) => {
    expect(issuesWith({ method })).toEqual(['batch[0].method: not-expressible']);
  });
});

describe('headers', () => {
  it('have names in lower case, and are left out where there are none (J-12)', () => {
    const [with_, without] = requestsOf([
      { method: 'GET', url: 'P', headers: { 'If-Match': 'W/"1"', 'X-Ae': '\xe4"' } },
      { method: 'GET', url: 'P' },
    ]);
    expect(with_?.headers).toEqual({ 'if-match': 'W/"1"', 'x-ae': '\xe4"' });
    expect(without).not.toHaveProperty('headers');
  });

  it('given more than once are joined, which means the same (J-13, H-48)', () => {
    const headers: [string, string][] = [
      ['Prefer', 'return=minimal'],
      ['X', '1'],
      ['prefer', 'wait=5'],
    ];
    const { plan, body } = encode([{ method: 'GET', url: 'P', headers }]);
    expect(JSON.parse(new TextDecoder().decode(body)).requests[0].headers).toEqual({
      prefer: 'return=minimal, wait=5',
      x: '1',
    });
    expect(plan.items).toMatchObject([
      {
        headers: [
          ['prefer', 'return=minimal, wait=5'],
          ['x', '1'],
        ],
      },
    ]);
  });

  it('that commas can not join are refused (J-13)', () => {
    const headers: [string, string][] = [
      ['Cookie', 'a=1'],
      ['cookie', 'b=2'],
    ];
    expect(issuesWith({ headers })).toEqual(['batch[0].headers.cookie: duplicate-header']);
  });

  it('may have any name', () => {
    const headers: [string, string][] = [['__proto__', 'x']];
    expect(textOf([{ method: 'GET', url: 'P', headers }])).toContain('"headers":{"__proto__":"x"}');
  });
});

describe('URLs', () => {
  const root = { serviceRoot: 'https://host.example/svc/' };
  const urlOf = (url: string, options: EncodeBatchRequestOptions) =>
    requestsOf([{ method: 'GET', url }], options)[0];

  it('as paths have no Host: they mean that of the batch (J-06)', () => {
    expect(urlOf('/svc/P', root)).toEqual({ id: '1', method: 'GET', url: '/svc/P' });
    expect(urlOf('P', { ...root, urlForm: 'absolute-path' })).toMatchObject({ url: '/svc/P' });
    expect(urlOf('https://HOST.example/x', { ...root, urlForm: 'absolute-path' })).toMatchObject({
      url: '/x',
    });
  });

  it('of another host are no paths (J-06)', () => {
    const url = 'https://other.example/x';
    expect(issuesWith({ url }, { ...root, urlForm: 'absolute-path' })).toEqual([
      'batch[0].url: url-outside-service-root',
    ]);
    expect(issuesWith({ url }, { urlForm: 'absolute-path' })).toEqual([
      'batch[0].url: service-root-required',
    ]);
    expect(urlOf(url, {})).toMatchObject({ url });
  });
});

describe('dependsOn', () => {
  const a = { method: 'POST', url: 'A', id: 'a' };
  const b = { method: 'POST', url: 'B', id: 'b' };
  const needs = (batch: Batch) => requestsOf(batch).map(({ dependsOn }) => dependsOn);

  it('names operations by id, in the order of the caller, each once (J-09)', () => {
    expect(needs([a, b, { method: 'GET', url: 'C', dependsOn: [b, 'a', 'b', a] }])).toEqual([
      undefined,
      undefined,
      ['b', 'a'],
    ]);
  });

  it('names a change set where an operation of another set is meant (J-09)', () => {
    expect(
      needs([
        [a],
        [b, { method: 'POST', url: 'C', dependsOn: [b, a] }],
        { method: 'GET', url: 'D', dependsOn: [b] },
      ]),
    ).toEqual([undefined, undefined, ['b', 'group1'], ['group2']]);
  });

  it('has what the URL refers to, once (J-07)', () => {
    expect(
      needs([
        a,
        { method: 'GET', url: '$a/Orders' },
        { method: 'GET', url: reference(a), dependsOn: ['a'] },
        [b, { method: 'POST', url: reference(b) }],
        { method: 'GET', url: '$b', dependsOn: [a] },
      ]),
    ).toEqual([undefined, ['a'], ['a'], undefined, ['b'], ['a', 'group1']]);
  });

  it('has what If-Match refers to (R-12)', () => {
    const with_ = (name: string, value: string) => ({
      method: 'PATCH',
      url: 'P',
      headers: { [name]: value },
      body: {},
    });
    expect(
      needs([
        a,
        with_('If-Match', '$a'),
        with_('if-none-match', '$a'),
        with_('If-Match', '"$a"'),
        with_('If-Match', '$x'),
      ]),
    ).toEqual([undefined, ['a'], ['a'], undefined, undefined]);
  });

  it('must be a list of what comes before', () => {
    const issues = (dependsOn: unknown) => issuesWith({ dependsOn: dependsOn as never });
    expect(issues('a')).toEqual(['batch[0].dependsOn: invalid-operation']);
    expect(issues(['a'])).toEqual(['batch[0].dependsOn[0]: unknown-reference']);
    expect(issues(['1'])).toEqual(['batch[0].dependsOn[0]: forward-reference']);
    expect(needs([{ method: 'GET', url: 'P', dependsOn: [] }])).toEqual([undefined]);
  });
});

describe('if', () => {
  it('is text that goes as it is (J-11)', () => {
    expect(requestsOf([{ method: 'GET', url: 'P', if: "$1/a eq 'ä\n'" }])).toMatchObject([
      { if: "$1/a eq 'ä\n'" },
    ]);
  });

  it.each(['', true, {}])('%j is refused', (condition) => {
    expect(issuesWith({ if: condition as never })).toEqual(['batch[0].if: invalid-operation']);
  });
});

describe('a body', () => {
  it('of JSON is spliced in as it is, never parsed and printed (J-14)', () => {
    const json = '{"id":9007199254740993,\r\n\t"d":1.0,"d":"\\u00e4"}';
    expect(bodyText(put('application/json', json))).toBe(json);
    expect(bodyText(put('application/json;odata.metadata=none', octets(json)))).toBe(json);
    expect(bodyText(put('application/merge-patch+json', '[]'))).toBe('[]');
  });

  it('of values is what JSON prints', () => {
    expect(bodyText({ method: 'PUT', url: 'P', body: { a: [1, 'ä', null] } })).toBe('{"a":[1,"ä",null]}');
    expect(bodyText({ method: 'PUT', url: 'P', body: false })).toBe('false');
    const stringify = () => '{ "a": 1e2 }';
    expect(bodyText({ method: 'PUT', url: 'P', body: {} }, { json: { stringify } })).toBe('{ "a": 1e2 }');
  });

  it('of text is a string (J-14)', () => {
    expect(bodyText(put('text/plain', 'ä "\r\n\0'))).toBe('"ä \\"\\r\\n\\u0000"');
    expect(bodyText(put('text/html; charset=UTF-8', octets('\xc3\xa4')))).toBe('"ä"');
    expect(bodyText(put('text/plain', octets('\xef\xbb\xbfx')))).toBe('"\ufeffx"');
    expect(bodyText(put('text/plain', { a: 1 }))).toBe('"{\\"a\\":1}"');
  });

  it('of any other type is base64url (J-14)', () => {
    expect(bodyText(put('image/png', octets('\x89PNG\xff')))).toBe('"iVBOR_8"');
    expect(bodyText(put('application/xml', '<ä/>'))).toBe(`"${Buffer.from('<ä/>').toString('base64url')}"`);
    expect(bodyText(put('no type', 'x'))).toBe('"eA"');
    expect(bodyText(put('image/png', octets('ab').buffer))).toBe('"YWI"');
  });

  it('that is empty is none', () => {
    for (const body of ['', new Uint8Array(), undefined]) {
      expect(requestsOf([put('image/png', body)])[0]).not.toHaveProperty('body');
    }
  });

  it.each([
    ['{"a":1', 'invalid-json'],
    ['{"a":1},{"b":2}', 'invalid-json'],
    ['1}]}', 'invalid-json'],
    ["{'a':1}", 'invalid-json'],
    ['\ufeff{}', 'invalid-json'],
    [' {}', 'not-expressible'],
    ['{}\n', 'not-expressible'],
    ['null', 'not-expressible'],
    [octets('"\xe4"'), 'invalid-json'],
  ])('of JSON that is %j gives %s (J-14)', (body, code) => {
    expect(issuesWith(put('application/json', body))).toEqual([`batch[0].body: ${code}`]);
  });

  it('that a function of the caller prints must be JSON too', () => {
    const stringify = () => '1},{"id":"2"';
    expect(issuesWith({ body: {} }, { json: { stringify } })).toEqual(['batch[0].body: invalid-json']);
    const error = errorOf(() => encode([put('application/json', '{"a":x}')])) as Error;
    expect(error.message).toBe('batch[0].body: the body is no JSON: at octet 5 expected a value');
  });

  it('of null is refused: the format reads it as none (J-14)', () => {
    expect(issuesWith({ body: null })).toEqual(['batch[0].body: not-expressible']);
    expect(issuesWith({ body: { toJSON: () => null } })).toEqual(['batch[0].body: not-expressible']);
  });

  it('of octets that are no text is refused (J-14)', () => {
    expect(issuesWith(put('text/plain', octets('\xe4')))).toEqual(['batch[0].body: invalid-text']);
  });

  it.each(['text/plain; charset=iso-8859-1', 'application/json; charset=utf-16'])(
    'in another charset is refused: %s',
    (contentType) => {
      expect(issuesWith(put(contentType, '"ä"'))).toEqual(['batch[0].body: not-expressible']);
    },
  );

  it('without a Content-Type is refused, because the type decides how it is written (J-12)', () => {
    for (const body of ['{}', octets('{}')]) {
      expect(issuesWith({ body })).toEqual(['batch[0].body: missing-content-type']);
    }
  });

  it('behind GET and DELETE is refused (J-15)', () => {
    for (const method of ['GET', 'DELETE']) {
      expect(issuesWith({ method, body: {} })).toEqual(['batch[0].body: body-not-allowed']);
      expect(requestsOf([{ method, url: 'P', body: '' }])).toEqual([{ id: '1', method, url: 'P' }]);
    }
  });

  it('has the length that its Content-Length says', () => {
    const operation = put('text/plain', 'ä');
    const headers = { 'Content-Type': 'text/plain', 'Content-Length': '2' };
    expect(requestsOf([{ ...operation, headers }])[0]?.headers).toMatchObject({ 'content-length': '2' });
    expect(issuesWith({ ...operation, headers: { ...headers, 'Content-Length': '3' } })).toEqual([
      'batch[0].headers.Content-Length: content-length-mismatch',
    ]);
  });

  it('must be all there, in a batch that is streamed too', async () => {
    const options = { format: 'json', accept: 'as-given' } as const;
    const streamed = encodeBatchRequestStream([{ method: 'PUT', url: 'P', body: { a: 1 } }], options);
    const text = textOf([{ method: 'PUT', url: 'P', body: { a: 1 } }]);
    expect(streamed.contentLength).toBe(text.length);
    expect(await new Response(streamed.body as ReadableStream<Uint8Array<ArrayBuffer>>).text()).toBe(text);
    const stream = new Blob(['x']).stream();
    expect(issuesOf(() => encodeBatchRequestStream([put('image/png', stream)], options))).toEqual([
      'batch[0].body: body-not-encodable',
    ]);
  });

  it('is told with all others that are wrong, in the order of the batch', () => {
    const first = put('text/plain', octets('\xe4'));
    const second = put('application/json', '{', { method: 'PURGE' });
    expect(issuesOf(() => encode([first, second]))).toEqual([
      'batch[0].body: invalid-text',
      'batch[1].method: not-expressible',
      'batch[1].body: invalid-json',
    ]);
  });
});
