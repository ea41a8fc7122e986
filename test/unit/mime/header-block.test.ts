import { describe, expect, it } from 'vitest';
import type { Limits } from '../../../src/limits.ts';
import { type HeaderOwner, parseHeaderBlock } from '../../../src/mime/header-block.ts';
import type { Tolerance } from '../../../src/tolerances.ts';
import { buildReading } from '../build-reading.ts';
import { errorOf } from '../catch-error.ts';

const OFFSET = 100;

const parse = (
  block: string,
  owner: HeaderOwner = 'message',
  tolerate: readonly Tolerance[] = [],
  limits: Partial<Limits> = {},
) => {
  const reading = buildReading(tolerate, limits);
  const headers = [...parseHeaderBlock(block, OFFSET, owner, 'parts[1]', reading)];
  return { headers, warnings: reading.warnings };
};

describe('parseHeaderBlock', () => {
  it.each([
    { title: 'an empty block', block: '', headers: [] },
    {
      title: 'fields in order, names as written (H-40)',
      block: 'cOntEnt-typE: a/b\r\nETag: x\r\n',
      headers: [
        ['cOntEnt-typE', 'a/b'],
        ['ETag', 'x'],
      ],
    },
    {
      title: 'lines ended by LF (H-47)',
      block: 'A: 1\nB: 2\r\n',
      headers: [
        ['A', '1'],
        ['B', '2'],
      ],
    },
    {
      title: 'a last line without line end',
      block: 'A: 1\r\nB: 2',
      headers: [
        ['A', '1'],
        ['B', '2'],
      ],
    },
    {
      title: 'no space, or more white space, behind the colon (H-42)',
      block: 'Content-ID:0.0\r\nA: \t x \t\r\n',
      headers: [
        ['Content-ID', '0.0'],
        ['A', 'x'],
      ],
    },
    {
      title: 'values with colons (H-43)',
      block: 'Location: http://h:80/x(1)\r\nETag: W/"a:b"\r\n',
      headers: [
        ['Location', 'http://h:80/x(1)'],
        ['ETag', 'W/"a:b"'],
      ],
    },
    {
      title: 'an empty value',
      block: 'A:\r\nB: \r\n',
      headers: [
        ['A', ''],
        ['B', ''],
      ],
    },
    {
      title: 'octets above 0x7F, one character each',
      block: 'A: caf\xe9\x80\r\n',
      headers: [['A', 'caf\xe9\x80']],
    },
    {
      title: 'repeated fields, apart (H-48)',
      block: 'Prefer: a\r\nprefer: b\r\n',
      headers: [
        ['Prefer', 'a'],
        ['prefer', 'b'],
      ],
    },
    {
      title: '__proto__ and constructor as any other',
      block: '__proto__: a\r\nconstructor: b\r\n',
      headers: [
        ['__proto__', 'a'],
        ['constructor', 'b'],
      ],
    },
  ])('reads $title', ({ block, headers }) => {
    expect(parse(block)).toEqual({ headers, warnings: [] });
  });

  it.each([
    { code: 'header-without-colon', block: 'A: 1\r\nno colon\r\n', at: 6 },
    { code: 'header-without-colon', block: 'A: 1\r\n\r', at: 6 },
    { code: 'invalid-header-name', block: ': x\r\n', at: 0 },
    { code: 'invalid-header-name', block: 'a b: x\r\n', at: 0 },
    { code: 'invalid-header-name', block: 'caf\xe9: x\r\n', at: 0 },
    { code: 'space-before-colon', block: 'A: 1\r\nHost : h\r\n', at: 6 },
    { code: 'invalid-header-value', block: 'A: 1\r\nB: a\x00b\r\n', at: 6 },
    { code: 'invalid-header-value', block: 'B: a\rb\r\n', at: 0 },
    { code: 'invalid-header-value', block: 'B: a\x7fb\r\n', at: 0 },
    { code: 'folded-header', block: ' A: 1\r\n', at: 0 },
    { code: 'folded-header', block: '\tA: 1\r\n', at: 0 },
    { code: 'folded-header', block: 'Prefer: a,\r\n b\r\n', at: 12 },
    { code: 'duplicate-header', block: 'Content-Type: a/b\r\ncontent-type: a/b\r\n', at: 19 },
    { code: 'duplicate-header', block: 'Content-Length: 1\r\nContent-Length: 1\r\n', at: 19 },
    {
      code: 'duplicate-header',
      block: 'Content-Transfer-Encoding: 8bit\r\nContent-Transfer-Encoding: 8bit\r\n',
      at: 33,
    },
    { code: 'repeated-content-id', block: 'Content-ID: 1\r\nContent-Id: 1\r\n', at: 15 },
  ])('refuses $block as $code at its line (H-40, H-41, H-44, H-45, H-46, H-48)', ({ block, code, at }) => {
    expect(errorOf(() => parse(block))).toMatchObject({ code, offset: OFFSET + at, path: 'parts[1]' });
  });

  it('joins the folded fields of a part with one space (M-41)', () => {
    const block = 'Content-Type: multipart/mixed;\r\n \t boundary="cs"\r\nX: a\r\n\tb\r\n c\r\n';
    expect(parse(block, 'part')).toEqual({
      headers: [
        ['Content-Type', 'multipart/mixed; boundary="cs"'],
        ['X', 'a b c'],
      ],
      warnings: [],
    });
  });

  it('refuses white space at the start of a part (M-41, H-46)', () => {
    expect(errorOf(() => parse(' X: 1\r\n', 'part'))).toMatchObject({
      code: 'folded-header',
      offset: OFFSET,
    });
  });

  it('refuses a control character in a folded line', () => {
    expect(errorOf(() => parse('X: a\r\n b\x01\r\n', 'part'))).toMatchObject({
      code: 'invalid-header-value',
      offset: OFFSET + 6,
    });
  });

  it('joins the folded field of a message where that is tolerated, with a warning (H-46)', () => {
    expect(parse('Prefer: a,\r\n b\r\n', 'message', ['folded-header'])).toEqual({
      headers: [['Prefer', 'a, b']],
      warnings: [`folded-header@${OFFSET + 12} parts[1]`],
    });
  });

  it('removes the space before a colon where that is tolerated, with a warning (H-41)', () => {
    expect(parse('Host \t: h\r\n', 'message', ['space-before-colon'])).toEqual({
      headers: [['Host', 'h']],
      warnings: [`space-before-colon@${OFFSET} parts[1]`],
    });
  });

  it('finds a field twice though one has a space before its colon (H-48)', () => {
    const block = 'Content-Length: 1\r\nContent-Length : 2\r\n';
    expect(errorOf(() => parse(block, 'message', ['space-before-colon']))).toMatchObject({
      code: 'duplicate-header',
    });
  });

  it('takes as many octets and fields as the limits say, and not one more', () => {
    expect(
      parse('A: 1\r\nB: 2\r\n', 'message', [], { maxHeaderBytes: 12, maxHeaderCount: 2 }).headers,
    ).toHaveLength(2);
    expect(errorOf(() => parse('A: 1\r\nB: 2\r\n', 'message', [], { maxHeaderBytes: 11 }))).toMatchObject({
      code: 'limit-exceeded',
      limit: 'maxHeaderBytes',
      maximum: 11,
      actual: 12,
    });
    expect(errorOf(() => parse('A: 1\r\nB: 2\r\n', 'message', [], { maxHeaderCount: 1 }))).toMatchObject({
      code: 'limit-exceeded',
      limit: 'maxHeaderCount',
      maximum: 1,
      actual: 2,
    });
  });
});
