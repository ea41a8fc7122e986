import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { judgeDecoding, judgeFraming } from '../measure/judge.ts';
import { allShapes } from '../shapes/all-shapes.ts';
import { readNaively } from '../shapes/naive-reader.ts';
import { encodeManyTiny } from '../shapes/operations.ts';
import { manyTiny } from '../shapes/ordinary-shapes.ts';
import { NETWORK_CHUNK } from '../shapes/shape.ts';
import { allPeers } from './all-peers.ts';
import { ours } from './ours.ts';

// A peer that is driven wrongly would look worse than it is: on what every one of them can do, every one is right.

describe('peers', () => {
  for (const peer of allPeers) {
    if (peer.decoder !== undefined) {
      it(`${peer.name} reads plain answers`, async () => {
        assert.deepEqual(await judgeDecoding(peer, manyTiny), { share: 1 });
      });
    }

    const { encodeRequest, pushParser } = peer;
    if (encodeRequest !== undefined) {
      it(`${peer.name} writes every operation with its JSON`, () => {
        const operations = encodeManyTiny.operations.slice(0, 5);
        const { body, contentType } = encodeRequest(operations);
        const messages = readNaively(body, contentType);
        assert.deepEqual(
          messages.map(({ startLine }) => startLine),
          operations.map(({ method, url }) => `${method} ${url} HTTP/1.1`),
        );
        assert.deepEqual(
          messages.map((message) => JSON.parse(message.body.toString())),
          operations.map((operation) => operation.body),
        );
      });
    }

    if (pushParser !== undefined) {
      it(`${peer.name} takes chunks`, async () => {
        const chunked = { ...manyTiny, chunkBytes: NETWORK_CHUNK };
        assert.deepEqual(await judgeFraming(peer, chunked), { share: 1 });
      });
    }
  }
});

describe('ours', () => {
  for (const shape of allShapes) {
    it(`is right on ${shape.name}`, async () => {
      assert.deepEqual(await judgeDecoding(ours, shape), { share: 1 });
      assert.deepEqual(await judgeFraming(ours, shape), { share: 1 });
    });
  }
});
