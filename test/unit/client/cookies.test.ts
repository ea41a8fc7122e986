import { describe, expect, it } from 'vitest';
import { cookieField, cookiesSetBy } from '../../../src/client/cookies.ts';

const NOW = Date.parse('2026-06-01T00:00:00Z');
const set = (...fields: string[]) => [
  ...cookiesSetBy(
    fields.map((field): [string, string] => ['Set-Cookie', field]),
    NOW,
  ),
];

describe('the cookies that an answer sets', () => {
  it.each<[string, string[], [string, string][]]>([
    [
      "SAP's",
      [
        'sap-usercontext=sap-client=100; path=/',
        'SAP_SESSIONID_ERP_100=ab%3d; path=/; secure; HttpOnly; SameSite=None',
      ],
      [
        ['sap-usercontext', 'sap-client=100'],
        ['SAP_SESSIONID_ERP_100', 'ab%3d'],
      ],
    ],
    ['quoted values, as they are', ['a="b c"; Path=/'], [['a', '"b c"']]],
    ['an empty value', ['a=; Path=/'], [['a', '']]],
    [
      'the last of a name',
      ['a=1', 'b=2', 'a=3'],
      [
        ['a', '3'],
        ['b', '2'],
      ],
    ],
    [
      'none that are deleted',
      ['a=1', 'b=2', 'a=; Max-Age=0', 'b=; Expires=Thu, 01 Jan 1970 00:00:00 GMT', 'c=3; max-age=-1'],
      [],
    ],
    [
      'those that live on, Max-Age before Expires',
      [
        'a=1; Expires=Wed, 09 Jun 2027 10:18:14 GMT',
        'b=2; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT',
        'c=3; Expires=nonsense',
      ],
      [
        ['a', '1'],
        ['b', '2'],
        ['c', '3'],
      ],
    ],
    [
      'several joined to one field, with dates',
      ['a=1; Expires=Wed, 09 Jun 2027 10:18:14 GMT; Path=/, b=2; HttpOnly,c=3'],
      [
        ['a', '1'],
        ['b', '2'],
        ['c', '3'],
      ],
    ],
    ['nothing that is no cookie', ['', ';', 'a', '=b', 'x y=1', 'HttpOnly; a=1'], []],
  ])('are %s', (_, fields, expected) => {
    expect(set(...fields)).toEqual(expected);
  });

  it('are not cut at their commas where the runtime tells them apart', () => {
    const headers = new Headers([
      ['Set-Cookie', 'a=1,b=2; Path=/'],
      ['Set-Cookie', 'c=3'],
    ]);
    expect([...cookiesSetBy(headers, NOW)]).toEqual([
      ['a', '1,b=2'],
      ['c', '3'],
    ]);
  });
});

describe('the Cookie field', () => {
  const session = new Map([
    ['a', '1'],
    ['b', '2'],
  ]);

  it.each<[string, string[], ReadonlyMap<string, string>, string | undefined]>([
    ['no cookies', [], new Map(), undefined],
    ['cookies that were set', [], session, 'a=1; b=2'],
    ["the caller's before them", ['x=9; y=8'], session, 'x=9; y=8; a=1; b=2'],
    ["several fields of the caller's", ['x=9', 'y=8;'], new Map(), 'x=9; y=8'],
    ['what was set for the same name', ['a=old; x=9'], session, 'x=9; a=1; b=2'],
  ])('has %s', (_, given, cookies, field) => {
    expect(cookieField(given, cookies)).toBe(field);
  });
});
