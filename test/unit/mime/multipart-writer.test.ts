import { describe, expect, it } from 'vitest';
import { ByteWriter } from '../../../src/bytes/byte-writer.ts';
import { MultipartWriter } from '../../../src/mime/multipart-writer.ts';
import { textOf } from '../build-octets.ts';

const write = (run: (writer: ByteWriter) => void) => {
  const writer = new ByteWriter();
  run(writer);
  return textOf(writer.finish());
};

describe('MultipartWriter', () => {
  it('writes delimiter, headers, an empty line, and the line end before the next delimiter (M-20, M-21, M-35)', () => {
    const text = write((writer) => {
      const multipart = new MultipartWriter(writer, 'b');
      multipart.part('Content-Type: application/http\r\nContent-ID: 1\r\n\r\n');
      writer.latin1('first');
      multipart.part('Content-Type: application/http\r\n\r\n');
      writer.latin1('second');
      multipart.close();
    });
    expect(text).toBe(
      '--b\r\nContent-Type: application/http\r\nContent-ID: 1\r\n\r\nfirst' +
        '\r\n--b\r\nContent-Type: application/http\r\n\r\nsecond' +
        '\r\n--b--',
    );
  });

  it('writes the text of a part behind its start as UTF-8', () => {
    const text = write((writer) => {
      const multipart = new MultipartWriter(writer, 'b');
      multipart.part('A: \xe9\r\n\r\n', 'é');
      multipart.close();
    });
    expect(text).toBe('--b\r\nA: \xe9\r\n\r\n\xc3\xa9\r\n--b--');
  });

  it('leaves its delimiters out until all is finished', () => {
    const writer = new ByteWriter();
    const multipart = new MultipartWriter(writer, 'b');
    multipart.part('A: 1\r\n\r\n', 'x');
    multipart.part('\r\n');
    multipart.close();
    const gap = '\0'.repeat('\r\n--b\r\n'.length);
    expect(textOf(writer.since(0))).toBe(`${gap.slice(2)}A: 1\r\n\r\nx${gap}\r\n${gap}`);
  });

  it('writes no line end before the first delimiter, no padding behind any (M-23, M-28)', () => {
    const text = write((writer) => {
      const multipart = new MultipartWriter(writer, 'b');
      multipart.part('\r\n');
      multipart.close();
    });
    expect(text).toBe('--b\r\n\r\n\r\n--b--');
  });

  it('writes the delimiter before a part once, ahead of the part or with it (M-20, P-23)', () => {
    const text = write((writer) => {
      const multipart = new MultipartWriter(writer, 'b');
      multipart.delimit();
      multipart.part('A: 1\r\n\r\n', 'first');
      multipart.delimit();
      multipart.delimit();
      multipart.part('\r\n', 'second');
      multipart.part('\r\n', 'third');
      multipart.close();
    });
    expect(text).toBe('--b\r\nA: 1\r\n\r\nfirst\r\n--b\r\n\r\nsecond\r\n--b\r\n\r\nthird\r\n--b--');
  });

  it('writes no line end before a close delimiter that is the first line (M-23, M-25)', () => {
    expect(write((writer) => new MultipartWriter(writer, 'b').close())).toBe('--b--');
  });

  it('keeps the line end of a body before that of the delimiter (M-22)', () => {
    const text = write((writer) => {
      const multipart = new MultipartWriter(writer, 'b');
      multipart.part('\r\n');
      writer.latin1('x\r\n');
      multipart.close();
    });
    expect(text).toBe('--b\r\n\r\nx\r\n\r\n--b--');
  });

  it('nests: one empty line before the inner delimiter, one line end between the close and the next delimiter (M-24, B-22)', () => {
    const text = write((writer) => {
      const outer = new MultipartWriter(writer, 'b');
      outer.part('Content-Type: multipart/mixed; boundary=c\r\n\r\n');
      const inner = new MultipartWriter(writer, 'c');
      inner.part('A: 1\r\n\r\n');
      writer.latin1('x');
      inner.close();
      outer.part('A: 2\r\n\r\n');
      outer.close();
    });
    expect(text).toBe(
      '--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\nA: 1\r\n\r\nx\r\n--c--\r\n--b\r\nA: 2\r\n\r\n\r\n--b--',
    );
  });
});
