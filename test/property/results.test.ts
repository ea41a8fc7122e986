import fc from 'fast-check';
import { describe, expect } from 'vitest';
import {
  type Batch,
  type BatchError,
  decodeBatchRequest,
  decodeBatchResponse,
  encodeBatchRequest,
  encodeBatchResponse,
  isBatchError,
  type OperationResult,
  type OutgoingResponse,
  type Plan,
} from '../../src/index.ts';
import { batchCase } from './arbitrary-batch.ts';
import { damage, octets } from './arbitrary-octets.ts';
import { answer, isSet, responses, script } from './arbitrary-response.ts';
import { deepFreeze } from './deep-freeze.ts';
import { octetsOf } from './expected-plan.ts';
import { delimiterLines } from './frame.ts';
import { law } from './law.ts';
import { concat, latin1 } from './octets.ts';

type Results = readonly (OperationResult | readonly OperationResult[])[];

const OUTCOMES = ['succeeded', 'failed', 'rolled-back', 'not-executed', 'pending', 'unknown'];
const BOUNDARIES = ['answer', 'set-1', 'set-2', 'set-3', 'set-4', 'set-5'];

/** A batch as a service has read it. */
function received({ batch, options }: { batch: Batch; options: object }) {
  const request = encodeBatchRequest(batch, options);
  const decoded = decodeBatchRequest({ headers: request.headers, body: request.body });
  return { request, decoded };
}

/** One result per operation, nested like the batch, each of its own operation. */
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

/** Results or, where decoding throws, those of the error. */
function resultsOf(run: () => unknown): { results: unknown; error: BatchError | undefined } {
  try {
    return { results: run(), error: undefined };
  } catch (error) {
    if (!isBatchError(error)) throw error;
    return { results: error.results, error };
  }
}

describe('results', () => {
  law(
    'law 1: each operation gets the answer that the service gave it',
    fc.property(batchCase, script, fc.boolean(), (batch, script, stops) => {
      const { request, decoded } = received(batch);
      const stopping = stops && decoded.continueOnError !== true;
      const answers = answer(decoded, script, stopping);
      const { status, headers, body } = encodeBatchResponse(answers, { request: decoded });
      const results = decodeBatchResponse({ status, headers, body }, { request }) as Results;
      expectComplete(results, request.plan);

      for (const [at, item] of request.plan.items.entries()) {
        const given = answers[at];
        const result = results[at];
        const found = result === undefined ? [] : isSet(result) ? result : [result];
        if (given === undefined) {
          expect(found.map(({ outcome }) => outcome)).toEqual(found.map(() => 'not-executed'));
        } else if (isSet(given)) {
          for (const [member, one] of found.entries()) expectAnswer(one, given[member]);
        } else if (!isSet(item) || item.length === 1) {
          for (const one of found) expectAnswer(one, given);
        } else {
          const culprit = item.findIndex(({ id, idSent }) => idSent && id === given.id);
          expect(found.map(({ outcome }) => outcome)).toEqual(
            found.map((_, member) => (member === culprit ? 'failed' : 'rolled-back')),
          );
          for (const one of found)
            if (one.outcome === 'rolled-back') expect(one.cause.status).toBe(given.status);
        }
      }
    }),
    3,
  );

  law(
    'law 1: where all answers have ids, their order does not matter',
    fc.property(
      batchCase,
      script,
      fc.array(fc.nat(), { minLength: 6, maxLength: 6 }),
      (batch, script, order) => {
        const { request, decoded } = received({ ...batch, options: { ...batch.options, contentId: 'all' } });
        const named = script.map((each) => ({ ...each, culprit: 0 }));
        const { headers, body } = encodeBatchResponse(answer(decoded, named, false), {
          request: decoded,
          boundary: BOUNDARIES,
        });
        const shuffled = shuffle(body, order);
        const outcomes = (octets: Uint8Array) =>
          decodeBatchResponse({ headers, body: octets }, { request }).map((item) =>
            modelOf(item as OperationResult),
          );
        expect(outcomes(shuffled)).toEqual(outcomes(body));
      },
    ),
    2,
  );

  law(
    'law 1: one result per operation whatever the answer is: of another batch, damaged, reordered, cut',
    fc.property(
      batchCase,
      batchCase,
      script,
      fc.option(damage),
      fc.option(fc.array(fc.nat(), { minLength: 6, maxLength: 6 })),
      fc.array(fc.nat(), { maxLength: 2 }),
      (batch, other, script, harm, order, lost) => {
        const { request } = received(batch);
        const { decoded } = received(other);
        const { headers, body } = encodeBatchResponse(answer(decoded, script, false), {
          boundary: BOUNDARIES,
        });
        const shuffled = order === null ? body : shuffle(body, order, lost);
        const octets = harm === null ? shuffled : harm(shuffled);
        const { results } = resultsOf(() => decodeBatchResponse({ headers, body: octets }, { request }));
        expectComplete(results, request.plan);
      },
    ),
    3,
  );

  law(
    'law 1: one result per operation where its own answer is damaged, and under small limits',
    fc.property(
      batchCase,
      script,
      damage,
      fc.record(
        { maxParts: fc.nat(3), maxPartBytes: fc.nat(300), maxMessageBytes: fc.nat(1500) },
        { requiredKeys: [] },
      ),
      (batch, script, harm, limits) => {
        const { request, decoded } = received(batch);
        const { headers, body } = encodeBatchResponse(answer(decoded, script, false), { request: decoded });
        for (const message of [
          { headers, body: harm(body) },
          { headers, body },
        ]) {
          const { results } = resultsOf(() => decodeBatchResponse(message, { request, limits }));
          expectComplete(results, request.plan);
        }
      },
    ),
    3,
  );

  law(
    'law 1: one result per operation where the answer is no batch at all',
    fc.property(
      batchCase,
      fc.constantFrom(undefined, 200, 202, 401, 413, 500),
      fc.constantFrom(
        null,
        'text/html',
        'application/json',
        'multipart/mixed',
        'multipart/mixed; boundary=b',
        'x',
        'application/http',
      ),
      octets,
      (batch, status, contentType, body) => {
        const { request } = received(batch);
        const { results, error } = resultsOf(() =>
          decodeBatchResponse({ status, contentType, body }, { request }),
        );
        expectComplete(results, request.plan);
        expect(error !== undefined || (contentType ?? '').startsWith('multipart')).toBe(true);
      },
    ),
  );

  law(
    'law 2: answers come back as they were given, and encode to the same octets',
    fc.property(responses, (answers) => {
      const unchanged = deepFreeze(answers);
      const encoded = encodeBatchResponse(answers, { boundary: BOUNDARIES });
      const decoded = decodeBatchResponse({ headers: encoded.headers, body: encoded.body });
      expect(decoded.length).toBe(answers.length);
      for (const [at, item] of decoded.entries()) {
        const given = answers[at];
        expect(isSet(item)).toBe(isSet(given));
        for (const [member, result] of [item].flat().entries()) {
          expectAnswer(result, isSet(given) ? given[member] : given);
        }
      }
      const asGiven = (result: object): OutgoingResponse => {
        const { status, statusText, headers, bytes, id } = result as OutgoingResponse & { bytes: Uint8Array };
        return { status, statusText, headers, body: bytes, id };
      };
      const again = encodeBatchResponse(
        decoded.map((item) => (isSet(item) ? item.map(asGiven) : asGiven(item))),
        { boundary: BOUNDARIES },
      );
      expect(latin1(again.body)).toBe(latin1(encoded.body));
      unchanged();
    }),
    3,
  );

  law(
    'law 2: a reason phrase comes back as it is, or is refused',
    fc.property(
      fc.string({ unit: fc.constantFrom(...' \t\xa0\x85abO:\xe4'), maxLength: 6 }),
      fc.constantFrom(200, 404),
      (statusText, status) => {
        let encoded: ReturnType<typeof encodeBatchResponse>;
        try {
          encoded = encodeBatchResponse([{ status, statusText }], { boundary: BOUNDARIES });
        } catch (error) {
          expect(isBatchError(error)).toBe(true);
          return;
        }
        const [result] = decodeBatchResponse({ headers: encoded.headers, body: encoded.body }).flat();
        const read = (result as { statusText?: string }).statusText ?? '';
        // White space of HTTP around a field may go when encoding, as with header values; nothing when decoding.
        expect(encodeBatchResponse([{ status, statusText: read }], { boundary: BOUNDARIES }).body).toEqual(
          encoded.body,
        );
        if (statusText.trim() !== '') expect(read.trim()).toBe(statusText.trim());
      },
    ),
  );

  law(
    'law 4: a response cut anywhere is an error that tells what had ended; behind its end nothing changes',
    fc.property(
      batchCase,
      script,
      fc.array(fc.nat(), { minLength: 30, maxLength: 30 }),
      (batch, script, places) => {
        const { request, decoded } = received(batch);
        const { headers, body } = encodeBatchResponse(answer(decoded, script, false), {
          request: decoded,
          boundary: BOUNDARIES,
        });
        const lines = delimiterLines(body, 'answer');
        const whole = lines.at(-1)?.textEnd ?? 0;
        const decode = (length: number) =>
          decodeBatchResponse({ headers, body: body.subarray(0, length) }, { request }) as Results;
        const final = decode(body.length).flat();
        const nearEnds = lines.flatMap(({ start, textEnd, end }) => [
          start - 1,
          start,
          textEnd - 1,
          textEnd,
          end,
        ]);
        for (const length of [...nearEnds, ...places.map((place) => place % whole), whole - 1]) {
          if (length < 0 || length >= whole) continue;
          const { results, error } = resultsOf(() => decode(length));
          expect({ length, isError: error !== undefined }).toEqual({ length, isError: true });
          expectComplete(results, request.plan);
          const ended = lines.slice(1).filter(({ end }) => end <= length).length;
          for (const [at, item] of results.entries()) {
            for (const result of isSet(item) ? item : [item]) {
              if (at < ended) expect(result.outcome).toBe(final[result.index]?.outcome);
              else if (result.outcome !== 'unknown')
                expect(result.outcome).toBe(final[result.index]?.outcome);
            }
          }
        }
        for (let length = whole; length <= body.length; length++) {
          expect(decode(length).map((item) => modelOf(item as OperationResult))).toEqual(
            decode(body.length).map((item) => modelOf(item as OperationResult)),
          );
        }
      },
    ),
    0.5,
  );

  law(
    'law 4: a request cut anywhere is refused; behind its end nothing changes',
    fc.property(
      batchCase,
      fc.array(fc.nat(), { minLength: 40, maxLength: 40 }),
      ({ batch, options }, places) => {
        const { headers, body } = encodeBatchRequest(batch, { ...options, boundary: 'request' });
        const lines = delimiterLines(body, 'request');
        const whole = lines.at(-1)?.textEnd ?? 0;
        const decode = (length: number) => decodeBatchRequest({ headers, body: body.subarray(0, length) });
        const nearEnds = lines.flatMap(({ start, textEnd, end }) => [
          start - 1,
          start,
          textEnd - 1,
          textEnd,
          end,
        ]);
        for (const length of [...nearEnds, ...places.map((place) => place % whole), whole - 1]) {
          if (length < 0 || length >= whole) continue;
          const { error } = resultsOf(() => decode(length));
          expect({ length, isError: error !== undefined }).toEqual({ length, isError: true });
        }
        for (let length = whole; length <= body.length; length++) {
          expect(decode(length).length).toBe(batch.length);
        }
      },
    ),
  );
});

function expectAnswer(result: unknown, given: OutgoingResponse | undefined): void {
  if (given === undefined) throw new Error('no answer');
  const { outcome, status, statusText, bytes } = result as OperationResult & {
    status: number;
    statusText: string;
    bytes: Uint8Array;
  };
  expect({ status, body: [...bytes] }).toEqual({ status: given.status, body: [...octetsOf(given.body)] });
  expect(outcome).toBe((status >= 200 && status < 300) || status === 304 ? 'succeeded' : 'failed');
  if (given.statusText) expect(statusText).toBe(given.statusText);
  else expect(statusText).not.toBe('');
}

function modelOf(item: OperationResult | readonly OperationResult[]): unknown {
  if (isSet(item)) return item.map(modelOf);
  const answer = 'status' in item && {
    status: item.status,
    headers: [...item.headers],
    body: latin1(item.bytes),
  };
  return { outcome: item.outcome, index: item.index, path: item.path, id: item.id, answer };
}

/** The same parts in another order, but for those that got lost; taken by lines, not by the codec. */
function shuffle(
  body: Uint8Array,
  order: readonly number[],
  lost: readonly number[] = [],
): Uint8Array<ArrayBuffer> {
  const lines = delimiterLines(body, 'answer');
  const parts = lines.slice(0, -1).map((line, at) => body.subarray(line.start, lines[at + 1]?.start));
  const ranked = parts.map((part, at) => ({ part, rank: order[at % order.length] ?? 0 }));
  const kept = ranked
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ part }) => part)
    .filter((_, at) => !lost.some((one) => one % (parts.length + 1) === at));
  return concat([...kept, body.subarray(lines.at(-1)?.start)]);
}
