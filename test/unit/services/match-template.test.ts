import { describe, expect, it } from 'vitest';
import { matchLoosely, matchTemplate } from '../../../src/services/match-template.ts';
import { parseSegments } from '../../../src/services/url-segment.ts';
import { compileTemplate, type KeySpecs } from '../../../src/services/url-template.ts';

const template = (text: string, keys?: KeySpecs) => {
  const compiled = compileTemplate(text, keys);
  if (typeof compiled === 'string') throw new Error(compiled);
  return compiled;
};
const alias = template('Products({ID})/Labels({Name})', { ID: 'int32', Name: 'string' });
const real = template('ProductLabels(ProductID={ID},Name={Name})', { ID: 'int32', Name: 'string' });
const match = (path: string, against = alias) => matchTemplate(against, parseSegments(path));

describe('matchTemplate', () => {
  it('gives the keys of a path that is the template', () => {
    const found = match("Products(12)/Labels('O''Neil%20%26')");
    expect(found.kind === 'match' && [...found.keys].map(([name, { value }]) => [name, value])).toEqual([
      ['ID', 12],
      ['Name', "O'Neil &"],
    ]);
  });

  it.each([
    "ProductLabels(ProductID=1,Name='a b')",
    "ProductLabels(ProductID=1, Name='a b')",
    "ProductLabels(ProductID=1,%20Name='a%20b')",
    "ProductLabels(Name='a b',ProductID=1)",
  ])('takes named keys in any order, with spaces behind the comma: %s', (path) => {
    const found = match(path, real);
    expect(found.kind === 'match' && found.keys.get('Name')?.value).toBe('a b');
  });

  it.each([
    ["Products('1')/Labels('x')", 'Products'],
    ['Products(1)/Labels(5)', 'Labels'],
    ["Products(1)/Labels('')", 'Labels'],
    ['Products(1)/Labels()', 'Labels'],
    ["Products(1)/Labels('a','b')", 'Labels'],
    ["Products(1)/Labels('%zz')", 'Labels'],
  ])('tells an invalid key: %s', (path, segment) => {
    const found = match(path);
    expect(found).toMatchObject({ kind: 'invalid-key' });
    expect('difference' in found && found.difference).toContain(`the key of ${segment}`);
  });

  it.each([
    ["products(1)/Labels('x')", 'Products is written in another letter case'],
    ["Products(1)/labels('x')", 'Labels is written in another letter case'],
    ["Products(1)/Labels('x')/Name", 'it goes on behind Labels'],
    ["Products(1)/Labels('x')/", 'it goes on behind Labels'],
    ["Products(1)//Labels('x')", 'Labels is missing'],
    ["Products(ID=1)/Labels('x')", 'the key of Products is named'],
    ["Products(1)/Labels(Name='x')", 'the key of Labels is named'],
    ["Products(1)/Labels('a/b')", 'the key of Labels ends nowhere: write %2F for "/" and %3F for "?"'],
    ["Products(1)/Labels('a", 'the key of Labels ends nowhere: write %2F for "/" and %3F for "?"'],
    ["Products('1')/Labels('x')/$value", expect.stringContaining('the key of Products must be')],
  ])('tells what is like it: %s', (path, difference) => {
    expect(match(path)).toEqual({ kind: 'like', difference });
  });

  it.each([
    ['Products(1)/Labels', 'Labels has no key', 1.5],
    ['Products(1)', 'it ends before Labels', 1],
    ['Products', 'Products has no key', 0.5],
    ["Products(1)/Images('x')", 'Labels is missing', 1],
    ["Orders(1)/Labels('x')", 'Products is missing', 0],
    ['', 'Products is missing', 0],
  ])('tells how far another path agrees: %s', (path, difference, depth) => {
    expect(match(path)).toEqual({ kind: 'other', difference, depth });
  });
});

describe('matchLoosely', () => {
  const denied = template('Orders({ID})/Export');

  it.each([
    'Orders(9)/Export',
    'ORDERS(9)/export',
    'Orders(ID=9)/Export',
    'Orders(9)//Export/',
    'Orders(9)/Default.Export()',
    'Orders(9)/%45xport',
    'Orders(100%)/Export',
  ])('takes %s', (path) => {
    expect(matchLoosely(denied, parseSegments(path))).toBe(true);
  });

  it.each([
    'Orders/Export',
    'Orders(9)',
    'Orders(9)/Export/x',
    'Orders(9)/Exports',
    'Orders(9)/Export(1)',
    '',
  ])('does not take %j', (path) => {
    expect(matchLoosely(denied, parseSegments(path))).toBe(false);
  });

  it('takes the end of a path where it is asked to', () => {
    expect(matchLoosely(denied, parseSegments('a/b/Orders(9)/Export'))).toBe(false);
    expect(matchLoosely(denied, parseSegments('a/b/Orders(9)/Export'), true)).toBe(true);
  });
});
