import { describe, expect, it } from 'vitest';
import type { EncodeBatchRequestOptions } from '../../../src/batch/encode-options.ts';
import type { Batch, Operation } from '../../../src/batch/operation.ts';
import { reference } from '../../../src/batch/reference.ts';
import { encodeBatchRequest } from '../../../src/formats/encode-batch-request.ts';
import { textOf } from '../build-octets.ts';
import { issuesOf } from '../catch-error.ts';

const post = (url: Operation['url'] = 'Customers', rest: Partial<Operation> = {}): Operation => ({
  method: 'POST',
  url,
  ...rest,
});

const urlsOf = (batch: Batch, options = {}) =>
  encodeBatchRequest(batch, options)
    .plan.items.flat()
    .map((item) => ('url' in item ? item.url : item));

describe('references', () => {
  it.each([
    ['$1', '$1'],
    ['$1/Orders', '$1/Orders'],
    ['$1?$select=x', '$1?$select=x'],
    ['$1/$ref', '$1/$ref'],
    ['$1/NS.Action', '$1/NS.Action'],
    ['$1(3)', '$1(3)'],
    ["$1/Orders('a:b')", "$1/Orders('a:b')"],
    ['$1/a b', '$1/a%20b'],
  ])('as text: %s is written as %s (R-01, R-08)', (url, written) => {
    expect(urlsOf([[post(), post(url)]])).toEqual(['Customers', written]);
  });

  it('to objects are written with the id that the object got (R-01)', () => {
    const customer = post();
    const order = post(reference(customer, 'Orders'));
    expect(urlsOf([{ method: 'GET', url: 'x' }, [customer, order, post(reference(order))]])).toEqual([
      'x',
      'Customers',
      '$2/Orders',
      '$3',
    ]);
  });

  it('to ids are written with the id', () => {
    expect(
      urlsOf([
        [
          post('a', { id: 'First-Insert~Customer_1.1' }),
          post(reference('First-Insert~Customer_1.1', '?$top=1')),
        ],
      ]),
    ).toEqual(['a', '$First-Insert~Customer_1.1?$top=1']);
  });

  it('tell id 10 from id 1 (R-08)', () => {
    const operations = Array.from({ length: 10 }, (_, index) => post(`P${index + 1}`));
    expect(urlsOf([[...operations, post('$10/Orders'), post('$1/Orders')]]).slice(10)).toEqual([
      '$10/Orders',
      '$1/Orders',
    ]);
  });

  it('keep dots in an id (R-08)', () => {
    expect(urlsOf([[post('a', { id: '1.2' }), post('$1.2/b')]])).toEqual(['a', '$1.2/b']);
  });

  it('to id 0 are like any other (R-17)', () => {
    expect(urlsOf([[post('a', { id: '0' }), post('$0/b')]])).toEqual(['a', '$0/b']);
  });

  it('are none where a system resource has the name (R-06)', () => {
    expect(
      urlsOf([
        { method: 'GET', url: '$metadata' },
        { method: 'GET', url: '$all/NS.T' },
        { method: 'GET', url: '$crossjoin(A,B)' },
      ]),
    ).toEqual(['$metadata', '$all/NS.T', '$crossjoin(A,B)']);
  });

  it('are none where the dollar is percent-encoded (R-08)', () => {
    expect(urlsOf([post(), post('%241/Orders')])).toEqual(['Customers', '%241/Orders']);
  });

  it.each(['/$1/Orders', 'https://h/svc/$9/Orders'])(
    'are none where they are no first segment: %s goes as it is (R-09)',
    (url) => {
      expect(urlsOf([post(), post(url)])).toEqual(['Customers', url]);
    },
  );

  it('may reach across change sets in 4.0 (R-05)', () => {
    expect(urlsOf([[post('a', { id: 'x' })], [post('$x/b')], post('$x/c')])).toEqual(['a', '$x/b', '$x/c']);
  });

  it.each([
    ['a later operation (R-04)', () => [[post('$2/x'), post()]], ['batch[0][0].url: forward-reference']],
    ['itself (R-04)', () => [[post('$1/x')]], ['batch[0][0].url: forward-reference']],
    ['an id that nobody has', () => [[post(), post('$9/x')]], ['batch[0][1].url: unknown-reference']],
    [
      'an id in another letter case (B-18)',
      () => [[post('a', { id: 'a' }), post('$A/x')]],
      ['batch[0][1].url: unknown-reference'],
    ],
    [
      'an object outside the batch',
      () => [[post(), post(reference(post()))]],
      ['batch[0][1].url: unknown-reference'],
    ],
    [
      'a copy of an object in the batch',
      () => {
        const a = post();
        return [[a, post(reference({ ...a }))]];
      },
      ['batch[0][1].url: unknown-reference'],
    ],
    [
      'a later operation that it depends on',
      () => [post('a', { dependsOn: ['2'] }), post()],
      ['batch[0].dependsOn[0]: forward-reference'],
    ],
    [
      'nobody that it depends on',
      () => [post(), post('a', { dependsOn: ['1', '7'] })],
      ['batch[1].dependsOn[1]: unknown-reference'],
    ],
  ])('to %s are refused', (_, make, issues) => {
    expect(issuesOf(() => encodeBatchRequest(make()))).toEqual(issues);
  });

  it.each(['2.0', '3.0'] as const)('out of their change set are refused in %s (R-05)', (version) => {
    const batch = (url: string): Batch => [[post('a', { id: 'x' }), post('$x/own')], [post(url)]];
    expect(issuesOf(() => encodeBatchRequest(batch('$x/other'), { version }))).toEqual([
      'batch[1][0].url: reference-out-of-scope',
    ]);
    expect(urlsOf(batch('b'), { version })).toEqual(['a', '$x/own', 'b']);
  });

  it('are refused where no ids are sent', () => {
    expect(issuesOf(() => encodeBatchRequest([[post(), post('$1/x')]], { contentId: 'none' }))).toEqual([
      'batch[0][1].url: reference-needs-content-id',
    ]);
  });

  it("in If-Match, in the query and in a body are the caller's: they go as they are (R-10, R-12, R-13)", () => {
    const { body } = encodeBatchRequest(
      [
        [
          post(),
          {
            method: 'PATCH',
            url: 'P?x=$1/Id',
            headers: { 'If-Match': '$1', 'If-None-Match': '"$1"' },
            body: { 'Customer@odata.bind': '$1' },
          },
        ],
      ],
      { boundary: ['b', 'c'] },
    );
    const text = new TextDecoder().decode(body);
    expect(text).toContain('\r\n\r\nPATCH P?x=$1/Id HTTP/1.1\r\nIf-Match: $1\r\nIf-None-Match: "$1"\r\n');
    expect(text).toContain('\r\n\r\n{"Customer@odata.bind":"$1"}\r\n--c--');
  });

  it('in a JSON body print the id that their target has in the batch, and leave the body as it is (R-10)', () => {
    const customer = post('Customers', { body: { name: 'Ann' } });
    const body = {
      'Customer@odata.bind': reference(customer),
      lines: [{ of: reference(customer, 'Orders') }, 1],
    };
    const order = post('Orders', { body });
    const encode = (contentId: 'all' | 'change-sets', ...batch: Batch) =>
      textOf(encodeBatchRequest(batch, { contentId, boundary: ['b', 'c'] }).body);
    expect(encode('all', post(), [customer, order])).toContain(
      '\r\n\r\n{"Customer@odata.bind":"$2","lines":[{"of":"$2/Orders"},1]}\r\n--c--',
    );
    const apart = encode('change-sets', post(), customer, order, post());
    expect(apart.match(/Content-ID: \d/g)).toEqual(['Content-ID: 2']);
    expect(apart).toContain('{"Customer@odata.bind":"$2",');
    expect(body.lines[0]).toEqual({ of: reference(customer, 'Orders') });
  });

  it('in a body of a JSON batch make it depend on their target (R-10, J-09)', () => {
    const customer = post('Customers', { body: {} });
    const order = post('Orders', { body: { customer: reference(customer) } });
    const { body } = encodeBatchRequest([customer, [order]], { format: 'json' });
    expect(JSON.parse(textOf(body)).requests[1]).toMatchObject({
      dependsOn: ['1'],
      body: { customer: '$1' },
    });
  });

  it.each<[string, (target: Operation, order: Operation) => Batch, EncodeBatchRequestOptions, string]>([
    ['to a later operation', (target, order) => [[order, target]], {}, 'batch[0][0].body: forward-reference'],
    [
      'to an operation elsewhere',
      (_, order) => [[post(), order]],
      {},
      'batch[0][1].body: reference-without-id',
    ],
    [
      'to another change set in 3.0',
      (target, order) => [[target], [order]],
      { version: '3.0' },
      'batch[1][0].body: reference-out-of-scope',
    ],
    [
      'without Content-IDs',
      (target, order) => [[target, order]],
      { contentId: 'none' },
      'batch[0][1].body: reference-needs-content-id',
    ],
  ])('in a body are refused %s', (_, batchOf, options, issue) => {
    const target = post();
    const order = post('Orders', { body: { to: reference(target) } });
    expect(issuesOf(() => encodeBatchRequest(batchOf(target, order), options))).toContain(issue);
  });

  it('in a body with cycles or without bottom are refused with it', () => {
    const target = post();
    const cycle: Record<string, unknown> = { to: reference(target) };
    cycle.self = cycle;
    let deep: unknown = reference(target);
    for (let depth = 0; depth < 100_000; depth++) deep = [deep];
    const encode = (body: unknown) => issuesOf(() => encodeBatchRequest([[target, post('P', { body })]]));
    // The reference in the cycle is met again where nothing is searched any more.
    expect(encode(cycle)).toEqual(['batch[0][1].body: reference-without-id']);
    expect(encode(deep)).toEqual(['batch[0][1].body: body-not-encodable']);
  });

  it('go as they are where they are values in the query, or ETags, also beside references (R-12, R-13)', () => {
    const url = "$1/Orders?$filter=Customer eq $1/Id and Name eq '$2'&$expand=$1";
    expect(urlsOf([[post(), post(url, { headers: { 'If-Match': '$1' } })]])[1]).toBe(
      "$1/Orders?$filter=Customer%20eq%20$1/Id%20and%20Name%20eq%20'$2'&$expand=$1",
    );
  });

  it('are none in a key, a query or behind the first segment (R-08)', () => {
    const urls = ["People('$9')", 'People?$filter=Id eq $9', 'People/$9', 'a$9', '?$9', "$1/People('$9')"];
    expect(urlsOf([[post(), ...urls.map((url) => post(url))]]).slice(1)).toEqual(
      urls.map((url) => url.replaceAll(' ', '%20')),
    );
  });

  it('are unknown where the id is another spelling: an escape, another case, a longer id (R-08)', () => {
    const urls = ['$%61/x', '$A/x', '$aa', '$a%2Fx', '$a;x', "$a'", '$a:b'];
    expect(
      issuesOf(() => encodeBatchRequest([[post('P', { id: 'a' }), ...urls.map((url) => post(url))]])),
    ).toEqual(urls.map((_, index) => `batch[0][${index + 1}].url: unknown-reference`));
  });

  it('tell ids apart, each a beginning of the next (R-08)', () => {
    const ids = Array.from({ length: 300 }, (_, index) => '1'.repeat(index + 1));
    const batch = [ids.map((id) => post('P', { id })), ids.map((id) => post(`$${id}/x`))];
    expect(urlsOf(batch).slice(300)).toEqual(ids.map((id) => `$${id}/x`));
  });

  it('in a JSON body print themselves', () => {
    const customer = post('Customers', { id: 'c' });
    const { body } = encodeBatchRequest([
      [customer, post('Orders', { body: { 'Customer@odata.bind': reference(customer) } })],
    ]);
    expect(new TextDecoder().decode(body)).toContain('\r\n\r\n{"Customer@odata.bind":"$c"}\r\n--');
  });
});
