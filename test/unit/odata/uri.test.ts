import { describe, expect, it } from 'vitest';
import { reference } from '../../../src/batch/reference.ts';
import { uri } from '../../../src/odata/uri.ts';
import { errorOf } from '../catch-error.ts';

const ID = '8d18826d-c5bb-4490-beb7-4ea56738dc31';

describe('uri', () => {
  it.each([
    [
      'numbers as digits, strings quoted and doubled',
      uri`/v1/Products(${123})/Attributes(${"O'Neil"})`,
      "/v1/Products(123)/Attributes('O''Neil')",
    ],
    ['strings percent-encoded', uri`People(${'a/b ?#%&+ü'})`, "People('a%2Fb%20%3F%23%25%26%2B%C3%BC')"],
    ['an empty string', uri`People(${''})`, "People('')"],
    ['digits that are text as text', uri`People(${'123'})`, "People('123')"],
    ['negative and broken numbers', uri`P(${-1})/Q(${1.5})/R(${0})`, 'P(-1)/Q(1.5)/R(0)'],
    ['large and small numbers', uri`P(${1e21})/Q(${1e-7})`, 'P(1e%2B21)/Q(1e-7)'],
    ['64-bit integers', uri`P(${9007199254740993n})`, 'P(9007199254740993)'],
    ['booleans and null by name', uri`P(a=${true},b=${false},c=${null})`, 'P(a=true,b=false,c=null)'],
    ['what stands in the template as it is', uri`P?$filter=a eq ${'x'}&$top=1`, "P?$filter=a eq 'x'&$top=1"],
    [
      'a reference as it prints itself',
      uri`P?$filter=a eq ${reference('1', 'Name')}`,
      'P?$filter=a eq $1/Name',
    ],
    ['a literal without quotes', uri`accounts(${uri.literal(ID)})`, `accounts(${ID})`],
    [
      'a date',
      uri`P?$filter=d eq ${uri.literal('2026-11-21T23:00:00Z')}`,
      'P?$filter=d eq 2026-11-21T23%3A00%3A00Z',
    ],
    ['a literal of OData 2.0', uri`P(${uri.literal(`guid'${ID}'`)})`, `P(guid'${ID}')`],
  ])('writes %s', (_, written, expected) => {
    expect(written).toBe(expected);
  });

  it.each([
    ['NaN', Number.NaN],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['undefined', undefined],
    ['an object', {}],
    ['a list', [1]],
    ['a date object', new Date(0)],
    ['a symbol', Symbol('x')],
    ['a function', () => 1],
    ['half a surrogate pair', '\ud83c'],
  ])('refuses %s as invalid-literal', (_, value) => {
    expect(errorOf(() => uri`P(${value as never})`)).toMatchObject({
      name: 'BatchUsageError',
      code: 'invalid-literal',
    });
  });

  it('refuses a reference whose target has no id', () => {
    expect(errorOf(() => uri`P(${reference({ method: 'POST', url: 'x' })})`)).toMatchObject({
      code: 'reference-without-id',
    });
  });
});

describe('uri.path', () => {
  it('writes plain segments: percent-encoded, without quotes', () => {
    expect(uri.path`/files/${'a b/c'}/${1}/${2n}?q=${"it's&"}`).toBe("/files/a%20b%2Fc/1/2?q=it's%26");
  });

  it('refuses half a surrogate pair', () => {
    expect(errorOf(() => uri.path`/x/${'\udf89'}`)).toMatchObject({
      code: 'invalid-literal',
      cause: expect.any(URIError),
    });
  });
});

describe('uri.literal', () => {
  it.each(["1' or '1' eq '1", "guid'x", 'a b', 'a/b', 'a)', '', "'x'", "guid'a'b'", 'a\nb', 'ü'])(
    'refuses %j, which could end a literal',
    (text) => {
      expect(errorOf(() => uri.literal(text))).toMatchObject({ code: 'invalid-literal' });
    },
  );
});
