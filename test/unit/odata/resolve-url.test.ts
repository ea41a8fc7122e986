import { describe, expect, it } from 'vitest';
import { resolveUrl } from '../../../src/odata/resolve-url.ts';

describe('resolveUrl', () => {
  // RFC 3986 section 5.4.1, fragments left out; http with authority only.
  it.each([
    ['g', 'http://a/b/c/g'],
    ['./g', 'http://a/b/c/g'],
    ['g/', 'http://a/b/c/g/'],
    ['/g', 'http://a/g'],
    ['//g', 'http://g/'],
    ['?y', 'http://a/b/c/d;p?y'],
    ['g?y', 'http://a/b/c/g?y'],
    ['#s', 'http://a/b/c/d;p?q'],
    ['g#s', 'http://a/b/c/g'],
    ['g?y#s', 'http://a/b/c/g?y'],
    [';x', 'http://a/b/c/;x'],
    ['g;x', 'http://a/b/c/g;x'],
    ['', 'http://a/b/c/d;p?q'],
    ['.', 'http://a/b/c/'],
    ['./', 'http://a/b/c/'],
    ['..', 'http://a/b/'],
    ['../', 'http://a/b/'],
    ['../g', 'http://a/b/g'],
    ['../..', 'http://a/'],
    ['../../g', 'http://a/g'],
    ['../../../g', 'http://a/g'],
    ['/./g', 'http://a/g'],
    ['/../g', 'http://a/g'],
    ['g.', 'http://a/b/c/g.'],
    ['..g', 'http://a/b/c/..g'],
    ['./../g', 'http://a/b/g'],
    ['g/./h', 'http://a/b/c/g/h'],
    ['g/../h', 'http://a/b/c/h'],
    ['g?y/./x', 'http://a/b/c/g?y/./x'],
    ['https://other:8/x/../y?z', 'https://other:8/y?z'],
  ])('%s at http://a/b/c/d;p?q is %s', (url, resolved) => {
    expect(resolveUrl(url, 'http://a/b/c/d;p?q')).toBe(resolved);
  });

  it.each(['%2e%2e/g', '.%2E/g', '%2E./g', './%2e/../g'])('takes encoded dots for dots: %s', (url) => {
    expect(resolveUrl(url, 'http://a/b/c/d')).toBe('http://a/b/g');
  });

  it('takes only "scheme://" for the beginning of an absolute URL', () => {
    expect(resolveUrl("People('a:b')", 'http://a/svc/')).toBe("http://a/svc/People('a:b')");
    expect(resolveUrl('Products:5', 'http://a/svc/')).toBe('http://a/svc/Products:5');
    expect(resolveUrl('a:b//c', 'http://a/svc/')).toBe('http://a/svc/a:b//c');
  });

  it('needs no path of the base', () => {
    expect(resolveUrl('x', 'http://a')).toBe('http://a/x');
    expect(resolveUrl('', 'http://a?q')).toBe('http://a/?q');
  });

  it('agrees with the URL class of the platform where both have an opinion', () => {
    const urls = [
      'a/b',
      '../a',
      '/a/./b/..',
      '?q=1/../2',
      'a;b/c',
      '..%2e/x',
      '....',
      '//h2/x',
      './a:b',
      'a/%2E%2e',
    ];
    for (const url of urls)
      expect(resolveUrl(url, 'http://h/s/t/u')).toBe(new URL(url, 'http://h/s/t/u').href);
  });

  it('takes linear time', () => {
    const long = `${'../'.repeat(200_000)}${'a/'.repeat(200_000)}`;
    const start = performance.now();
    expect(resolveUrl(long, 'http://h/')).toHaveLength('http://h/'.length + 400_000);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
