import fc from 'fast-check';
import { expect } from 'vitest';
import type { JobEnd, JobResult, JobTicket, RunOptions } from '../../../src/jobs/job.ts';
import type { JobService } from '../../../src/jobs/job-service.ts';
import { resumeJob, runJob } from '../../../src/jobs/run-job.ts';
import type { Fetch } from '../../../src/transport/fetch.ts';
import type { Execution } from '../../doubles/exchange-log.ts';
import { seededRandom } from '../../doubles/seeded-random.ts';
import type { ServiceDouble } from '../../doubles/service-double.ts';
import { randomTrouble, type TroubleScript } from '../../doubles/trouble.ts';
import { VirtualClock } from '../../unit/virtual-clock.ts';
import { MortalProcess } from './mortal-process.ts';

/** What goes wrong in a run. */
export interface Weather {
  readonly seed: number;
  /** How many of the requests have trouble, in percent. */
  readonly trouble: number;
  /** How many steps each process lives that does not live to the end. */
  readonly lives: readonly number[];
  readonly deadline: number | undefined;
  readonly concurrency: number;
  /** When the last process cancels the job; milliseconds from its beginning. */
  readonly cancelAfter: number | undefined;
}

export const weather: fc.Arbitrary<Weather> = fc.record({
  seed: fc.nat(),
  trouble: fc.constantFrom(0, 10, 40),
  lives: fc.array(fc.nat({ max: 25 }), { maxLength: 3 }),
  deadline: fc.option(fc.integer({ min: 1, max: 40_000 }), { nil: undefined }),
  concurrency: fc.constantFrom(1, 1, 3),
  cancelAfter: fc.option(fc.nat({ max: 60_000 }), { nil: undefined, freq: 3 }),
});

/** A service, its double, and what a job of it is to do. */
export interface Scene<I, V, S> {
  readonly service: JobService<I, V, S>;
  readonly double: (options: {
    clock: VirtualClock;
    random: () => number;
    trouble: TroubleScript;
  }) => ServiceDouble;
  readonly inputs: readonly I[];
  readonly submit?: S | undefined;
  /** From when the deadline is counted, where that is not at once. */
  readonly scheduledAt?: number;
  /** What the double calls the thing that an input asks for; different for all inputs. */
  readonly whatOf: (input: I) => string;
  /** Whether the service's word for how something ended is that of a success. */
  readonly isSuccess: (outcome: string) => boolean;
}

export interface Run<I, V> {
  readonly end: JobEnd<I, V>;
  readonly double: ServiceDouble;
  readonly clock: VirtualClock;
  readonly deaths: number;
}

/** Runs a job through all weathers, process after process, each from the ticket that the one before had kept. */
export async function runThrough<I, V, S>(scene: Scene<I, V, S>, conditions: Weather): Promise<Run<I, V>> {
  const clock = new VirtualClock();
  const random = seededRandom(conditions.seed);
  const trouble = randomTrouble({ random, rate: conditions.trouble / 100 });
  const double = scene.double({ clock, random, trouble });
  let kept: JobTicket | undefined;
  let deaths = 0;
  for (const steps of [...conditions.lives, Number.POSITIVE_INFINITY]) {
    const process = new MortalProcess(steps, (ticket) => {
      kept = ticket;
    });
    const isLast = steps === Number.POSITIVE_INFINITY;
    const options: RunOptions = {
      fetch: process.fetch(double.fetch as unknown as Fetch),
      clock,
      random,
      onTicket: process.onTicket,
      signal: process.signal,
      concurrency: conditions.concurrency,
      deadline: isLast ? conditions.deadline : undefined,
    };
    const begun = clock.now();
    const job =
      kept === undefined
        ? runJob(scene.service, scene.inputs, { ...options, submit: scene.submit })
        : resumeJob(scene.service, kept, scene.inputs, options);
    const refused = (error: { results?: readonly JobResult<I, V>[] }): JobEnd<I, V> => {
      if (error.results === undefined) throw error;
      return { state: 'failed', results: error.results, warnings: [] };
    };
    const { cancelAfter } = conditions;
    const unplanned =
      isLast && cancelAfter !== undefined
        ? clock.schedule(() => void job.cancel().catch(() => {}), cancelAfter)
        : () => {};
    const end = await clock.until(Promise.race([job.done.catch(refused), process.died]));
    unplanned();
    if (end !== undefined) {
      if (isLast && conditions.deadline !== undefined) {
        const from = Math.max(begun, scene.scheduledAt ?? 0);
        expect(clock.now() - from, 'the deadline ends it at once').toBeLessThanOrEqual(conditions.deadline);
      }
      return { end, double, clock, deaths };
    }
    deaths++;
    double.forgetClient();
    await clock.advance(Math.floor(random() * 10_000));
  }
  throw new Error('the last process died');
}

/** Every outcome is true, nothing was done that may not be, and nothing was asked that had been told. */
export async function checkTruth<I, V, S>(
  { inputs, whatOf, isSuccess }: Scene<I, V, S>,
  { end, double, clock, deaths }: Run<I, V>,
  conditions: Weather,
): Promise<void> {
  expect(clock.timers, 'nothing is left to happen').toBeLessThanOrEqual(double.log.requests.length);
  expect(end.results.map(({ index }) => index)).toEqual(inputs.map((_, index) => index));
  expect(end.results.map(({ item }) => item)).toEqual(inputs);
  const asked = double.log.requests.length;
  const pendingAtEnd = end.results.some(({ outcome }) => outcome === 'pending');
  // What is under way at the service comes to its end.
  await clock.advance(7_200_000);
  const { log } = double;
  expect(log.requests.length, 'nothing is asked once it has ended').toBeLessThanOrEqual(
    asked + conditions.concurrency,
  );
  expect(log.violations).toEqual([]);
  expect(log.afterFinal, 'nothing is asked after the last word').toEqual([]);

  for (const { item, outcome } of end.results) {
    const done = log.executions.filter(({ what }) => what === whatOf(item));
    expect(new Set(done.map(({ job }) => job)).size, `${whatOf(item)} is done once`).toBeLessThanOrEqual(1);
    expect(firstAttempts(done), `${whatOf(item)} is done once`).toBeLessThanOrEqual(1);
    const last = done.at(-1)?.outcome;
    if (outcome === 'succeeded') expect(last !== undefined && isSuccess(last)).toBe(true);
    // What the service refused before it began was not done at all.
    if (outcome === 'failed') expect(last === undefined || !isSuccess(last)).toBe(true);
    if (outcome === 'not-executed') expect(done, whatOf(item)).toEqual([]);
    // Kibo tries again what failed: what was cancelled in between was begun, and never done.
    if (outcome === 'cancelled')
      expect(
        done.filter((one) => isSuccess(one.outcome)),
        whatOf(item),
      ).toEqual([]);
  }
  const isFair = conditions.trouble === 0 && deaths === 0 && conditions.cancelAfter === undefined;
  if (isFair && conditions.deadline === undefined) {
    expect(end.results.filter(({ outcome }) => outcome === 'unknown' || outcome === 'pending')).toEqual([]);
  }
  if (conditions.deadline === undefined) expect(pendingAtEnd).toBe(false);
}

function firstAttempts(done: readonly Execution[]): number {
  return done.filter(({ attempt }) => attempt === 1).length;
}
