import { describe, expect, it } from 'vitest';
import type { Batch, Operation } from '../../../src/batch/operation.ts';
import { reference } from '../../../src/batch/reference.ts';
import { splitBatch } from '../../../src/client/split-batch.ts';
import { BatchUsageError } from '../../../src/errors.ts';
import { encodeBatchRequest } from '../../../src/formats/encode-batch-request.ts';
import { channelAdvisor } from '../../../src/services/channel-advisor.ts';
import { errorOf, issuesOf } from '../catch-error.ts';

function gets(count: number): Operation[] {
  return Array.from({ length: count }, (_, index) => ({ method: 'GET', url: `Products(${index})` }));
}

function sizes(batches: readonly Batch[]): number[] {
  return batches.map((batch) => batch.flat().length);
}

function messagesOf(run: () => unknown): string[] {
  const error = errorOf(run);
  return error instanceof BatchUsageError ? error.issues.map(({ message }) => message) : [];
}

describe('splitBatch', () => {
  it('fills each batch, keeps order and the objects themselves', () => {
    const batch = gets(250);
    const batches = splitBatch(batch, { service: channelAdvisor() });
    expect(sizes(batches)).toEqual([100, 100, 50]);
    expect(batches.flat()).toEqual(batch);
    expect(batches.flat().every((operation, index) => operation === batch[index])).toBe(true);
  });

  it('leaves alone what fits, and nothing where there is nothing', () => {
    const batch = gets(3);
    expect(splitBatch(batch)).toEqual([batch]);
    expect(splitBatch([])).toEqual([]);
  });

  it('takes the smaller limit of service and caller', () => {
    const service = channelAdvisor();
    expect(sizes(splitBatch(gets(100), { service, batchLimits: { maxOperations: 40 } }))).toEqual([
      40, 40, 20,
    ]);
    expect(sizes(splitBatch(gets(150), { service, batchLimits: { maxOperations: 400 } }))).toEqual([100, 50]);
  });

  it('counts the operations of change sets, and change sets as one item', () => {
    const set = () => gets(3).map((operation) => ({ ...operation, method: 'DELETE' as const }));
    const batch = [set(), set(), ...gets(1), set()];
    expect(splitBatch(batch, { batchLimits: { maxOperations: 7 } }).map((one) => one.length)).toEqual([3, 1]);
    expect(splitBatch(batch, { batchLimits: { maxItems: 2 } }).map((one) => one.length)).toEqual([2, 2]);
  });

  it('fits the first batch to what is left of the budget', () => {
    const service = channelAdvisor();
    expect(sizes(splitBatch(gets(250), { service, available: 81 }))).toEqual([80, 100, 70]);
    // Not enough for anything: it will have to wait.
    expect(sizes(splitBatch(gets(250), { service, available: 1 }))).toEqual([100, 100, 50]);
    // Where operations do not count, one is enough for a whole batch.
    expect(sizes(splitBatch(gets(250), { batchLimits: { maxOperations: 100 }, available: 1 }))).toEqual([
      100, 100, 50,
    ]);
  });

  it('keeps a reference with what it refers to, and all between them', () => {
    const created = { method: 'POST', url: 'Products', body: {} } as const;
    const at = (operation: Operation) => [...gets(3), created, ...gets(1), operation, ...gets(2)];
    const limit = { batchLimits: { maxOperations: 4 } };
    const byUrl = at({ method: 'GET', url: reference(created, 'Labels') });
    const byDependency = at({ method: 'GET', url: 'x', dependsOn: [created] });
    for (const batch of [byUrl, byDependency]) expect(sizes(splitBatch(batch, limit))).toEqual([3, 4, 1]);

    const named = { ...created, id: 'new' };
    const ways: Operation[] = [
      { method: 'GET', url: '$new/Labels' },
      { method: 'GET', url: 'x', dependsOn: ['new'] },
      { method: 'DELETE', url: 'x', headers: { 'If-Match': '$new' } },
      { method: 'POST', url: 'x', body: { product: '$new' } },
      { method: 'POST', url: 'x', body: { product: reference(named) } },
      {
        method: 'POST',
        url: 'x',
        body: '{"product":"$new/Id"}',
        headers: { 'Content-Type': 'application/json' },
      },
    ];
    for (const way of ways) {
      const batch = [...gets(3), named, ...gets(1), way, ...gets(2)];
      expect(sizes(splitBatch(batch, limit))).toEqual([3, 4, 1]);
    }
  });

  it('takes no text for a reference that is none', () => {
    const batch = [
      { method: 'POST', url: 'x', id: 'new', body: {} },
      { method: 'POST', url: 'x', body: { price: '$newer', text: 'costs $new', $new: 1 } },
    ] as const;
    expect(sizes(splitBatch(batch, { batchLimits: { maxOperations: 1 } }))).toEqual([1, 1]);
  });

  it('says why it can not be done', () => {
    const first = { method: 'POST', url: 'Products', id: 'a', body: {} } as const;
    const chain = [...gets(1), first, ...gets(4), { method: 'GET', url: '$a' } as const];
    const limit = { batchLimits: { maxOperations: 4 } };
    expect(issuesOf(() => splitBatch(chain, limit))).toEqual(['batch[1]: too-many-operations']);
    expect(messagesOf(() => splitBatch(chain, limit))).toEqual([
      'batch[1] to batch[6] stay together, since batch[6] refers to batch[1]: 6 operations in one batch, and at most 4 are taken',
    ]);
    const set = [gets(5).map((operation) => ({ ...operation, method: 'DELETE' as const })), ...gets(1)];
    expect(issuesOf(() => splitBatch(set, { batchLimits: { maxOperationsPerChangeSet: 4 } }))).toEqual([
      'batch[0]: too-many-operations',
    ]);
    expect(issuesOf(() => splitBatch(set, limit))).toEqual(['batch[0]: too-many-operations']);
    const large = [...gets(1), { method: 'PUT', url: 'x', body: 'a'.repeat(5000) }] as const;
    expect(issuesOf(() => splitBatch(large, { batchLimits: { maxBytes: 4000 } }))).toEqual([
      'batch[1]: batch-too-large',
    ]);
  });

  it('refuses a reference by number where numbers change', () => {
    const batch = [
      { method: 'POST', url: 'x', body: {} } as const,
      { method: 'GET', url: '$1' } as const,
      ...gets(2),
    ];
    expect(splitBatch(batch)).toEqual([batch]);
    expect(issuesOf(() => splitBatch(batch, { batchLimits: { maxOperations: 2 } }))).toEqual([
      'batch[1]: reference-without-id',
    ]);
  });

  it('counts octets as they are written', () => {
    const batch = Array.from({ length: 40 }, (_, index) => ({
      method: 'PUT' as const,
      url: `Products(${index})`,
      body: { text: 'é'.repeat(100) },
    }));
    const batches = splitBatch(batch, { batchLimits: { maxBytes: 4000 } });
    const written = batches.map((one) => encodeBatchRequest(one).body.length);
    expect(Math.max(...written)).toBeLessThanOrEqual(4000);
    // One more, of some 400 octets, would not have fitted.
    expect(Math.min(...written.slice(0, -1))).toBeGreaterThan(3550);
  });

  it('tells what encoding has to say, with the places of the whole batch', () => {
    const batch = [
      ...gets(5),
      { method: 'GET', url: 'x', body: 'no' },
      [{ method: 'GET', url: 'x' }],
    ] as const;
    expect(issuesOf(() => splitBatch(batch, { batchLimits: { maxBytes: 100_000 } }))).toEqual([
      'batch[5].body: body-not-allowed',
      'batch[6][0].method: method-in-change-set',
    ]);
  });

  it.each([
    [{ batchLimits: { maxOperations: 0 } }, 'options.batchLimits.maxOperations'],
    [{ batchLimits: { maxBytes: 1.5 } }, 'options.batchLimits.maxBytes'],
    [{ available: Number.NaN }, 'options.available'],
  ])('refuses %j', (options, path) => {
    expect(issuesOf(() => splitBatch(gets(1), options))).toEqual([`${path}: invalid-option`]);
  });
});
