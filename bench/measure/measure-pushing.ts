import { allPeers } from '../peers/all-peers.ts';
import { ours } from '../peers/ours.ts';
import { BOUNDARY, type Shape } from '../shapes/shape.ts';
import { type Contestant, interleave, type Pace } from './interleave.ts';
import { judgeFraming, messageFor, type Verdict } from './judge.ts';
import { median } from './median.ts';
import { push } from './push.ts';
import { searchDelimiters } from './search-delimiters.ts';

/** How fast a push parser takes a shape in chunks. */
export interface PushSpeed {
  readonly name: string;
  readonly verdict: Verdict;
  /** MiB/s; absent where there was nothing to measure. */
  readonly speed: number | undefined;
}

export interface PushResult {
  readonly shape: Shape;
  /** MiB/s of the bare search over the whole message. */
  readonly searchSpeed: number;
  readonly speeds: readonly PushSpeed[];
}

const MIB = 1024 * 1024;

/** Measures every push parser on a shape, in the chunks that belong to it. */
export async function measurePushing(shape: Shape, pace: Pace): Promise<PushResult> {
  const { bytes } = messageFor(ours, shape);
  const speedOf = (times: readonly number[]) => bytes.length / MIB / (median(times) / 1000);
  const search: Contestant = { name: 'search', run: () => searchDelimiters(bytes, BOUNDARY) };

  const speeds: { name: string; verdict: Verdict; contestant: Contestant | undefined }[] = [];
  for (const peer of allPeers) {
    if (peer.pushParser === undefined) continue;
    const verdict = await judgeFraming(peer, shape);
    const run = () => push(peer, BOUNDARY, bytes, shape.chunkBytes);
    speeds.push({
      name: peer.name,
      verdict,
      contestant: 'share' in verdict ? { name: peer.name, run } : undefined,
    });
  }
  const running = speeds.flatMap(({ contestant }) => contestant ?? []);
  const times = await interleave([search, ...running], pace);
  return {
    shape,
    searchSpeed: speedOf(times.get(search) as readonly number[]),
    speeds: speeds.map(({ name, verdict, contestant }) => {
      const measured = contestant === undefined ? undefined : times.get(contestant);
      return { name, verdict, speed: measured === undefined ? undefined : speedOf(measured) };
    }),
  };
}
