import { describe, expect, it } from 'vitest';
import { BlockMemo } from '../../../src/bytes/block-memo.ts';
import {
  type HeadMemo,
  parseHttpRequest,
  parseHttpResponse,
  statusHasBody,
} from '../../../src/http/http-message.ts';
import type { StatusLine } from '../../../src/http/start-line.ts';
import type { Tolerance } from '../../../src/tolerances.ts';
import { textOf } from '../build-octets.ts';
import { buildReading, buildSlice } from '../build-reading.ts';
import { errorOf } from '../catch-error.ts';

const OFFSET = 50;

const read = (
  parse: typeof parseHttpRequest | typeof parseHttpResponse,
  text: string,
  tolerate: readonly Tolerance[],
) => {
  const reading = buildReading(tolerate);
  const { line, headers, body, offset } = parse(buildSlice(text, OFFSET), 'parts[0]', reading);
  return { ...line, offset, headers: [...headers], body: textOf(body), warnings: reading.warnings };
};
const request = (text: string, ...tolerate: Tolerance[]) => read(parseHttpRequest, text, tolerate);
const response = (text: string, ...tolerate: Tolerance[]) => read(parseHttpResponse, text, tolerate);

describe('parseHttpRequest', () => {
  it('reads request line, headers and body (H-10, H-60)', () => {
    expect(request('POST People HTTP/1.1\r\nA: 1\r\nB: 2\r\n\r\n{}\r\n\r\nx')).toEqual({
      method: 'POST',
      target: 'People',
      offset: OFFSET,
      headers: [
        ['A', '1'],
        ['B', '2'],
      ],
      body: '{}\r\n\r\nx',
      warnings: [],
    });
  });

  it.each(['GET', 'HEAD', 'DELETE'])(
    '%s with CRs and LFs behind it has an empty body (H-62, H-66)',
    (method) => {
      for (const end of ['', '\r\n', '\r\n\r\n', '\n', '\r\n\r\n\r\n\r\n', '\r\n\r\n\r']) {
        expect(request(`${method} x HTTP/1.1${end}`)).toMatchObject({ method, body: '' });
        expect(request(`${method} x HTTP/1.1\r\nA: 1${end}`)).toMatchObject({
          headers: [['A', '1']],
          body: '',
        });
      }
    },
  );

  it.each(['GET', 'HEAD'])('%s with a body is refused at the body (H-67)', (method) => {
    expect(errorOf(() => request(`${method} x HTTP/1.1\r\n\r\n{}`))).toMatchObject({
      code: 'body-not-allowed',
      offset: OFFSET + `${method} x HTTP/1.1\r\n\r\n`.length,
      path: 'parts[0]',
    });
  });

  it('DELETE keeps a body (H-66)', () => {
    expect(request('DELETE x HTTP/1.1\r\n\r\n{}')).toMatchObject({ body: '{}' });
  });

  it('POST keeps a body of line ends (H-60)', () => {
    expect(request('POST x HTTP/1.1\r\n\r\n\r\n\n')).toMatchObject({ body: '\r\n\n' });
  });

  it('passes over empty lines before the request line (H-16)', () => {
    expect(request('\r\n\n\r\nGET x HTTP/1.1\r\n\r\n')).toMatchObject({ method: 'GET', offset: OFFSET + 5 });
  });

  it.each(['', '\r\n', '\n\r\n'])('a part of %j has no message in it (M-40)', (text) => {
    expect(errorOf(() => request(text))).toMatchObject({
      code: 'missing-http-message',
      offset: OFFSET,
      path: 'parts[0]',
    });
  });

  it('takes LF as line end (H-47)', () => {
    expect(request('POST x HTTP/1.1\nA: 1\n\nbody')).toMatchObject({ headers: [['A', '1']], body: 'body' });
  });

  it('tells the place of a header that is wrong', () => {
    expect(errorOf(() => request('GET x HTTP/1.1\r\nA: 1\r\nB\r\n\r\n'))).toMatchObject({
      code: 'header-without-colon',
      offset: OFFSET + 22,
    });
  });
});

describe('parseHttpResponse', () => {
  it('reads status line, headers and body (H-17, H-60)', () => {
    expect(response('HTTP/1.1 201 Created\r\nETag: W/"a:b"\r\n\r\n{}')).toEqual({
      status: 201,
      statusText: 'Created',
      offset: OFFSET,
      headers: [['ETag', 'W/"a:b"']],
      body: '{}',
      warnings: [],
    });
  });

  it.each([100, 199, 204, 304])('%i with CRs and LFs behind it has an empty body (H-66, P-22)', (status) => {
    for (const end of ['\r\n', '\r\n\r\n', '\r\n\r\n\r\n\r\n']) {
      expect(response(`HTTP/1.1 ${status} x${end}`)).toMatchObject({ status, body: '', warnings: [] });
    }
  });

  it.each([100, 204, 304])('%i with a text behind it keeps it, with a warning (H-66)', (status) => {
    expect(response(`HTTP/1.1 ${status} x\r\n\r\n{}`)).toMatchObject({
      body: '{}',
      warnings: [`body-not-allowed@${OFFSET + 18} parts[0]`],
    });
  });

  it('200 keeps a body of line ends (H-60)', () => {
    expect(response('HTTP/1.1 200 OK\r\n\r\n\r\n')).toMatchObject({ body: '\r\n' });
  });
});

describe('Content-Length', () => {
  const message = (length: string, body: string) =>
    `POST x HTTP/1.1\r\nContent-Length: ${length}\r\n\r\n${body}`;
  const bodyAt = (length: string) => OFFSET + message(length, '').length;

  it('that is right says nothing more (H-63)', () => {
    expect(request(message('2', '\xc3\xbc'))).toMatchObject({ body: '\xc3\xbc', warnings: [] });
  });

  it.each([
    ['0', '{}'],
    ['1', '{}'],
    ['3', '{}'],
    ['999999999999999', '{}'],
  ])(
    '%s of a body of two octets: the delimiter has ended the body, with a warning (X11, H-65)',
    (length, body) => {
      expect(request(message(length, body))).toMatchObject({
        body,
        warnings: [`content-length-mismatch@${bodyAt(length)} parts[0]`],
      });
    },
  );

  it('0 with line ends behind it is an empty body (H-66)', () => {
    expect(request(message('0', '\r\n'))).toMatchObject({ body: '', warnings: [] });
  });

  it('too small ends the body where that is tolerated, with a warning; too large does not (X11)', () => {
    expect(request(message('1', '{}'), 'content-length-trusted')).toMatchObject({
      body: '{',
      warnings: [`content-length-mismatch@${bodyAt('1')} parts[0]`],
    });
    expect(request(message('3', '{}'), 'content-length-trusted')).toMatchObject({ body: '{}' });
  });

  it.each(['-1', '2x', '', '+2', '0x2', '2, 2', '1e1', '9999999999999999'])(
    '%j is no number: refused, or ignored where that is tolerated (H-65)',
    (length) => {
      expect(errorOf(() => request(message(length, '{}')))).toMatchObject({
        code: 'invalid-content-length',
        offset: OFFSET,
        path: 'parts[0]',
      });
      expect(request(message(length, '{}'), 'invalid-content-length')).toMatchObject({
        body: '{}',
        warnings: [`invalid-content-length@${OFFSET} parts[0]`],
      });
    },
  );
});

describe('statusHasBody', () => {
  it('says no for 1xx, 204 and 304 (H-66)', () => {
    const without = Array.from({ length: 500 }, (_, at) => at + 100).filter(
      (status) => !statusHasBody(status),
    );
    expect(without).toEqual([...Array.from({ length: 100 }, (_, at) => at + 100), 204, 304]);
  });
});

describe('heads that come again', () => {
  const twice = (text: string) => {
    const reading = buildReading(['folded-header', 'space-before-colon']);
    const memo: HeadMemo<StatusLine> = new BlockMemo();
    const read = (offset: number) => parseHttpResponse(buildSlice(text, offset), 'parts[0]', reading, memo);
    const [first, second] = [read(0), read(1000)];
    return { first, second, warnings: reading.warnings };
  };

  it('are parsed once, and each message has its own place and body', () => {
    const { first, second } = twice('HTTP/1.1 200 OK\r\nA: 1\r\n\r\nx');
    expect(second.headers).toBe(first.headers);
    expect([first.offset, second.offset]).toEqual([0, 1000]);
    expect(textOf(second.body)).toBe('x');
  });

  it('warn each time (H-41, H-46)', () => {
    const { warnings } = twice('HTTP/1.1 200 OK\r\nA : 1\r\n b\r\n\r\n');
    expect(warnings).toEqual([
      'space-before-colon@17 parts[0]',
      'folded-header@24 parts[0]',
      'space-before-colon@1017 parts[0]',
      'folded-header@1024 parts[0]',
    ]);
  });

  it('are checked against each body (H-65)', () => {
    const { warnings } = twice('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nx');
    expect(warnings).toEqual([
      'content-length-mismatch@38 parts[0]',
      'content-length-mismatch@1038 parts[0]',
    ]);
  });

  it.each([
    ['HTTP/1.1 200 OK\r\nA: 1', 'HTTP/1.1 200 OK\r\nA: 12\r\n\r\nx', [['A', '12']], 'x'],
    [
      'HTTP/1.1 200 OK\r\nA: 1\r\n',
      'HTTP/1.1 200 OK\r\nA: 1\r\nB: 2\r\n\r\nx',
      [
        ['A', '1'],
        ['B', '2'],
      ],
      'x',
    ],
    ['HTTP/1.1 204 No\r\n', 'HTTP/1.1 204 No\r\nA: 1\r\n\r\n', [['A', '1']], ''],
    ['HTTP/1.1 200 OK\nA: 1\n\n', 'HTTP/1.1 200 OK\nA: 1\n\r\nx', [['A', '1']], 'x'],
    ['HTTP/1.1 200 OK\r\n\r\n', 'HTTP/1.1 200 OK\r\n\r\n\r\n', [], '\r\n'],
    [
      'HTTP/1.1 200 OK\r\nA: 1\r\n\r\n',
      'HTTP/1.1 200 OK\r\nA: 1\r\nB: 2\r\n\r\n',
      [
        ['A', '1'],
        ['B', '2'],
      ],
      '',
    ],
  ])('%j before %j changes nothing', (before, text, headers, body) => {
    const memo: HeadMemo<StatusLine> = new BlockMemo();
    const read = (part: string) => parseHttpResponse(buildSlice(part), 'parts[0]', buildReading(), memo);
    read(before);
    const message = read(text);
    expect([...message.headers]).toEqual(headers);
    expect(textOf(message.body)).toBe(body);
  });
});
