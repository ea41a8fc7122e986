import { describe, expect, it } from 'vitest';
import { ByteWriter } from '../../../src/bytes/byte-writer.ts';
import { octets, textOf } from '../build-octets.ts';

describe('ByteWriter', () => {
  it('writes what it is given, in order', () => {
    const writer = new ByteWriter();
    writer.latin1('a\xff');
    writer.utf8('ü🎉');
    writer.bytes(octets('\x00\r\n'));
    expect(textOf(writer.finish())).toBe('a\xff\xc3\xbc\xf0\x9f\x8e\x89\x00\r\n');
    expect(writer.length).toBe(11);
  });

  it('finishes with a buffer of exactly its size', () => {
    const writer = new ByteWriter();
    writer.latin1('abc');
    const bytes = writer.finish();
    expect(bytes.byteLength).toBe(3);
    expect(bytes.buffer.byteLength).toBe(3);
  });

  it('is empty before the first write', () => {
    expect(new ByteWriter().finish()).toEqual(new Uint8Array(0));
  });

  it('grows and keeps what was written before', () => {
    const writer = new ByteWriter();
    writer.latin1('x'.repeat(4095));
    writer.utf8('ü'.repeat(3000));
    writer.bytes(new Uint8Array(20_000).fill(7));
    writer.latin1('z');
    const bytes = writer.finish();
    expect(bytes.length).toBe(4095 + 6000 + 20_000 + 1);
    expect(textOf(bytes.subarray(4093, 4098))).toBe('xx\xc3\xbc\xc3');
    expect(textOf(bytes.subarray(10_093, 10_097))).toBe('\xc3\xbc\x07\x07');
    expect(textOf(bytes.subarray(-2))).toBe('\x07z');
  });

  it('shows what was written since a place', () => {
    const writer = new ByteWriter();
    writer.latin1('head');
    const start = writer.length;
    writer.utf8('body');
    expect(textOf(writer.since(start))).toBe('body');
    expect(writer.since(writer.length)).toHaveLength(0);
  });
});
