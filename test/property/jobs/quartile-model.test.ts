import fc from 'fast-check';
import { it } from 'vitest';
import { quartile } from '../../../src/jobs/quartile.ts';
import { createQuartileDouble } from '../../doubles/quartile/quartile-double.ts';
import { nameOf } from '../../doubles/quartile/read-rows.ts';
import { RUNS, SEED } from '../seed.ts';
import { checkTruth, runThrough, type Scene, weather } from './model.ts';

interface Row {
  readonly asin: string;
  readonly percACoS: number;
}

const credentials = { subscriptionKey: 'key', token: 'token' };
const service = quartile<Row>({ ...credentials, resource: 'masterlist' });

const scene = fc
  .record({
    count: fc.integer({ min: 1, max: 230 }),
    failsWhole: fc.array(fc.boolean(), { maxLength: 3 }),
    fails: fc.integer({ min: 1, max: 20 }),
    omits: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
    echoes: fc.constantFrom('all', 'all', 'asin', 'percACoS', 'more'),
    partialPolls: fc.nat({ max: 2 }),
    notFoundPolls: fc.nat({ max: 2 }),
    queueTime: fc.nat({ max: 20_000 }),
    runTime: fc.nat({ max: 20_000 }),
  })
  .map((given): Scene<Row, unknown, object> => {
    const { count, fails, omits, echoes, partialPolls, notFoundPolls, queueTime, runTime, failsWhole } =
      given;
    const inputs = Array.from({ length: count }, (_, place) => ({ asin: `B${place}`, percACoS: place % 7 }));
    const echo = (row: Readonly<Record<string, unknown>>): object => {
      if (echoes === 'more') return { ...row, profile: 1 };
      return echoes === 'all' ? row : { [echoes]: row[echoes] };
    };
    return {
      service,
      inputs,
      double: (options) =>
        createQuartileDouble({
          ...credentials,
          ...options,
          queueTime,
          runTime,
          failsWhole: (batch) => failsWhole[batch] === true,
          process: (_row, index) => ({ success: index % fails !== 0, message: '', process: 'INSERT' }),
          shapes: {
            order: 'shuffled',
            partialPolls,
            notFoundPolls,
            echo,
            ...(omits !== undefined && { omits: (_row: object, index: number) => index % omits === 0 }),
          },
        }),
      whatOf: nameOf,
      isSuccess: (outcome) => outcome === 'success',
    };
  });

it('Quartile: one truthful outcome for each row, whatever happens', async () => {
  await fc.assert(
    fc.asyncProperty(scene, weather, async (given, conditions) => {
      await checkTruth(given, await runThrough(given, conditions), { ...conditions, trouble: 1 });
    }),
    { numRuns: RUNS, seed: SEED },
  );
});
