import { describe, expect, it } from 'vitest';
import { type ChannelAdvisorOptions, channelAdvisor } from '../../../src/services/channel-advisor.ts';
import { defineService, rulesOf } from '../../../src/services/define-service.ts';
import { parseServiceRoot } from '../../../src/services/parsed-url.ts';
import { rewriteOperation } from '../../../src/services/rewrite.ts';
import type { JudgedOperation } from '../../../src/services/verdict.ts';

const ROOT = 'https://api.channeladvisor.com/v1/';

/** What ChannelAdvisor's rules make of an operation, in few words. */
function judge(
  method: string,
  url: string,
  options: ChannelAdvisorOptions = {},
  rest: Partial<JudgedOperation> = {},
) {
  const operation = { method, url, body: undefined, headerNames: [], ...rest };
  const verdict = rewriteOperation(rulesOf(channelAdvisor(options)), operation, parseServiceRoot(ROOT));
  if (verdict.outcome === 'rejected') return `${verdict.code} at ${verdict.property}`;
  const warnings = verdict.warnings.map(({ code }) => ` (${code})`).join('');
  return (verdict.outcome === 'unchanged' ? 'unchanged' : `${verdict.method} ${verdict.url}`) + warnings;
}

function bodyOf(method: string, url: string, options: ChannelAdvisorOptions, body: unknown) {
  const operation = { method, url, body, headerNames: [] };
  const verdict = rewriteOperation(rulesOf(channelAdvisor(options)), operation, parseServiceRoot(ROOT));
  return verdict.outcome === 'rewritten' ? verdict.body : verdict;
}

const VALUE = { body: { Value: 'XL' } };

describe('the rules of ChannelAdvisor', () => {
  it.each<[string, string, ChannelAdvisorOptions, string]>([
    [
      'PATCH',
      "/v1/Products(123)/Attributes('Size')",
      {},
      "PATCH /v1/AttributeValues(ProductID=123,Name='Size')",
    ],
    ['PUT', "/v1/Products(123)/Attributes('Size')", { attributes: 'post' }, 'POST /v1/AttributeValues'],
    [
      'PUT',
      "/v1/Products(123)/Attributes('Size')",
      { attributes: 'action' },
      'POST /v1/Products(123)/UpdateAttributes',
    ],
    [
      'DELETE',
      "/v1/Products(123)/Attributes('Size')",
      {},
      "DELETE /v1/AttributeValues(ProductID=123,Name='Size')",
    ],
    [
      'DELETE',
      "/v1/Products(123)/Attributes('Size')",
      { attributes: 'post' },
      "DELETE /v1/AttributeValues(ProductID=123,Name='Size')",
    ],
    [
      'DELETE',
      "/v1/Products(123)/Attributes('Size')",
      { attributes: 'action' },
      "DELETE /v1/AttributeValues(ProductID=123,Name='Size')",
    ],
    [
      'PUT',
      "/v1/Products(123)/Images('ITEMIMAGEURL1')",
      {},
      "PUT /v1/Images(ProductID=123,PlacementName='ITEMIMAGEURL1')",
    ],
    [
      'PATCH',
      "/v1/Products(123)/Labels('eBay Fixed')",
      {},
      "PATCH /v1/ProductLabels(ProductID=123,Name='eBay%20Fixed')",
    ],
    [
      'DELETE',
      '/v1/Products(123)/BundleComponents(456)',
      {},
      'DELETE /v1/ProductBundleComponents(ProductID=123,ComponentID=456)',
    ],
    [
      'PUT',
      '/v1/Products(123)/DCQuantities(0)',
      {},
      'PUT /v1/DCQuantities(ProductID=123,DistributionCenterID=0)',
    ],
    [
      'PUT',
      '/v1/Products(123)/DCQuantities(-4)',
      {},
      'PUT /v1/DCQuantities(ProductID=123,DistributionCenterID=-4)',
    ],
    [
      'PATCH',
      "/v1/Products(1)/Labels('Joe''s %26 Co')",
      {},
      "PATCH /v1/ProductLabels(ProductID=1,Name='Joe''s%20%26%20Co')",
    ],
    [
      'PATCH',
      "/v1/Products(1)/Labels('x')",
      { keySeparator: ',%20' },
      "PATCH /v1/ProductLabels(ProductID=1,%20Name='x')",
    ],
  ])('%s %s %j becomes %s', (method, url, options, expected) => {
    expect(judge(method, url, options, VALUE)).toBe(expected);
  });

  it.each([
    ['', ''],
    ['/v1/', '/v1/'],
    [ROOT, ROOT],
    ['https://API.channeladvisor.com:443/v1/', 'https://API.channeladvisor.com:443/v1/'],
  ])('keep the form of a URL that begins with "%s"', (given, kept) => {
    expect(judge('PUT', `${given}Products(1)/Labels('x')`)).toBe(
      `PUT ${kept}ProductLabels(ProductID=1,Name='x')`,
    );
  });

  it.each([
    ['GET', "/v1/Products(1)/Labels('x')", 'unchanged'],
    ['PATCH', "/v2/Products(1)/Labels('x')", 'foreign-url at url'],
    ['PATCH', "/v1/products(1)/Labels('x')", 'unchanged (alias-like)'],
    ['PATCH', "/v1/Products(1)/Labels('x')/Name", 'unchanged (alias-like)'],
    ['POST', '/v1/Products(1)/Labels', 'unchanged'],
    ['PATCH', "https://evil.example/v1/Products(1)/Labels('x')", 'foreign-url at url'],
    ['PATCH', "/v1/Products(1)/Labels('x')?access_token=t", 'alias-with-query at url'],
    ['PATCH', "/v1/Products(1)/DCQuantities('0')", 'invalid-alias-key at url'],
    ['PATCH', '/v1/Products(1)/Labels(5)', 'invalid-alias-key at url'],
    ['PATCH', "/v1/Products(1)/Labels('a'b')", 'invalid-alias-key at url'],
    ['PATCH', "/v1/Products(1)/Labels('')", 'invalid-alias-key at url'],
    ['POST', '/v1/Orders(9)/Export', 'not-batchable at url'],
  ])('do not rewrite %s %s: %s', (method, url, expected) => {
    expect(judge(method, url, {}, VALUE)).toBe(expected);
  });

  it.each([
    ['POST', "/v1/Products(1)/Labels('x')", 'unchanged (alias-like)'],
    ['MERGE', "/v1/Products(1)/Labels('x')", 'unchanged (alias-like)'],
    ['HEAD', "/v1/Products(1)/Labels('x')", 'unchanged'],
    ['PATCH', '/v1/Products(1)/Attributes', 'unchanged'],
    ['POST', '/v1/Products(1)/DCQuantities', 'unchanged'],
    ['PATCH', '/v1/Products(1)', 'unchanged'],
    ['POST', '/v1/Products(1)/UpdateQuantity', 'unchanged'],
    ['POST', '/v1/Products(1)/UpdateAttributes', 'unchanged'],
    ['PUT', "/v1/AttributeValues(ProductID=1,Name='x')", 'unchanged'],
    ['PUT', "/v1/AttributeValues(ProductID=1,%20Name='x')", 'unchanged'],
    ['PUT', "/v1/ProductLabels(ProductID=1,Name='x')?$select=ID", 'unchanged'],
    ['PATCH', "/v1/Products(1)/Attributes('X')/$value", 'unchanged (alias-like)'],
    ['PATCH', "/v1/Products(1)/Attributes('X')/$ref", 'unchanged (alias-like)'],
    ['PATCH', "/v1/Products(1)/Attributes('X')/", 'unchanged (alias-like)'],
    ['PATCH', "/v1/Products(1)//Attributes('X')", 'unchanged (alias-like)'],
    ['PATCH', "/v1/Products(1)/attributes('X')", 'unchanged (alias-like)'],
    ['PATCH', "/V1/Products(1)/Attributes('X')", 'unchanged (alias-like)'],
    ['PATCH', "/v1/./Products(1)/Attributes('X')", 'unchanged (alias-like)'],
    ['PATCH', "/v1/Products(ID=1)/Attributes('X')", 'unchanged (alias-like)'],
    ['PATCH', "/v1/Products(1)/Attributes(Name='X')", 'unchanged (alias-like)'],
    ['PATCH', "/v1/Products(1)/Attributes('a/b')", 'unchanged (alias-like)'],
    ['PATCH', "/v1/Products(1)/Attributes('a?b')", 'unchanged (alias-like)'],
    ['PATCH', '$1', 'unchanged'],
    ['PATCH', "$1/Orders('X')", 'unchanged'],
    ['GET', "$1/Attributes('X')", 'unchanged'],
    ['PATCH', "$1/Attributes('X')/Value", 'unchanged (alias-like)'],
  ])('leave %s %s as it is: %s', (method, url, expected) => {
    expect(judge(method, url, {}, VALUE)).toBe(expected);
  });

  it.each([
    ['https://www.channeladvisor.com/v1/Orders'],
    ['https://api.channeladvisor.com.evil.example/v1/Orders'],
    ['https://api.channeladvisor.com:8443/v1/Orders'],
    ['http://api.channeladvisor.com/v1/Orders'],
    ['https://user:secret@api.channeladvisor.com/v1/Orders'],
    ['https://api.channeladvisor.com/v1beta/Orders'],
    ['/v2/Orders'],
    ['../v2/Orders'],
  ])('refuse what goes elsewhere: %s', (url) => {
    expect(judge('GET', url)).toBe('foreign-url at url');
  });

  it.each([
    ['PATCH', 'Attributes(5)'],
    ['PATCH', "BundleComponents('7')"],
    ['PATCH', 'DCQuantities(1.5)'],
    ['PATCH', 'DCQuantities(2147483648)'],
    ['PATCH', 'DCQuantities(+1)'],
    ['PATCH', 'DCQuantities( 1)'],
    ['PATCH', 'DCQuantities(007)'],
    ['PATCH', 'BundleComponents(-7)'],
    ['PATCH', 'Attributes()'],
    ['DELETE', "Attributes('100%')"],
    ['DELETE', "Attributes('%zz')"],
    ['DELETE', "Attributes('%0D%0A')"],
    ['DELETE', "Attributes('\ud800')"],
    ['DELETE', "Attributes('O%27Neil')"],
    ['PUT', 'Attributes(null)'],
  ])('refuse %s of a key that can not be one: %s', (method, path) => {
    expect(judge(method, `/v1/Products(1)/${path}`, {}, VALUE)).toBe('invalid-alias-key at url');
    expect(judge(method, `/v1/Products('1')/Attributes('x')`, {}, VALUE)).toBe('invalid-alias-key at url');
  });

  it.each([
    "/v1/Products(1)/Labels('x')?",
    "/v1/Products(1)/Labels('x')?$select=Name",
    "/v1/Products(1)/Labels('x')?a=1&ACCESS_TOKEN=t",
  ])('refuse a query on an alias: %s', (url) => {
    expect(judge('DELETE', url)).toBe('alias-with-query at url');
  });

  it('say where an access token belongs', () => {
    const message = (url: string) => {
      const operation = { method: 'DELETE', url, body: undefined, headerNames: [] };
      const verdict = rewriteOperation(rulesOf(channelAdvisor()), operation, parseServiceRoot(ROOT));
      return verdict.outcome === 'rejected' ? verdict.message : '';
    };
    expect(message("/v1/Products(1)/Labels('x')?access_token=top-secret")).toMatch(
      /^the access token belongs/,
    );
    for (const url of [
      "/v1/Products(1)/Labels('x')?access_token=top-secret",
      '/v1/Orders?access_token=top-secret',
    ]) {
      expect(message(url)).not.toContain('top-secret');
    }
  });

  it.each([
    ['/v1/Orders?access_token=t'],
    ['/v1/Orders?$top=1&Access_Token=t'],
    ['/v1/Orders?%61ccess_token=t'],
    ['Orders?access_token'],
    ['$1?access_token=t'],
    ["/v1/AttributeValues(ProductID=1, Name='x')?access_token=t"],
  ])('refuse a token in the URL of an operation: %s', (url) => {
    expect(judge('PATCH', url)).toBe('forbidden-query-option at url');
  });

  it.each([
    ['POST', '/v1/Orders(9)/Export'],
    ['GET', 'Orders(9)/Export?x=1'],
    ['POST', '/V1/orders(9)/EXPORT'],
    ['POST', '/v1//Orders(9)/./Export/'],
    ['POST', '/v1/Orders(ID=9)/Default.Export()'],
    ['POST', '/v1/Orders(9)/%45xport'],
    ['POST', '/v1/Orders(9)%2FExport'],
    ['POST', '/v1/Orders(9)%2f/Export'],
    ['POST', "/v1/Orders('9')%2FExport"],
    ['POST', '$1/Export'],
    ['POST', '/v1/$batch'],
    ['POST', '/v1/$Batch?x'],
    ['POST', '$batch'],
    ['POST', 'https://api.channeladvisor.com/v1/%24batch'],
  ])('refuse what can not be batched, however it is written: %s %s', (method, url) => {
    expect(judge(method, url)).toBe('not-batchable at url');
  });

  it.each(["$1/Attributes('X')", "$colour/Labels('x')", '$1/DCQuantities(5)', "$1/BundleComponents('7')"])(
    'refuse an alias on a reference: %s',
    (url) => {
      expect(judge('PUT', url, {}, VALUE)).toBe('alias-on-reference at url');
    },
  );

  it.each([
    '',
    '//api.channeladvisor.com/v1/Orders',
    "/v1/Products(1)/Labels('x')#y",
    "/v1/Products(1)/Labels('a\r\nb')",
    '/v1/Orders\0',
  ])('refuse what is no URL of a request: %j', (url) => {
    expect(judge('PUT', url)).toBe('invalid-url at url');
  });
});

describe('string literals in rules', () => {
  it.each([
    ["'Size'", "'Size'"],
    ["'O''Neil'", "'O''Neil'"],
    ["'O%27%27Neil'", "'O''Neil'"],
    ["%27O''Neil%27", "'O''Neil'"],
    ["'a b'", "'a%20b'"],
    ["'a%20b'", "'a%20b'"],
    ["'a+b'", "'a%2Bb'"],
    ["'a%2Bb'", "'a%2Bb'"],
    ["'a%2Fb'", "'a%2Fb'"],
    ["'A%26B%3DC%3F%23'", "'A%26B%3DC%3F%23'"],
    ["'a(b)'", "'a(b)'"],
    ["'a,b'", "'a%2Cb'"],
    ["'a=b'", "'a%3Db'"],
    ["'%E2%82%AC'", "'%E2%82%AC'"],
    ["'€'", "'%E2%82%AC'"],
    ["'%2520'", "'%2520'"],
  ])('%s is written %s', (literal, written) => {
    expect(judge('DELETE', `/v1/Products(1)/Labels(${literal})`)).toBe(
      `DELETE /v1/ProductLabels(ProductID=1,Name=${written})`,
    );
  });

  it.each([
    "'O%27Neil'",
    "'O'Neil'",
    "'100%'",
    "'%zz'",
    "'\udc00'",
    "''",
    "'%0D%0A'",
    "'a%00'",
    "'%7F'",
    "'%C2%80'",
  ])('%j is refused', (literal) => {
    expect(judge('DELETE', `/v1/Products(1)/Labels(${literal})`)).toBe('invalid-alias-key at url');
  });
});

describe('real URIs as documentation prints them', () => {
  it.each([
    [
      "/v1/AttributeValues(ProductID=1, Name='Attribute Name')",
      "/v1/AttributeValues(ProductID=1,Name='Attribute%20Name')",
    ],
    ["AttributeValues(ProductID=1,Name='a b')", "AttributeValues(ProductID=1,Name='a%20b')"],
    [
      '/v1/DCQuantities(ProductID=1, DistributionCenterID=2)',
      '/v1/DCQuantities(ProductID=1,DistributionCenterID=2)',
    ],
    ["/v1/Images(ProductID=1, PlacementName='A B')?x=1", "/v1/Images(ProductID=1,PlacementName='A%20B')?x=1"],
  ])('%s is sent as %s, with a warning', (url, expected) => {
    expect(judge('PATCH', url)).toBe(`PATCH ${expected} (space-in-url)`);
    expect(judge('PATCH', url, { attributes: 'post' }, VALUE)).toBe(`PATCH ${expected} (space-in-url)`);
    expect(judge('PATCH', url, { keySeparator: ',%20' })).toBe(
      `PATCH ${expected.replace(',', ',%20')} (space-in-url)`,
    );
  });

  it.each(['GET', 'HEAD'])('stay as they are for %s, with a warning', (method) => {
    expect(judge(method, "/v1/AttributeValues(ProductID=1, Name='a b')")).toBe('unchanged (space-in-url)');
  });

  it.each([
    ['PATCH', "/v1/AttributeValues(ProductID='1', Name='x')"],
    ['PATCH', "/v1/AttributeValues(ProductID = 1, Name='x')"],
    ['PATCH', "/v1/Other(ProductID=1, Name='x')"],
  ])('%s %s is none', (method, url) => {
    expect(judge(method, url)).toBe('unchanged');
  });
});

describe('bodies that rules change', () => {
  const url = "/v1/Products(123)/Attributes('Colour %26 Size')";
  const octets = new TextEncoder().encode('{"Value":"XL"}');

  it.each([
    [{ Value: 'XL' }],
    ['{ "Value": "XL" }'],
    [octets],
    [octets.buffer],
    [{ toJSON: () => ({ Value: 'XL' }) }],
  ])('are read however they are given (%#)', (body) => {
    expect(bodyOf('PATCH', url, { attributes: 'post' }, body)).toEqual({
      ProductID: 123,
      Name: 'Colour & Size',
      Value: 'XL',
    });
    expect(bodyOf('PUT', url, { attributes: 'action' }, body)).toEqual({
      Value: { Attributes: [{ Name: 'Colour & Size', Value: 'XL' }] },
    });
  });

  it('have a profile where one is given', () => {
    expect(bodyOf('PATCH', url, { attributes: 'post', profileId: 7 }, { Value: '{ID}' })).toEqual({
      ProductID: 123,
      Name: 'Colour & Size',
      Value: '{ID}',
      ProfileID: 7,
    });
  });

  it.each([
    [undefined],
    [null],
    [{}],
    [{ Value: 5 }],
    [{ Value: null }],
    [{ value: 'XL' }],
    [{ Value: 'XL', Name: 'Size' }],
    [['XL']],
    ['XL'],
    ['{"Value":"XL"'],
    [Uint8Array.of(0xff)],
    [new Map([['Value', 'XL']])],
    [{ Value: 1n }],
  ])('are refused where nobody can tell what they would become (%#)', (body) => {
    for (const attributes of ['post', 'action'] as const) {
      expect(judge('PATCH', url, { attributes }, { body })).toBe('body-not-convertible at body');
    }
  });

  it('stay as they are where the rule keeps the method', () => {
    const body = { Value: 5, other: [] };
    expect(bodyOf('PATCH', url, {}, body)).toBe(body);
    expect(bodyOf('PUT', "/v1/Products(1)/Images('A')", { attributes: 'post' }, body)).toBe(body);
  });

  it('do not come with a condition on what the URL meant before', () => {
    const headerNames = ['x-a', 'if-match'];
    const rest = { ...VALUE, headerNames };
    expect(judge('PATCH', url, { attributes: 'action' }, rest)).toBe('header-not-convertible at headers');
    expect(judge('PATCH', url, {}, rest)).toMatch(/^PATCH/);
  });
});

describe('bodies of other services', () => {
  const rule = { methods: ['PUT'], alias: 'A({k})', method: 'POST', keys: { k: 'string' } } as const;
  const compiled = rulesOf(
    defineService({
      name: 'shop',
      rules: [
        { ...rule, name: 'n', real: 'N', body: { from: { n: 'number' }, to: { k: '{k}', n: '{n}' } } },
        { ...rule, name: 'none', alias: 'B({k})', real: 'M', body: { from: {}, to: { k: '{k}' } } },
      ],
    }),
  );
  const convert = (url: string, body: unknown) => {
    const verdict = rewriteOperation(compiled, { method: 'PUT', url, body, headerNames: [] }, undefined);
    return verdict.outcome === 'rewritten' ? verdict.body : verdict;
  };

  it.each(['1', '-2.5', '9007199254740991', '1.10'])('keep a number: %s', (n) => {
    expect(convert("A('x')", `{"n":${n}}`)).toEqual({ k: 'x', n: Number(n) });
  });

  it.each(['1e400', '9007199254740992', '12345678901234567890'])(
    'are refused where a number would become another one: %s',
    (n) => {
      expect(convert("A('x')", `{"n":${n}}`)).toMatchObject({ code: 'body-not-convertible' });
    },
  );

  it('need not be there where the rule needs none of their members', () => {
    for (const body of [undefined, '', new Uint8Array(), {}]) {
      expect(convert("B('x')", body)).toEqual({ k: 'x' });
    }
    for (const body of [{ a: 1 }, null, 'text']) {
      expect(convert("B('x')", body)).toMatchObject({
        code: 'body-not-convertible',
        message: 'expected no body',
      });
    }
  });
});

describe('lists of endpoints', () => {
  const service = defineService({
    name: 'shop',
    serviceRoot: 'https://shop.example/api/',
    rules: [
      { name: 'a', methods: ['PUT'], alias: 'A({x})', real: 'B(x={x})', keys: { x: 'string' } },
      { name: 'n', methods: ['PUT'], alias: 'A({x})', real: 'N(x={x})', keys: { x: 'int32' } },
    ],
    allow: [{ path: 'B(x={x})' }, { path: 'Orders({ID})', methods: ['GET'] }, { path: 'Orders({ID})/Items' }],
    deny: [{ path: 'Orders({ID})/Items', methods: ['DELETE'] }],
  });
  const ask = (method: string, url: string, root: string | undefined = service.serviceRoot) => {
    const operation = { method, url, body: undefined, headerNames: [] };
    const verdict = rewriteOperation(
      rulesOf(service),
      operation,
      root === '' ? undefined : parseServiceRoot(root ?? ''),
    );
    return verdict.outcome === 'rewritten' ? verdict.url : ('code' in verdict && verdict.code) || 'unchanged';
  };

  it.each([
    ['GET', 'Orders(5)', 'unchanged'],
    ['GET', '/api/Orders(5)?$expand=Items', 'unchanged'],
    ['DELETE', 'Orders(5)', 'not-batchable'],
    ['GET', 'orders(5)', 'not-batchable'],
    ['GET', 'Orders', 'not-batchable'],
    ['POST', 'Orders(5)/Items', 'unchanged'],
    ['DELETE', 'Orders(5)/Items', 'not-batchable'],
    ['DELETE', 'Orders(5)%2FItems', 'not-batchable'],
    ['PUT', "A('k')", "B(x='k')"],
    ['PUT', "A('Orders(5)%2FItems')", "B(x='Orders(5)%2FItems')"],
    ['PUT', 'A(5)', 'not-batchable'],
    ['PUT', 'A(true)', 'invalid-alias-key'],
    ['GET', '$1/Other', 'unchanged'],
  ])('%s %s: %s', (method, url, expected) => {
    expect(ask(method, url)).toBe(expected);
  });

  it('deny by the end of a path, and only warn, where the service root is not known', () => {
    expect(ask('DELETE', '/x/y/Orders(5)/Items', '')).toBe('not-batchable');
    expect(ask('PUT', "/x/A('k')", '')).toBe('unchanged');
    const operation = { method: 'PUT', url: "/x/A('k')", body: undefined, headerNames: [] };
    expect(rewriteOperation(rulesOf(service), operation, undefined)).toMatchObject({
      warnings: [
        { code: 'alias-like', message: expect.stringContaining('without serviceRoot nobody can tell') },
      ],
    });
  });
});
