import { describe, expect, it } from 'vitest';
import { leavableStream } from '../../../src/formats/leavable-stream.ts';
import { octets, textOf } from '../build-octets.ts';
import { rejectionOf } from '../catch-error.ts';
import { chunkSource } from '../streams.ts';

const DONE = { done: true, value: undefined };

/** Tells each chunk as text. */
function texts(source: AsyncIterable<Uint8Array>) {
  return leavableStream(async function* (open) {
    const chunks = open(source);
    for (let chunk = await chunks.next(); chunk !== undefined; chunk = await chunks.next()) {
      yield textOf(chunk);
    }
  });
}

/** A source that says nothing more behind its chunks. */
function silentSource(...chunks: readonly string[]) {
  const { source, seen } = chunkSource(chunks.map(octets));
  const iterator = source[Symbol.asyncIterator]();
  const next = async () => {
    const result = await iterator.next();
    return result.done ? new Promise<never>(() => {}) : result;
  };
  return { source: { [Symbol.asyncIterator]: () => ({ ...iterator, next }) }, seen };
}

describe('leavableStream', () => {
  it('gives what the generator gives, and leaves a source that has ended alone', async () => {
    const { source, seen } = chunkSource(['a', 'b'].map(octets));
    const told: string[] = [];
    for await (const text of texts(source)) told.push(text);
    expect(told).toEqual(['a', 'b']);
    expect(seen.left).toBe(false);
  });

  it('does nothing before it is asked', async () => {
    const { source, seen } = chunkSource([octets('a')]);
    const stream = texts(source);
    expect(await stream.return()).toEqual(DONE);
    expect(await stream.next()).toEqual(DONE);
    expect(seen).toEqual({ read: 0, left: false, ended: false });
  });

  it('leaves the source with what the generator throws', async () => {
    const { source, seen } = chunkSource([octets('a')]);
    const failure = new Error('mine');
    const stream = leavableStream(async function* (open) {
      yield await open(source).next();
      throw failure;
    });
    await stream.next();
    expect(await rejectionOf(stream.next())).toBe(failure);
    expect(seen.left).toBe(true);
  });

  it('is left while it waits: those who wait learn that there is no more', async () => {
    const { source, seen } = silentSource('a');
    const stream = texts(source);
    expect(await stream.next()).toEqual({ done: false, value: 'a' });
    const waiting = [stream.next(), stream.next()];
    expect(await stream.return()).toEqual(DONE);
    expect(await Promise.all(waiting)).toEqual([DONE, DONE]);
    expect(seen.left).toBe(true);
  });

  it('tells an error that it is given to the one who gave it', async () => {
    const { source, seen } = silentSource('a');
    const stream = texts(source);
    await stream.next();
    const failure = new Error('mine');
    expect(await rejectionOf(stream.throw(failure))).toBe(failure);
    expect(seen.left).toBe(true);
  });

  it('tells it while those who wait learn that there is no more', async () => {
    const { source, seen } = silentSource();
    const stream = texts(source);
    const waiting = stream.next();
    const failure = new Error('mine');
    expect(await rejectionOf(stream.throw(failure))).toBe(failure);
    expect([await waiting, await stream.next()]).toEqual([DONE, DONE]);
    expect(seen.left).toBe(true);
  });
});
