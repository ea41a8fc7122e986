import { describe, expect, it } from 'vitest';
import { isBatchError } from '../../../src/batch/is-batch-error.ts';
import type { Batch } from '../../../src/batch/operation.ts';
import { decodeBatchRequest } from '../../../src/formats/decode-batch-request.ts';
import { encodeBatchRequest } from '../../../src/formats/encode-batch-request.ts';
import { encodeBatchResponse } from '../../../src/formats/encode-batch-response.ts';
import type { ODataVersion } from '../../../src/odata/version.ts';
import type { BatchWarning } from '../../../src/reading.ts';
import { crlf, octets } from '../build-octets.ts';
import { errorOf, issuesOf } from '../catch-error.ts';

// What the versions say about a batch, as it shows in what is written and read; the rules themselves: odata/version.test.ts.

const EARLY = ['2.0', '3.0'] as const;
const LATE = ['4.0', '4.01'] as const;
const ALL = [...EARLY, ...LATE];

/** A batch as a stranger writes it: one change set of these parts. */
function changeSet(version: ODataVersion, ...parts: string[][]) {
  const members = parts.map((lines) => crlf('--c', 'Content-Type: application/http', ...lines, '', ''));
  const head = crlf('--b', 'Content-Type: multipart/mixed; boundary=c', '', '');
  const name = version < '4' ? 'DataServiceVersion' : 'OData-Version';
  return {
    headers: { 'Content-Type': 'multipart/mixed; boundary=b', [name]: version },
    body: octets(`${head.slice(0, -2)}${members.join('')}${crlf('--c--', '--b--')}`),
  };
}

const post = (id: string | undefined, url = 'A') => [
  ...(id === undefined ? [] : [`Content-ID: ${id}`]),
  '',
  `POST ${url} HTTP/1.1`,
];
const code = (run: () => unknown) => {
  const error = errorOf(run);
  return isBatchError(error) ? error.code : error;
};

/** The operations of a batch, as the service reads them. */
const read = (...given: Parameters<typeof decodeBatchRequest>) => [...decodeBatchRequest(...given)];

describe.each(ALL)('a batch of OData %s', (version) => {
  const isEarly = version < '4';
  const write = (method: string): Batch => [[{ method, url: 'A', id: '1' }]];

  it('says its version, in the words of the version, and is read as such (B-04)', () => {
    const request = encodeBatchRequest([{ method: 'GET', url: 'A' }], { version });
    const [name, maximum] = isEarly
      ? ['DataServiceVersion', 'MaxDataServiceVersion']
      : ['OData-Version', 'OData-MaxVersion'];
    expect(request.headers).toMatchObject({ [name]: version, [maximum]: version });
    expect(Object.keys(request.headers).filter((header) => /version/i.test(header))).toHaveLength(2);
    expect(decodeBatchRequest(request).version).toBe(version);
    expect(request.plan.version).toBe(version);
  });

  it('is answered with the status and the header of the version (B-04, B-08, X1)', () => {
    const request = decodeBatchRequest(encodeBatchRequest([{ method: 'GET', url: 'A' }], { version }));
    const { status, headers } = encodeBatchResponse([{ status: 200 }], { request });
    expect(status).toBe(isEarly ? 202 : 200);
    expect(headers[isEarly ? 'DataServiceVersion' : 'OData-Version']).toBe(version);
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'PURGE'])(
    'may have %s in a change set (B-12, B-13)',
    (method) => {
      expect(read(encodeBatchRequest(write(method), { version }))).toMatchObject([[{ method }]]);
    },
  );

  it.each(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'CONNECT'])('has no %s in a change set (B-12)', (method) => {
    expect(issuesOf(() => encodeBatchRequest(write(method), { version }))).toEqual([
      'batch[0][0].method: method-in-change-set',
    ]);
    const message = changeSet(version, ['Content-ID: 1', '', `${method} A HTTP/1.1`]);
    expect(code(() => decodeBatchRequest(message))).toBe('method-in-change-set');
    expect(read(message, { tolerate: ['get-in-change-set'] })).toMatchObject([[{ method }]]);
  });

  it('has MERGE in a change set up to 3.0, is told to write PATCH from 4.0 on, and is read with it (B-13)', () => {
    if (isEarly) expect(read(encodeBatchRequest(write('MERGE'), { version }))).toHaveLength(1);
    else {
      const error = errorOf(() => encodeBatchRequest(write('MERGE'), { version }));
      expect(error).toMatchObject({ code: 'method-not-in-version', message: /PATCH/ });
    }
    const message = changeSet(version, ['Content-ID: 1', '', 'MERGE A HTTP/1.1']);
    expect(read(message)).toMatchObject([[{ method: 'MERGE' }]]);
  });

  it('has writes outside of change sets from 4.0 on; they are read in all (B-10)', () => {
    const encode = () => encodeBatchRequest([{ method: 'POST', url: 'A' }], { version });
    if (isEarly) expect(issuesOf(encode)).toEqual(['batch[0].method: write-outside-change-set']);
    else expect(read(encode())).toMatchObject([{ method: 'POST' }]);
    const body = crlf('--b', 'Content-Type: application/http', '', 'POST A HTTP/1.1', '', '', '--b--');
    expect(read({ contentType: 'multipart/mixed; boundary=b', body }, { version })).toMatchObject([
      { method: 'POST' },
    ]);
  });

  it('asks for Content-IDs in a change set from 4.0 on, reads those without, and writes them in all (B-14, X3)', () => {
    const [written] = read(encodeBatchRequest([[{ method: 'POST', url: 'A' }]], { version }));
    expect(written).toMatchObject([{ id: '1' }]);
    const warnings: string[] = [];
    const onWarning = ({ code }: BatchWarning) => warnings.push(code);
    const [set] = read(changeSet(version, post(undefined)), { onWarning });
    expect(set).toMatchObject([{ method: 'POST' }]);
    expect(set).not.toHaveProperty('0.id');
    expect(warnings).toEqual(isEarly ? [] : ['missing-content-id']);
  });

  it('has each id once: in a change set up to 3.0, in the whole batch from 4.0 on; written once in all (B-18, X4)', () => {
    const twice: Batch = [[{ method: 'POST', url: 'A', id: '1' }], [{ method: 'POST', url: 'B', id: '1' }]];
    expect(issuesOf(() => encodeBatchRequest(twice, { version }))).toEqual([
      'batch[1][0].id: duplicate-content-id',
    ]);
    expect(code(() => decodeBatchRequest(changeSet(version, post('1'), post('1'))))).toBe(
      'duplicate-content-id',
    );
    const message = changeSet(version, post('1'));
    const text = new TextDecoder().decode(message.body).replace('--b--\r\n', '');
    const twoSets = {
      ...message,
      body: octets(`${text}${text.replaceAll('--c', '--d').replace('=c', '=d')}--b--`),
    };
    if (isEarly) expect(read(twoSets)).toMatchObject([[{ id: '1' }], [{ id: '1' }]]);
    else expect(code(() => decodeBatchRequest(twoSets))).toBe('duplicate-content-id');
  });

  it('refers inside one change set up to 3.0, in the whole batch from 4.0 on (R-05)', () => {
    const batch: Batch = [
      [
        { method: 'POST', url: 'A', id: '1' },
        { method: 'POST', url: '$1/B', id: '2' },
      ],
      [{ method: 'POST', url: '$1/C', id: '3' }],
    ];
    if (isEarly) {
      expect(issuesOf(() => encodeBatchRequest(batch, { version }))).toEqual([
        'batch[1][0].url: reference-out-of-scope',
      ]);
    } else expect(read(encodeBatchRequest(batch, { version }))).toHaveLength(2);
  });

  it.each([
    ['absolute', 'https://h/svc/A'],
    ['absolute-path', '/svc/A'],
    ['relative', 'A'],
  ] as const)('may have URLs in the form %s, and reads them (H-30)', (urlForm, url) => {
    const serviceRoot = 'https://h/svc/';
    const request = encodeBatchRequest([{ method: 'GET', url: 'A' }], { version, urlForm, serviceRoot });
    expect(read(request, { serviceRoot })).toMatchObject([{ url, absoluteUrl: 'https://h/svc/A' }]);
  });

  it.each([
    [true, ''],
    [false, '=false'],
  ])('asks to go on, %s, in the spelling of the version (S-05, S-08)', (continueOnError, value) => {
    const request = encodeBatchRequest([{ method: 'GET', url: 'A' }], { version, continueOnError });
    const name = version === '4.01' ? 'continue-on-error' : 'odata.continue-on-error';
    expect(request.headers.Prefer).toBe(`${name}${value}`);
    expect(decodeBatchRequest(request).continueOnError).toBe(continueOnError);
    expect(request.plan.continueOnError).toBe(continueOnError);
  });

  it('does not ask where it is not told to (X7)', () => {
    const request = encodeBatchRequest([{ method: 'GET', url: 'A' }], { version });
    expect(request.headers).not.toHaveProperty('Prefer');
    expect(decodeBatchRequest(request).continueOnError).toBeUndefined();
  });

  it.each(['Authorization', 'TE', 'Transfer-Encoding'])('has no %s in an operation (H-49, H-50)', (name) => {
    const batch: Batch = [{ method: 'GET', url: 'A', headers: { [name]: 'x' } }];
    expect(issuesOf(() => encodeBatchRequest(batch, { version }))).toEqual([
      `batch[0].headers.${name}: forbidden-header`,
    ]);
    const allowed = encodeBatchRequest(batch, { version, forbiddenHeaders: 'allow' });
    expect(code(() => decodeBatchRequest(allowed, { forbiddenHeaders: 'error' }))).toBe('forbidden-header');
    const stripped = decodeBatchRequest(allowed, { forbiddenHeaders: 'strip' })[0];
    expect(stripped !== undefined && 'method' in stripped && stripped.headers.has(name)).toBe(false);
  });
});
