import { describe, expect, it } from 'vitest';
import { readChunks } from '../../../src/bytes/read-chunks.ts';
import { readWhole } from '../../../src/formats/read-whole.ts';
import { octets, textOf } from '../build-octets.ts';

const from = (...texts: readonly string[]) =>
  readChunks(
    (async function* () {
      for (const text of texts) yield octets(text);
    })(),
  );

describe('readWhole', () => {
  it('joins what comes', async () => {
    const { bytes, failure } = await readWhole(from('ab', '', 'c\xff'), undefined);
    expect(textOf(bytes)).toBe('abc\xff');
    expect(failure).toBeUndefined();
  });

  it('takes no source for no octets', async () => {
    expect(await readWhole(null, undefined)).toEqual({ bytes: new Uint8Array(0) });
  });

  it('gives what came before a failure, and the failure', async () => {
    const cause = new Error('reset');
    const source = (async function* () {
      yield octets('ab');
      throw cause;
    })();
    const { bytes, failure } = await readWhole(readChunks(source), undefined);
    expect(textOf(bytes)).toBe('ab');
    expect(failure).toEqual({ cause });
  });

  it('stops at the limit without keeping what is over it', async () => {
    const { bytes, failure } = await readWhole(from('abc', 'def', 'ghi'), { maxMessageBytes: 5 });
    expect(textOf(bytes)).toBe('abc');
    expect(failure?.cause).toMatchObject({
      code: 'limit-exceeded',
      limit: 'maxMessageBytes',
      maximum: 5,
      actual: 6,
    });
  });

  it('reads as much as the limit allows', async () => {
    expect((await readWhole(from('abc', 'de'), { maxMessageBytes: 5 })).failure).toBeUndefined();
  });

  it('closes an iterable that it stops reading', async () => {
    let closed = false;
    const source = (async function* () {
      try {
        while (true) yield octets('abc');
      } finally {
        closed = true;
      }
    })();
    await readWhole(readChunks(source), { maxMessageBytes: 5 });
    expect(closed).toBe(true);
  });
});
