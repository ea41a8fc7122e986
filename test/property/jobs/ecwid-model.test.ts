import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Operation } from '../../../src/batch/operation.ts';
import { ecwid } from '../../../src/jobs/ecwid.ts';
import { createEcwidDouble } from '../../doubles/ecwid/ecwid-double.ts';
import { RUNS, SEED } from '../seed.ts';
import { checkTruth, runThrough, type Scene, weather } from './model.ts';

const service = ecwid({ storeId: 1003, token: 'secret_token' });

const scene = fc
  .record({
    statuses: fc.array(fc.constantFrom(200, 200, 200, 201, 404, 500), { minLength: 1, maxLength: 12 }),
    // One in ten is larger than a part.
    size: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 0, 0, 520),
    submit: fc.record({ stopOnFirstFailure: fc.boolean(), allowParallelMode: fc.boolean() }),
    duration: fc.nat({ max: 2000 }),
    shapes: fc.record({
      order: fc.constantFrom('as-sent' as const, 'shuffled' as const),
      whileQueued: fc.constantFrom('empty' as const, 'null' as const, 'absent' as const),
      statusField: fc.constantFrom('httpStatusCode' as const, 'httpCode' as const),
    }),
  })
  .map(({ statuses, size, submit, duration, shapes }): Scene<Operation, unknown, object> => {
    const all = size === 0 ? statuses : [...new Array(size).fill(200), ...statuses];
    const inputs = all.map(
      (_, place): Operation => ({ method: 'POST', url: `/products/${place}`, body: { place } }),
    );
    return {
      service,
      inputs,
      submit,
      double: ({ clock, random, trouble }) =>
        createEcwidDouble({
          storeId: 1003,
          token: 'secret_token',
          clock,
          random,
          trouble,
          duration: size === 0 ? duration : 1,
          shapes,
          respond: ({ path }) => ({ status: all[Number(path.split('/')[2])] ?? 200, body: {} }),
        }),
      whatOf: ({ url, body }) => `POST ${url} ${JSON.stringify(body)}`,
      // The documents call whatever is not 200 a failure.
      isSuccess: (outcome) => outcome === '200',
    };
  });

it('Ecwid: one truthful outcome for each request, whatever happens', async () => {
  await fc.assert(
    fc.asyncProperty(scene, weather, async (given, conditions) => {
      const run = await runThrough(given, conditions);
      await checkTruth(given, run, conditions);
      // The key makes a lost answer harmless, as long as it is remembered.
      const unknown = run.end.results.filter(({ outcome }) => outcome === 'unknown');
      if (conditions.deadline === undefined && conditions.trouble < 40) expect(unknown).toEqual([]);
    }),
    { numRuns: RUNS, seed: SEED },
  );
});
