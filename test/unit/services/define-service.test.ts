import { describe, expect, it } from 'vitest';
import { BatchUsageError } from '../../../src/errors.ts';
import { defineService } from '../../../src/services/define-service.ts';
import type { RewriteRule } from '../../../src/services/rewrite-rule.ts';
import { errorOf } from '../catch-error.ts';

const LABELS: RewriteRule = {
  name: 'labels',
  methods: ['PATCH', 'PUT'],
  alias: 'Products({ID})/Labels({Name})',
  real: 'ProductLabels(ProductID={ID},Name={Name})',
  keys: { ID: 'int32', Name: 'string' },
};

/** All that is wrong with a definition. */
function problemsOf(definition: unknown): string[] {
  const error = errorOf(() => defineService(definition as never));
  if (!(error instanceof BatchUsageError)) throw error;
  expect(new Set(error.issues.map(({ code }) => code))).toEqual(new Set(['invalid-service']));
  return error.issues.map(({ path, message }) => `${path}: ${message}`);
}

const withRules = (...rules: readonly unknown[]) => problemsOf({ name: 'shop', rules });

describe('defineService', () => {
  it('keeps the data, not the object that it came in', () => {
    const rules = [{ ...LABELS, keys: { ...LABELS.keys } }];
    const service = defineService({ name: 'shop', serviceRoot: 'https://shop.example/v1/', rules });
    expect(service).toMatchObject({ name: 'shop', serviceRoot: 'https://shop.example/v1/' });
    expect(service.definition.rules).toEqual(rules);
    rules.pop();
    expect(service.definition.rules).toHaveLength(1);
  });

  it('tells where batches are sent to', () => {
    const endpointOf = (serviceRoot: string, endpoint?: string) =>
      defineService({ name: 'shop', serviceRoot, endpoint }).endpoint;
    expect(endpointOf('https://shop.example/v1/')).toBe('https://shop.example/v1/$batch');
    expect(endpointOf('https://shop.example/v1')).toBe('https://shop.example/v1/$batch');
    expect(endpointOf('https://shop.example', '?comp=batch')).toBe('https://shop.example/?comp=batch');
    expect(endpointOf('https://shop.example/v1/', '/batch/v1')).toBe('https://shop.example/batch/v1');
    expect(endpointOf('https://shop.example/v1/', 'https://b.example/')).toBe('https://b.example/');
    expect(defineService({ name: 'shop' }).endpoint).toBeUndefined();
  });

  it.each([
    ['response-1', '1'],
    ['<response-1>', '1'],
    ['response- 1', '1'],
    ['<response- a+b>', 'a+b'],
    ['response- <a+b>', 'a+b'],
    ['response-<1>', '1'],
    ['1', '1'],
    ['<1>', '<1>'],
    ['Response-1', 'Response-1'],
    ['', ''],
  ])('takes the prefix of an answer off an id: %s is %s', (received, sent) => {
    const { sentId } = defineService({ name: 'shop', answerIdPrefix: 'response-' });
    expect(sentId?.(received)).toBe(sent);
  });

  it.each([
    [{}, /^definition\.name: /],
    [{ name: 'x', format: 'xml' }, /^definition\.format: /],
    [{ name: 'x', tolerate: ['everything'] }, /^definition\.tolerate\[0\]: /],
    [{ name: 'x', retryable: [200] }, /^definition\.retryable\[0\]: /],
    [{ name: 'x', outerHeaders: ['Authorization'] }, /^definition\.outerHeaders\[0\]: /],
    [{ name: 'x', changeSetKeys: { shared: [], distinct: [] } }, /^definition\.changeSetKeys\.distinct: /],
    [
      { name: 'x', batchHeaders: { fields: [['a b', 'c']] } },
      /^definition\.batchHeaders\.fields\[0\]\[0\]: /,
    ],
    [{ name: 'x', limits: { maxBytes: 0 } }, /^definition\.limits\.maxBytes: /],
    [{ name: '' }, /^definition\.name: /],
    [{ name: 'x', rule: [] }, /^definition\.rule: .*did you mean "rules"/],
    [
      { name: 'x', rules: [{ ...LABELS, metods: [] }] },
      /^definition\.rules\[0\]\.metods: .*did you mean "methods"/,
    ],
    [{ name: 'x', serviceRoot: '/v1/' }, /^definition\.serviceRoot: /],
    [{ name: 'x', serviceRoot: 'ftp://shop.example/' }, /^definition\.serviceRoot: /],
    [{ name: 'x', serviceRoot: 'https://shop.example/v1/?client=100' }, /^definition\.serviceRoot: .*query/],
    [{ name: 'x', serviceRoot: 'https://shop.example/v1/#a' }, /^definition\.serviceRoot: .*fragment/],
    [{ name: 'x', keySeparator: ';' }, /^definition\.keySeparator: /],
    [{ name: 'x', forbiddenQuery: ['Access_Token'] }, /^definition\.forbiddenQuery\[0\]: /],
    [
      { name: 'x', rules: [{ ...LABELS, methods: ['patch'] }] },
      /^definition\.rules\[0\]\.methods\[0\]: .*upper case/,
    ],
    [
      { name: 'x', rules: [{ ...LABELS, method: 'GET / HTTP/1.1\r\nX-A: b' }] },
      /^definition\.rules\[0\]\.method: .*upper case/,
    ],
    [{ name: 'x', rules: [{ ...LABELS, methods: [] }] }, /^definition\.rules\[0\]\.methods: /],
    [
      { name: 'x', rules: [{ ...LABELS, keys: { ID: 'int', Name: 'string' } }] },
      /^definition\.rules\[0\]\.keys\.ID: /,
    ],
    [
      { name: 'x', rules: [{ ...LABELS, body: { from: {}, to: () => 1 } }] },
      /^definition\.rules\[0\]\.body\.to/,
    ],
    [
      { name: 'x', rules: [{ ...LABELS, alias: '/Products({ID})' }] },
      /^definition\.rules\[0\]\.alias: expected segments/,
    ],
    [{ name: 'x', deny: [{ path: 'Orders(9)' }] }, /^definition\.deny\[0\]\.path: expected a key/],
    [{ name: 'x', allow: [{ path: '' }] }, /^definition\.allow\[0\]\.path: expected segments/],
  ])('refuses %j', (definition, expected) => {
    expect(problemsOf(definition)).toEqual([expect.stringMatching(expected)]);
  });

  it('refuses keys that have no type, go nowhere or come from nowhere', () => {
    expect(
      withRules({
        ...LABELS,
        real: 'ProductLabels(ProductID={ID},Other={Other})',
        keys: { Name: 'string', Extra: 'guid' },
      }),
    ).toEqual([
      'definition.rules[0].keys: the key {ID} has no type',
      'definition.rules[0].real: the key {Name} would be lost',
      'definition.rules[0].real: the alias has no key {Other}',
      'definition.rules[0].keys: the alias has no key {Extra}',
    ]);
  });

  it('refuses bodies that lose or invent something', () => {
    const body = {
      from: { Value: 'string', Lost: 'number', Name: 'string' },
      to: { A: ['{Value}', '{Other}', '{ID}'] },
    };
    expect(
      withRules({ ...LABELS, real: 'ProductLabels', keys: { ID: 'int64', Name: 'string' }, body }),
    ).toEqual([
      'definition.rules[0].body.to: {ID} can be larger than what JSON numbers hold exactly',
      'definition.rules[0].real: the key {Name} would be lost',
      'definition.rules[0].body.from: {Name} is a key of the alias already',
      'definition.rules[0].body.to: neither the alias nor the body has {Other}',
      'definition.rules[0].body.to: the member {Lost} would be lost',
      'definition.rules[0].body.to: the member {Name} would be lost',
    ]);
  });

  it('refuses two rules that fit one operation', () => {
    expect(
      withRules(LABELS, { ...LABELS, name: 'again', methods: ['PUT'], real: 'Other(a={ID},b={Name})' }),
    ).toEqual(['definition.rules[1].alias: the rule "labels" takes the same operations']);
    expect(
      withRules(LABELS, { ...LABELS, name: 'again', alias: 'products({ID})/labels({Name})' }),
    ).toHaveLength(1);
    expect(withRules(LABELS, { ...LABELS, keys: { ID: 'int64', Name: 'string' } })).toEqual([
      'definition.rules[1].name: rules[0] has this name already',
      'definition.rules[1].alias: the rule "labels" takes the same operations',
    ]);
    expect(withRules({ ...LABELS, name: 'real-uri' })).toEqual([
      'definition.rules[0].name: every service has a rule of this name',
    ]);
  });

  it('takes rules that differ in method, name, form or type of key', () => {
    const others = [
      { ...LABELS, name: 'method', methods: ['DELETE'] },
      { ...LABELS, name: 'name', alias: 'Products({ID})/Tags({Name})' },
      { ...LABELS, name: 'form', alias: 'Products(ID={ID})/Labels({Name})' },
      { ...LABELS, name: 'type', keys: { ID: 'string', Name: 'string' } },
      { ...LABELS, name: 'guid', keys: { ID: 'guid', Name: 'string' } },
      { ...LABELS, name: 'longer', alias: 'Products({ID})/Labels({Name})/Text' },
    ] as const;
    expect(defineService({ name: 'shop', rules: [LABELS, ...others] }).definition.rules).toHaveLength(7);
  });

  it('refuses a rule whose result a rule would take again, or that is denied', () => {
    expect(withRules({ ...LABELS, real: 'Products({ID})/Labels({Name})' })).toEqual([
      'definition.rules[0].real: the rule "labels" would rewrite it again',
    ]);
    const chain = {
      ...LABELS,
      name: 'tags',
      alias: 'Products({ID})/Tags({Name})',
      real: 'Products({ID})/Labels({Name})',
    };
    expect(withRules(LABELS, chain)).toEqual([
      'definition.rules[1].real: the rule "labels" would rewrite it again',
    ]);
    // Sent with another method, which no rule is for.
    expect(defineService({ name: 'shop', rules: [LABELS, { ...chain, method: 'POST' }] }).name).toBe('shop');
    const deny = [{ path: 'productlabels(ProductID={a},Name={b})' }];
    expect(problemsOf({ name: 'shop', rules: [LABELS], deny })).toEqual([
      'definition.rules[0].real: productlabels(ProductID={a},Name={b}) is denied',
    ]);
  });

  it.each([
    ['ProductLabels(ProductID={ID},Name={Name})', 'ProductLabels({any})'],
    ['Shop.ProductLabels(ProductID={ID},Name={Name})', 'ProductLabels({any})'],
    ['Products({ID})/Shop.SetLabel(Name={Name})', 'products({ID})/SetLabel({Name})'],
  ])('refuses a rule whose result %s is denied as %s', (real, path) => {
    expect(problemsOf({ name: 'shop', rules: [{ ...LABELS, real }], deny: [{ path }] })).toEqual([
      `definition.rules[0].real: ${path} is denied`,
    ]);
  });
});
