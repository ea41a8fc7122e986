import { describe, expect, it } from 'vitest';
import type { Batch } from '../../../src/batch/operation.ts';
import type { OperationResult } from '../../../src/batch/result.ts';
import type { Service } from '../../../src/batch/service.ts';
import { decodeBatchResponse } from '../../../src/formats/decode-batch-response.ts';
import { decodeBatchResponseStream } from '../../../src/formats/decode-batch-response-stream.ts';
import { encodeBatchRequest } from '../../../src/formats/encode-batch-request.ts';
import { seededRandom } from '../../doubles/seeded-random.ts';
import { type AnswerItem, type AnswerPart, answerText, buildAnswer } from '../build-answer.ts';
import { octets } from '../build-octets.ts';

/** A digit: as many operations in a change set; 0: one outside. The ids are 1 to n. */
const batchOf = (shape: string): Batch =>
  Array.from(shape, (size) =>
    size === '0'
      ? { method: 'GET', url: 'P' }
      : Array.from({ length: Number(size) }, () => ({ method: 'POST', url: 'P', body: {} })),
  );

/** An answer that says in its headers which operation it was written for, from 1. */
const answers = (place: number, id?: string, status = 204): AnswerPart => ({
  status,
  id,
  headers: [`X-For: ${place}`],
});
const fails = (place: number, id?: string) => answers(place, id, 409);

const unknown = (count: number) => Array.from({ length: count }, () => 'unknown: correlation-failed');

function tell(result: OperationResult): string {
  if (result.outcome === 'unknown') return `unknown: ${result.cause.code}`;
  const answer = result.outcome === 'rolled-back' ? result.cause : result;
  const owner = 'headers' in answer ? answer.headers.get('X-For') : null;
  return owner === null ? result.outcome : `${result.outcome} by ${owner}`;
}

interface Settings {
  readonly service?: Service;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What comes of a multipart answer to a JSON batch that is read whole, which is what comes of it as a stream. */
async function outcomes(
  shape: string,
  answer: readonly AnswerItem[],
  settings: Settings = {},
): Promise<unknown[]> {
  const request = encodeBatchRequest(batchOf(shape), { ...settings, format: 'json' });
  const message = buildAnswer(answer);
  const results = decodeBatchResponse(message, { request }) as (OperationResult | OperationResult[])[];
  const headers = { 'Content-Type': message.contentType ?? '' };
  const response = new Response(message.body as BodyInit, { headers });
  const streamed: OperationResult[] = [];
  try {
    for await (const result of decodeBatchResponseStream(response, { request })) streamed.push(result);
  } catch (failure) {
    // What was told before the end can turn out to be wrong; the error then says what is known.
    const told = (failure as { results?: (OperationResult | OperationResult[])[] }).results ?? [];
    streamed.splice(0, streamed.length, ...told.flat());
  }
  streamed.sort((a, b) => a.index - b.index);
  expect(streamed.map(tell)).toEqual(results.flat().map(tell));
  return results.map((item) => (Array.isArray(item) ? item.map(tell) : tell(item)));
}

describe('a multipart answer without ids to a JSON batch', () => {
  it.each<[string, string, AnswerItem[], unknown[]]>([
    ['one answer for each operation', '00', [answers(1), fails(2)], ['succeeded by 1', 'failed by 2']],
    [
      'change sets in nests',
      '020',
      [answers(1), [answers(2), answers(3)], fails(4)],
      ['succeeded by 1', ['succeeded by 2', 'succeeded by 3'], 'failed by 4'],
    ],
    [
      'a failed set as one error',
      '02',
      [answers(1), fails(2)],
      ['succeeded by 1', ['rolled-back by 2', 'rolled-back by 2']],
    ],
    [
      'a failed set as one error in a nest',
      '20',
      [[fails(1)], answers(3)],
      [['rolled-back by 1', 'rolled-back by 1'], 'succeeded by 3'],
    ],
    ['a set of one beside others', '10', [answers(1), answers(2)], [['succeeded by 1'], 'succeeded by 2']],
    [
      'ids of some, in their places',
      '000',
      [answers(1), answers(2, '2'), fails(3)],
      ['succeeded by 1', 'succeeded by 2', 'failed by 3'],
    ],
    [
      'an id of the error of a set',
      '02',
      [answers(1), fails(2, '3')],
      ['succeeded by 1', ['rolled-back by 2', 'failed by 2']],
    ],
    [
      'ids inside of a set, which name its members',
      '02',
      [answers(1), [answers(3, '3'), answers(2, '2')]],
      ['succeeded by 1', ['succeeded by 2', 'succeeded by 3']],
    ],
    [
      'ids of some inside of a set',
      '02',
      [answers(1), [answers(2), answers(3, '3')]],
      ['succeeded by 1', ['succeeded by 2', 'succeeded by 3']],
    ],
  ])('is read by place: %s (P-20)', async (_, shape, answer, expected) => {
    expect(await outcomes(shape, answer)).toEqual(expected);
  });

  it.each<[string, string, AnswerItem[], unknown[]]>([
    ['fewer answers', '000', [answers(1), fails(2)], unknown(3)],
    ['more answers', '00', [answers(1), answers(2), answers(3)], unknown(2)],
    ['flat answers to a change set', '02', [answers(1), answers(2), answers(3)], ['unknown', 'unknown']],
    ['a success in the place of a change set', '02', [answers(1), answers(2)], ['unknown', 'unknown']],
    ['a nest in the place of an operation', '00', [answers(1), [answers(2)]], unknown(2)],
    ['fewer answers in a nest', '03', [answers(1), [answers(2), answers(3)]], ['unknown', 'unknown']],
    ['more answers in a nest', '01', [answers(1), [answers(2), answers(3)]], ['unknown', 'unknown']],
    ['an empty nest', '02', [answers(1), []], ['unknown', 'unknown']],
  ])("is nobody's where it does not look like the batch: %s (P-20)", async (_, shape, answer, expected) => {
    const told = await outcomes(shape, answer);
    expect(told.flat().every((word) => String(word).startsWith('unknown'))).toBe(true);
    expect(told).toHaveLength(expected.length);
  });

  it.each<[string, string, AnswerItem[], unknown[]]>([
    [
      'that of another',
      '000',
      [answers(2, '2'), answers(1), answers(3)],
      ['unknown: correlation-failed', 'succeeded by 2', 'unknown: correlation-failed'],
    ],
    ['one that was never sent', '00', [answers(1), answers(2, '7')], unknown(2)],
    ['one that comes twice', '000', [answers(1, '1'), answers(1, '1'), answers(3)], unknown(3)],
    [
      'that of another in a change set',
      '02',
      [answers(1), [answers(2, '1'), answers(3)]],
      ['unknown: correlation-failed', unknown(2)],
    ],
    [
      'that of a member in another place',
      '02',
      [answers(1), [answers(3, '3'), answers(2)]],
      ['unknown: correlation-failed', ['unknown: correlation-failed', 'succeeded by 3']],
    ],
  ])('is not read by place where an id contradicts it: %s (P-10)', async (_, shape, answer, expected) => {
    expect(await outcomes(shape, answer)).toEqual(expected);
  });

  it('is not read by place where the service is known to answer in any order', async () => {
    const service: Service = { name: 's', ordered: false };
    expect(await outcomes('00', [answers(1), answers(2)], { service })).toEqual(unknown(2));
  });

  it('is not read by place where its last part stands for all that is still to come (P-05)', async () => {
    const interim = { status: 202, headers: ['Location: https://h/m'] };
    const headers = { Prefer: 'respond-async' };
    expect(await outcomes('00', [answers(1), interim], { headers })).toEqual(['pending', 'pending']);
  });

  it('is not read by place where it was cut off', () => {
    const request = encodeBatchRequest(batchOf('000'), { format: 'json' });
    const text = answerText([answers(1), answers(2), answers(3)]);
    const message = {
      contentType: 'multipart/mixed; boundary=b',
      body: octets(text.slice(0, text.indexOf('--b--'))),
    };
    const results = decodeBatchResponse(message, { request, tolerate: ['truncated'] }) as OperationResult[];
    expect(results.map(tell)).toEqual(Array.from({ length: 3 }, () => 'unknown: missing-close-delimiter'));
  });

  it('says of each operation what the same answer with all ids says of it', async () => {
    const random = seededRandom(20);
    const below = (limit: number) => Math.floor(random() * limit);
    const without = (part: AnswerPart) => (below(4) === 0 ? part : { ...part, id: undefined });
    for (let run = 0; run < 200; run++) {
      const sizes = Array.from({ length: 1 + below(5) }, () => below(4));
      const shape = sizes.join('');
      let place = 0;
      const next = (status?: number) => answers(++place, String(place), status);
      const named: AnswerItem[] = [];
      const unnamed: AnswerItem[] = [];
      for (const size of sizes) {
        if (size === 0) {
          const part = next(below(3) === 0 ? 404 : 204);
          named.push(part);
          unnamed.push(without(part));
          continue;
        }
        const members = Array.from({ length: size }, () => next());
        const culprit = below(3) === 0 ? members[below(size)] : undefined;
        // Without the id of its error nobody can say which operation of a set failed.
        const error = culprit && { ...culprit, status: 409 };
        const failed = error && (below(2) === 0 ? error : [error]);
        named.push(failed ?? members);
        unnamed.push(failed ?? members.map(without));
      }
      expect(await outcomes(shape, unnamed), shape).toEqual(await outcomes(shape, named));
    }
  });
});
