import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readNaively } from './naive-reader.ts';

describe('readNaively', () => {
  const read = (lines: readonly string[]) =>
    readNaively(Buffer.from(lines.join('\r\n')), 'multipart/mixed; boundary="b"').map(
      ({ startLine, body }) => [startLine, body.toString()],
    );
  const part = ['--b', 'Content-Type: application/http', ''];

  it('reads messages and flattens change sets', () => {
    const set = ['--b', 'Content-Type: multipart/mixed; boundary=c', '', '--c', ...part.slice(1)];
    assert.deepEqual(
      read([
        ...part,
        'HTTP/1.1 200 OK',
        'A: 1',
        '',
        '{}',
        ...set,
        'HTTP/1.1 204 No Content',
        '',
        '',
        '--c--',
        '--b--',
      ]),
      [
        ['HTTP/1.1 200 OK', '{}'],
        ['HTTP/1.1 204 No Content', ''],
      ],
    );
  });

  it('keeps line ends that belong to a body', () => {
    assert.deepEqual(read([...part, 'HTTP/1.1 200 OK', '', '', 'a', '', '--b--']), [
      ['HTTP/1.1 200 OK', '\r\na\r\n'],
    ]);
  });

  it('takes a delimiter for one at the start of a line only', () => {
    const body = 'x --b and --b-- and --bb';
    assert.deepEqual(read([...part, 'GET A HTTP/1.1', '', body, '--b--']), [['GET A HTTP/1.1', body]]);
  });

  it('ignores empty lines before a start line', () => {
    assert.deepEqual(read([...part, '', 'GET A HTTP/1.1', '', '', '--b--']), [['GET A HTTP/1.1', '']]);
  });

  it('refuses a message that is cut off', () => {
    assert.throws(() => read([...part, 'GET A HTTP/1.1', '', '']), /no close delimiter/);
  });
});
