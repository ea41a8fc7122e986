import { describe, expect, it } from 'vitest';
import { encodeBatchRequest, type Plan } from '../../src/index.ts';
import { seededRandom } from '../doubles/seeded-random.ts';
import { cut } from '../property/octets.ts';
import { SEED } from '../property/seed.ts';
import { type Decoding, decodeStream, type Outcome, type Sent } from '../property/stream-outcome.ts';
import { type Fixture, loadFixtures } from './fixture.ts';
import { fixturePlan } from './fixture-plan.ts';
import { withoutStacks } from './without-stacks.ts';

export type Chunks = readonly Uint8Array<ArrayBuffer>[];
/** Sends a message in chunks. */
export type Send = (decoding: Decoding, chunks: Chunks) => Sent;

/** All fixtures, each to be decoded with the tolerances that it needs, and with none. */
export const STREAM_CASES = loadFixtures().map((fixture) => ({
  title: `${fixture.folder}/${fixture.name}`,
  decodings: decodingsOf(fixture),
}));

function decodingsOf(fixture: Fixture): Decoding[] {
  const { contentType, bytes, version, tolerate } = fixture;
  const plan = planOf(fixture);
  const status = fixture.kind === 'response' ? fixture.status : 200;
  const tolerances = tolerate.length === 0 ? [[]] : [tolerate, []];
  return tolerances.map((names) => ({
    contentType,
    bytes,
    status,
    options: plan === undefined ? { tolerate: names, version } : { tolerate: names },
    ...(plan !== undefined && { plan }),
  }));
}

/** Of an answer whose requests the fixture does not tell: operations of its shape, or some. */
function planOf(fixture: Fixture): Plan | undefined {
  if (fixture.kind === 'request') return undefined;
  const planned = fixturePlan(fixture);
  if (planned !== undefined) return planned;
  const post = { method: 'POST', url: 'P' };
  const shape = (fixture.expected ?? [1, [1, 1], 1]).flatMap((item) => {
    if (!Array.isArray(item)) return [{ ...post }];
    return item.length === 0 ? [] : [item.map(() => ({ ...post }))];
  });
  return encodeBatchRequest(shape.length === 0 ? [post] : shape).plan;
}

/** The headers of a message. */
export function headersOf({ contentType }: Decoding): [string, string][] {
  return contentType === null ? [] : [['Content-Type', contentType]];
}

/** A stream of chunks that are all there. */
export function streamOf(chunks: Chunks): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
}

/** Chunks of a source that uses its memory again. */
export const iterated: Send = (decoding, chunks) => ({
  status: decoding.status ?? 200,
  headers: headersOf(decoding),
  body: (async function* () {
    for (const chunk of chunks) {
      yield chunk;
      chunk.fill(0x21);
    }
  })(),
});

/** What comes of a message that comes in one chunk. */
export function inOneChunk(decoding: Decoding): Promise<Outcome> {
  return decodeStream(decoding, iterated(decoding, [decoding.bytes.slice()]));
}

/** Of a message of more octets a `stride` above 1 leaves out cuts. */
const SMALL = 400;

/**
 * Law 3 for all fixtures: cut in two at each offset, octet by octet, and at random, some chunks being empty.
 *
 * @param stride large messages are cut in two at each `stride`-th offset
 */
export function describeCuts(name: string, send: Send, stride: number): void {
  withoutStacks();
  describe(`law 3: cut anywhere, ${name}`, () => {
    it.each(STREAM_CASES)('$title is the same', async ({ title, decodings }) => {
      for (const decoding of decodings) {
        const expected = JSON.stringify(await inOneChunk(decoding));
        const every = decoding.bytes.length > SMALL ? stride : 1;
        for (const lengths of cutsOf(decoding.bytes.length, every, seededRandom(SEED + title.length))) {
          const chunks = cut(decoding.bytes, lengths);
          const outcome = JSON.stringify(await decodeStream(decoding, send(decoding, chunks)));
          if (outcome !== expected) expect({ lengths, outcome }).toEqual({ lengths, outcome: expected });
        }
      }
    });
  });
}

function* cutsOf(total: number, stride: number, random: () => number): Generator<readonly number[]> {
  for (let at = 0; at <= total; at += stride) yield [at];
  yield new Array<number>(total).fill(1);
  for (let list = 0; list < 8; list++) yield randomLengths(total, random);
}

/** Lengths of chunks; each list has its own longest one, and a fifth of them is 0. */
function randomLengths(total: number, random: () => number): number[] {
  const longest = 1 + Math.floor(random() * random() * total);
  const lengths: number[] = [];
  for (let at = 0; at < total; at += lengths.at(-1) ?? 0) {
    lengths.push(random() < 0.2 ? 0 : Math.ceil(random() * longest));
  }
  return lengths;
}
