import type { Peer } from '../peers/peer.ts';
import type { Frame } from '../shapes/write-response.ts';

/** Gives a message to a peer's push parser in chunks. */
export async function push(peer: Peer, boundary: string, bytes: Buffer, chunkBytes: number): Promise<Frame> {
  const parser = peer.pushParser?.(boundary);
  if (parser === undefined) throw new Error(`${peer.name} takes no chunks`);
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    const wait = parser.write(bytes.subarray(at, at + chunkBytes));
    if (wait !== undefined) await wait;
  }
  return parser.end();
}
