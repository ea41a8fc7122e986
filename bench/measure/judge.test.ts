import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Answer, Peer } from '../peers/peer.ts';
import { encodeFewLarge } from '../shapes/operations.ts';
import { jsonAnswer, NETWORK_CHUNK, rawAnswer, type Shape } from '../shapes/shape.ts';
import { judgeDecoding, judgeEncoding, judgeFraming } from './judge.ts';

const shape: Shape = {
  name: 'two',
  what: 'one of JSON, one of octets',
  items: [jsonAnswer({ a: 1 }), rawAnswer('image/png', Uint8Array.of(0xff, 0x0a))],
  chunkBytes: NETWORK_CHUNK,
};
const json: Answer = { status: 200, text: '{"a":1}' };
const octets: Answer = { status: 200, octets: Uint8Array.of(0xff, 0x0a) };

function peerThatDecodes(answers: readonly Answer[], more: Partial<Peer> = {}): Peer {
  return { name: 'peer', version: '1', decoder: () => () => answers, ...more };
}

describe('judgeDecoding', () => {
  it('finds everything right', async () => {
    assert.deepEqual(await judgeDecoding(peerThatDecodes([json, octets]), shape), { share: 1 });
    const value: Answer = { status: 200, value: { a: 1 } };
    assert.deepEqual(await judgeDecoding(peerThatDecodes([value, octets]), shape), { share: 1 });
  });

  it('finds another body, another status, and an answer that is missing', async () => {
    const wrong: readonly (readonly Answer[])[] = [
      [{ status: 200, text: '{"a":1}\r\n' }, octets],
      [{ status: 200, value: {} }, octets],
      [{ ...json, status: 201 }, octets],
      [{ ...json, status: undefined }, octets],
      [json],
      [json, { status: 200, text: '\ufffd\n' }],
    ];
    for (const answers of wrong) {
      assert.deepEqual(await judgeDecoding(peerThatDecodes(answers), shape), { share: 0.5 });
    }
  });

  it('leaves the status out where there is none', async () => {
    const peer = peerThatDecodes([{ ...json, status: undefined }, octets], { tellsNoStatus: true });
    assert.deepEqual(await judgeDecoding(peer, shape), { share: 1 });
  });

  it('tells why there is no result', async () => {
    const peer = peerThatDecodes([], {
      decoder: () => () => {
        throw new TypeError('no boundary');
      },
    });
    assert.deepEqual(await judgeDecoding(peer, shape), { refusal: 'no boundary' });
  });
});

describe('judgeEncoding', () => {
  const [operation] = encodeFewLarge.operations.slice(0, 1);
  const encode = (startLine: string, body: string): Peer => ({
    name: 'peer',
    version: '1',
    encodeRequest: () => ({
      contentType: 'multipart/mixed; boundary=b',
      body: Buffer.from(`--b\r\nContent-Type: application/http\r\n\r\n${startLine}\r\n\r\n${body}\r\n--b--`),
    }),
  });

  it('asks for the same method, URL and octets', async () => {
    assert.ok(operation);
    const startLine = `POST ${operation.url} HTTP/1.1`;
    const body = JSON.stringify(operation.body);
    const judge = (line: string, text: string) => judgeEncoding(encode(line, text), [operation]);
    assert.deepEqual(await judge(startLine, body), { share: 1 });
    assert.deepEqual(await judge(startLine, `${body}\r\n`), { share: 0 });
    assert.deepEqual(await judge(startLine.replace('POST', 'PUT'), body), { share: 0 });
    assert.deepEqual(await judge(startLine.replace('Products', 'Orders'), body), { share: 0 });
  });
});

describe('judgeFraming', () => {
  it('asks for the number of parts and of octets', async () => {
    const bodies = 'HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n'.length + 2;
    const first = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nOData-Version: 4.0\r\n\r\n{"a":1}'
      .length;
    const peer = (parts: number, octetCount: number): Peer => ({
      name: 'peer',
      version: '1',
      pushParser: () => ({ write() {}, end: () => ({ parts, octets: octetCount }) }),
    });
    assert.deepEqual(await judgeFraming(peer(2, first + bodies), shape), { share: 1 });
    assert.deepEqual(await judgeFraming(peer(2, first + bodies + 1), shape), { share: 0 });
    assert.deepEqual(await judgeFraming(peer(1, first + bodies), shape), { share: 0 });
  });
});
