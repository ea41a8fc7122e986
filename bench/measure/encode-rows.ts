import { allPeers } from '../peers/all-peers.ts';
import { bytesOf } from '../peers/text.ts';
import {
  encodeFewLarge,
  encodeManySmall,
  encodeManyTiny,
  type OperationShape,
} from '../shapes/operations.ts';
import { judgeEncoding } from './judge.ts';
import { entrantOf, type Row } from './row.ts';

/** From operations with objects as bodies to the octets of a request. */
export function encodeRows(): Row[] {
  return [encodeRow(encodeManySmall, 1.2), encodeRow(encodeFewLarge, 1.2), encodeRow(encodeManyTiny, 1.5)];
}

function encodeRow({ name, operations }: OperationShape, goal: number): Row {
  return {
    group: 'encode',
    title: `encode ${name}`,
    shape: name,
    goal,
    limit: {
      name: 'JSON.stringify and TextEncoder',
      run: () => operations.map(({ body }) => bytesOf(JSON.stringify(body))),
    },
    entrants: allPeers.flatMap((peer) => {
      const { encodeRequest } = peer;
      if (encodeRequest === undefined) return [];
      return entrantOf(
        peer,
        () => encodeRequest(operations),
        () => judgeEncoding(peer, operations),
      );
    }),
  };
}
