import { describe, expect, it } from 'vitest';
import { HeaderFields } from '../../../src/mime/header-list.ts';
import { locationOf, resolveReference } from '../../../src/odata/resolve-reference.ts';

const serviceRoot = 'http://host/service/';
const UNKNOWN = { code: 'unknown-reference', status: 400 };
const FAILED = { code: 'failed-dependency', status: 424 };

const resolve = (url: string, locations: Record<string, string | null>) =>
  resolveReference(url, { serviceRoot, locations: new Map(Object.entries(locations)) });
const answer = (status: number, headers: Record<string, string> = {}) => ({
  status,
  headers: new HeaderFields(Object.entries(headers)),
});
const CUSTOMER = "http://host/service/Customers('ALFKI')";

describe('resolveReference', () => {
  it.each([
    ['$1', CUSTOMER],
    ['$1/Orders', `${CUSTOMER}/Orders`],
    ['$1/$ref', `${CUSTOMER}/$ref`],
    ['$1/NS.Action', `${CUSTOMER}/NS.Action`],
    ['$1?$select=Name', `${CUSTOMER}?$select=Name`],
    ["$1/Orders('a/b?c')", `${CUSTOMER}/Orders('a/b?c')`],
    ['$1/Orders(1)/$value', `${CUSTOMER}/Orders(1)/$value`],
    ['$1(3)', `${CUSTOMER}(3)`],
    ['$1#x', CUSTOMER],
  ])('puts the Location in the place of the first segment: %s is %s (R-01, R-02)', (url, resolved) => {
    expect(resolve(url, { 1: CUSTOMER })).toBe(resolved);
  });

  it('tells ids apart letter by letter, whole segment by whole segment (R-08)', () => {
    const locations = {
      1: 'http://h/one',
      10: 'http://h/ten',
      '1.0': 'http://h/dotted',
      a: 'http://h/a',
      A: 'http://h/A',
    };
    expect(resolve('$1/x', locations)).toBe('http://h/one/x');
    expect(resolve('$10/x', locations)).toBe('http://h/ten/x');
    expect(resolve('$1.0/x', locations)).toBe('http://h/dotted/x');
    expect(resolve('$a', locations)).toBe('http://h/a');
    expect(resolve('$A', locations)).toBe('http://h/A');
    expect(resolve('$100/x', locations)).toMatchObject(UNKNOWN);
    expect(resolve('$1.00', locations)).toMatchObject(UNKNOWN);
  });

  it('knows id 0 and ids with the names of object properties (R-17)', () => {
    expect(resolve('$0/Orders', { 0: CUSTOMER })).toBe(`${CUSTOMER}/Orders`);
    for (const id of ['__proto__', 'constructor', 'toString'])
      expect(resolve(`$${id}`, {})).toMatchObject(UNKNOWN);
  });

  it.each([
    ['Orders?$filter=Id eq $1/Id', 'http://host/service/Orders?$filter=Id eq $1/Id'],
    ["People('$1')/Orders", "http://host/service/People('$1')/Orders"],
    ['Orders(1)/$1', 'http://host/service/Orders(1)/$1'],
    ['a$1', 'http://host/service/a$1'],
    ['%241/Orders', 'http://host/service/%241/Orders'],
    ['?$select=$1', 'http://host/service/?$select=$1'],
    ['$metadata', 'http://host/service/$metadata'],
    ['$all?x', 'http://host/service/$all?x'],
    ['$entity?$id=$1', 'http://host/service/$entity?$id=$1'],
    ['$crossjoin(A,B)', 'http://host/service/$crossjoin(A,B)'],
  ])('leaves everything else alone: %s (R-06, R-08, R-13)', (url, resolved) => {
    expect(resolve(url, { 1: CUSTOMER, metadata: CUSTOMER, all: CUSTOMER })).toBe(resolved);
  });

  it('reads no escape in an id: %31 is another spelling that nobody has (R-08)', () => {
    expect(resolve('$%31', { 1: CUSTOMER })).toMatchObject(UNKNOWN);
  });

  it.each([
    ['/$1/Orders', `${CUSTOMER}/Orders`],
    ['/service/$1/Orders', `${CUSTOMER}/Orders`],
    ['http://host/service/$1/Orders', `${CUSTOMER}/Orders`],
    ['http://host/service/$1', CUSTOMER],
    ['http://other/service/$1', 'http://other/service/$1'],
    ['/elsewhere/$1', 'http://host/elsewhere/$1'],
    ['http://host/service/$9/Orders', 'http://host/service/$9/Orders'],
    ['/$9', 'http://host/$9'],
    ['/$metadata', 'http://host/$metadata'],
    ['http://host/service/$metadata', 'http://host/service/$metadata'],
  ])(
    'takes an id behind the service root or a slash for a reference where an operation has it: %s (R-09)',
    (url, resolved) => {
      expect(resolve(url, { 1: CUSTOMER, metadata: CUSTOMER })).toBe(resolved);
    },
  );

  it.each([
    ['$1', 'http://h/P(1)?sap-client=100', 'http://h/P(1)?sap-client=100'],
    ['$1/Orders', 'http://h/P(1)?sap-client=100', 'http://h/P(1)/Orders'],
    ['$1?$top=1', 'http://h/P(1)?sap-client=100', 'http://h/P(1)?$top=1'],
    ['$1/Orders', 'http://h/P(1)/', 'http://h/P(1)/Orders'],
  ])(
    '%s at Location %s: the path goes before its query, which then goes (R-02)',
    (url, location, resolved) => {
      expect(resolve(url, { 1: location })).toBe(resolved);
    },
  );

  it('refuses what is not before it: a later operation, itself, nobody (R-04)', () => {
    expect(resolve('$2/Orders', { 1: CUSTOMER })).toMatchObject(UNKNOWN);
    expect(resolve('$1', {})).toMatchObject(UNKNOWN);
  });

  it('fails where the operation failed, or created nothing (R-02, R-03)', () => {
    expect(resolve('$1/Orders', { 1: null })).toMatchObject(FAILED);
    expect(resolve('/$1/Orders', { 1: null })).toMatchObject(FAILED);
  });

  it('does not repeat the URL in its messages', () => {
    const long = `$${'secret'.repeat(10_000)}/x`;
    expect(JSON.stringify([resolve(long, {}), resolve('$1/secret', { 1: null })])).not.toContain('secret');
  });

  it('removes dot segments, so that what leaves the service is seen', () => {
    expect(resolve('$1/../../../admin', { 1: CUSTOMER })).toBe('http://host/admin');
    expect(resolve('$1/%2e%2e/%2E%2E/%2e%2e/admin', { 1: CUSTOMER })).toBe('http://host/admin');
    expect(resolve('../admin', {})).toBe('http://host/admin');
    expect(resolve('http://host/service/../admin', {})).toBe('http://host/admin');
  });

  it('takes a root without its slash, or with a query', () => {
    for (const root of ['http://host/service', 'http://host/service/?a=/', 'http://host/service#x/']) {
      const context = { serviceRoot: root, locations: new Map([['1', CUSTOMER]]) };
      expect(resolveReference('Orders', context)).toBe('http://host/service/Orders');
      expect(resolveReference('http://host/service/$1', context)).toBe(CUSTOMER);
    }
  });

  it('takes linear time for long ids, paths and Locations', () => {
    const id = 'a'.repeat(1_000_000);
    const start = performance.now();
    expect(
      resolve(`$${id}/${'b/'.repeat(500_000)}?${'c'.repeat(1_000_000)}`, { [id]: `http://h/${id}` }),
    ).toContain('http://h/aaa');
    expect(resolve(`$${id}${id}`, { [id]: 'http://h/' })).toMatchObject(UNKNOWN);
    expect(resolve(`${'/'.repeat(1_000_000)}$1`, { 1: CUSTOMER })).toContain('//');
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

describe('locationOf', () => {
  const url = 'http://host/service/Customers';

  it.each([
    ["http://host/service/Customers('ALFKI')", CUSTOMER],
    ["/service/Customers('ALFKI')", CUSTOMER],
    ["Customers('ALFKI')", CUSTOMER],
    ["//host/service/Customers('ALFKI')", CUSTOMER],
    ['https://other/x', 'https://other/x'],
  ])('is the Location, relative to the URL of its own request: %s (R-02, R-16)', (location, resolved) => {
    expect(locationOf(url, answer(201, { Location: location }))).toBe(resolved);
  });

  it('is the OData-EntityId where there is no Location (R-02)', () => {
    expect(locationOf(url, answer(204, { 'OData-EntityId': "Customers('ALFKI')" }))).toBe(CUSTOMER);
    expect(locationOf(url, answer(201, { 'OData-EntityId': 'x', location: "Customers('ALFKI')" }))).toBe(
      CUSTOMER,
    );
    expect(locationOf(url, answer(204, { 'OData-EntityId': "Customers('ALFKI')", Location: '' }))).toBe(
      CUSTOMER,
    );
  });

  it.each([
    ['a GET, which creates nothing', answer(200)],
    ['a failure', answer(409, { Location: 'Customers(1)' })],
    ['a server error', answer(500, { Location: 'Customers(1)' })],
    ['a redirection, whose Location is another place to ask', answer(303, { Location: 'Customers(1)' })],
    ['304', answer(304, { Location: 'Customers(1)' })],
    ['202, whose Location is where the answer will be', answer(202, { Location: 'monitor/1' })],
    ['a Location that is itself a reference (R-15)', answer(201, { Location: '$1/Orders(1)' })],
    ['a Location of a reference to itself (R-15)', answer(201, { Location: '$1' })],
  ])('is none for %s (R-03)', (_, answered) => {
    expect(locationOf(url, answered)).toBeNull();
  });
});

describe('a chain of references', () => {
  it("ends at absolute URLs, as in OData's own example (R-16)", () => {
    const locations = new Map<string, string | null>();
    const context = { serviceRoot, locations };
    const follow = (id: string, target: string, location: string) => {
      const resolved = resolveReference(target, context);
      if (typeof resolved !== 'string') return expect.unreachable();
      locations.set(id, locationOf(resolved, answer(201, { Location: location })));
      return resolved;
    };
    expect(follow('1', '/service/Customers', "Customers('ALFKI')")).toBe('http://host/service/Customers');
    expect(follow('2', '$1/Orders', 'Orders(1)')).toBe(`${CUSTOMER}/Orders`);
    expect(follow('3', '$2/Items', 'Items(7)')).toBe(`${CUSTOMER}/Orders(1)/Items`);
    expect([...locations.values()]).toEqual([
      CUSTOMER,
      `${CUSTOMER}/Orders(1)`,
      `${CUSTOMER}/Orders(1)/Items(7)`,
    ]);
    expect(resolveReference('$3/$value', context)).toBe(`${CUSTOMER}/Orders(1)/Items(7)/$value`);
  });

  it('stays short: ten thousand of them are ten thousand steps', () => {
    const locations = new Map<string, string | null>([['0', 'http://host/service/A(0)']]);
    const start = performance.now();
    for (let i = 1; i <= 10_000; i++) {
      const resolved = resolveReference(`$${i - 1}`, { serviceRoot, locations });
      if (typeof resolved !== 'string') return expect.unreachable();
      locations.set(String(i), locationOf(resolved, answer(201, { Location: `A(${i})` })));
    }
    expect(locations.get('10000')).toBe('http://host/service/A(10000)');
    expect(performance.now() - start).toBeLessThan(2000);
  });

  it('breaks where one of them failed', () => {
    const locations = new Map<string, string | null>([['1', locationOf(serviceRoot, answer(400))]]);
    expect(resolveReference('$1/Orders', { serviceRoot, locations })).toMatchObject(FAILED);
  });

  it('goes by the later one where an id comes again in the next change set, up to 3.0 (R-05)', () => {
    const locations = new Map<string, string | null>([['1', 'http://h/A(1)']]);
    locations.set('1', 'http://h/B(1)');
    expect(resolveReference('$1/x', { serviceRoot, locations })).toBe('http://h/B(1)/x');
  });
});

describe('locationOf with the operation', () => {
  const url = 'http://host/service/Products(1)?$select=Name';
  const of = (format: 'multipart' | 'json', method: string, status: number, headers = {}) =>
    locationOf(url, answer(status, headers), { method, format });

  it.each([
    ['json', 'GET', 200, url],
    ['json', 'PATCH', 200, url],
    ['json', 'PUT', 201, url],
    ['json', 'GET', 204, null],
    ['json', 'PATCH', 204, null],
    ['json', 'GET', 202, null],
    ['json', 'GET', 404, null],
    ['json', 'POST', 200, null],
    ['json', 'DELETE', 200, null],
    ['multipart', 'GET', 200, null],
    ['multipart', 'PATCH', 200, null],
  ] as const)('%s: what %s %i returns is %s (R-03)', (format, method, status, location) => {
    expect(of(format, method, status)).toBe(location);
  });

  it('prefers the Location of the answer (R-02)', () => {
    expect(of('json', 'PUT', 200, { Location: 'Products(2)' })).toBe('http://host/service/Products(2)');
    expect(of('json', 'PUT', 200, { Location: '$2' })).toBeNull();
  });
});
