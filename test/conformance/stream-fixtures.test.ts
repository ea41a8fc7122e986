import { describe, expect, it } from 'vitest';
import {
  type BatchSyntaxError,
  type BatchWarning,
  type ByteSource,
  type DecodedItem,
  decodeBatchRequest,
  decodeBatchRequestStream,
  decodeBatchResponse,
  decodeBatchResponseStream,
  type OperationResult,
} from '../../src/index.ts';
import { type Fixture, loadFixtures } from './fixture.ts';
import { fixturePlan } from './fixture-plan.ts';

/** What a decoder made of a message: what it told in the order of the batch, the warnings, and the error at the end. */
interface Outcome {
  readonly told: readonly unknown[];
  readonly warnings: readonly unknown[];
  readonly error?: unknown;
}

function* chunksOf(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) {
    const chunk = bytes.slice(at, at + size);
    yield chunk;
    // Its owner may use it again.
    chunk.fill(0x21);
  }
}

const SOURCES: Record<string, (bytes: Uint8Array, size: number) => ByteSource> = {
  'an async iterable': async function* (bytes, size) {
    yield* chunksOf(bytes, size);
  },
  'a ReadableStream': (bytes, size) => {
    const chunks = chunksOf(bytes, size);
    return new ReadableStream<Uint8Array>({
      pull(controller) {
        const { done, value } = chunks.next();
        if (done) controller.close();
        else controller.enqueue(value.slice());
      },
    });
  },
  'a Response': (bytes) => new Response(bytes.slice()).body as ReadableStream<Uint8Array>,
};

const requestModel = (item: DecodedItem): unknown =>
  'method' in item
    ? { method: item.method, url: item.url, headers: [...item.headers], id: item.id, body: [...item.bytes] }
    : item.map(requestModel);

const resultModel = (result: OperationResult): unknown => ({
  index: result.index,
  outcome: result.outcome,
  ...('bytes' in result && { status: result.status, headers: [...result.headers], body: [...result.bytes] }),
  ...(result.outcome === 'rolled-back' && { cause: result.cause.error }),
});

const errorModel = (error: unknown): unknown => {
  const { code, offset, line, path } = error as BatchSyntaxError;
  return { code, offset, line, path };
};

async function outcomeOf(
  run: (warn: (warning: BatchWarning) => void, tell: (told: unknown) => void) => unknown,
): Promise<Outcome> {
  const told: unknown[] = [];
  const warnings: unknown[] = [];
  try {
    await run(
      (warning) => warnings.push(warning),
      (item) => told.push(item),
    );
  } catch (error) {
    return { told, warnings, error: errorModel(error) };
  }
  return { told, warnings };
}

const byIndex = (told: readonly unknown[]) =>
  [...(told as { index: number }[])].sort((a, b) => a.index - b.index);

const requests = loadFixtures().filter((fixture) => fixture.kind === 'request');
const answers = loadFixtures().filter(
  (fixture) => fixture.kind === 'response' && fixture.requests !== undefined,
);

const options = (fixture: Fixture, onWarning: (warning: BatchWarning) => void) => ({
  tolerate: fixture.tolerate,
  onWarning,
});
const headersOf = ({ contentType }: Fixture): [string, string][] =>
  contentType === null ? [] : [['Content-Type', contentType]];

describe.each(Object.entries(SOURCES))('law 3: streamed as %s', (_, sourceOf) => {
  it.each(requests)('$folder/$name is the same request', async (fixture) => {
    const { bytes, contentType, version } = fixture;
    const whole = await outcomeOf((warn, tell) => {
      for (const item of decodeBatchRequest(
        { contentType, body: bytes },
        { ...options(fixture, warn), version },
      )) {
        tell(requestModel(item));
      }
    });
    for (const size of [1, 7, 4096]) {
      const streamed = await outcomeOf(async (warn, tell) => {
        const request = { headers: headersOf(fixture), body: sourceOf(bytes, size) };
        for await (const item of decodeBatchRequestStream(request, { ...options(fixture, warn), version })) {
          tell(requestModel(item));
        }
      });
      expect({ size, error: streamed.error }).toEqual({ size, error: whole.error });
      expect(streamed.warnings).toEqual(whole.warnings);
      if (whole.error === undefined) expect(streamed.told).toEqual(whole.told);
    }
  });

  it.each(answers)('$folder/$name is the same answer', async (fixture) => {
    if (fixture.kind !== 'response') return expect.unreachable();
    const request = fixturePlan(fixture);
    if (request === undefined) return expect.unreachable();
    const { bytes, contentType, status } = fixture;
    const whole = await outcomeOf((warn, tell) => {
      const results = decodeBatchResponse(
        { status, contentType, body: bytes },
        { request, ...options(fixture, warn) },
      );
      for (const result of results.flat()) tell(resultModel(result));
    });
    for (const size of [1, 7, 4096]) {
      const streamed = await outcomeOf(async (warn, tell) => {
        const response = { status, headers: headersOf(fixture), body: sourceOf(bytes, size) };
        for await (const result of decodeBatchResponseStream(response, {
          request,
          ...options(fixture, warn),
        })) {
          tell(resultModel(result));
        }
      });
      if (streamed.error !== undefined && whole.error === undefined) {
        // What was told too early is taken back by an error; then the whole answer says unknown.
        expect(streamed.error).toMatchObject({
          code: expect.stringMatching(/^(correlation-failed|response-count-mismatch)$/),
        });
        expect(whole.told).toContainEqual(expect.objectContaining({ outcome: 'unknown' }));
        continue;
      }
      expect({ size, error: streamed.error }).toEqual({ size, error: whole.error });
      expect(streamed.warnings).toEqual(whole.warnings);
      if (whole.error === undefined) expect(byIndex(streamed.told)).toEqual(whole.told);
    }
  });
});
