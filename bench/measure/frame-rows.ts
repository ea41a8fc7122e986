import { allPeers } from '../peers/all-peers.ts';
import { ours, undemandingDecoder } from '../peers/ours.ts';
import { fewLarge, manySmall } from '../shapes/ordinary-shapes.ts';
import { BOUNDARY, layoutOf, type Shape } from '../shapes/shape.ts';
import { judgeDecoding, judgeFraming, messageFor } from './judge.ts';
import { push } from './push.ts';
import { type Entrant, entrantOf, type Row } from './row.ts';
import { searchDelimiters } from './search-delimiters.ts';

/** From the octets of a response to the places of its parts, in one piece. */
export function frameRows(): Row[] {
  return [frameRow(fewLarge, 1.5), frameRow(manySmall, 3)];
}

function frameRow(shape: Shape, goal: number): Row {
  const { bytes } = messageFor(ours, shape);
  const whole = { ...shape, chunkBytes: bytes.length };
  return {
    group: 'frame',
    title: `framing alone, ${shape.name}`,
    shape: shape.name,
    goal,
    limit: { name: 'Buffer.indexOf for the delimiter', run: () => searchDelimiters(bytes, BOUNDARY) },
    entrants: [
      ...allPeers
        .filter((peer) => peer.pushParser !== undefined)
        .map((peer) =>
          entrantOf(
            peer,
            () => push(peer, BOUNDARY, bytes, bytes.length),
            () => judgeFraming(peer, whole),
          ),
        ),
      undemanding(shape),
    ],
  };
}

/** All that our decoder does before a body is asked for: HTTP messages, correlation, results. */
function undemanding(shape: Shape): Entrant {
  const { bytes, contentType } = messageFor(ours, shape);
  const decode = undemandingDecoder(layoutOf(shape));
  return {
    name: 'our decoder, bodies untouched',
    isOurs: false,
    isRival: false,
    run: () => decode(bytes, contentType),
    judge: () => judgeDecoding(ours, shape),
  };
}
