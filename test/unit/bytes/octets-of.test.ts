import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { isOctets, octetsOf } from '../../../src/bytes/octets-of.ts';
import {
  decodeBatchRequest,
  decodeBatchRequestStream,
  decodeBatchResponse,
  decodeBatchResponseStream,
  encodeBatchRequest,
  encodeBatchRequestStream,
  encodeBatchResponse,
} from '../../../src/index.ts';
import { issuesOf, rejectionOf } from '../catch-error.ts';

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
    ['who calls itself so', { [Symbol.toStringTag]: 'ArrayBuffer' }],
    ['who calls itself so, of a class', Object.create({ [Symbol.toStringTag]: 'ArrayBuffer' })],
    ['who calls itself octets', Object.create({ [Symbol.toStringTag]: 'Uint8Array' })],
  ])('are not %s', (_, value) => {
    expect(octetsOf(value)).toBeUndefined();
    expect(isOctets(value)).toBe(false);
  });
});

/** Memory that lies in a larger one, from its second byte on. */
const memory = (): ArrayBuffer => Uint8Array.of(0, 0, 0x89, 0, 0xff, 0, 0, 0, 0, 0).buffer;
const VIEWS: readonly [string, ArrayBufferView, Uint8Array][] = [
  ['a DataView', new DataView(memory(), 2, 3), OCTETS],
  ['an Int8Array', new Int8Array(memory(), 2, 3), OCTETS],
  ['a Uint8ClampedArray', new Uint8ClampedArray(memory(), 2, 3), OCTETS],
  ['a Uint16Array', new Uint16Array(memory(), 2, 2), Uint8Array.of(0x89, 0, 0xff, 0)],
  ['a Float64Array', new Float64Array(1), new Uint8Array(8)],
  ['a BigInt64Array', new BigInt64Array(1), new Uint8Array(8)],
  [
    'a view of another realm',
    runInNewContext('new Uint16Array([0x8900, 0xff])'),
    Uint8Array.of(0, 0x89, 0xff, 0),
  ],
  ['shared memory', new Uint8Array(new SharedArrayBuffer(2)), new Uint8Array(2)],
];

/** Views of memory that was transferred, or that has become too short for them. */
function withoutMemory(): readonly [string, ArrayBuffer | ArrayBufferView][] {
  const transferred = new ArrayBuffer(8);
  const views = [new Uint8Array(transferred), new Uint16Array(transferred), new DataView(transferred)];
  structuredClone(transferred, { transfer: [transferred] });
  type Resizable = ArrayBuffer & { resize(length: number): void };
  const shrunk = new (ArrayBuffer as unknown as new (length: number, options: object) => Resizable)(8, {
    maxByteLength: 8,
  });
  const beyond = [new Uint8Array(shrunk, 4, 4), new DataView(shrunk, 4, 4)];
  shrunk.resize(2);
  return [transferred, ...views, ...beyond].map((value, index) => [
    `${value.constructor.name} ${index}`,
    value,
  ]);
}

const LOOK_ALIKES: readonly [string, object][] = [
  ['an object with the prototype', Object.setPrototypeOf({ length: 2, 0: 65, 1: 66 }, Uint8Array.prototype)],
  ['an instance without bytes', Object.create(Float32Array.prototype)],
  ['a proxy', new Proxy(Uint8Array.of(65), {})],
  ['an object like an ArrayBuffer', Object.create(ArrayBuffer.prototype)],
  ['an object like a DataView', Object.create(DataView.prototype)],
];

describe('views of bytes', () => {
  const put = (body: unknown) => [
    { method: 'PUT', url: 'a', headers: { 'Content-Type': 'image/png' }, body },
  ];

  it.each(VIEWS)('are bytes, whatever their elements are: %s', async (_, view, bytes) => {
    expect(octetsOf(view)).toEqual(bytes);
    for (const format of ['multipart', 'json'] as const) {
      const [operation] = decodeBatchRequest(encodeBatchRequest(put(view), { format })).flat();
      expect(operation?.bytes).toEqual(bytes);
    }
    const { body } = encodeBatchResponse([
      { status: 200, headers: { 'Content-Type': 'image/png' }, body: view },
    ]);
    expect(Buffer.from(body).includes(Buffer.from(bytes))).toBe(true);
  });

  it('are messages and chunks', async () => {
    const { contentType, body } = encodeBatchRequest(put(OCTETS));
    const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
    expect(decodeBatchRequest({ contentType, body: view as never }).flat()[0]?.bytes).toEqual(OCTETS);
    const headers = { 'Content-Type': contentType };
    const chunks = (async function* () {
      yield view as never;
    })();
    for await (const item of decodeBatchRequestStream({ headers, body: chunks })) {
      expect([item].flat()[0]).toMatchObject({ bytes: OCTETS });
    }
  });

  it.each(withoutMemory())('are refused without their memory: %s', async (_, value) => {
    expect(issuesOf(() => encodeBatchRequest(put(value)))).toEqual(['batch[0].body: body-not-encodable']);
    expect(issuesOf(() => encodeBatchRequestStream(put(value)))).toEqual([
      'batch[0].body: body-not-encodable',
    ]);
    expect(issuesOf(() => encodeBatchResponse([{ status: 200, body: value }]))).toEqual([
      'responses[0].body: body-not-encodable',
    ]);
    const message = { contentType: 'multipart/mixed; boundary=b', body: value as Uint8Array };
    for (const decode of [decodeBatchRequest, decodeBatchResponse]) {
      expect(issuesOf(() => decode(message))).toEqual(['message.body: invalid-option']);
    }
  });

  it.each(LOOK_ALIKES)('are no look-alikes: %s is neither sent nor read', async (_, value) => {
    expect(issuesOf(() => encodeBatchRequest(put(value)))).toEqual(['batch[0].body: body-not-encodable']);
    const message = { contentType: 'multipart/mixed; boundary=b', body: value as Uint8Array };
    expect(issuesOf(() => decodeBatchRequest(message))).toEqual(['message.body: invalid-option']);
    const headers = { 'Content-Type': 'multipart/mixed; boundary=b' };
    const chunks = (async function* () {
      yield value as never;
    })();
    const stream = decodeBatchRequestStream({ headers, body: chunks });
    expect(await rejectionOf(stream.next())).toMatchObject({
      code: 'response-lost',
      cause: expect.any(TypeError),
    });
  });
});

describe('a schema', () => {
  it.each(['text', 1, {}, () => true, { '~standard': {} }, { '~standard': { validate: 'yes' } }])(
    'that follows no Standard Schema is refused at once: %j',
    (schema) => {
      const batch = [{ method: 'GET', url: 'a', schema: schema as never }];
      expect(issuesOf(() => encodeBatchRequest(batch))).toEqual(['batch[0].schema: invalid-operation']);
    },
  );
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
