import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { sendBatch } from '../../src/client/send-batch.ts';
import { sendBatchStream } from '../../src/client/send-batch-stream.ts';
import type { SendOptions } from '../../src/client/send-options.ts';
import { decodeBatchRequest, encodeBatchResponse, type Operation } from '../../src/index.ts';
import { VirtualClock } from '../unit/virtual-clock.ts';
import { law } from './law.ts';

/** An operation: what it refers to, how often it is throttled before it runs, and whether it is refused then. */
const planned = fc.record({
  target: fc.option(fc.nat({ max: 4 })),
  throttled: fc.constantFrom(0, 0, 0, 1, 2),
  isRefused: fc.constantFrom(false, false, false, true),
});
const scenario = fc.record({
  plan: fc.array(planned, { minLength: 1, maxLength: 9 }),
  format: fc.constantFrom('multipart', 'json' as const),
  isStream: fc.boolean(),
  maxOperations: fc.integer({ min: 9, max: 20 }),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer S> ? S : never;

/** The operation that each one refers to: in a stream it has to be the one before, since a chain has no gaps. */
function targetsOf({ plan, isStream }: Scenario): (number | undefined)[] {
  return plan.map(({ target }, index) => {
    if (target === null || index === 0) return undefined;
    return isStream ? index - 1 : target % index;
  });
}

/** A service that runs each operation whose target ran in the same batch, and keeps a log of what it ran. */
class DependencyService {
  readonly ran: number[] = [];
  readonly #left: number[];
  readonly #plan: Scenario['plan'];

  constructor(plan: Scenario['plan']) {
    this.#plan = plan;
    this.#left = plan.map(({ throttled }) => throttled);
  }

  readonly fetch = async (_url: string, init: { headers: Record<string, string>; body?: unknown }) => {
    const request = decodeBatchRequest({ headers: init.headers, body: init.body as Uint8Array });
    const succeeded = new Set<string>();
    const responses = request.flat().map(({ id = '', url }) => {
      const index = Number(id.slice(2));
      const [, target] = /^\$(op\d+)\//.exec(url) ?? [];
      if (target !== undefined && !succeeded.has(target)) return { status: 424 };
      if ((this.#left[index] ?? 0) > 0) {
        this.#left[index] = (this.#left[index] ?? 0) - 1;
        return { status: 429, headers: { 'Retry-After': '1' } };
      }
      this.ran.push(index);
      if (this.#plan[index]?.isRefused) return { status: 400 };
      succeeded.add(id);
      return { status: 201, headers: { Location: `https://h/E(${index})` } };
    });
    const { status, headers, body } = encodeBatchResponse(responses, { request, continueOnError: true });
    return new Response(body, { status, headers });
  };
}

/**
 * What can be carried out, by the rules: an operation that is throttled goes again unless its target has run, since the reference
 * would lead nowhere; what waited for one that goes again goes with it.
 */
function model({ plan }: Scenario, targets: readonly (number | undefined)[]): string[] {
  const left: number[] = plan.map(({ throttled }) => throttled);
  const fates: string[] = plan.map(() => '');
  let batch = plan.map((_, index) => index);
  while (batch.length > 0) {
    const succeeded = new Set<number>();
    const again = new Set<number>();
    for (const index of batch) {
      const target = targets[index];
      const goesAgain = () => target === undefined || again.has(target);
      if (target !== undefined && !succeeded.has(target)) {
        fates[index] = 'not run';
        if (goesAgain()) again.add(index);
      } else if ((left[index] ?? 0) > 0) {
        left[index] = (left[index] ?? 0) - 1;
        fates[index] = 'not run';
        if (goesAgain()) again.add(index);
      } else {
        fates[index] = plan[index]?.isRefused ? 'refused' : 'succeeded';
        if (fates[index] === 'succeeded') succeeded.add(index);
      }
    }
    batch = batch.filter((index) => again.has(index));
  }
  return fates;
}

describe('what waits for a throttled operation', () => {
  law(
    'is carried out with it, once, in either format, whole and as a stream',
    fc.asyncProperty(scenario, async (given) => {
      const { plan, format, isStream, maxOperations } = given;
      const targets = targetsOf(given);
      const batch: Operation[] = targets.map((target, index) => ({
        id: `op${index}`,
        method: 'POST',
        url: target === undefined ? `E${index}` : `$op${target}/E`,
        body: { index },
      }));
      const service = new DependencyService(plan);
      const clock = new VirtualClock();
      const options: SendOptions = {
        ...{ serviceRoot: 'https://h/', fetch: service.fetch as never, clock, format, maxAttempts: 9 },
        ...{ batchLimits: { maxOperations }, continueOnError: true, single: 'batch', concurrency: 1 },
      };
      const all = async () => {
        if (!isStream) return (await sendBatch(batch, options)).flat();
        const results = [];
        for await (const result of sendBatchStream(batch, options)) results.push(result);
        return results.sort((a, b) => a.index - b.index);
      };
      const results = await clock.until(all());
      const fates = model(given, targets);
      const told = results.map((result) => {
        if (result.outcome === 'succeeded') return 'succeeded';
        return result.outcome === 'failed' && result.status === 400 ? 'refused' : 'not run';
      });
      expect(told).toEqual(fates);
      expect([...service.ran].sort()).toEqual(
        fates.flatMap((fate, index) => (fate === 'not run' ? [] : [index])),
      );
    }),
    3,
  );
});
