import { describe, expect, it } from 'vitest';
import { isByteSource, readChunks } from '../../../src/bytes/read-chunks.ts';
import { octets, textOf } from '../build-octets.ts';
import { rejectionOf } from '../catch-error.ts';
import { chunkSource } from '../streams.ts';

/** A reader that can be told what comes, and tells what was done to it. */
function hand(read: () => unknown) {
  const calls: string[] = [];
  const reader = {
    read: () => read() as never,
    cancel: async () => void calls.push('cancel'),
    releaseLock: () => void calls.push('release'),
  };
  const getReader = () => {
    calls.push('open');
    return reader;
  };
  return { source: { getReader }, calls };
}

const end = async () => ({ done: true, value: undefined });

describe('readChunks', () => {
  it('gives one chunk after the other, of both kinds of source', async () => {
    const texts = ['ab', '', 'c'];
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const text of texts) controller.enqueue(octets(text));
        controller.close();
      },
    });
    for (const source of [stream, chunkSource(texts.map(octets)).source]) {
      const chunks = readChunks(source);
      const read: unknown[] = [];
      for (let at = 0; at < 5; at++) {
        const chunk = await chunks.next();
        read.push(chunk && textOf(chunk));
      }
      expect(read).toEqual(['ab', '', 'c', undefined, undefined]);
    }
  });

  it('opens the source with the first chunk, and reads nothing before it is asked for', async () => {
    let read = 0;
    const { source, calls } = hand(async () => ({ done: false, value: octets(String(read++)) }));
    const chunks = readChunks(source);
    expect(calls).toEqual([]);
    await chunks.next();
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect({ calls, read }).toEqual({ calls: ['open'], read: 1 });
  });

  it('lets go of a stream that has ended, and does not cancel it', async () => {
    const { source, calls } = hand(end);
    const chunks = readChunks(source);
    expect(await chunks.next()).toBeUndefined();
    chunks.stop();
    expect(calls).toEqual(['open', 'release']);
  });

  it('rejects with what the source fails with, and does not cancel it', async () => {
    const failure = new Error('reset');
    for (const fail of [
      () => Promise.reject(failure),
      () => {
        throw failure;
      },
    ]) {
      const { source, calls } = hand(fail);
      const chunks = readChunks(source);
      expect(await rejectionOf(chunks.next())).toBe(failure);
      chunks.stop();
      expect(await chunks.next()).toBeUndefined();
      expect(calls).toEqual(['open']);
    }
  });

  it('rejects where the source can not be opened', async () => {
    const stream = new ReadableStream<Uint8Array>();
    stream.getReader();
    const chunks = readChunks(stream);
    expect(await rejectionOf(chunks.next())).toBeInstanceOf(TypeError);
    expect(() => chunks.stop()).not.toThrow();
  });

  it.each([
    ['text', 'x'],
    ['nothing', undefined],
    ['a list', [1]],
  ])('takes %s for no bytes', async (_, value) => {
    const { source } = hand(async () => ({ done: false, value }));
    const message = 'expected chunks of bytes: typed arrays, DataViews or ArrayBuffers whose memory is there';
    expect(await rejectionOf(readChunks(source).next())).toEqual(new TypeError(message));
  });

  it('takes what is no answer at all for a failure', async () => {
    for (const answer of [undefined, null]) {
      const { source } = hand(async () => answer);
      expect(await rejectionOf(readChunks(source).next())).toBeInstanceOf(TypeError);
    }
    const source = { [Symbol.asyncIterator]: () => ({}) as never };
    expect(await rejectionOf(readChunks(source).next())).toBeInstanceOf(TypeError);
  });

  it('prefers the reader of a stream, because its iterator can not be left while it reads', async () => {
    const { source, calls } = hand(end);
    const both = { ...source, [Symbol.asyncIterator]: () => expect.unreachable() as never };
    await readChunks(both).next();
    expect(calls).toEqual(['open', 'release']);
  });
});

describe('stop', () => {
  it('cancels the source once, be it opened or not', async () => {
    for (const opened of [true, false]) {
      const { source, calls } = hand(async () => ({ done: false, value: octets('x') }));
      const chunks = readChunks(source);
      if (opened) await chunks.next();
      chunks.stop();
      chunks.stop();
      await new Promise((resolve) => setTimeout(resolve, 1));
      expect({ opened, calls }).toEqual({ opened, calls: ['open', 'cancel', 'release'] });
      expect(await chunks.next()).toBeUndefined();
    }
  });

  it('ends the read that is under way', async () => {
    const { source, calls } = hand(() => new Promise(() => {}));
    const chunks = readChunks(source);
    const read = chunks.next();
    chunks.stop();
    expect(await rejectionOf(read)).toEqual(new Error('the reading was stopped'));
    expect(calls.slice(0, 2)).toEqual(['open', 'cancel']);
  });

  it('does not wait for the source, and does not mind what it says', async () => {
    const refuse = () => {
      throw new Error('no');
    };
    for (const leave of [refuse, async () => refuse(), () => new Promise<never>(() => {}), undefined]) {
      const next = async () => ({ done: false as const, value: octets('x') });
      const chunks = readChunks({
        [Symbol.asyncIterator]: () => ({ next, ...(leave && { return: leave }) }),
      });
      await chunks.next();
      expect(() => chunks.stop()).not.toThrow();
    }
  });
});

describe('isByteSource', () => {
  it('tells streams and async iterables from the rest, without reading them', () => {
    const stream = new ReadableStream();
    expect([stream, chunkSource([]).source, hand(end).source].map(isByteSource)).toEqual([true, true, true]);
    expect(stream.locked).toBe(false);
    const others = [
      undefined,
      null,
      'text',
      octets('x'),
      new ArrayBuffer(1),
      [octets('x')],
      { getReader: 1 },
    ];
    expect(others.map(isByteSource)).toEqual(others.map(() => false));
  });
});
