import fc from 'fast-check';
import { it } from 'vitest';
import type { Operation } from '../../../src/batch/operation.ts';
import { odataAsync } from '../../../src/jobs/odata-async.ts';
import { createODataDouble } from '../../doubles/odata/odata-double.ts';
import { RUNS, SEED } from '../seed.ts';
import { checkTruth, runThrough, type Scene, weather } from './model.ts';

const scene = fc
  .record({
    statuses: fc.array(fc.constantFrom(200, 200, 201, 404), { minLength: 1, maxLength: 10 }),
    format: fc.constantFrom('multipart' as const, 'json' as const),
    form: fc.constantFrom('application/http' as const, 'async-result' as const),
    continueOnError: fc.option(fc.boolean(), { nil: undefined }),
    parts: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }),
    forgets: fc.boolean(),
    retryAfter: fc.option(fc.nat({ max: 30 }), { nil: undefined }),
    duration: fc.nat({ max: 30_000 }),
  })
  .map(({ statuses, format, continueOnError, retryAfter, ...shapes }): Scene<Operation, unknown, object> => {
    const inputs = statuses.map(
      (_, place): Operation => ({ method: 'POST', url: `R${place}`, body: { place } }),
    );
    return {
      service: odataAsync({ url: 'https://odata.example/service/$batch', format }),
      inputs,
      submit: continueOnError === undefined ? {} : { continueOnError },
      double: (options) =>
        createODataDouble({
          ...options,
          ...shapes,
          ...(retryAfter !== undefined && { retryAfter }),
          respond: (_method, path) => ({ status: statuses[Number(path.slice(1))] ?? 200, body: {} }),
        }),
      whatOf: ({ url, body }) => `POST ${url} ${JSON.stringify(body)}`,
      isSuccess: (outcome) => Number(outcome) < 400,
    };
  });

it('OData: one truthful outcome for each operation, whatever happens', async () => {
  await fc.assert(
    fc.asyncProperty(scene, weather, async (given, conditions) => {
      await checkTruth(given, await runThrough(given, conditions), conditions);
    }),
    { numRuns: RUNS, seed: SEED },
  );
});
