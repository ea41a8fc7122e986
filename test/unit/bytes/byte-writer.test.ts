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

  it.each([
    ['ASCII', 'X: a\r\n', 'body', 'X: a\r\nbody'],
    ['octets above 0x7F', 'X: \xe9\r\n', 'body', 'X: \xe9\r\nbody'],
    ['text above U+007F', 'X: a\r\n', 'ü🎉', 'X: a\r\n\xc3\xbc\xf0\x9f\x8e\x89'],
    ['both', '\xff', 'é', '\xff\xc3\xa9'],
    ['nothing', '', '', ''],
  ])('writes octets and text behind them: %s', (_, octets, text, expected) => {
    for (const capacity of [0, 1, expected.length, 4096]) {
      const writer = new ByteWriter(capacity);
      writer.latin1ThenUtf8(octets, text);
      writer.latin1ThenUtf8('Y', 'z');
      writer.latin1ThenUtf8(octets, text.padEnd(600, 'x'));
      const long = expected + 'x'.repeat(600 - text.length);
      expect(textOf(writer.finish())).toBe(`${expected}Yz${long}`);
    }
  });

  it('has zeros where something is postponed, until it is finished', () => {
    const writer = new ByteWriter(1);
    writer.postpone('--a');
    writer.latin1('x');
    writer.postpone('--a');
    writer.postpone('--b');
    expect(writer.length).toBe(10);
    writer.utf8('ü'.repeat(3000));
    writer.postpone('--a');
    expect(textOf(writer.since(0).subarray(0, 12))).toBe('\0\0\0x\0\0\0\0\0\0\xc3\xbc');
    expect(textOf(writer.since(writer.length - 3))).toBe('\0\0\0');
    expect(textOf(writer.finish())).toBe(`--ax--a--b${'\xc3\xbc'.repeat(3000)}--a`);
  });

  it.each([
    ['octets', (writer: ByteWriter) => writer.latin1('\xe9'.repeat(40))],
    ['octets and text', (writer: ByteWriter) => writer.latin1ThenUtf8('\xe9'.repeat(40), 'text')],
    ['what was taken', (writer: ByteWriter) => writer.utf8('x'.repeat(80)) ?? writer.take()],
  ])('has them behind %s too, which take room for a while', (_, write) => {
    const writer = new ByteWriter();
    write(writer);
    const start = writer.length;
    writer.postpone('-'.repeat(60));
    expect(textOf(writer.since(start))).toBe('\0'.repeat(60));
    expect(textOf(writer.take()).slice(start)).toBe('-'.repeat(60));
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
