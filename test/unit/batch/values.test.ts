import { describe, expect, it } from 'vitest';
import { defineBatch } from '../../../src/batch/operation.ts';
import { resultOf, valuesOf } from '../../../src/batch/values.ts';
import { decodeBatchResponse } from '../../../src/formats/decode-batch-response.ts';
import { encodeBatchRequest } from '../../../src/formats/encode-batch-request.ts';
import { type AnswerItem, buildAnswer } from '../build-answer.ts';
import { errorOf } from '../catch-error.ts';

const first = { method: 'GET', url: 'A' } as const;
const second = { method: 'POST', url: 'B' } as const;
const third = { method: 'POST', url: 'C' } as const;
const batch = defineBatch([first, [second, third]]);

const decode = (...answer: AnswerItem[]) =>
  decodeBatchResponse(buildAnswer(answer), { request: encodeBatchRequest(batch) });
const json = (body: string) => ({ status: 200, headers: ['Content-Type: application/json'], body });

describe('valuesOf', () => {
  it('gives the values, nested like the results', () => {
    expect(valuesOf(decode(json('1'), [json('"b"'), { status: 204 }]))).toEqual([1, ['b', undefined]]);
  });

  it('throws for what did not succeed, one issue each, with the results', () => {
    const results = decode(json('1'), {
      status: 409,
      id: '3',
      headers: ['Content-Type: application/json'],
      body: '{"error":{"code":"E","message":"Taken"}}',
    });
    const error = errorOf(() => valuesOf(results));
    expect(error).toMatchObject({
      name: 'BatchUsageError',
      code: 'operation-not-succeeded',
      issues: [
        { path: 'results[1][0]', code: 'operation-not-succeeded', message: 'the operation is rolled-back' },
        {
          path: 'results[1][1]',
          code: 'operation-not-succeeded',
          message: 'the operation is failed: 409',
        },
      ],
    });
    expect((error as { results: unknown }).results).toBe(results);
  });

  it('throws for a broken body', () => {
    expect(errorOf(() => valuesOf(decode(json('{'), [json('1'), json('2')])))).toMatchObject({
      code: 'invalid-json',
      path: 'parts[0]',
    });
  });
});

describe('resultOf', () => {
  const results = decode(json('1'), [json('2'), json('3')]);

  it('finds the result of an object, in a change set too', () => {
    expect(resultOf(results, first)).toMatchObject({ value: 1, path: [0] });
    expect(resultOf(results, third)).toMatchObject({ value: 3, path: [1, 1] });
  });

  it('does not find a copy', () => {
    expect(errorOf(() => resultOf(results, { ...first }))).toMatchObject({
      name: 'BatchUsageError',
      code: 'operation-not-found',
    });
  });

  it('does not choose between two', () => {
    const [one] = results;
    const error = errorOf(() => resultOf([one, one], first));
    expect(error).toMatchObject({ code: 'operation-not-found' });
    expect((error as Error).message).toContain('more than once');
  });
});

it('defineBatch gives the batch itself', () => {
  expect(defineBatch(batch)).toBe(batch);
});
