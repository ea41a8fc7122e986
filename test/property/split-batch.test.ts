import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Batch, Operation } from '../../src/batch/operation.ts';
import { reference } from '../../src/batch/reference.ts';
import { splitBatch } from '../../src/client/split-batch.ts';
import { BatchUsageError } from '../../src/errors.ts';
import { encodeBatchRequest } from '../../src/formats/encode-batch-request.ts';
import { RUNS, SEED } from './seed.ts';

const shape = fc.record({
  members: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 4 })),
  size: fc.oneof(fc.nat(50), fc.nat(3000)),
  /** How far back it refers; 0 for nowhere. */
  back: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 6 })),
  hasId: fc.boolean(),
});

/** Which item each item refers to. */
type Spans = readonly (readonly [item: number, target: number])[];

function build(shapes: readonly { members: number; size: number; back: number; hasId: boolean }[]) {
  const spans: [number, number][] = [];
  const batch: (Operation | Operation[])[] = [];
  for (const [item, { members, size, back, hasId }] of shapes.entries()) {
    const make = (member: number): Operation => {
      const id = hasId ? { id: `i${item}-${member}` } : {};
      const target = member === 0 && back > 0 ? [batch[item - back]].flat()[0] : undefined;
      if (target === undefined) return { method: 'POST', url: 'Products', body: 'x'.repeat(size), ...id };
      spans.push([item, item - back]);
      return { method: 'POST', url: reference(target, 'Labels'), body: 'x'.repeat(size), ...id };
    };
    batch.push(members === 0 ? make(0) : Array.from({ length: members }, (_, member) => make(member)));
  }
  return { batch, spans };
}

const limitsOf = fc.record(
  {
    maxOperations: fc.integer({ min: 1, max: 12 }),
    maxItems: fc.integer({ min: 1, max: 12 }),
    maxOperationsPerChangeSet: fc.integer({ min: 1, max: 4 }),
    maxBytes: fc.integer({ min: 300, max: 12_000 }),
  },
  { requiredKeys: [] },
);

type LimitNumbers = {
  maxOperations?: number;
  maxItems?: number;
  maxOperationsPerChangeSet?: number;
  maxBytes?: number;
};

/** What a batch exceeds. */
function isWithin(batch: Batch, limits: LimitNumbers, spareBytes = 0): boolean {
  const sets = batch.map((item) => (Array.isArray(item) ? item.length : 0));
  return (
    batch.flat().length <= (limits.maxOperations ?? Number.POSITIVE_INFINITY) &&
    batch.length <= (limits.maxItems ?? Number.POSITIVE_INFINITY) &&
    Math.max(0, ...sets) <= (limits.maxOperationsPerChangeSet ?? Number.POSITIVE_INFINITY) &&
    (limits.maxBytes === undefined || encodeBatchRequest(batch).body.length + spareBytes <= limits.maxBytes)
  );
}

/** The items that no cut may separate, as the slow way finds them. */
function indivisible(count: number, spans: Spans): [number, number][] {
  const cuts = Array.from({ length: count - 1 }, (_, index) => index + 1).filter(
    (cut) => !spans.some(([item, target]) => target < cut && cut <= item),
  );
  return [0, ...cuts].map((from, index) => [from, [...cuts, count][index] as number]);
}

describe('splitting', () => {
  it('keeps order and references, fills each batch, holds every limit, or says why not', () => {
    fc.assert(
      fc.property(fc.array(shape, { minLength: 1, maxLength: 30 }), limitsOf, (shapes, given) => {
        const limits = given as LimitNumbers;
        const { batch, spans } = build(shapes);
        const pieces = indivisible(batch.length, spans);
        const fitsAlone = pieces.map(([from, to]) => isWithin(batch.slice(from, to), limits));
        let batches: Batch[];
        try {
          batches = splitBatch(batch, { batchLimits: limits });
        } catch (error) {
          expect(error).toBeInstanceOf(BatchUsageError);
          expect(['too-many-operations', 'batch-too-large']).toContain((error as BatchUsageError).code);
          expect(fitsAlone).toContain(false);
          return;
        }
        expect(fitsAlone).not.toContain(false);
        // Identity, not equality: every operation once, in order.
        const items = batches.flat();
        expect(items.length).toBe(batch.length);
        expect(items.every((item, index) => item === batch[index])).toBe(true);
        for (const one of batches) {
          expect(isWithin(one, limits)).toBe(true);
          encodeBatchRequest(one);
        }
        const starts = batches.map((_, index) => batches.slice(0, index).flat().length);
        const pieceFrom = new Map(pieces);
        for (const start of starts) expect(pieceFrom.has(start)).toBe(true);
        for (const [index, start] of starts.entries()) {
          if (index === 0) continue;
          const next = batch.slice(starts[index - 1], pieceFrom.get(start));
          // Ids have at most two digits here; what is left over is less than one for each operation.
          expect(isWithin(next, limits, next.flat().length)).toBe(false);
        }
      }),
      { seed: SEED, numRuns: RUNS * 3 },
    );
  });
});
