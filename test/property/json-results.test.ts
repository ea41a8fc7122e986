import fc from 'fast-check';
import { describe, expect } from 'vitest';
import {
  type Batch,
  type BatchError,
  type BatchResponses,
  decodeBatchRequest,
  decodeBatchResponse,
  encodeBatchRequest,
  encodeBatchResponse,
  isBatchError,
  type OperationResult,
  type OutgoingResponse,
  type Plan,
  reference,
} from '../../src/index.ts';
import { jsonBatchCase, typedBody } from './arbitrary-json-batch.ts';
import { damage } from './arbitrary-octets.ts';
import { isSet } from './arbitrary-response.ts';
import { deepFreeze } from './deep-freeze.ts';
import { law } from './law.ts';
import { latin1, utf8 } from './octets.ts';

type Results = readonly (OperationResult | readonly OperationResult[])[];

const OUTCOMES = ['succeeded', 'failed', 'rolled-back', 'not-executed', 'pending', 'unknown'];

/** An answer of a service, and the octets of its body. */
interface Answer {
  readonly response: OutgoingResponse;
  readonly octets: Uint8Array;
}

const answerOf = (statuses: readonly number[]): fc.Arbitrary<Answer> =>
  fc
    .record({
      status: fc.constantFrom(...statuses),
      typed: typedBody,
      etag: fc.option(fc.constantFrom('W/"1"', '"--b"', 'x\xe4'), { nil: undefined }),
    })
    .map(({ status, typed, etag }) => {
      const hasBody = status !== 204 && status !== 304;
      const { contentType, body, octets } = typed;
      const headers: [string, string][] = etag === undefined ? [] : [['ETag', etag]];
      if (hasBody && contentType !== undefined) headers.push(['Content-Type', contentType]);
      return {
        response: { status, headers, ...(hasBody && body !== undefined && { body }) },
        octets: hasBody ? octets : new Uint8Array(),
      };
    });

const SUCCESSES = [200, 201, 204, 206, 304];
const FAILURES = [400, 404, 409, 412, 429, 500, 503];

interface Script {
  readonly single: Answer;
  readonly members: readonly Answer[];
  readonly failure: Answer;
  readonly fails: boolean;
  readonly culprit: number;
}

const script: fc.Arbitrary<readonly Script[]> = fc.array(
  fc.record({
    single: answerOf([...SUCCESSES, ...FAILURES, 302]),
    members: fc.array(answerOf(SUCCESSES), { minLength: 4, maxLength: 4 }),
    failure: answerOf(FAILURES),
    fails: fc.boolean(),
    culprit: fc.nat(4),
  }),
  { minLength: 6, maxLength: 6 },
);

/** What a service that follows the script answers, and the octets of each operation's body, by place in the batch. */
function answer(plan: Plan, script: readonly Script[]) {
  const octets: (Uint8Array | undefined)[] = [];
  const responses: BatchResponses = plan.items.map((item, at) => {
    const { single, members, failure, fails, culprit } = script[at % script.length] as Script;
    if (!isSet(item)) {
      octets.push(single.octets);
      return single.response;
    }
    if (!fails) {
      return item.map((_, member) => {
        const one = members[member % members.length] as Answer;
        octets.push(one.octets);
        return one.response;
      });
    }
    octets.push(...item.map(() => undefined));
    return { ...failure.response, id: item[culprit % item.length]?.id };
  });
  return { responses, octets };
}

function expectComplete(results: unknown, plan: Plan): asserts results is Results {
  expect(Array.isArray(results)).toBe(true);
  const all = results as Results;
  expect(all.map((item) => (isSet(item) ? item.length : 0))).toEqual(
    plan.items.map((item) => (isSet(item) ? item.length : 0)),
  );
  for (const [at, planned] of plan.items.flat().entries()) {
    const result = all.flat()[at];
    expect(result?.operation).toBe(planned.operation);
    expect(result).toMatchObject({ index: planned.index, path: planned.path, id: planned.id });
    expect(OUTCOMES).toContain(result?.outcome);
    expect(result?.ok).toBe(result?.outcome === 'succeeded');
  }
}

function resultsOf(run: () => unknown): { results: unknown; error: BatchError | undefined } {
  try {
    return { results: run(), error: undefined };
  } catch (error) {
    if (!isBatchError(error)) throw error;
    return { results: error.results, error };
  }
}

const outcomes = (results: Results) => results.flat().map(({ outcome }) => outcome);

/** The same responses in another order, some of them lost; taken apart and put together by JSON, not by the codec. */
function shuffle(
  body: Uint8Array,
  order: readonly number[],
  lost: readonly number[] = [],
): Uint8Array<ArrayBuffer> {
  const { responses } = JSON.parse(new TextDecoder('utf-8', { ignoreBOM: true }).decode(body)) as {
    responses: unknown[];
  };
  const ranked = responses.map((response, at) => ({ response, rank: order[at % order.length] ?? 0 }));
  const kept = ranked
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ response }) => response)
    .filter((_, at) => !lost.some((one) => one % (responses.length + 1) === at));
  return utf8(JSON.stringify({ responses: kept }));
}

const order = fc.array(fc.nat(), { minLength: 8, maxLength: 8 });

describe('JSON results', () => {
  law(
    'law 1: each operation gets the answer that the service gave it, in any order, in JSON or multipart',
    fc.property(
      jsonBatchCase(),
      script,
      fc.constantFrom('json', 'multipart'),
      order,
      ({ batch, options }, script, format, order) => {
        const request = encodeBatchRequest(batch, options);
        const decoded = decodeBatchRequest(request);
        const { responses, octets } = answer(request.plan, script);
        const encoded = encodeBatchResponse(responses, { request: decoded, format });
        const results = decodeBatchResponse(encoded, { request });
        expectComplete(results, request.plan);
        for (const [at, item] of request.plan.items.entries()) {
          const { single, fails, culprit, failure, members } = script[at % script.length] as Script;
          const found = [results[at] ?? []].flat() as OperationResult[];
          if (isSet(item) && fails) {
            const failing = culprit % item.length;
            expect(found.map(({ outcome }) => outcome)).toEqual(
              found.map((_, member) => (member === failing ? 'failed' : 'rolled-back')),
            );
            for (const one of found) {
              if (one.outcome === 'rolled-back') expect(one.cause.status).toBe(failure.response.status);
            }
            continue;
          }
          for (const [member, one] of found.entries()) {
            const given = (isSet(item) ? members[member % members.length] : single) as Answer;
            const { status } = given.response;
            const isSuccess = status < 300 || status === 304;
            expect(one).toMatchObject({ outcome: isSuccess ? 'succeeded' : 'failed', status });
            expect(latin1((one as { bytes: Uint8Array }).bytes)).toBe(latin1(octets[one.index] ?? utf8('')));
          }
        }
        if (format === 'json') {
          const shuffled = decodeBatchResponse(
            { ...encoded, body: shuffle(encoded.body, order) },
            { request },
          );
          expect(outcomes(shuffled as Results)).toEqual(outcomes(results));
        }
      },
    ),
    4,
  );

  law(
    'law 1: one result per operation whatever the answer is: of another batch, damaged, reordered, incomplete',
    fc.property(
      jsonBatchCase(),
      jsonBatchCase(),
      script,
      fc.option(damage),
      order,
      fc.array(fc.nat(), { maxLength: 2 }),
      fc.record(
        { maxParts: fc.nat(6), maxPartBytes: fc.nat(60), maxJsonDepth: fc.nat(8) },
        { requiredKeys: [] },
      ),
      (one, other, script, harm, order, lost, limits) => {
        const request = encodeBatchRequest(one.batch, one.options);
        const { plan } = encodeBatchRequest(other.batch, other.options);
        for (const of of [plan, request.plan]) {
          const { headers, body } = encodeBatchResponse(answer(of, script).responses, { format: 'json' });
          const shuffled = shuffle(body, order, lost);
          const octets = harm === null ? shuffled : harm(shuffled);
          for (const options of [{ request }, { request, limits }]) {
            const { results } = resultsOf(() => decodeBatchResponse({ headers, body: octets }, options));
            expectComplete(results, request.plan);
          }
        }
      },
    ),
    2,
  );

  law(
    "law 1: a lost answer is nobody else's, and no success stands in a set that failed",
    fc.property(jsonBatchCase(), script, order, fc.nat(), ({ batch, options }, script, order, lost) => {
      const request = encodeBatchRequest(batch, options);
      const { responses } = answer(request.plan, script);
      const encoded = encodeBatchResponse(responses, { request: decodeBatchRequest(request) });
      const whole = outcomes(decodeBatchResponse(encoded, { request }) as Results);
      const body = shuffle(encoded.body, order, [lost]);
      const { results } = resultsOf(() => decodeBatchResponse({ ...encoded, body }, { request }));
      expectComplete(results, request.plan);
      for (const item of results) {
        if (!isSet(item)) continue;
        const all = item.map(({ outcome }) => outcome);
        expect(all.includes('succeeded') && all.includes('failed')).toBe(false);
      }
      // Only what was lost, and its change set, can differ.
      const differing = new Set(
        outcomes(results).flatMap((outcome, at) =>
          outcome === whole[at] ? [] : [results.flat()[at]?.path[0]],
        ),
      );
      expect(differing.size).toBeLessThanOrEqual(1);
    }),
    2,
  );

  law(
    'law 2: answers come back as they were given, and encode to the same octets',
    fc.property(
      fc.array(
        fc.oneof(
          answerOf([...SUCCESSES, ...FAILURES]),
          fc.array(answerOf(SUCCESSES), { minLength: 1, maxLength: 3 }),
        ),
        {
          minLength: 1,
          maxLength: 5,
        },
      ),
      (answers) => {
        const responses = answers.map((item) =>
          Array.isArray(item) ? item.map(({ response }) => response) : item.response,
        );
        const unchanged = deepFreeze(responses);
        const encoded = encodeBatchResponse(responses, { format: 'json' });
        const decoded = decodeBatchResponse(encoded);
        expect(decoded.map((item) => isSet(item))).toEqual(answers.map((item) => Array.isArray(item)));
        for (const [at, result] of decoded.flat().entries()) {
          const given = answers.flat()[at] as Answer;
          const { status, bytes } = result as unknown as { status: number; bytes: Uint8Array };
          expect({ status, body: latin1(bytes) }).toEqual({
            status: given.response.status,
            body: latin1(given.octets),
          });
        }
        const asGiven = (result: object): OutgoingResponse => {
          const { status, headers, bytes, id } = result as OutgoingResponse & { bytes: Uint8Array };
          return { status, headers, body: bytes, id };
        };
        const again = encodeBatchResponse(
          decoded.map((item) => (isSet(item) ? item.map(asGiven) : asGiven(item))),
          { format: 'json' },
        );
        expect(latin1(again.body)).toBe(latin1(encoded.body));
        unchanged();
      },
    ),
    3,
  );

  law(
    'law 4: a response cut anywhere is an error that tells what had ended; behind its end nothing changes',
    fc.property(
      jsonBatchCase(),
      script,
      order,
      fc.array(fc.nat(), { minLength: 25, maxLength: 25 }),
      ({ batch, options }, script, order, places) => {
        const request = encodeBatchRequest(batch, options);
        const encoded = encodeBatchResponse(answer(request.plan, script).responses, {
          request: decodeBatchRequest(request),
        });
        const body = utf8(
          `${new TextDecoder('utf-8', { ignoreBOM: true }).decode(shuffle(encoded.body, order))}\r\n `,
        );
        const whole = body.length - 3;
        const decode = (length: number) =>
          decodeBatchResponse({ ...encoded, body: body.subarray(0, length) }, { request }) as Results;
        const final = outcomes(decode(body.length));
        for (const length of [...places.map((place) => place % whole), whole - 1, whole - 2]) {
          const { results, error } = resultsOf(() => decode(length));
          expect({ length, isError: error !== undefined }).toEqual({ length, isError: true });
          expectComplete(results, request.plan);
          for (const [at, outcome] of outcomes(results).entries()) {
            expect([final[at], 'unknown']).toContain(outcome);
          }
        }
        for (let length = whole; length <= body.length; length++)
          expect(outcomes(decode(length))).toEqual(final);
      },
    ),
  );
});

describe('dependencies', () => {
  /** Executes a JSON batch as the format has it, and answers it. */
  function execute(batch: Batch, fails: readonly boolean[]) {
    const request = encodeBatchRequest(batch, { format: 'json' });
    const decoded = decodeBatchRequest(request);
    const done = new Map<string, boolean>();
    let at = 0;
    const responses = decoded.map((item) => {
      const members = 'method' in item ? [item] : item;
      const held = members.some(({ dependsOn = [] }) =>
        dependsOn.some((id) => done.get(id) === false && !members.some((member) => member.id === id)),
      );
      const failing = held ? undefined : members.find((_, member) => fails[(at + member) % fails.length]);
      at += members.length;
      for (const { id } of members) done.set(String(id), !held && failing === undefined);
      if (held) return { status: 424 };
      if (failing !== undefined) return { status: 400, id: failing.id };
      return 'method' in item ? { status: 200 } : item.map(() => ({ status: 200 }));
    });
    return {
      done,
      results: decodeBatchResponse(encodeBatchResponse(responses, { request: decoded }), { request }),
    };
  }

  law(
    'of what was held back by a failure none is told to have failed by itself',
    fc.property(
      fc.array(fc.record({ size: fc.nat(3), target: fc.option(fc.nat()) }), { minLength: 1, maxLength: 8 }),
      fc.array(fc.boolean(), { minLength: 3, maxLength: 9 }),
      (shape, fails) => {
        const before: { method: string; url: string }[] = [];
        const batch = shape.map(({ size, target }) => {
          const depends = target === null || before.length === 0 ? undefined : before[target % before.length];
          const make = () => ({
            method: 'POST',
            url: 'P',
            ...(depends !== undefined && { url: reference(depends, 'Q') as never }),
          });
          const item = size === 0 ? make() : Array.from({ length: size }, make);
          before.push(...[item].flat());
          return item;
        });
        const { done, results } = execute(batch, fails);
        for (const result of (results as Results).flat()) {
          expect(result.ok).toBe(done.get(String(result.id)));
          if (!result.ok) expect(['failed', 'rolled-back', 'not-executed']).toContain(result.outcome);
          if (result.outcome === 'failed') expect(result.status).toBe(400);
        }
      },
    ),
    3,
  );
});
