import fc from 'fast-check';
import { describe, expect } from 'vitest';
import type { BatchFormat } from '../../src/batch/batch-format.ts';
import type { Batch } from '../../src/batch/operation.ts';
import type { OperationResult } from '../../src/batch/result.ts';
import type { Service } from '../../src/batch/service.ts';
import { decodeBatchResponse } from '../../src/formats/decode-batch-response.ts';
import { decodeBatchResponseStream } from '../../src/formats/decode-batch-response-stream.ts';
import { encodeBatchRequest } from '../../src/formats/encode-batch-request.ts';
import type { BatchMessage } from '../../src/formats/open-message.ts';
import { type AnswerItem, type AnswerPart, buildAnswer } from '../unit/build-answer.ts';
import { law } from './law.ts';

/** How a service nests its answers. */
type Nesting = 'like the batch' | 'flat' | 'all in one';

const flags = fc.record({
  nestsLikeBatch: fc.boolean(),
  answersBatchAsOne: fc.boolean(),
  atomicChangeSets: fc.boolean(),
  ordered: fc.boolean(),
  foldsIds: fc.boolean(),
  hasPrefix: fc.boolean(),
});
const format = fc.constantFrom<BatchFormat>('multipart', 'json');
const formats = fc.record<Formats>({ sent: format, received: format });
const shape = fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 5 });
const statuses = fc.array(fc.constantFrom(200, 204, 404, 409, 500), { minLength: 15, maxLength: 15 });

function serviceOf({ hasPrefix, ...rest }: { hasPrefix: boolean } & Partial<Service>): Service {
  const sentId = (id: string) => id.replace(/^re-/, '');
  return { name: 's', ...rest, ...(hasPrefix && { sentId }) };
}

/** Operations for a shape: 0 is an operation, n a change set of n. */
function batchOf(sizes: readonly number[]): Batch {
  let index = 0;
  const operation = (method: string) => ({ method, url: 'P', id: `Id${index++}` });
  return sizes.map((size) =>
    size === 0 ? operation('GET') : Array.from({ length: size }, () => operation('POST')),
  );
}

/** An answer in JSON, written without the codec: change sets are atomicity groups. */
function buildJsonAnswer(items: readonly AnswerItem[]): BatchMessage {
  const objects = items.flatMap((item, index) =>
    [item].flat().map(({ status, id, headers = [] }) => ({
      id,
      ...(Array.isArray(item) && { atomicityGroup: `g${index}` }),
      status,
      headers: Object.fromEntries(headers.map((line) => line.split(': '))),
    })),
  );
  return { status: 200, contentType: 'application/json', body: JSON.stringify({ responses: objects }) };
}

interface Formats {
  readonly sent: BatchFormat;
  readonly received: BatchFormat;
}

/** What came of an answer, read whole and read as a stream. */
async function read(batch: Batch, service: Service, answer: readonly AnswerItem[], formats: Formats) {
  const request = encodeBatchRequest(batch, { service, format: formats.sent });
  const message = formats.received === 'json' ? buildJsonAnswer(answer) : buildAnswer(answer);
  const whole = (decodeBatchResponse(message, { request }) as (OperationResult | OperationResult[])[]).flat();
  const headers = { 'Content-Type': message.contentType ?? '' };
  const response = new Response(message.body as BodyInit, { headers });
  const streamed: OperationResult[] = [];
  let failure: readonly OperationResult[] | undefined;
  try {
    for await (const result of decodeBatchResponseStream(response, { request })) streamed.push(result);
  } catch (error) {
    failure = (
      (error as { results?: readonly (OperationResult | OperationResult[])[] }).results ?? []
    ).flat();
  }
  return { whole, streamed, failure };
}

const outcomesOf = (results: readonly OperationResult[]) =>
  [...results].sort((a, b) => a.index - b.index).map(({ index, outcome }) => [index, outcome]);

describe('answers of services that nest in their own way', () => {
  law(
    'each operation has one result, the same whole and as a stream, of any parts at all',
    fc.asyncProperty(
      flags,
      shape,
      fc.array(
        fc.oneof(
          fc.record({
            status: fc.constantFrom(200, 204, 404, 500),
            id: fc.constantFrom(undefined, 'Id0', 'id1', 're-Id0', 'Id2', 'x'),
          }),
          fc.array(
            fc.record({ status: fc.constantFrom(200, 404), id: fc.constantFrom(undefined, 'Id0', 're-id1') }),
            { maxLength: 4 },
          ),
        ),
        { minLength: 1, maxLength: 6 },
      ),
      formats,
      async (given, sizes, answer, both) => {
        const batch = batchOf(sizes);
        const parts = answer as AnswerItem[];
        const { whole, streamed, failure } = await read(batch, serviceOf(given), parts, both);
        expect(whole.map(({ index }) => index)).toEqual(batch.flat().map((_, index) => index));
        expect(outcomesOf(failure ?? streamed)).toEqual(outcomesOf(whole));
      },
    ),
    5,
  );

  law(
    'no operation has the success of another one, however the service nests',
    fc.asyncProperty(
      flags,
      shape,
      statuses,
      fc.constantFrom<Nesting>('like the batch', 'flat', 'all in one'),
      fc.boolean(),
      fc.boolean(),
      formats,
      async (given, sizes, codes, nesting, hasIds, isReversed, both) => {
        const batch = batchOf(sizes);
        const partOf = (index: number): AnswerPart => {
          const id = `${given.hasPrefix ? 're-' : ''}${given.foldsIds ? 'ID' : 'Id'}${index}`;
          return { status: codes[index] ?? 200, headers: [`X-For: ${index}`], ...(hasIds && { id }) };
        };
        let index = 0;
        const nested = batch.map((item) =>
          Array.isArray(item) ? item.map(() => partOf(index++)) : partOf(index++),
        ) as AnswerItem[];
        const flat = nested.flat();
        const answer = nesting === 'like the batch' ? nested : nesting === 'flat' ? flat : [flat];
        // Only with ids may the order be another one.
        if (isReversed && hasIds) answer.reverse();

        const { whole } = await read(batch, serviceOf(given), answer, both);
        for (const result of whole) {
          if (result.outcome === 'succeeded' || result.outcome === 'failed') {
            expect(result.headers.get('X-For')).toBe(String(result.index));
          }
        }
        const isExpected =
          both.sent === 'multipart' &&
          both.received === 'multipart' &&
          (nesting === 'like the batch' || (!given.nestsLikeBatch && given.ordered && !isReversed));
        if (isExpected && given.ordered && !given.atomicChangeSets && sizes.length > 1) {
          expect(whole.map(({ outcome }) => outcome)).toEqual(
            whole.map((_, place) => ((codes[place] ?? 200) < 400 ? 'succeeded' : 'failed')),
          );
        }
      },
    ),
    5,
  );
});
