import { describe, expect, it } from 'vitest';
import { excerptAt, LineIndex } from '../../../src/bytes/position.ts';
import { octets } from '../build-octets.ts';

describe('LineIndex', () => {
  it.each([
    [0, 1],
    [2, 1],
    // The LF belongs to the line that it ends.
    [3, 1],
    [4, 2],
    [5, 3],
    [7, 3],
  ])('octet %i of "ab␍␊␊cd" is on line %i', (offset, line) => {
    expect(new LineIndex(octets('ab\r\n\ncd')).lineAt(offset)).toBe(line);
  });

  it('counts no line for CR alone', () => {
    expect(new LineIndex(octets('a\rb\rc')).lineAt(4)).toBe(1);
  });
});

describe('excerptAt', () => {
  const excerpt = (text: string, at: string) => excerptAt(octets(text), text.indexOf(at)).split('\n');

  it('shows the line with its line end and a caret under the octet', () => {
    expect(excerpt('a\r\n--b x\r\nc', 'x')).toEqual(['--b x␍␊', '    ^']);
  });

  it('shows the first and the last line', () => {
    expect(excerpt('--a\n--b', '--a')).toEqual(['--a␊', '^']);
    expect(excerpt('--a\n--b', 'b')).toEqual(['--b', '  ^']);
  });

  it.each(['--b', '--secret', 'Delete the account secret', 'HTTP/ secret', ''])(
    'shows nothing at the end of a message that was cut off, which may be a body: %j',
    (last) => {
      const bytes = octets(`x\r\n${last}`);
      expect(excerptAt(bytes, bytes.length)).toBe('…\n^');
    },
  );

  it('shows other control characters and octets above 0x7E as one dot each', () => {
    expect(excerpt('--\x00\x1f\x7f\xe9|', '|')).toEqual(['--····|', '      ^']);
  });

  it.each([
    ['Authorization: Bearer secret', 'Authorization:…'],
    ['X-Key:secret', 'X-Key:…'],
    [' secret of a folded line', '…'],
    ['{"password":"secret"}', '…'],
    ['word secret', '…'],
    ['no-colon', '…'],
  ])('shows of "%s" nothing that may be a secret', (line, shown) => {
    expect(
      excerptAt(octets(`${line}\r\n`), 0)
        .split('\n')[0]
        ?.replace('␍␊', ''),
    ).toBe(shown);
  });

  it('shows a status line whole', () => {
    expect(excerpt('HTTP/1.1 2x0 OK\r\n', '2x0')).toEqual(['HTTP/1.1 2x0 OK␍␊', '         ^']);
  });

  it('leaves out the query of a request line', () => {
    expect(excerpt('GET People?sig=secret HTTP/1.1\r\n', 'GET')[0]).toBe('GET People?… HTTP/1.1␍␊');
  });

  it('leaves out the whole query where there are spaces in it (H-13)', () => {
    expect(excerpt("GET People?$filter=Name eq 'secret' HTTP/1.1\r\n", 'GET')[0]).toBe(
      'GET People?… HTTP/1.1␍␊',
    );
    expect(excerpt("GET People?$filter=Name eq 'secret'\r\n", 'GET')[0]).toMatch(/^GET People\?…/);
    expect(excerpt("GET People?$filter=Name eq 'secret'\r\n", 'GET')[0]).not.toContain('secret');
  });

  it('leaves out the fragment of a request line, and its query before it', () => {
    expect(excerpt('GET a?b#secret HTTP/1.1\r\n', 'GET')[0]).toBe('GET a?… HTTP/1.1␍␊');
    expect(excerpt('GET a#secret HTTP/1.1\r\n', 'GET')[0]).toBe('GET a#… HTTP/1.1␍␊');
  });

  it.each(['HTTP/1.1 {"password":"secret"}', 'HTTP/1.1 secret: value', 'HTTP/1.1 200 {secret}'])(
    'shows of a damaged status line no more than its version: %s',
    (line) => {
      expect(excerpt(`${line}\r\n`, 'HTTP')).toEqual(['HTTP/1.1…', '^']);
    },
  );

  it.each(['HTTP/1.1 200 OK', 'GET a HTTP/1.1', '--b'])('ends at a lone CR behind %s', (line) => {
    expect(excerpt(`${line}\rCookie: secret\r\n`, line)[0]).toBe(`${line}␍…`);
  });

  it('shows nothing of a line that is longer than any of the framing', () => {
    expect(excerptAt(octets(`--${'b'.repeat(5000)}`), 4000)).toBe('…\n^');
  });

  it('shows at most 60 characters of a long line, the caret among them', () => {
    const [line = '', caret = ''] = excerpt(`--${'b'.repeat(500)}x`, 'x');
    expect(line).toBe(`--${'b'.repeat(58)}`);
    expect(caret).toBe(`${' '.repeat(60)}^`);
  });
});

describe('placeAt of LineIndex', () => {
  it('tells offset, line, path and excerpt', () => {
    expect(new LineIndex(octets('--b\r\nHost : h\r\n')).placeAt(5, 'parts[0]')).toEqual({
      offset: 5,
      line: 2,
      path: 'parts[0]',
      excerpt: 'Host :…\n^',
    });
  });
});
