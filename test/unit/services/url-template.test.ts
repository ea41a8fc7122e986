import { describe, expect, it } from 'vitest';
import { compileTemplate, keyNames, writeTemplate } from '../../../src/services/url-template.ts';

describe('compileTemplate', () => {
  it('reads names and keys', () => {
    expect(compileTemplate('Products({ID})/Attributes({Name})', { ID: 'int32', Name: 'string' })).toEqual({
      text: 'Products({ID})/Attributes({Name})',
      segments: [
        { name: 'Products', keys: [{ property: undefined, name: 'ID', spec: 'int32' }] },
        { name: 'Attributes', keys: [{ property: undefined, name: 'Name', spec: 'string' }] },
      ],
    });
    expect(compileTemplate('A(x={a},y={b})/NS.Do')).toEqual({
      text: 'A(x={a},y={b})/NS.Do',
      segments: [
        {
          name: 'A',
          keys: [
            { property: 'x', name: 'a', spec: undefined },
            { property: 'y', name: 'b', spec: undefined },
          ],
        },
        { name: 'NS.Do', keys: null },
      ],
    });
  });

  it.each([
    '',
    '/Products',
    'Products/',
    'Products()',
    'Products(1)',
    "Products('{ID}')",
    'Products({ID}',
    'Products({ID})x',
    'A({a},{b})',
    'A(x={a},{b})',
    'A({a})/B({a})',
    'A?x',
    'A({a}, {b})',
    '../A',
    'a b',
  ])('refuses %j', (text) => {
    expect(typeof compileTemplate(text)).toBe('string');
  });
});

describe('writeTemplate', () => {
  const template = compileTemplate('A(x={a},y={b})/B({c})/C');
  if (typeof template === 'string') throw new Error(template);
  const keys = new Map(keyNames(template).map((name) => [name, { literal: `<${name}>`, value: '' }]));

  it('puts literals into their places', () => {
    expect(writeTemplate(template, keys, ',')).toBe('A(x=<a>,y=<b>)/B(<c>)/C');
    expect(writeTemplate(template, keys, ',%20')).toBe('A(x=<a>,%20y=<b>)/B(<c>)/C');
  });
});
