import { describe, expect, it } from 'vitest';
import type { EncodeBatchRequestOptions } from '../../../src/batch/encode-options.ts';
import type { Batch, Operation } from '../../../src/batch/operation.ts';
import type { PlannedOperation } from '../../../src/batch/plan.ts';
import { encodeBatchRequest } from '../../../src/formats/encode-batch-request.ts';
import { issuesOf } from '../catch-error.ts';

const plannedOf = (batch: Batch, options: EncodeBatchRequestOptions = {}) =>
  encodeBatchRequest(batch, options).plan.items.flat() as PlannedOperation[];
const issuesWith = (operation: object, options: EncodeBatchRequestOptions = {}) =>
  issuesOf(() => encodeBatchRequest([operation as Operation], options));

describe('the plan', () => {
  it('says of each operation how it goes on the wire, nested like the batch', () => {
    const get = { method: 'GET', url: 'People' };
    const post = { method: 'POST', url: new URL('https://h/svc/People'), id: 'new', body: {} };
    expect(encodeBatchRequest([get, [post]], { accept: 'as-given' }).plan.items).toEqual([
      {
        operation: get,
        index: 0,
        path: [0],
        id: '1',
        idSent: true,
        method: 'GET',
        url: 'People',
        headers: [],
        addedHeaders: [],
      },
      [
        {
          operation: post,
          index: 1,
          path: [1, 0],
          id: 'new',
          idSent: true,
          method: 'POST',
          url: 'https://h/svc/People',
          headers: [['Content-Type', 'application/json']],
          addedHeaders: ['Content-Type'],
        },
      ],
    ]);
  });

  it("holds the caller's own objects and changes none of them", () => {
    const operation = Object.freeze({
      method: 'POST',
      url: "P('a:b')",
      headers: Object.freeze({ A: '1' }),
      body: Object.freeze({}),
    });
    const [planned] = plannedOf(Object.freeze([operation]));
    expect(planned?.operation).toBe(operation);
    expect(operation).toEqual({ method: 'POST', url: "P('a:b')", headers: { A: '1' }, body: {} });
  });

  it('keeps a set of one a set (M-26)', () => {
    expect(encodeBatchRequest([[{ method: 'POST', url: 'P' }]]).plan.items).toMatchObject([
      [{ path: [0, 0] }],
    ]);
  });

  it.each([
    ['all', [true, true, true, true]],
    ['change-sets', [false, true, true, true]],
    ['none', [false, false, false, false]],
  ] as const)('with contentId "%s" says who carries an id: %j (B-14, B-15, X3)', (contentId, expected) => {
    const batch: Batch = [
      { method: 'GET', url: 'a' },
      { method: 'GET', url: 'b', id: 'mine' },
      [
        { method: 'POST', url: 'c' },
        { method: 'POST', url: 'd' },
      ],
    ];
    expect(plannedOf(batch, { contentId }).map(({ idSent }) => idSent)).toEqual(expected);
  });

  it('with contentId "change-sets" sends the id of whoever is referred to (B-15)', () => {
    const batch: Batch = [
      { method: 'POST', url: 'a' },
      { method: 'GET', url: 'b' },
      { method: 'GET', url: '$1/c' },
    ];
    expect(plannedOf(batch, { contentId: 'change-sets' }).map(({ idSent }) => idSent)).toEqual([
      true,
      false,
      false,
    ]);
  });

  it("takes the service's word before the general default, and the caller's before both (H-36)", () => {
    const service = {
      name: 's',
      version: '3.0',
      urlForm: 'absolute',
      serviceRoot: 'https://s/',
      contentId: 'none',
    } as const;
    const get = { method: 'GET', url: 'P' };
    const byService = encodeBatchRequest([get], { service });
    expect(byService.plan).toMatchObject({
      version: '3.0',
      service,
      items: [{ url: 'https://s/P', idSent: false }],
    });
    const byCaller = encodeBatchRequest([get], {
      service,
      version: '4.01',
      urlForm: 'as-given',
      contentId: 'all',
    });
    expect(byCaller.plan).toMatchObject({ version: '4.01', items: [{ url: 'P', idSent: true }] });
  });
});

describe('a method', () => {
  it.each(['get', 'post', 'patch', 'merge'])('%s is refused with a hint (H-11)', (method) => {
    expect(issuesWith({ method, url: 'P' })).toEqual(['batch[0].method: lower-case-method']);
  });

  it.each(['', 'GET POST', 'GET\r\nX: y', 'G\x00T', 'GÉT', 'GET\n', undefined, 1])(
    '%j is refused (H-10, H-14)',
    (method) => {
      expect(issuesWith({ method, url: 'P' })).toEqual(['batch[0].method: invalid-method']);
    },
  );

  it('of another kind is sent as written (H-11)', () => {
    expect(plannedOf([{ method: 'M-Search', url: 'P' }])[0]?.method).toBe('M-Search');
  });

  it.each(['GET', 'HEAD', 'OPTIONS'])('%s is refused in a change set (B-12, B-13)', (method) => {
    expect(
      issuesOf(() =>
        encodeBatchRequest([
          [
            { method: 'POST', url: 'a' },
            { method, url: 'b' },
          ],
        ]),
      ),
    ).toEqual(['batch[0][1].method: method-in-change-set']);
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])(
    '%s may stand in a change set; outside of one from 4.0 on (B-10, B-12, B-13)',
    (method) => {
      expect(plannedOf([[{ method, url: 'a' }]], { version: '2.0' })).toHaveLength(1);
      expect(plannedOf([{ method, url: 'a' }], { version: '4.0' })).toHaveLength(1);
      expect(issuesWith({ method, url: 'a' }, { version: '2.0' })).toEqual([
        'batch[0].method: write-outside-change-set',
      ]);
      expect(issuesWith({ method, url: 'a' }, { version: '3.0' })).toEqual([
        'batch[0].method: write-outside-change-set',
      ]);
    },
  );

  it.each(['4.0', '4.01'] as const)('MERGE is refused in %s, which calls it PATCH (B-13)', (version) => {
    expect(issuesOf(() => encodeBatchRequest([[{ method: 'MERGE', url: 'a' }]], { version }))).toEqual([
      'batch[0][0].method: method-not-in-version',
    ]);
    expect(issuesWith({ method: 'MERGE', url: 'a' }, { version })).toEqual([
      'batch[0].method: method-not-in-version',
    ]);
  });
});

describe('a URL', () => {
  it.each([
    ['a line break', 'a\r\nX: y', 'invalid-url'],
    ['NUL', 'a\x00', 'invalid-url'],
    ['a fragment', 'a#b', 'invalid-url'],
    ['nothing', '', 'invalid-url'],
    ['undefined', undefined, 'invalid-url'],
    ['a number', 1, 'invalid-url'],
    ['an object without href', {}, 'invalid-url'],
    ['a batch', '$batch', 'nested-batch'],
    ['a batch, absolute, with a query', 'https://h/svc/$batch?$format=json', 'nested-batch'],
  ])('that is or has %s is refused (H-06, H-14)', (_, url, code) => {
    expect(issuesWith({ method: 'POST', url })).toEqual([`batch[0].url: ${code}`]);
  });

  it('may be a URL object of any kind', () => {
    expect(plannedOf([{ method: 'GET', url: new URL('https://h/a b') }])[0]?.url).toBe('https://h/a%20b');
    expect(plannedOf([{ method: 'GET', url: { href: 'https://h/c' } }])[0]?.url).toBe('https://h/c');
  });

  it.each([
    ['as-given', 'P(1)', undefined],
    ['absolute', 'https://h/svc/P(1)', undefined],
    ['absolute-path', '/svc/P(1)', 'h'],
    ['relative', 'P(1)', undefined],
  ] as const)('is written as %s: %s with Host %s (H-30)', (urlForm, url, host) => {
    const [planned] = plannedOf([{ method: 'GET', url: 'P(1)' }], {
      urlForm,
      serviceRoot: 'https://h/svc/',
      accept: 'as-given',
    });
    expect(planned?.url).toBe(url);
    expect(planned?.headers).toEqual(host === undefined ? [] : [['Host', host]]);
  });

  it('has its colons encoded where it is relative (H-33)', () => {
    expect(plannedOf([{ method: 'GET', url: "People('a:b')?$filter=a eq 'x:y'" }])[0]?.url).toBe(
      "People('a%3Ab')?$filter=a%20eq%20'x:y'",
    );
  });

  it.each([
    ['absolute', undefined, 'P', 'service-root-required'],
    ['relative', 'https://h/svc/', 'https://x/P', 'url-outside-service-root'],
  ] as const)('that can not be written as %s below %s is refused', (urlForm, serviceRoot, url, code) => {
    expect(issuesWith({ method: 'GET', url }, { urlForm, serviceRoot })).toEqual([`batch[0].url: ${code}`]);
  });
});

describe('a body', () => {
  it.each(['GET', 'HEAD'])('with %s is refused (H-67)', (method) => {
    for (const body of ['x', '\r\n', new Uint8Array(1), new ArrayBuffer(1), null, {}]) {
      expect(issuesWith({ method, url: 'P', body })).toEqual(['batch[0].body: body-not-allowed']);
    }
  });

  it.each([undefined, '', new Uint8Array(0), new ArrayBuffer(0)])(
    'without content is none: %j (H-67)',
    (body) => {
      expect(plannedOf([{ method: 'GET', url: 'P', body }])).toHaveLength(1);
    },
  );

  it('with DELETE is allowed, but not line ends only, which would be read as framing (H-66)', () => {
    expect(plannedOf([{ method: 'DELETE', url: 'P', body: '{}' }])).toHaveLength(1);
    expect(issuesWith({ method: 'DELETE', url: 'P', body: '\r\n' })).toEqual([
      'batch[0].body: body-not-allowed',
    ]);
    expect(issuesWith({ method: 'DELETE', url: 'P', body: new Uint8Array([13, 10]) })).toEqual([
      'batch[0].body: body-not-allowed',
    ]);
  });
});

describe('what only the JSON format has words for', () => {
  it('is refused: if', () => {
    expect(issuesWith({ method: 'GET', url: 'P', if: '$1/$succeeded' })).toEqual([
      'batch[0].if: not-expressible',
    ]);
  });

  it('is refused: dependsOn where failures do not stop the batch (X7)', () => {
    const batch: Batch = [
      { method: 'GET', url: 'a', id: 'a' },
      { method: 'GET', url: 'b', dependsOn: ['a'] },
    ];
    expect(issuesOf(() => encodeBatchRequest(batch, { continueOnError: true }))).toEqual([
      'batch[1].dependsOn: not-expressible',
    ]);
    expect(plannedOf(batch)).toHaveLength(2);
  });

  it('needs no words where a reference or the change set says it', () => {
    const first: Operation = { method: 'POST', url: 'a', id: 'a' };
    const batch: Batch = [
      first,
      { method: 'GET', url: '$a/x', dependsOn: [first] },
      [
        { method: 'POST', url: 'b', id: 'b' },
        { method: 'POST', url: 'c', dependsOn: ['b'] },
      ],
    ];
    expect(plannedOf(batch, { continueOnError: true })).toHaveLength(4);
    const both: Batch = [
      first,
      { method: 'POST', url: 'b', id: 'b' },
      { method: 'GET', url: '$a', dependsOn: ['a', 'b'] },
    ];
    expect(issuesOf(() => encodeBatchRequest(both, { continueOnError: true }))).toEqual([
      'batch[2].dependsOn: not-expressible',
    ]);
  });

  it('is nothing that a plan of a multipart batch holds', () => {
    const [, planned] = plannedOf([
      { method: 'GET', url: 'a', id: 'a' },
      { method: 'GET', url: 'b', dependsOn: ['a'] },
    ]);
    expect(planned).not.toHaveProperty('dependsOn');
  });
});

it('all that is wrong with a batch is told at once, in its order', () => {
  const batch = [
    { method: 'get', url: 'a\n' },
    [
      { method: 'GET', url: 'b', headers: { 'X ': '1' } },
      { method: 'POST', url: '$9', id: 'x y' },
    ],
  ];
  expect(issuesOf(() => encodeBatchRequest(batch)).sort()).toEqual([
    'batch[0].method: lower-case-method',
    'batch[0].url: invalid-url',
    'batch[1][0].headers: invalid-header-name',
    'batch[1][0].method: method-in-change-set',
    'batch[1][1].id: invalid-content-id',
    'batch[1][1].url: unknown-reference',
  ]);
});
