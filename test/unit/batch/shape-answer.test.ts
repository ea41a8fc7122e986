import { describe, expect, it } from 'vitest';
import type { BatchFormat } from '../../../src/batch/batch-format.ts';
import type { Batch } from '../../../src/batch/operation.ts';
import type { OperationResult } from '../../../src/batch/result.ts';
import type { Service } from '../../../src/batch/service.ts';
import { decodeBatchResponse } from '../../../src/formats/decode-batch-response.ts';
import { decodeBatchResponseStream } from '../../../src/formats/decode-batch-response-stream.ts';
import { encodeBatchRequest } from '../../../src/formats/encode-batch-request.ts';
import { type AnswerItem, type AnswerPart, buildAnswer } from '../build-answer.ts';

const post = () => ({ method: 'POST', url: 'P', body: {} });
const get = () => ({ method: 'GET', url: 'P' });
/** A digit: as many operations in a change set; 0: one outside. */
const batchOf = (shape: string): Batch =>
  Array.from(shape, (size) => (size === '0' ? get() : Array.from({ length: Number(size) }, post)));

const ok: AnswerPart = { status: 204 };
const error: AnswerPart = { status: 409 };

const OWN: Service = { name: 'own', nestsLikeBatch: false };
const LOOSE: Service = { ...OWN, atomicChangeSets: false };
const AS_ONE: Service = { name: 'as one', answersBatchAsOne: true };
const REFUSING: Service = { ...AS_ONE, atomicChangeSets: false };

/** Whose answers those in a nest are nobody can tell, so that nothing is said to be not executed either. */
const UNKNOWN = Array.from({ length: 3 }, () => 'unknown: correlation-failed');

const tell = (result: OperationResult) =>
  result.outcome === 'unknown' ? `unknown: ${result.cause.code}` : result.outcome;

/** What comes of an answer read whole, which must be what comes of it read as a stream. */
async function outcomes(
  service: Service,
  shape: string,
  answer: readonly AnswerItem[],
  format: BatchFormat = 'multipart',
): Promise<unknown[]> {
  const request = encodeBatchRequest(batchOf(shape), { service, format });
  const message = buildAnswer(answer);
  const results = decodeBatchResponse(message, { request }) as (OperationResult | OperationResult[])[];
  const headers = { 'Content-Type': message.contentType ?? '' };
  const response = new Response(message.body as BodyInit, { headers });
  const streamed: OperationResult[] = [];
  try {
    for await (const result of decodeBatchResponseStream(response, { request })) streamed.push(result);
    streamed.sort((a, b) => a.index - b.index);
    expect(streamed.map(tell)).toEqual(results.flat().map(tell));
  } catch (failure) {
    // What was told before the end can turn out to be wrong; the error then says what is known.
    const told = (failure as { results?: (OperationResult | OperationResult[])[] }).results ?? [];
    expect(told.flat().map(tell)).toEqual(results.flat().map(tell));
  }
  return results.map((item) => (Array.isArray(item) ? item.map(tell) : tell(item)));
}

describe('answers that are nested in their own way', () => {
  it.each<[string, Service, string, AnswerItem[], unknown[]]>([
    ['flat answers to a change set', LOOSE, '3', [ok, error, ok], [['succeeded', 'failed', 'succeeded']]],
    [
      'flat answers to several',
      LOOSE,
      '021',
      [ok, ok, error, ok],
      ['succeeded', ['succeeded', 'failed'], ['succeeded']],
    ],
    ['the nests that were sent', LOOSE, '02', [ok, [ok, ok]], ['succeeded', ['succeeded', 'succeeded']]],
    ['a failed set in its place', OWN, '02', [ok, error], ['succeeded', ['rolled-back', 'rolled-back']]],
    ['one nest for all', OWN, '000', [[ok, error, ok]], ['succeeded', 'failed', 'succeeded']],
    ['one nest for one', OWN, '0', [[ok]], ['succeeded']],
    [
      'one nest around sets',
      LOOSE,
      '201',
      [[ok, ok, error, ok]],
      [['succeeded', 'succeeded'], 'failed', ['succeeded']],
    ],
    ['flat answers to an atomic set', OWN, '2', [ok, error], [['rolled-back', 'failed']]],
    ['an empty nest beside an answer', OWN, '0', [ok, []], ['unknown: correlation-failed']],
    ['fewer than sent', OWN, '000', [ok, error], ['succeeded', 'failed', 'not-executed']],
    ['fewer in one nest', OWN, '000', [[ok, ok]], UNKNOWN],
    ['fewer in one nest, the last a failure', OWN, '000', [[ok, error]], UNKNOWN],
    ['more in one nest', OWN, '000', [[ok, error, ok, ok]], UNKNOWN],
    ['a nest of some, and a failure behind it', OWN, '000', [[ok, ok], error], UNKNOWN],
    ['a nest behind an answer', OWN, '000', [ok, [ok, error]], UNKNOWN],
    ['an empty nest', OWN, '000', [[]], UNKNOWN],
    [
      'more than sent',
      OWN,
      '00',
      [ok, ok, ok],
      ['unknown: response-count-mismatch', 'unknown: response-count-mismatch'],
    ],
  ])('%s', async (_, service, shape, answer, expected) => {
    expect(await outcomes(service, shape, answer)).toEqual(expected);
  });

  it('are matched by id where each has one', async () => {
    const [a, b, c] = ['1', '2', '3'].map((id) => ({ ...ok, id }));
    const answer = [{ ...error, id: '2' }, c, a] as AnswerItem[];
    expect(await outcomes(LOOSE, '12', answer)).toEqual([['succeeded'], ['failed', 'succeeded']]);
    expect(await outcomes(LOOSE, '000', [[c, b, a]] as AnswerItem[])).toEqual([
      'succeeded',
      'succeeded',
      'succeeded',
    ]);
    expect(await outcomes(LOOSE, '000', [[a, a, b]] as AnswerItem[])).toEqual(
      Array.from({ length: 3 }, () => 'unknown: correlation-failed'),
    );
  });

  it('mean nothing where nobody said that the service nests so', async () => {
    expect(await outcomes({ name: 's' }, '3', [ok, ok, ok])).toEqual([
      Array.from({ length: 3 }, () => 'unknown: response-count-mismatch'),
    ]);
  });
});

describe('one error for a batch of several', () => {
  it.each<[string, Service, string, AnswerItem[], unknown[]]>([
    ['is that of all', AS_ONE, '000', [error], ['rolled-back', 'rolled-back', 'rolled-back']],
    ['is that of all in a nest', AS_ONE, '00', [[error]], ['rolled-back', 'rolled-back']],
    [
      'is that of the one that it names',
      AS_ONE,
      '000',
      [{ ...error, id: '2' }],
      ['rolled-back', 'failed', 'rolled-back'],
    ],
    [
      'means that nothing was done',
      REFUSING,
      '000',
      [error],
      ['not-executed', 'not-executed', 'not-executed'],
    ],
    [
      'means that anything may have been done where the service failed',
      REFUSING,
      '000',
      [{ ...error, status: 500 }],
      ['unknown: operation-failed', 'unknown: operation-failed', 'unknown: operation-failed'],
    ],
    [
      'means that anything may have been done where there was no answer in time',
      REFUSING,
      '00',
      [{ ...error, status: 408 }],
      ['unknown: operation-failed', 'unknown: operation-failed'],
    ],
    [
      'means that nothing was done where the service says when to come again',
      REFUSING,
      '00',
      [{ ...error, status: 503, headers: ['Retry-After: 3'] }],
      ['not-executed', 'not-executed'],
    ],
    ['is that of the only one', AS_ONE, '0', [error], ['failed']],
    ['may come behind an empty nest', AS_ONE, '00', [[], error], ['rolled-back', 'rolled-back']],
    ['is not one among several', AS_ONE, '000', [error, ok, ok], ['failed', 'succeeded', 'succeeded']],
    ['is not the second', AS_ONE, '000', [ok, error], ['succeeded', 'failed', 'not-executed']],
    [
      'is no success',
      AS_ONE,
      '00',
      [ok],
      ['unknown: response-count-mismatch', 'unknown: response-count-mismatch'],
    ],
    [
      'is not looked for elsewhere',
      { name: 's' },
      '000',
      [error],
      ['failed', 'not-executed', 'not-executed'],
    ],
  ])('%s', async (_, service, shape, answer, expected) => {
    expect(await outcomes(service, shape, answer)).toEqual(expected);
  });

  it('is that of the one that it names, and of nobody without an id, in answer to a JSON batch', async () => {
    const named = await outcomes(REFUSING, '00', [{ ...error, id: '2' }], 'json');
    expect(named).toEqual(['unknown: response-count-mismatch', 'failed']);
    const unnamed = await outcomes(REFUSING, '00', [error], 'json');
    expect(unnamed).toEqual(['unknown: correlation-failed', 'unknown: correlation-failed']);
  });

  it('is kept as the cause', () => {
    const request = encodeBatchRequest(batchOf('00'), { service: REFUSING });
    const body = JSON.stringify({ error: { code: 'InvalidInput', message: 'bad' } });
    const message = buildAnswer([{ status: 400, headers: ['Content-Type: application/json'], body }]);
    for (const result of decodeBatchResponse(message, { request })) {
      expect(result).toMatchObject({
        outcome: 'not-executed',
        cause: { status: 400, error: { code: 'InvalidInput' } },
      });
    }
  });
});

describe('the only answer to the only request', () => {
  it('needs no id, even where answers come in any order', async () => {
    const service = { name: 's', ordered: false };
    expect(await outcomes(service, '0', [ok])).toEqual(['succeeded']);
    expect(await outcomes(service, '1', [[error]])).toEqual([['failed']]);
    expect(await outcomes(service, '00', [ok, ok])).toEqual([
      'unknown: correlation-failed',
      'unknown: correlation-failed',
    ]);
  });
});
