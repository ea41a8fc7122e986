import fc from 'fast-check';
import { it } from 'vitest';
import type { Operation } from '../../../src/batch/operation.ts';
import { kibo } from '../../../src/jobs/kibo.ts';
import { createKiboDouble } from '../../doubles/kibo/kibo-double.ts';
import { RUNS, SEED } from '../seed.ts';
import { checkTruth, runThrough, type Scene, weather } from './model.ts';

const baseUrl = 'https://t1234-s5678.sandbox.mozu.com/api';
const VERDICTS = ['Completed', 'Completed', 'Completed', 'Failed', 'ValidationFailed'] as const;
const CATALOG = '/commerce/catalog/admin/';

/** An update of the item of a place; every tenth of the second kind is of the same product. */
function update(kind: number, place: number): Operation {
  const body = { productCode: `P${place}`, place };
  if (kind === 0) return { method: 'POST', url: `${CATALOG}products/`, body };
  if (kind === 1) return { method: 'PUT', url: `${CATALOG}products/P${place % 3}`, body: { place } };
  if (kind === 2) return { method: 'DELETE', url: `${CATALOG}products/D${place}` };
  if (kind === 3)
    return { method: 'POST', url: `${CATALOG}products/P${place}/Properties`, body: { attributeFQN: 'a' } };
  return { method: 'POST', url: `${CATALOG}pricelists/bulkaddentries`, body: [{ productCode: `E${place}` }] };
}

const scene = fc
  .record({
    kinds: fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 12 }),
    verdicts: fc.array(fc.constantFrom(...VERDICTS), { minLength: 12, maxLength: 12 }),
    tries: fc.integer({ min: 1, max: 3 }),
    spelling: fc.constantFrom('docs' as const, 'openapi' as const),
    scheduled: fc.option(fc.integer({ min: -1000, max: 100_000 }), { nil: undefined }),
    onSubmitFailure: fc.constantFrom('leave' as const, 'cancel' as const),
    maxPageSize: fc.integer({ min: 1, max: 5 }),
    countsOnlyWhenAsked: fc.boolean(),
    ignoresSchedule: fc.boolean(),
    itemTime: fc.nat({ max: 3000 }),
  })
  .map((given): Scene<Operation, unknown, { code: string; name: string }> => {
    const { kinds, verdicts, tries, spelling, scheduled, onSubmitFailure, itemTime, ignoresSchedule } = given;
    const { maxPageSize, countsOnlyWhenAsked } = given;
    const inputs = kinds.map(update);
    const date =
      scheduled === undefined ? undefined : new Date(Date.UTC(2026, 0, 1) + scheduled).toISOString();
    const whatOf = ({ method, url, body }: Operation) =>
      `${method} /api${url}${body === undefined ? '' : ` ${JSON.stringify(body)}`}`;
    const verdictOf = new Map(inputs.map((input, place) => [whatOf(input), verdicts[place] ?? 'Completed']));
    return {
      service: kibo({ baseUrl, spelling, onSubmitFailure }),
      inputs,
      submit: {
        code: 'batch_job_1',
        name: 'Example Job',
        ...(date !== undefined && { scheduledDate: date }),
      },
      ...(date !== undefined && { scheduledAt: Date.parse(date) }),
      double: (options) =>
        createKiboDouble({
          ...options,
          baseUrl,
          spelling,
          itemTime,
          ignoresSchedule,
          shapes: { order: 'shuffled', maxPageSize, countsOnlyWhenAsked },
          // What fails may do better next time.
          process: ({ what }, attempt) => {
            const verdict = verdictOf.get(what) ?? 'Completed';
            return attempt === tries && tries > 1 ? 'Completed' : verdict;
          },
        }),
      whatOf,
      isSuccess: (outcome) => outcome === 'Completed',
    };
  });

it('Kibo: one truthful outcome for each update, whatever happens', async () => {
  await fc.assert(
    fc.asyncProperty(scene, weather, async (given, conditions) => {
      // Several updates of the same thing may be unknown in fair weather, too.
      await checkTruth(given, await runThrough(given, conditions), { ...conditions, trouble: 1 });
    }),
    { numRuns: RUNS, seed: SEED },
  );
});
