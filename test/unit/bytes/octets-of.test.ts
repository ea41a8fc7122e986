import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { isOctets, octetsOf } from '../../../src/bytes/octets-of.ts';
import {
  decodeBatchRequest,
  decodeBatchResponseStream,
  encodeBatchRequest,
  encodeBatchRequestStream,
} from '../../../src/index.ts';

/** As a Buffer is to code that runs under Jest: a Uint8Array with a toJSON, of another realm. */
const FOREIGN = `Object.assign(new Uint8Array([0x89, 0, 0xff]), { toJSON: () => ({ type: 'Buffer' }) })`;
const foreign: Uint8Array = runInNewContext(FOREIGN);
const foreignBuffer: ArrayBuffer = runInNewContext('new Uint8Array([0x89, 0, 0xff]).buffer');
const OCTETS = Uint8Array.of(0x89, 0, 0xff);

describe('octets', () => {
  it('are known whatever realm they are of', () => {
    expect(foreign instanceof Uint8Array).toBe(false);
    expect(octetsOf(foreign)).toBe(foreign);
    expect(isOctets(foreign)).toBe(true);
    expect(octetsOf(foreignBuffer)).toEqual(OCTETS);
    expect(octetsOf(OCTETS)).toBe(OCTETS);
    expect(octetsOf(Buffer.from(OCTETS))).toEqual(Buffer.from(OCTETS));
    expect(octetsOf(OCTETS.slice().buffer)).toEqual(OCTETS);
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'x'],
    ['a plain object', { length: 3 }],
    ['a list', [1, 2]],
    ['other numbers', new Uint16Array(2)],
    ['other numbers of another realm', runInNewContext('new Float64Array(2)')],
    ['a DataView', new DataView(new ArrayBuffer(2))],
    ['who calls itself so', { [Symbol.toStringTag]: 'ArrayBuffer' }],
    ['who calls itself so, of a class', Object.create({ [Symbol.toStringTag]: 'ArrayBuffer' })],
    ['who calls itself octets', Object.create({ [Symbol.toStringTag]: 'Uint8Array' })],
  ])('are not %s', (_, value) => {
    expect(octetsOf(value)).toBeUndefined();
    expect(isOctets(value)).toBe(false);
  });
});

describe('bodies and chunks of another realm', () => {
  const photo = { method: 'PUT', url: 'Photos(1)/$value', headers: { 'Content-Type': 'image/png' } } as const;

  it.each([
    ['octets', foreign],
    ['an ArrayBuffer', foreignBuffer],
  ])('are sent as they are: %s', async (_, body) => {
    for (const format of ['multipart', 'json'] as const) {
      const request = encodeBatchRequest([{ ...photo, body }], { format });
      const [operation] = decodeBatchRequest(request).flat();
      expect(operation?.bytes).toEqual(OCTETS);
    }
    const streamed = encodeBatchRequestStream([{ ...photo, body }]);
    const whole = new Uint8Array(await new Response(streamed.body).arrayBuffer());
    expect(decodeBatchRequest({ ...streamed, body: whole }).flat()[0]?.bytes).toEqual(OCTETS);
  });

  it('are read as they come', async () => {
    const request = encodeBatchRequest([{ method: 'GET', url: 'Products(1)' }]);
    const text = '--r\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 200 OK\r\n\r\nabc\r\n--r--\r\n';
    const chunk = runInNewContext('new Uint8Array(octets)', { octets: [...Buffer.from(text)] });
    const body = (async function* () {
      yield chunk as Uint8Array;
    })();
    const headers = new Headers({ 'Content-Type': 'multipart/mixed; boundary=r' });
    const results = [];
    for await (const result of decodeBatchResponseStream({ status: 200, headers, body }, { request })) {
      results.push(result);
    }
    expect(results).toMatchObject([{ outcome: 'succeeded', bytes: new TextEncoder().encode('abc') }]);
  });
});
