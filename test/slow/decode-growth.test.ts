import { describe, expect, it } from 'vitest';
import {
  type Batch,
  BatchSyntaxError,
  decodeBatchRequest,
  decodeBatchRequestStream,
  decodeBatchResponse,
  decodeBatchResponseStream,
  encodeBatchRequest,
  isBatchError,
  type OperationResult,
  type Plan,
  type StandardSchemaV1,
} from '../../src/index.ts';
import {
  ADVERSARIAL_SHAPES,
  type AdversarialShape,
  BOUNDARY,
  CONTENT_TYPE,
  WIDE_LIMITS,
} from '../property/adversarial-shapes.ts';
import { utf8 } from '../property/octets.ts';
import { expectLinear, itTellsLinearFromQuadratic, sizesUpTo } from './expect-linear.ts';

const options = { limits: WIDE_LIMITS, onWarning: () => {} };

/** Decodes a message; returns what keeps its results alive, or the error that it ends with. */
type Decode = (message: Uint8Array, request: Plan) => () => unknown;
type Decoders = Readonly<Record<AdversarialShape['kind'], Decode>>;

function caught(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    if (isBatchError(error)) return error;
    throw error;
  }
}

async function drained(items: AsyncIterable<unknown>): Promise<unknown> {
  const kept: unknown[] = [];
  try {
    for await (const item of items) kept.push(item);
  } catch (error) {
    if (isBatchError(error)) return error;
    throw error;
  }
  return kept;
}

/** Chunks of a size, all in the same memory, as a source may give them. */
async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  const chunk = new Uint8Array(Math.min(size, bytes.length));
  for (let at = 0; at < bytes.length; at += size) {
    const next = bytes.subarray(at, at + size);
    chunk.set(next);
    yield chunk.subarray(0, next.length);
  }
}

const whole: Decoders = {
  request: (body) => () => caught(() => decodeBatchRequest({ contentType: CONTENT_TYPE, body }, options)),
  response: (body, request) => () =>
    caught(() => decodeBatchResponse({ contentType: CONTENT_TYPE, body }, { ...options, request })),
};

const headers: [string, string][] = [['Content-Type', CONTENT_TYPE]];
const streamed = (chunkSize: number): Decoders => ({
  request: (bytes) => () =>
    drained(decodeBatchRequestStream({ headers, body: chunksOf(bytes, chunkSize) }, options)),
  response: (bytes, request) => () => {
    const response = { status: 200, headers, body: chunksOf(bytes, chunkSize) };
    return drained(decodeBatchResponseStream(response, { ...options, request }));
  },
});

/** What decodes, and how much of it is enough: an octet that comes alone takes a hundred times the time. */
const DECODERS: readonly [string, Decoders, { readonly octets: number; readonly parts: number }][] = [
  ['whole', whole, { octets: 400_000, parts: 6_400 }],
  ['in chunks of 64 KiB', streamed(64 * 1024), { octets: 400_000, parts: 6_400 }],
  ['octet by octet', streamed(1), { octets: 32_000, parts: 800 }],
];

/** The plan of a batch of any size; one for all messages of that size. */
function plansOf(batch: (size: number) => Batch): (size: number) => Plan {
  const plans = new Map<number, Plan>();
  return (size) => {
    const plan = plans.get(size) ?? encodeBatchRequest(batch(size)).plan;
    plans.set(size, plan);
    return plan;
  };
}

describe('the measuring', () => {
  itTellsLinearFromQuadratic();
});

describe.each(DECODERS)('law 7: decoding takes linear time, %s', (_, decoders, sizes) => {
  it.each(ADVERSARIAL_SHAPES)('$kind: $name', async ({ kind, unit, message, batch, code }) => {
    const decode = decoders[kind];
    const planOf = plansOf(batch);
    // That it is decoded to the end for which it was made.
    const text = message(100);
    const result = await decode(utf8(text), planOf(100))();
    expect(isBatchError(result) ? result.code : undefined).toBe(code);
    if (result instanceof BatchSyntaxError)
      expect(result.line).toBe(text.slice(0, result.offset).split('\n').length);

    await expectLinear((size) => decode(utf8(message(size)), planOf(size)), sizesUpTo(sizes[unit]));
  });
});

describe.each(DECODERS)('every body of a change set is broken, %s', (_, decoders, { parts }) => {
  /** Asks for the value, which is no JSON. */
  const schema: StandardSchemaV1 = {
    '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) },
  };
  const member =
    '--cs\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\r\n';
  const message = (size: number) =>
    `--${BOUNDARY}\r\nContent-Type: multipart/mixed; boundary=cs\r\n\r\n${member.repeat(size)}--cs--\r\n--${BOUNDARY}--`;

  it('and each result tells its line', async () => {
    const planOf = plansOf((size) => [
      Array.from({ length: size }, () => ({ method: 'POST', url: 'A', schema })),
    ]);
    const workOf = (size: number) => decoders.response(utf8(message(size)), planOf(size));
    const results = [await workOf(parts)()].flat(2) as OperationResult[];
    expect(results.length).toBe(parts);
    for (const { outcome } of results) expect(outcome).toBe('invalid');
    expect(results.at(-1)).toMatchObject({
      issues: [{ message: expect.stringContaining(`line ${7 * parts} in`) }],
    });
    await expectLinear(workOf, sizesUpTo(parts));
  });
});

const MANY_PARTS: readonly (readonly [string, Decoders])[] = [
  ['whole', whole],
  ['in chunks of 64 KiB', streamed(64 * 1024)],
  ['in one chunk', streamed(Number.POSITIVE_INFINITY)],
];

describe.each(MANY_PARTS)('from 1 000 to 100 000 parts, %s', (_, decoders) => {
  it.each(ADVERSARIAL_SHAPES.filter(({ name }) => name === 'many parts'))('$kind', async (shape) => {
    const decode = decoders[shape.kind];
    const sizes = [1_000, 10_000, 100_000];
    const planOf = plansOf(shape.batch);
    await expectLinear((size) => decode(utf8(shape.message(size)), planOf(size)), sizes);
  });
});
