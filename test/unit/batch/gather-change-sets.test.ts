import { describe, expect, it } from 'vitest';
import { gatherChangeSets } from '../../../src/batch/gather-change-sets.ts';
import type { Batch } from '../../../src/batch/operation.ts';
import type { ReceivedItem, ReceivedPart } from '../../../src/batch/received-item.ts';
import { encodeBatchRequest } from '../../../src/formats/encode-batch-request.ts';

const part = (id?: string, group?: string): ReceivedPart => ({ id, group, answer: undefined as never });
const post = (id: string) => ({ method: 'POST', url: 'P', id });
const planOf = (batch: Batch) => encodeBatchRequest(batch, { format: 'json' }).plan;
const idsOf = (items: readonly ReceivedItem[]): unknown[] =>
  items.map((item) => ('answer' in item ? item.id : idsOf(item)));

const plan = planOf([post('a'), [post('b'), post('c')], [post('d')], post('e')]);

describe('gatherChangeSets', () => {
  it('puts answers together by the ids of the plan, in the place of the first', () => {
    expect(
      idsOf(
        gatherChangeSets(
          ['e', 'c', 'a', 'd', 'b'].map((id) => part(id)),
          plan,
        ),
      ),
    ).toEqual(['e', ['c', 'b'], 'a', ['d']]);
  });

  it('takes the name of the change set where an answer has no id, as planned or as the service calls it', () => {
    const received = [part(undefined, 'group2'), part('b', 'x'), part(undefined, 'x')];
    expect(idsOf(gatherChangeSets(received, plan))).toEqual([[undefined], ['b', undefined]]);
  });

  it('leaves single operations alone, whatever set they say they are in', () => {
    expect(idsOf(gatherChangeSets([part('a', 'x'), part('e', 'x')], plan))).toEqual(['a', 'e']);
  });

  it('leaves answers of nobody and nests as they are', () => {
    expect(idsOf(gatherChangeSets([part('z'), [part('b'), part('c')]], plan))).toEqual(['z', ['b', 'c']]);
  });

  it('leaves out what is incomplete while more is to come', () => {
    const received = [part('b'), part('d'), part('a')];
    expect(idsOf(gatherChangeSets(received, plan, true))).toEqual([['d'], 'a']);
    expect(idsOf(gatherChangeSets(received, plan, false))).toEqual([['b'], ['d'], 'a']);
  });

  it('goes by names alone where there is no plan', () => {
    expect(idsOf(gatherChangeSets([part('1', 'g'), part('2'), part('3', 'g')], undefined))).toEqual([
      ['1', '3'],
      '2',
    ]);
  });
});
