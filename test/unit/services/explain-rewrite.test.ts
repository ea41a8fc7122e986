import { describe, expect, it } from 'vitest';
import { reference } from '../../../src/batch/reference.ts';
import { channelAdvisor } from '../../../src/services/channel-advisor.ts';
import { explainRewrite } from '../../../src/services/explain-rewrite.ts';

const service = channelAdvisor();

describe('explainRewrite', () => {
  it('names the rule that took an operation, and why', () => {
    const url = "/v1/Products(1)/Labels('x')";
    expect(explainRewrite(service, { method: 'PUT', url })).toEqual({
      outcome: 'rewritten',
      rule: 'labels',
      method: 'PUT',
      from: url,
      to: "/v1/ProductLabels(ProductID=1,Name='x')",
      reason:
        'Products({ID})/Labels({Name}) fails inside a batch; ProductLabels(ProductID={ID},Name={Name}) says the same',
      warnings: [],
    });
  });

  it('tells the method where the rule changes it', () => {
    const operation = { method: 'PUT', url: "Products(1)/Attributes('x')", body: { Value: '' } };
    expect(explainRewrite(channelAdvisor({ attributes: 'post' }), operation)).toMatchObject({
      rule: 'attributes',
      method: 'POST',
      to: 'AttributeValues',
    });
  });

  it('names the rule that an operation would have needed, and why it is refused', () => {
    expect(explainRewrite(service, { method: 'PUT', url: 'Products(1)/Labels(5)' })).toEqual({
      outcome: 'rejected',
      code: 'invalid-alias-key',
      rule: 'labels',
      method: 'PUT',
      from: 'Products(1)/Labels(5)',
      to: 'Products(1)/Labels(5)',
      reason: "the key of Labels must be a text in quotes, such as 'Name', quotes in it doubled",
      warnings: [],
    });
    expect(explainRewrite(service, { method: 'POST', url: 'Orders(1)/Export' })).not.toHaveProperty('rule');
  });

  it('reads header names, URL objects and references', () => {
    const headers = { 'If-Match': '*' };
    const action = channelAdvisor({ attributes: 'action' });
    const url = new URL("https://api.channeladvisor.com/v1/Products(1)/Attributes('x')");
    expect(explainRewrite(action, { method: 'PATCH', url, headers, body: { Value: 'y' } })).toMatchObject({
      code: 'header-not-convertible',
    });
    for (const target of ['colour', { method: 'POST', url: 'Products', id: 'colour' } as const]) {
      expect(explainRewrite(service, { method: 'PUT', url: reference(target, "Labels('x')") })).toMatchObject(
        {
          from: "$colour/Labels('x')",
          code: 'alias-on-reference',
        },
      );
    }
    const nameless = { method: 'POST', url: 'Products' } as const;
    expect(explainRewrite(service, { method: 'GET', url: reference(nameless) }).from).toBe('$1');
  });

  it.each([
    ['GET', "Products(1)/Labels('x')", 'labels', 'the rule is for PATCH, PUT, DELETE, not GET'],
    ['PUT', "Products(1)/labels('x')", 'labels', 'Labels is written in another letter case'],
    [
      'POST',
      "products(1)/Labels('x')",
      'labels',
      'Products is written in another letter case; the rule is for PATCH, PUT, DELETE, not POST',
    ],
    [
      'POST',
      'Products(1)/Labels',
      'labels',
      'Labels has no key; the rule is for PATCH, PUT, DELETE, not POST',
    ],
    ['DELETE', 'Products(1)', 'attributes-delete', 'it ends before Attributes'],
    ['PUT', 'Products(1)/Prices(5)', 'attributes', 'Attributes is missing'],
  ])('tells what came closest to %s %s', (method, url, rule, difference) => {
    expect(explainRewrite(service, { method, url })).toMatchObject({
      outcome: 'unchanged',
      closest: { rule, difference },
    });
  });

  it.each<[string, Parameters<typeof explainRewrite>[1], string, string | undefined]>([
    ['a method', { method: 'MERGE', url: "Products(1)/Labels('x')" }, 'method-not-allowed', undefined],
    ['a body', { method: 'DELETE', url: "Products(1)/Labels('x')", body: {} }, 'body-not-allowed', 'labels'],
    [
      'a header',
      { method: 'PUT', url: "Products(1)/Labels('x')", headers: { Authorization: 'secret' } },
      'forbidden-header',
      'labels',
    ],
    ['a media type', { method: 'POST', url: 'Products', body: 'text' }, 'media-type-not-allowed', undefined],
    ['a reference', { method: 'GET', url: '$1/x' }, 'reference-not-expressible', undefined],
  ])('tells that the service does not take %s', (_, operation, code, rule) => {
    const explained = explainRewrite(service, operation);
    expect(explained).toMatchObject({ outcome: 'rejected', code, to: explained.from });
    expect(explained.rule).toBe(rule);
    expect(explained.reason).not.toContain('secret');
  });

  it.each(['Orders(5)', '$metadata', '$1/x', '?x'])('tells nothing where nothing is close: %s', (url) => {
    const explained = explainRewrite(channelAdvisor({ layout: 'odata' }), { method: 'GET', url });
    expect(explained).toMatchObject({
      outcome: 'unchanged',
      reason: 'no rule takes it, and nothing forbids it',
    });
    expect(explained).not.toHaveProperty('closest');
  });

  it('goes by the service root that it is given', () => {
    const url = "http://127.0.0.1:8080/x/Products(1)/Labels('x')";
    expect(explainRewrite(service, { method: 'PUT', url })).toMatchObject({ code: 'foreign-url' });
    expect(
      explainRewrite(service, { method: 'PUT', url }, { serviceRoot: 'http://127.0.0.1:8080/x/' }),
    ).toMatchObject({
      rule: 'labels',
    });
  });
});
