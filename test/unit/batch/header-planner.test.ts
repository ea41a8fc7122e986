import { describe, expect, it } from 'vitest';
import type { EncodeBatchRequestOptions } from '../../../src/batch/encode-options.ts';
import type { Operation } from '../../../src/batch/operation.ts';
import { encodeBatchRequest } from '../../../src/formats/encode-batch-request.ts';
import { textOf } from '../build-octets.ts';
import { errorOf, issuesOf } from '../catch-error.ts';

const planOf = (operation: Operation, options: EncodeBatchRequestOptions = {}) => {
  const [item] = encodeBatchRequest([operation], options).plan.items;
  if (item === undefined || !('headers' in item)) throw new Error('expected one operation');
  return item;
};

describe('headers of an operation', () => {
  it("are the caller's in their order, and behind them what was added, told by name", () => {
    const operation = { method: 'POST', url: '/svc/P', headers: { 'X-B': '1', 'x-a': '2' }, body: {} };
    const planned = planOf(operation, { serviceRoot: 'https://h/svc/' });
    expect(planned.headers).toEqual([
      ['X-B', '1'],
      ['x-a', '2'],
      ['Host', 'h'],
      ['Content-Type', 'application/json'],
      ['Accept', 'application/json'],
    ]);
    expect(planned.addedHeaders).toEqual(['Host', 'Content-Type', 'Accept']);
  });

  it('are not added where the caller gives them, in any letter case', () => {
    const headers = { host: 'other', 'content-type': 'application/xml', ACCEPT: 'x/y' };
    const planned = planOf(
      { method: 'POST', url: '/svc/P', headers, body: {} },
      { serviceRoot: 'https://h/svc/' },
    );
    expect(planned.headers).toEqual(Object.entries(headers));
    expect(planned.addedHeaders).toEqual([]);
  });

  it.each([
    ['GET', 'People', 'application/json'],
    ['POST', 'People', 'application/json'],
    ['GET', '$metadata', '*/*'],
    ['GET', '/svc/$metadata?x=1', '*/*'],
    ['GET', 'People/$count', '*/*'],
    ['GET', 'People(1)/Photo/$value?x', '*/*'],
    ['GET', 'People?x=/$value', 'application/json'],
    ['GET', 'People/x$count', 'application/json'],
    ['DELETE', 'People(1)', '*/*'],
  ])('%s %s accepts %s (X12)', (method, url, accept) => {
    expect(planOf({ method, url }).headers).toEqual([['Accept', accept]]);
  });

  it('have no Accept where the caller or the service does not want one added (X12)', () => {
    expect(planOf({ method: 'GET', url: 'P' }, { accept: 'as-given' }).headers).toEqual([]);
    const service = { name: 's', accept: 'as-given' } as const;
    expect(planOf({ method: 'GET', url: 'P' }, { service }).headers).toEqual([]);
    expect(planOf({ method: 'GET', url: 'P' }, { service, accept: 'add' }).headers).toEqual([
      ['Accept', 'application/json'],
    ]);
  });

  it.each([
    ['text', 'x'],
    ['octets', new Uint8Array([1])],
    ['no body', undefined],
  ])('have no Content-Type added with %s', (_, body) => {
    expect(planOf({ method: 'POST', url: 'P', body }, { accept: 'as-given' }).headers).toEqual([]);
  });

  it('tunnel a method in V2 as the caller gives it (B-07)', () => {
    const headers = { 'X-HTTP-Method': 'MERGE' };
    const [set] = encodeBatchRequest([[{ method: 'POST', url: 'P(1)', headers, body: '{}' }]], {
      version: '2.0',
      accept: 'as-given',
    }).plan.items;
    expect(set).toMatchObject([{ method: 'POST', headers: [['X-HTTP-Method', 'MERGE']] }]);
  });

  describe.each([
    'Authorization',
    'Expect',
    'From',
    'Max-Forwards',
    'Range',
    'TE',
    'WWW-Authenticate',
    'Transfer-Encoding',
    'authorization',
  ])('%s', (name) => {
    const operation = { method: 'GET', url: 'P', headers: { [name]: 'secret', 'X-A': '1' } };

    it('is refused by default; the message does not tell its value (H-49, H-50, X8)', () => {
      expect(issuesOf(() => planOf(operation))).toEqual([`batch[0].headers.${name}: forbidden-header`]);
      expect((errorOf(() => planOf(operation)) as Error).message).not.toContain('secret');
    });

    it('is left out with forbiddenHeaders "strip" (H-49, X8)', () => {
      expect(planOf(operation, { forbiddenHeaders: 'strip', accept: 'as-given' }).headers).toEqual([
        ['X-A', '1'],
      ]);
    });

    it('is sent with forbiddenHeaders "allow" (H-49, X8)', () => {
      expect(planOf(operation, { forbiddenHeaders: 'allow', accept: 'as-given' }).headers).toEqual(
        Object.entries(operation.headers),
      );
    });
  });

  it('are told to be wrong of each operation that has them', () => {
    const wrong = { Authorization: 'x', 'X-A': '\n', Host: ['a', 'b'] };
    const right = { 'X-A': '1' };
    const batch = [right, wrong, wrong, right, wrong].map((headers) => ({
      method: 'GET',
      url: 'P',
      headers,
    }));
    expect(issuesOf(() => encodeBatchRequest(batch))).toEqual(
      [1, 2, 4].flatMap((place) => [
        `batch[${place}].headers.X-A: invalid-header-value`,
        `batch[${place}].headers.Host: duplicate-header`,
        `batch[${place}].headers.Authorization: forbidden-header`,
      ]),
    );
    const sameId = [1, 2, 3].map(() => ({ method: 'GET', url: 'P', headers: { 'Content-ID': '1' } }));
    expect(issuesOf(() => encodeBatchRequest(sameId))).toEqual([
      'batch[1].headers.Content-ID: invalid-content-id',
      'batch[2].headers.Content-ID: invalid-content-id',
    ]);
  });

  it("are each operation's own, whatever the one before it had", () => {
    const post = { method: 'POST', url: '/P' };
    const json = { 'Content-Type': 'application/json' };
    const batch: Operation[] = [
      { ...post, body: {} },
      { ...post, body: [] },
      { ...post, body: 'x' },
      { ...post, url: 'P', body: 'x' },
      { ...post, url: 'P', headers: {} },
      { ...post, url: 'P', headers: { ...json, TE: 'x' } },
      { ...post, url: 'P', headers: { ...json } },
      { ...post, url: 'P', headers: { ...json, 'If-Match': 'a' } },
      { ...post, url: 'P', headers: { ...json, 'If-Match': 'b' } },
      { ...post, url: 'P', headers: { ...json, 'If-Match': 'b' }, method: 'DELETE' },
      { ...post, url: 'P', headers: { ...json, 'If-Match': 'b', accept: 'c' } },
    ];
    const options = { serviceRoot: 'https://h/', forbiddenHeaders: 'strip' } as const;
    const { plan, body } = encodeBatchRequest(batch, options);
    const heads = textOf(body)
      .split('HTTP/1.1\r\n')
      .slice(1)
      .map((text) => text.slice(0, text.indexOf('\r\n\r\n')).split('\r\n'));
    const [host, type, accept] = ['Host: h', 'Content-Type: application/json', 'Accept: application/json'];
    expect(heads).toEqual([
      [host, type, accept],
      [host, type, accept],
      [host, accept],
      [accept],
      [accept],
      [type, accept],
      [type, accept],
      [type, 'If-Match: a', accept],
      [type, 'If-Match: b', accept],
      [type, 'If-Match: b', 'Accept: */*'],
      [type, 'If-Match: b', 'accept: c'],
    ]);
    const planned = plan.items.flat().map(({ headers }) => headers.map((pair) => pair.join(': ')));
    expect(planned).toEqual(heads);
    expect(plan.items.flat().map(({ addedHeaders }) => addedHeaders.length)).toEqual([
      3, 3, 2, 1, 1, 1, 1, 1, 1, 1, 0,
    ]);
  });

  it('take a Content-ID only if it is that of the operation (X5)', () => {
    const operation = (id: string | undefined, field: string) => ({
      method: 'GET',
      url: 'P',
      ...(id && { id }),
      headers: { 'Content-ID': field },
    });
    expect(planOf(operation('7', '7'), { accept: 'as-given' }).headers).toEqual([['Content-ID', '7']]);
    expect(planOf(operation(undefined, '1'), { accept: 'as-given' }).headers).toEqual([['Content-ID', '1']]);
    expect(issuesOf(() => planOf(operation('7', '8')))).toEqual([
      'batch[0].headers.Content-ID: invalid-content-id',
    ]);
  });
});
