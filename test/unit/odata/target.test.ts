import { describe, expect, it } from 'vitest';
import { encodeTarget, resolveTarget, type UrlForm, writeTarget } from '../../../src/odata/target.ts';

const ROOT = 'https://h:8443/svc/';

describe('encodeTarget', () => {
  it.each([
    ["People('a b')", "People('a%20b')"],
    ["P?$filter=Name eq 'O''Neil'", "P?$filter=Name%20eq%20'O''Neil'"],
    ['P?$filter=a eq "b"', 'P?$filter=a%20eq%20%22b%22'],
    ['Caf\u00e9/\u{1f389}', 'Caf%C3%A9/%F0%9F%8E%89'],
    ['a<b>|\\^`{}', 'a%3Cb%3E%7C%5C%5E%60%7B%7D'],
    // Encoded already: not encoded again.
    ['a%20b%2Fc', 'a%20b%2Fc'],
    ["a-._~:/?[]@!$&'()*+,;=%41", "a-._~:/?[]@!$&'()*+,;=%41"],
    ['P?$filter=id eq $1/Id', 'P?$filter=id%20eq%20$1/Id'],
  ])('writes %s as %s (H-14, R-13)', (url, written) => {
    expect(encodeTarget(url)).toBe(written);
  });

  it.each([
    'a\r\nX: y',
    'a\nb',
    'a\rb',
    'a\x00b',
    'a\tb',
    'a\x1fb',
    'a\x7fb',
    '',
    '#a',
    'a#b',
    '//h/x',
    'a\ud83c',
  ])('refuses %j (H-14)', (url) => {
    expect(encodeTarget(url)).toMatchObject({ code: 'invalid-url' });
  });
});

describe('writeTarget', () => {
  it.each<{ url: string; form: UrlForm; root?: string; written: object }>([
    { url: 'https://h/svc/P', form: 'as-given', written: { url: 'https://h/svc/P' } },
    { url: 'P(1)', form: 'as-given', written: { url: 'P(1)' } },
    { url: '/svc/P', form: 'as-given', written: { url: '/svc/P' } },
    { url: '/svc/P', form: 'as-given', root: ROOT, written: { url: '/svc/P', host: 'h:8443' } },
    { url: 'P(1)', form: 'absolute', root: ROOT, written: { url: 'https://h:8443/svc/P(1)' } },
    { url: 'P(1)', form: 'absolute', root: 'https://h/svc', written: { url: 'https://h/svc/P(1)' } },
    { url: '/x/P', form: 'absolute', root: ROOT, written: { url: 'https://h:8443/x/P' } },
    { url: 'http://other/P', form: 'absolute', root: ROOT, written: { url: 'http://other/P' } },
    { url: 'http://other/P', form: 'absolute', written: { url: 'http://other/P' } },
    { url: '../x?a=../b', form: 'absolute', root: ROOT, written: { url: 'https://h:8443/x?a=../b' } },
    { url: './P/../Q', form: 'absolute', root: ROOT, written: { url: 'https://h:8443/svc/Q' } },
    { url: '?a=1', form: 'absolute', root: ROOT, written: { url: 'https://h:8443/svc/?a=1' } },
    { url: 'P(1)', form: 'absolute-path', root: ROOT, written: { url: '/svc/P(1)', host: 'h:8443' } },
    { url: 'https://h/svc/P?a', form: 'absolute-path', written: { url: '/svc/P?a', host: 'h' } },
    { url: 'https://h', form: 'absolute-path', written: { url: '/', host: 'h' } },
    { url: 'https://h?a', form: 'absolute-path', written: { url: '/?a', host: 'h' } },
    { url: 'https://h:8443/svc/P?a', form: 'relative', root: ROOT, written: { url: 'P?a' } },
    { url: 'HTTPS://H:8443/svc/P', form: 'relative', root: ROOT, written: { url: 'P' } },
    { url: '/svc/P', form: 'relative', root: ROOT, written: { url: 'P' } },
    { url: 'P', form: 'relative', root: ROOT, written: { url: 'P' } },
    { url: '/svc/', form: 'relative', root: ROOT, written: { url: './' } },
    { url: 'P(1)', form: 'relative', written: { url: 'P(1)' } },
    { url: 'P/.x/y..?a=/../b', form: 'relative', written: { url: 'P/.x/y..?a=/../b' } },
    { url: 'P(1)', form: 'service-path', root: ROOT, written: { url: '/P(1)' } },
    { url: 'P(1)', form: 'service-path', written: { url: '/P(1)' } },
    { url: '/P(1)?a', form: 'service-path', root: ROOT, written: { url: '/P(1)?a' } },
    { url: '/P(1)', form: 'service-path', written: { url: '/P(1)' } },
    { url: '/svc/P', form: 'service-path', root: ROOT, written: { url: '/P' } },
    { url: '/svc2/P', form: 'service-path', root: ROOT, written: { url: '/svc2/P' } },
    { url: 'https://h:8443/svc/P:a', form: 'service-path', root: ROOT, written: { url: '/P:a' } },
    { url: 'https://h:8443/svc/', form: 'service-path', root: ROOT, written: { url: '/' } },
  ])('writes $url as $form below $root (H-30, H-31)', ({ url, form, root, written }) => {
    expect(writeTarget(url, form, root)).toEqual(written);
  });

  it.each<[string, UrlForm, string]>([
    ["People('a:b')", 'as-given', "People('a%3Ab')"],
    ["People('a:b')", 'relative', "People('a%3Ab')"],
    ["P?$filter=a eq 'x:y'", 'as-given', "P?$filter=a eq 'x:y'"],
    ["P('a:b')?a=x:y", 'relative', "P('a%3Ab')?a=x:y"],
    ["/svc/People('a:b')", 'as-given', "/svc/People('a:b')"],
    ["https://h:8443/svc/People('a:b')", 'as-given', "https://h:8443/svc/People('a:b')"],
    ["People('a:b')", 'absolute', "https://h:8443/svc/People('a:b')"],
    ["People('a:b')", 'absolute-path', "/svc/People('a:b')"],
  ])('encodes colons in the path of a relative URL only: %s, %s (H-33)', (url, form, written) => {
    expect(writeTarget(url, form, ROOT)).toMatchObject({ url: written });
  });

  it('repeats no path: a relative URL means what it says (H-32)', () => {
    expect(writeTarget('svc/P', 'absolute', ROOT)).toEqual({ url: 'https://h:8443/svc/svc/P' });
  });

  it.each<UrlForm>(['as-given', 'absolute', 'absolute-path', 'relative', 'service-path'])(
    'leaves a reference alone in the form %s (R-01)',
    (form) => {
      expect(writeTarget("$1/Orders('a:b')", form, ROOT)).toEqual({ url: "$1/Orders('a:b')" });
    },
  );

  it('writes a system resource like any other URL (R-06)', () => {
    expect(writeTarget('$metadata', 'absolute', ROOT)).toEqual({ url: 'https://h:8443/svc/$metadata' });
  });

  it.each<[string, UrlForm, string | undefined, string]>([
    ['P', 'absolute', undefined, 'service-root-required'],
    ['/P', 'absolute-path', undefined, 'service-root-required'],
    ['https://h/P', 'relative', undefined, 'service-root-required'],
    ['https://other/svc/P', 'relative', ROOT, 'url-outside-service-root'],
    ['http://h:8443/svc/P', 'relative', ROOT, 'url-outside-service-root'],
    ['/svc2/P', 'relative', ROOT, 'url-outside-service-root'],
    ['../P', 'relative', ROOT, 'url-outside-service-root'],
    ['../P', 'relative', undefined, 'service-root-required'],
    ['P/%2e%2E', 'relative', undefined, 'service-root-required'],
    ['/P', 'relative', undefined, 'service-root-required'],
    ['?a', 'relative', undefined, 'service-root-required'],
    ['https://h/P', 'service-path', undefined, 'service-root-required'],
    ['https://other/svc/P', 'service-path', ROOT, 'url-outside-service-root'],
    ['P', 'absolute', '/svc/', 'invalid-url'],
  ])('refuses %s as %s below %s: %s', (url, form, root, code) => {
    expect(writeTarget(url, form, root)).toMatchObject({ code });
  });
});

describe('resolveTarget', () => {
  it.each([
    ['People(1)', null, 'https://h:8443/svc/People(1)'],
    ['../x', null, 'https://h:8443/x'],
    ['?q', null, 'https://h:8443/svc/?q'],
    ['/other/P', null, 'https://h:8443/other/P'],
    ['/other/P', 'elsewhere:81', 'https://elsewhere:81/other/P'],
    ['People(1)', 'elsewhere', 'https://h:8443/svc/People(1)'],
    ['http://x/P', 'elsewhere', 'http://x/P'],
    ["People('a%3Ab')", null, "https://h:8443/svc/People('a%3Ab')"],
  ])('%s with Host %s means %s (H-30, H-31, H-34)', (url, host, absolute) => {
    expect(resolveTarget(url, host, ROOT)).toBe(absolute);
  });

  it('resolves all three forms to the same URL (H-30)', () => {
    const forms = [
      ['https://h:8443/svc/P(1)', null],
      ['/svc/P(1)', 'h:8443'],
      ['P(1)', null],
    ] as const;
    expect(forms.map(([url, host]) => resolveTarget(url, host, ROOT))).toEqual(
      Array(3).fill('https://h:8443/svc/P(1)'),
    );
  });

  it('leaves a reference as it is (R-01)', () => {
    expect(resolveTarget('$1/Orders', null, ROOT)).toBe('$1/Orders');
  });
});
