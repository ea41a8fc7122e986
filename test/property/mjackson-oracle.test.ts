import { parseMultipart } from '@mjackson/multipart-parser';
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { encodeBatchRequest } from '../../src/index.ts';
import { batchCase } from './arbitrary-batch.ts';
import { multipart } from './arbitrary-multipart.ts';
import { chunking } from './arbitrary-octets.ts';
import { delimiterLines } from './frame.ts';
import { law } from './law.ts';
import { cut, latin1 } from './octets.ts';
import { type Scan, scan } from './scan.ts';

/** A part as both readers must see it: one field of its headers, and its body. */
interface PartModel {
  readonly contentType: string | null;
  readonly body: string;
}

/** What the oracle reads; undefined where it refuses. */
function oracle(chunks: readonly Uint8Array[], boundary: string): PartModel[] | undefined {
  try {
    return Array.from(parseMultipart(chunks, { boundary, maxHeaderSize: 1 << 20 }), ({ headers, bytes }) => ({
      contentType: headers.get('Content-Type'),
      body: latin1(bytes),
    }));
  } catch {
    return undefined;
  }
}

function ours(chunks: readonly Uint8Array[], boundary: string): PartModel[] {
  const result: Scan = scan(chunks, { boundary });
  if ('fault' in result) throw new Error(result.fault);
  const parts: { contentType: string | null; body: string }[] = [];
  for (const event of result.events) {
    const last = parts.at(-1);
    if ('begin' in event) {
      parts.push({ contentType: /^Content-Type: (.*)\r$/im.exec(event.begin)?.[1] ?? null, body: '' });
    } else if ('data' in event && last !== undefined) {
      last.body += event.data;
    }
  }
  return parts;
}

/**
 * Cuts a message, but not from its close delimiter on: the oracle takes what comes in a later chunk for data after the end.
 */
function cutBeforeClose(bytes: Uint8Array, boundary: string, lengths: readonly number[]): Uint8Array[] {
  const close = delimiterLines(bytes, boundary).at(-1)?.start ?? 0;
  const chunks = cut(bytes.subarray(0, close), lengths);
  return [...chunks.slice(0, -1), bytes.subarray(close - (chunks.at(-1)?.length ?? 0))];
}

describe('@mjackson/multipart-parser as an oracle', () => {
  law(
    'law 2: it reads the parts of an encoded batch as we do, change sets too',
    fc.property(batchCase, chunking, ({ batch, options }, lengths) => {
      const boundaries = ['outer', 'one', 'two', 'three', 'four', 'five'];
      const { body } = encodeBatchRequest(batch, { ...options, boundary: boundaries });
      const read = oracle(cutBeforeClose(body, 'outer', lengths), 'outer');
      expect(read).toEqual(ours([body], 'outer'));
      expect(read?.length).toBe(batch.length);
      let set = 0;
      for (const [at, item] of batch.entries()) {
        if (!Array.isArray(item)) continue;
        const boundary = boundaries[++set] ?? '';
        const inner = Uint8Array.from(read?.[at]?.body ?? '', (character) => character.charCodeAt(0));
        expect(oracle([inner], boundary)).toEqual(ours([inner], boundary));
        expect(oracle([inner], boundary)?.length).toBe(item.length);
      }
    }),
    3,
  );

  // Its known faults are left out: a preamble, an empty header block, one without an empty line, padding, LF, and `\n--b` in a body
  // (design, part 7; style.md, section 13).
  const RESERVED = /[ \t]\r\n|[ \t]$/;
  law(
    'law 3: what it accepts of a message by hand, we read the same',
    fc.property(multipart, chunking, ({ boundary, bytes, lineEnd, parts, complete }, lengths) => {
      const text = latin1(bytes);
      const lines = delimiterLines(bytes, boundary);
      const isPadded = lines.some(({ textEnd, end }) => RESERVED.test(text.slice(textEnd, end)));
      const isPlain = parts.every(({ headers, body }) => headers !== '' && !body.includes(`\n--${boundary}`));
      fc.pre(lineEnd === '\r\n' && lines[0]?.start === 0 && complete && !isPadded && isPlain);
      const read = oracle(cutBeforeClose(bytes, boundary, lengths), boundary);
      fc.pre(read !== undefined);
      expect(ours([bytes], boundary).map(({ body }) => body)).toEqual(read?.map(({ body }) => body));
    }),
  );
});
