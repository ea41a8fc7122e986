import { describe, expect, it } from 'vitest';
import { parseServiceRoot, parseUrl } from '../../../src/services/parsed-url.ts';

const root = parseServiceRoot('https://api.example/v1/');

const parsed = (url: string, from: ReturnType<typeof parseServiceRoot> | null = root) => {
  const { place, lead, path, query, isPlain } = parseUrl(url, from ?? undefined);
  return { place, lead, path: path.map(({ raw }) => raw).join('/'), query, isPlain };
};
const inside = (lead: string, path: string, query?: string) => ({
  place: 'service',
  lead,
  path,
  query,
  isPlain: true,
});

describe('parseUrl', () => {
  it.each([
    ['Products(1)', inside('', 'Products(1)')],
    ['Products(1)?a=/?', inside('', 'Products(1)', 'a=/?')],
    ['?a', inside('', '', 'a')],
    ['/v1/Products(1)', inside('/v1/', 'Products(1)')],
    ['/v1/', inside('/v1/', '')],
    ['https://api.example/v1/P/', inside('https://api.example/v1/', 'P/')],
    ['HTTPS://API.Example:443/v1/P', inside('HTTPS://API.Example:443/v1/', 'P')],
    ['https://api.example:0443/v1/P', inside('https://api.example:0443/v1/', 'P')],
  ])('%s is below the service root', (url, expected) => {
    expect(parsed(url)).toEqual(expected);
  });

  it.each([
    'http://api.example/v1/P',
    'https://api.example:8443/v1/P',
    'https://api.example./v1/P',
    'https://www.api.example/v1/P',
    'https://user@api.example/v1/P',
    'https://api.example@evil.example/v1/P',
    'https://api.example\\@evil.example/v1/P',
    'https://evil.example/v1/P',
    'https://api.example/v2/P',
    'https://api.example/v1beta/P',
    'https://api.example/',
    'https://api.example',
    'https://api.example//v1/P',
    '/v2/P',
    '/v1/../v2/P',
    '/v1/%2e%2E/v2/P',
    '../v2/P',
    'P/../../v2',
  ])('%s is not', (url) => {
    expect(parsed(url).place).toBe('elsewhere');
  });

  it.each([
    ['/V1/P', 'P'],
    ['/v1/./P', 'P'],
    ['/v1/a/../P', 'P'],
    ['/v2/../v1/P', 'P'],
    ['./P', 'P'],
    ['../v1/P', 'P'],
  ])('%s is, but is not plain', (url, path) => {
    expect(parsed(url)).toMatchObject({ place: 'service', path, isPlain: false });
  });

  it.each([
    ['$1', '$1', '', undefined],
    ["$a.b/Labels('x')?q", '$a.b', "Labels('x')", 'q'],
    ['$1(5)', '$1', '', undefined],
  ])('%s is a reference', (url, lead, path, query) => {
    expect(parsed(url)).toEqual({ place: 'reference', lead, path, query, isPlain: true });
  });

  it('reads system resources as what they are', () => {
    expect(parsed('$metadata')).toEqual(inside('', '$metadata'));
    expect(parsed('$batch')).toEqual(inside('', '$batch'));
  });

  it('does not know where a path leads without the service root', () => {
    expect(parsed('/v1/a/../P', null)).toMatchObject({ place: 'unknown', path: 'v1/P' });
    expect(parsed('https://x.example/P', null)).toMatchObject({ place: 'unknown' });
    expect(parsed('P(1)', null)).toEqual(inside('', 'P(1)'));
  });

  it('takes a service root without a path, and one without a final slash', () => {
    expect(parsed('/P', parseServiceRoot('https://api.example'))).toEqual(inside('/', 'P'));
    expect(parsed('/a/b/P', parseServiceRoot('https://api.example/a/b'))).toEqual(inside('/a/b/', 'P'));
    expect(parsed('http://[::1]:8080/v1/P', parseServiceRoot('http://[::1]:8080/v1'))).toMatchObject({
      place: 'service',
    });
  });
});

describe('parseServiceRoot', () => {
  it.each(['', '/v1/', 'api.example/v1', 'v1'])('%j is none', (text) => {
    expect(parseServiceRoot(text)).toBeUndefined();
  });
});
