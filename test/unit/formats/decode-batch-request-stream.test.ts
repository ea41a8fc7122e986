import { describe, expect, it } from 'vitest';
import {
  type BatchWarning,
  type DecodedItem,
  type DecodeRequestOptions,
  decodeBatchRequestStream,
  encodeBatchRequest,
} from '../../../src/index.ts';
import { octets } from '../build-octets.ts';
import { rejectionOf } from '../catch-error.ts';
import { chunkSource } from '../streams.ts';

const headers = { 'Content-Type': 'multipart/mixed; boundary=b' };
const PART = 'Content-Type: application/http\r\n\r\n';
const get = (url: string) => `--b\r\n${PART}GET ${url} HTTP/1.1\r\n\r\n\r\n`;
const changeSet = `--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\nContent-ID: 1\r\n${PART}POST C HTTP/1.1\r\n\r\nx\r\n--c\r\nContent-ID: 2\r\n${PART}POST D HTTP/1.1\r\n\r\ny\r\n--c--\r\n`;

const urls = (item: DecodedItem | undefined): unknown =>
  item === undefined || 'url' in item ? item?.url : item.map(({ url }) => url);

const decode = (body: AsyncIterable<Uint8Array>, options?: DecodeRequestOptions) =>
  decodeBatchRequestStream({ headers, body }, options);

/** What a stream tells, and the error that it ends in. */
async function outcomeOf(chunks: readonly (string | Error)[], options?: DecodeRequestOptions) {
  const { source, seen } = chunkSource(
    chunks.map((chunk) => (typeof chunk === 'string' ? octets(chunk) : chunk)),
  );
  const told: unknown[] = [];
  const error = await (async () => {
    for await (const item of decode(source, options)) told.push(urls(item));
  })().catch((error: unknown) => error);
  return { told, error, seen };
}

describe('decodeBatchRequestStream', () => {
  it('gives operations and change sets in the order of the request', async () => {
    const { told, error } = await outcomeOf([`${get('A')}${changeSet}${get('B')}--b--\r\n`]);
    expect(error).toBeUndefined();
    expect(told).toEqual(['A', ['C', 'D'], 'B']);
  });

  it('gives the octets, headers and ids of what was encoded', async () => {
    const encoded = encodeBatchRequest([
      { method: 'GET', url: 'People', headers: { 'X-One': '1' } },
      [{ method: 'POST', url: 'Orders', body: { a: 1 }, id: 'new' }],
    ]);
    const { source } = chunkSource(Array.from(encoded.body, (octet) => Uint8Array.of(octet)));
    const items: DecodedItem[] = [];
    for await (const item of decodeBatchRequestStream({ headers: encoded.headers, body: source })) {
      items.push(item);
    }
    const [first, second] = items.flat();
    expect(first).toMatchObject({ method: 'GET', url: 'People' });
    expect(first?.headers.get('x-one')).toBe('1');
    expect(second).toMatchObject({ method: 'POST', url: 'Orders', id: 'new' });
    expect(second?.json()).toEqual({ a: 1 });
  });

  it('takes the Request of a fetch', async () => {
    const encoded = encodeBatchRequest([{ method: 'GET', url: 'A' }]);
    const items: DecodedItem[] = [];
    for await (const item of decodeBatchRequestStream(new Request('http://host.example/$batch', encoded))) {
      items.push(item);
    }
    expect(items.map(urls)).toEqual(['A']);
  });

  it('gives an operation before the next chunk is read', async () => {
    const { source, seen } = chunkSource([`${get('A')}--b\r\n`, get('B').slice(5), '--b--\r\n'].map(octets));
    const stream = decode(source);
    expect(urls((await stream.next()).value as DecodedItem)).toBe('A');
    expect(seen.read).toBe(1);
    expect(urls((await stream.next()).value as DecodedItem)).toBe('B');
    expect(seen.read).toBe(3);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(seen.read).toBe(4);
  });

  it('reads no chunk that nobody asked for', async () => {
    const { source, seen } = chunkSource([`${get('A')}${get('B')}`, `${get('C')}--b--`].map(octets));
    const stream = decode(source);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(seen.read).toBe(0);
    await stream.next();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(seen.read).toBe(1);
  });

  it('gives a change set when it has ended, not before', async () => {
    const end = changeSet.indexOf('--c--');
    const { source, seen } = chunkSource(
      [changeSet.slice(0, end), changeSet.slice(end), '--b--\r\n'].map(octets),
    );
    expect(urls((await decode(source).next()).value as DecodedItem)).toEqual(['C', 'D']);
    expect(seen.read).toBe(3);
  });

  it('leaves the source, once, when the loop is left', async () => {
    for (const leave of ['break', 'throw']) {
      let left = 0;
      const { source, seen } = chunkSource([...`${get('A')}${get('B')}--b--`].map(octets));
      const counting: AsyncIterable<Uint8Array> = {
        [Symbol.asyncIterator]: () => ({
          next: source[Symbol.asyncIterator]().next,
          return: async () => {
            left++;
            return { done: true, value: undefined };
          },
        }),
      };
      const loop = async () => {
        for await (const item of decode(counting)) {
          expect(urls(item)).toBe('A');
          if (leave === 'throw') throw new Error('mine');
          break;
        }
      };
      if (leave === 'throw') expect(await rejectionOf(loop())).toEqual(new Error('mine'));
      else await loop();
      expect({ leave, left, read: seen.read }).toEqual({ leave, left: 1, read: get('A').length + 5 });
    }
  });

  it('does not leave a source that has ended', async () => {
    const { told, seen } = await outcomeOf([get('A'), '--b--']);
    expect(told).toEqual(['A']);
    expect(seen).toEqual({ read: 3, left: false, ended: true });
  });

  it('of a source that fails, ends in response-lost with the cause, behind what came before', async () => {
    const failure = new Error('reset');
    const { told, error, seen } = await outcomeOf([`${get('A')}${get('B')}`, failure]);
    expect(told).toEqual(['A']);
    expect(error).toMatchObject({ name: 'BatchTransportError', code: 'response-lost', cause: failure });
    expect(seen.left).toBe(false);
  });

  it('cut off, ends in an error behind what came before (M-33)', async () => {
    const text = `${get('A')}${changeSet}${get('B')}`;
    const { told, error } = await outcomeOf([text.slice(0, 70), text.slice(70)]);
    expect(told).toEqual(['A', ['C', 'D']]);
    expect(error).toMatchObject({ code: 'missing-close-delimiter', offset: text.length, line: 31, path: '' });
  });

  it('cut off, gives what is whole where that is tolerated', async () => {
    const warnings: BatchWarning[] = [];
    const onWarning = (warning: BatchWarning) => warnings.push(warning);
    const text = `${get('A')}${get('B')}`;
    const { told, error } = await outcomeOf([text], { tolerate: ['truncated'], onWarning });
    expect({ told, error }).toEqual({ told: ['A'], error: undefined });
    expect(warnings).toEqual([{ code: 'truncated', offset: text.length, line: 13, path: '' }]);
  });

  it('what is wrong comes after what came before it, and the source is left', async () => {
    const { told, error, seen } = await outcomeOf([`${get('A')}${get('B C')}${get('D')}`, '--b--']);
    expect(told).toEqual(['A']);
    expect(error).toMatchObject({ code: 'space-in-target', offset: 98, line: 10, path: 'parts[1]' });
    expect(seen).toEqual({ read: 1, left: true, ended: false });
  });

  it('only the end tells of a reference that leads nowhere (R-04)', async () => {
    const { told, error } = await outcomeOf([`${get('A')}${get('$7/B')}--b--`]);
    expect(told).toEqual(['A', '$7/B']);
    expect(error).toMatchObject({ code: 'unknown-reference', offset: 98, line: 10, path: 'parts[1]' });
  });

  it('knows the line of a broken body after its chunk is gone', async () => {
    const post = `--b\r\n${PART}POST A HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{\r\n`;
    const { source } = chunkSource([...`${get('A')}${post}--b--`].map(octets));
    const items: DecodedItem[] = [];
    for await (const item of decode(source)) items.push(item);
    const second = items.flat()[1];
    expect(() => second?.json()).toThrow(
      expect.objectContaining({ code: 'invalid-json', offset: 98, line: 10, path: 'parts[1]' }),
    );
  });

  it('takes a change set without Content-IDs, with a warning for each operation (B-14)', async () => {
    const warnings: string[] = [];
    const onWarning = ({ code, path, line }: BatchWarning) => warnings.push(`${path}:${line} ${code}`);
    const { told, error } = await outcomeOf([`${changeSet.replaceAll(/Content-ID: \d\r\n/g, '')}--b--`], {
      onWarning,
    });
    expect({ told, error }).toEqual({ told: [['C', 'D']], error: undefined });
    expect(warnings).toEqual([
      'parts[0].changeset[0]:5 missing-content-id',
      'parts[0].changeset[1]:11 missing-content-id',
    ]);
  });

  it('goes by the headers of the request: version, boundary, what may be inside', async () => {
    const twice = `${changeSet}${changeSet}`;
    const read = async (more: Record<string, string>) => {
      const { source } = chunkSource([octets(`${twice}--b--`)]);
      const items: DecodedItem[] = [];
      const stream = decodeBatchRequestStream({ headers: { ...headers, ...more }, body: source });
      try {
        for await (const item of stream) items.push(item);
      } catch (error) {
        return error;
      }
      return items;
    };
    expect(await read({})).toMatchObject({ code: 'duplicate-content-id', path: 'parts[1].changeset[0]' });
    expect(await read({ DataServiceVersion: '2.0' })).toMatchObject([
      [{ url: 'C' }, { url: 'D' }],
      [{ url: 'C' }, { url: 'D' }],
    ]);
    expect(await read({ 'Content-Type': 'multipart/mixed' })).toMatchObject({ code: 'missing-boundary' });
    expect(await read({ 'Content-Type': 'text/plain' })).toMatchObject({ code: 'not-a-batch' });
  });
});

describe('limits (S-12)', () => {
  const text = `${get('A')}${get('B')}${get('C')}--b--`;
  const one = get('A').length;

  it.each([1, 7, 10_000])('of the message hold before more is kept, in chunks of %i', async (size) => {
    const chunks = text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
    // The delimiter of the second operation, without the line end that it begins with, ends the first.
    const { told, error, seen } = await outcomeOf(chunks, { limits: { maxMessageBytes: one + 5 } });
    expect(told).toEqual(['A']);
    expect(error).toMatchObject({ limit: 'maxMessageBytes', maximum: one + 5, actual: one + 6 });
    expect(seen).toEqual({ read: Math.ceil((one + 6) / size), left: true, ended: false });
    expect((await outcomeOf(chunks, { limits: { maxMessageBytes: text.length } })).error).toBeUndefined();
  });

  it.each([1, 10_000])('of parts come behind the parts that are allowed, in chunks of %i', async (size) => {
    const chunks = text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
    const { told, error } = await outcomeOf(chunks, { limits: { maxParts: 2 } });
    expect(told).toEqual(['A', 'B']);
    expect(error).toMatchObject({ limit: 'maxParts', maximum: 2, actual: 3 });
  });

  it.each([1, 10_000])('and faults are told in the order of the octets, in chunks of %i', async (size) => {
    const wrong = `${get('A')}${get('B').replace('GET', 'get')}${get('C')}--b--`;
    const chunks = wrong.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
    const { told, error } = await outcomeOf(chunks, { limits: { maxParts: 2 } });
    expect(told).toEqual(['A']);
    expect(error).toMatchObject({ code: 'lower-case-method', path: 'parts[1]' });
  });

  it('of a part, its headers and its change set', async () => {
    const limitOf = async (body: string, limits: DecodeRequestOptions['limits']) =>
      ((await outcomeOf([...body], { limits })).error as { limit?: string }).limit;
    expect(await limitOf(`${get('A'.repeat(50))}--b--`, { maxPartBytes: 60 })).toBe('maxPartBytes');
    expect(await limitOf(`--b\r\nX: ${'y'.repeat(50)}`, { maxHeaderBytes: 40 })).toBe('maxHeaderBytes');
    expect(await limitOf(`${changeSet}--b--`, { maxOperationsPerChangeSet: 1 })).toBe(
      'maxOperationsPerChangeSet',
    );
  });
});
