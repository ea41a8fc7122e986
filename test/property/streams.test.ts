import fc from 'fast-check';
import { describe, expect } from 'vitest';
import {
  decodeBatchRequest,
  encodeBatchRequest,
  encodeBatchResponse,
  type LimitsInput,
  type Operation,
  type Plan,
  type Service,
} from '../../src/index.ts';
import { TOLERANCES } from '../conformance/fixture.ts';
import { batchCase } from './arbitrary-batch.ts';
import { delimiterSoup } from './arbitrary-multipart.ts';
import { chunking, type Damage, damage } from './arbitrary-octets.ts';
import { answer, script } from './arbitrary-response.ts';
import { law } from './law.ts';
import { cut, fromLatin1 } from './octets.ts';
import { type Decoding, decodeStream, decodeWhole, expectSame, type Outcome } from './stream-outcome.ts';

const tolerate = fc.oneof(fc.constant([]), fc.subarray([...TOLERANCES]));
const sometimesDamaged: fc.Arbitrary<Damage> = fc.oneof(
  fc.constant<Damage>((bytes) => bytes.slice()),
  damage,
);

/** Limits that a message reaches by chance; those of a whole message are told before it is read. */
const limits: fc.Arbitrary<LimitsInput> = fc.oneof(
  fc.constant({}),
  fc.record(
    {
      maxParts: fc.nat(4),
      maxOperationsPerChangeSet: fc.nat(3),
      maxPartBytes: fc.nat(300),
      maxHeaderBytes: fc.nat(150),
      maxHeaderCount: fc.nat(4),
      maxPaddingBytes: fc.nat(2),
    },
    { requiredKeys: [] },
  ),
);

/** The message in chunks, each overwritten when the next one is asked for. */
function inChunks(decoding: Decoding, lengths: readonly number[]): Promise<Outcome> {
  const { contentType, status = 200 } = decoding;
  const headers: [string, string][] = contentType === null ? [] : [['Content-Type', contentType]];
  const body = (async function* () {
    for (const chunk of cut(decoding.bytes, lengths)) {
      yield chunk;
      chunk.fill(0x21);
    }
  })();
  return decodeStream(decoding, { status, headers, body });
}

/** The outcome of one chunk, where it is that of all others. */
async function inAnyChunks(decoding: Decoding, lengths: readonly number[]): Promise<Outcome> {
  const streamed = await inChunks(decoding, []);
  expect(await inChunks(decoding, lengths)).toEqual(streamed);
  expect(await inChunks(decoding, new Array<number>(decoding.bytes.length).fill(1))).toEqual(streamed);
  return streamed;
}

/** What a part of an answer is, and what it says of itself. */
interface Part {
  readonly id: string | undefined;
  readonly status: number;
  readonly location: boolean;
}

const part: fc.Arbitrary<Part> = fc.record({
  id: fc.constantFrom(undefined, undefined, 'a', 'b', 'c', 'd', 'e'),
  status: fc.constantFrom(200, 200, 201, 204, 404, 424, 202),
  location: fc.boolean(),
});

/** Answers as no service should give them: any ids, any nests, any number. */
const anyParts = fc.array(fc.oneof({ weight: 3, arbitrary: part }, fc.array(part, { maxLength: 3 })), {
  maxLength: 5,
});

/** Plans of a few operations; a size is that of a change set, 0 stands for an operation of its own. */
const anyPlan: fc.Arbitrary<Plan> = fc
  .record({
    format: fc.constantFrom('multipart', 'multipart', 'json'),
    ids: fc.boolean(),
    depends: fc.boolean(),
    sizes: fc.constantFrom([0, 0, 0], [0, 2, 0], [2, 2], [1, 0], [0]),
    continueOnError: fc.constantFrom(undefined, true, false),
    respondAsync: fc.boolean(),
    service: fc.constantFrom<(Service | undefined)[]>(
      undefined,
      undefined,
      { name: 'unordered', ordered: false },
      { name: 'ordered', ordered: true },
      { name: 'apart', atomicChangeSets: false },
    ),
  })
  .map(({ format, ids, depends, sizes, continueOnError, respondAsync, service }) => {
    const names = [...'abcdef'];
    const before: Operation[] = [];
    const operation = () => {
      const id = ids ? names.shift() : undefined;
      const [first] = before;
      const made = {
        method: 'POST',
        url: 'X',
        ...(id !== undefined && { id }),
        ...(depends && format === 'json' && first !== undefined && { dependsOn: [first] }),
      };
      before.push(made);
      return made;
    };
    const batch = sizes.map((size) => (size === 0 ? operation() : Array.from({ length: size }, operation)));
    const headers = respondAsync ? { Prefer: 'respond-async' } : {};
    return encodeBatchRequest(batch, { format, continueOnError, headers, service }).plan;
  });

function write(items: readonly (Part | readonly Part[])[]): Uint8Array<ArrayBuffer> {
  let count = 0;
  const one = ({ id, status, location }: Part, boundary: string) =>
    [
      `--${boundary}`,
      'Content-Type: application/http',
      ...(id === undefined ? [] : [`Content-ID: ${id}`]),
      '',
      `HTTP/1.1 ${status} X`,
      ...(location ? ['Location: m'] : []),
      `X-Part: ${++count}`,
      '',
      status === 204 ? '' : `body ${count}`,
      '',
    ].join('\r\n');
  const text = items.map((item) => {
    if (!isNest(item)) return one(item, 'b');
    const members = item.map((member) => one(member, 'c')).join('');
    return `--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n${members}--c--\r\n`;
  });
  return fromLatin1(`${text.join('')}--b--\r\n`);
}

function isNest(item: Part | readonly Part[]): item is readonly Part[] {
  return Array.isArray(item);
}

describe('streams', () => {
  law(
    'law 3: a streamed request is the request, in any chunks, damaged or not',
    fc.asyncProperty(
      batchCase,
      sometimesDamaged,
      chunking,
      tolerate,
      limits,
      async ({ batch, options }, harm, lengths, names, limits) => {
        const { body, contentType } = encodeBatchRequest(batch, options);
        const decoding = { contentType, bytes: harm(body), options: { tolerate: names, limits } };
        expectSame(await inAnyChunks(decoding, lengths), await decodeWhole(decoding));
      },
    ),
    3,
  );

  law(
    'law 3: a streamed answer is the answer, in any chunks, damaged or not',
    fc.asyncProperty(
      batchCase,
      script,
      fc.boolean(),
      sometimesDamaged,
      chunking,
      tolerate,
      limits,
      async ({ batch, options }, script, stops, harm, lengths, names, limits) => {
        const request = encodeBatchRequest(batch, options);
        const decoded = decodeBatchRequest(request);
        const boundary = ['answer', 's-1', 's-2', 's-3', 's-4', 's-5'];
        const { body, contentType } = encodeBatchResponse(answer(decoded, script, stops), { boundary });
        const { plan } = request;
        const decoding = { contentType, bytes: harm(body), plan, options: { tolerate: names, limits } };
        expectSame(await inAnyChunks(decoding, lengths), await decodeWhole(decoding));
      },
    ),
    3,
  );

  law(
    'laws 1 and 3: whatever parts an answer has, what is told is what the whole answer says, or is taken back',
    fc.asyncProperty(anyPlan, anyParts, sometimesDamaged, async (plan, parts, harm) => {
      const contentType = 'multipart/mixed; boundary=b';
      const written = write(parts);
      for (const bytes of [written, harm(written)]) {
        const decoding = { contentType, bytes, plan, options: {} };
        const streamed = await inChunks(decoding, []);
        const whole = await decodeWhole(decoding);
        expectSame(streamed, whole);
        const told = streamed.told as { index: number }[];
        expect(new Set(told.map(({ index }) => index)).size).toBe(told.length);
        if (bytes !== written || whole.error !== undefined || streamed.error === undefined) continue;
        // Each part is another, so that what is taken back is indeed wrong.
        expect(told.map(({ index }) => whole.told[index])).not.toEqual(told);
      }
    }),
    20,
  );

  law(
    'law 3: octets that are hardly a message are the same in any chunks',
    fc.asyncProperty(delimiterSoup, chunking, tolerate, anyPlan, async (bytes, lengths, names, plan) => {
      const contentType = 'multipart/mixed; boundary=b';
      const request = { contentType, bytes, options: { tolerate: names } };
      expectSame(await inAnyChunks(request, lengths), await decodeWhole(request));
      const response = { ...request, plan };
      expectSame(await inAnyChunks(response, lengths), await decodeWhole(response));
    }),
    5,
  );

  law(
    'law 3: where a message is too long, what comes before that is the same in any chunks',
    fc.asyncProperty(anyPlan, anyParts, chunking, fc.nat(), async (plan, parts, lengths, place) => {
      const contentType = 'multipart/mixed; boundary=b';
      const bytes = write(parts);
      const maxMessageBytes = place % (bytes.length + 2);
      const decoding = { contentType, bytes, plan, options: { limits: { maxMessageBytes } } };
      const { error } = await inAnyChunks(decoding, lengths);
      if (maxMessageBytes >= bytes.length) return;
      expect(error?.limit).toEqual(['maxMessageBytes', maxMessageBytes, maxMessageBytes + 1]);
    }),
    5,
  );
});
