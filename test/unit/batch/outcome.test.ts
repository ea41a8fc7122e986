import { describe, expect, it } from 'vitest';
import { defineBatch } from '../../../src/batch/operation.ts';
import { decodeBatchResponse } from '../../../src/formats/decode-batch-response.ts';
import { encodeBatchRequest } from '../../../src/formats/encode-batch-request.ts';
import { type AnswerItem, buildAnswer } from '../build-answer.ts';

const batch = defineBatch([
  { method: 'GET', url: 'A', tag: 'mine' },
  [
    { method: 'POST', url: 'B' },
    { method: 'POST', url: 'C' },
  ],
]);
const decode = (...answer: AnswerItem[]) =>
  decodeBatchResponse(buildAnswer(answer), { request: encodeBatchRequest(batch) });

describe('a result', () => {
  it('of every outcome says whose it is, with the tag of the operation', () => {
    const all = [
      ...decode({ status: 200 }, [{ status: 201 }, { status: 204 }]).flat(),
      ...decode({ status: 200 }, { status: 400, id: '2' }).flat(),
      ...decode({ status: 500 }).flat(),
      ...decode().flat(),
    ];
    expect(all.map(({ outcome, ok }) => [outcome, ok])).toEqual([
      ['succeeded', true],
      ['succeeded', true],
      ['succeeded', true],
      ['succeeded', true],
      ['failed', false],
      ['rolled-back', false],
      ['failed', false],
      ['not-executed', false],
      ['not-executed', false],
      ['unknown', false],
      ['unknown', false],
      ['unknown', false],
    ]);
    const places = [
      { id: '1', index: 0, path: [0] },
      { id: '2', index: 1, path: [1, 0] },
      { id: '3', index: 2, path: [1, 1] },
    ];
    for (const [index, result] of all.entries()) {
      expect(result).toMatchObject(places[index % 3] ?? {});
      expect(result.operation).toBe(batch.flat()[index % 3]);
    }
    expect(all[0]?.operation).toMatchObject({ tag: 'mine' });
  });

  it('has no rewrite where the service made none', () => {
    for (const result of decode({ status: 500 }).flat())
      expect('rewrite' in result && result.rewrite !== undefined).toBe(false);
  });

  it('of a failed operation can be copied and keeps its answer', () => {
    const [first] = decode({ status: 404, headers: ['Content-Type: text/plain'], body: 'gone' });
    if (first?.outcome !== 'failed') return expect.unreachable();
    const copy = { ...first };
    expect(copy.text()).toBe('gone');
    expect(copy.error).toEqual({ code: '404', message: 'gone' });
  });
});
