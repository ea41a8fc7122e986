import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isBatchError } from '../../src/batch/is-batch-error.ts';
import type { Batch, Operation } from '../../src/batch/operation.ts';
import type { Service } from '../../src/batch/service.ts';
import { sendBatch } from '../../src/client/send-batch.ts';
import { sendBatchStream } from '../../src/client/send-batch-stream.ts';
import type { SendOptions } from '../../src/client/send-options.ts';
import type { SentResult } from '../../src/client/sent-result.ts';
import { sleep } from '../../src/transport/clock.ts';
import { doubleFetch } from '../doubles/double-fetch.ts';
import { FAULTS, LogService } from '../doubles/log-service.ts';
import { VirtualClock } from '../unit/virtual-clock.ts';
import { RUNS, SEED } from './seed.ts';

const serviceRoot = 'https://shop.example/v1/';
const TIMEOUT_MS = 20_000;
const SLOW_MS = 30_000;

/** Operations are known to the service by their place. */
const KINDS: Readonly<Record<string, (index: number) => Operation>> = {
  GET: (index) => ({ method: 'GET', url: `Products(${index % 4})` }),
  PUT: (index) => ({ method: 'PUT', url: `Products(${index % 4})`, body: { Value: index } }),
  'PUT with If-Match': (index) => ({
    method: 'PUT',
    url: `Products(${index % 4})`,
    headers: { 'If-Match': '"1"' },
    body: { Value: index },
  }),
  DELETE: (index) => ({ method: 'DELETE', url: `Products(${index % 4})` }),
  PATCH: (index) => ({ method: 'PATCH', url: `Products(${index % 4})`, body: { Value: index } }),
  POST: (index) => ({ method: 'POST', url: `Orders(${index})/Ship`, body: { Value: index } }),
};
const READ = 'GET';

const kind = fc.constantFrom(...Object.keys(KINDS));
const write = fc.constantFrom(...Object.keys(KINDS).filter((name) => name !== READ));
/** A name is an operation, a list of them a change set. */
const shape = fc.array(
  fc.oneof({ weight: 3, arbitrary: kind }, fc.array(write, { minLength: 1, maxLength: 3 })),
  {
    minLength: 1,
    maxLength: 8,
  },
);

/** How a run ends before its time, and when. */
const ending = fc.oneof(
  fc.constant({ kind: 'by itself' as const, at: 0 }),
  fc.record({
    kind: fc.constantFrom('time', 'signal', 'left', 'source' as const),
    at: fc.oneof(fc.nat(3000), fc.nat(60_000)),
  }),
);

const scenario = fc.record({
  seed: fc.nat(),
  shape,
  ending,
  faults: fc.array(fc.constantFrom(...FAULTS), { maxLength: 6 }),
  failures: fc.constantFrom(0, 30, 70),
  format: fc.constantFrom('multipart', 'json' as const),
  ordered: fc.boolean(),
  isStream: fc.boolean(),
  knowsAgain: fc.boolean(),
  goesDirect: fc.boolean(),
  stopsAtFailure: fc.boolean(),
  hasNewHeaders: fc.boolean(),
  maxOperations: fc.integer({ min: 3, max: 8 }),
  maxAttempts: fc.integer({ min: 1, max: 4 }),
  concurrency: fc.integer({ min: 1, max: 3 }),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer S> ? S : never;

function batchOf(kinds: Scenario['shape']): Batch {
  let index = 0;
  const make = (name: string): Operation => {
    const place = index++;
    const operation = KINDS[name]?.(place) as Operation;
    return {
      ...operation,
      id: `op${place}`,
      headers: { ...(operation.headers as object), 'X-Op': String(place) },
    };
  };
  return kinds.map((item) => (Array.isArray(item) ? item.map(make) : make(item as string)));
}

/** Runs it to its end, however that comes; gives all results that were told, what the service really did, and whether the run was cut off. */
async function run(given: Scenario) {
  const clock = new VirtualClock();
  const service = new LogService({ ...given, slowMs: SLOW_MS, wait: (ms) => sleep(clock, ms) });
  const batch = batchOf(given.shape);
  const { ending, format, ordered, knowsAgain, goesDirect, concurrency, maxAttempts, maxOperations } = given;
  const controller = new AbortController();
  const own: Service = {
    name: 'log',
    serviceRoot,
    ordered,
    repeatabilityHeaders: knowsAgain,
    limits: { countsOperations: goesDirect },
  };
  const options: SendOptions = {
    ...{
      service: own,
      format,
      clock,
      concurrency,
      maxAttempts,
      timeoutMs: TIMEOUT_MS,
      quarantineMs: SLOW_MS,
    },
    fetch: doubleFetch((request) => service.handle(request)),
    batchLimits: { maxOperations },
    continueOnError: !given.stopsAtFailure,
    headers: given.hasNewHeaders ? async () => ({ Authorization: 'token' }) : {},
    signal: controller.signal,
    ...(ending.kind === 'time' && { totalTimeoutMs: ending.at }),
  };
  if (ending.kind === 'signal') clock.schedule(() => controller.abort(new Error('enough')), ending.at);
  const results: SentResult[] = [];
  const finished = given.isStream
    ? readStream(batch, options, clock, ending, results)
    : sendBatch(batch, options).then((told) => void results.push(...(told.flat() as SentResult[])));
  let isCut = ending.kind === 'time';
  const ended = finished.catch((error) => {
    if (!isBatchError(error)) throw error;
    isCut = true;
    results.push(...((error.results ?? []).flat() as SentResult[]));
  });
  await clock.until(ended);
  // What the service begins late comes to its end.
  await clock.advance(2 * SLOW_MS);
  return { batch, results, service, isCut };
}

async function readStream(
  batch: Batch,
  options: SendOptions,
  clock: VirtualClock,
  { kind, at }: Scenario['ending'],
  results: SentResult[],
): Promise<void> {
  async function* source() {
    for (const item of batch) yield item;
    if (kind !== 'source') return;
    await sleep(clock, at);
    throw new Error('the file is gone');
  }
  const stream = sendBatchStream(source(), options);
  if (kind === 'left') clock.schedule(() => void stream.return(), at);
  for await (const result of stream) results.push(result as SentResult);
}

/** What was told that is not what the service did. */
function untruths(
  { batch, results, service, isCut }: Awaited<ReturnType<typeof run>>,
  given: Scenario,
): string[] {
  const wrong: string[] = [];
  const operations = batch.flat();
  const told = new Map<number, SentResult>();
  for (const result of results) {
    if (told.has(result.index)) wrong.push(`${result.index}: two results`);
    told.set(result.index, result);
  }
  for (const [index, operation] of operations.entries()) {
    const times = service.happened.get(index) ?? 0;
    const statuses = service.answered.get(index) ?? [];
    const result = told.get(index);
    const isSafe = ['GET', 'PUT', 'DELETE'].includes(operation.method) || given.knowsAgain;
    if (times > 1 && !isSafe) wrong.push(`${index}: happened ${times} times`);
    if (result === undefined) {
      if (!given.isStream) wrong.push(`${index}: no result`);
      continue;
    }
    // Where a run is cut off nobody reads the answers that are under way.
    const isDoubtful = service.doubtful.has(index) || isCut;
    const isTrue = isTrueOf(result, times > 0, statuses, isDoubtful);
    if (isTrue) continue;
    const last = 'status' in result ? result.status : '';
    wrong.push(`${index}: ${result.outcome} ${last}, happened ${times} times, answered ${statuses}`);
  }
  return wrong;
}

function isTrueOf(
  result: SentResult,
  happened: boolean,
  statuses: readonly number[],
  isDoubtful: boolean,
): boolean {
  const isRead = result.operation.method === READ;
  switch (result.outcome) {
    case 'succeeded':
      return happened;
    case 'not-executed':
      return !happened;
    case 'unknown':
      return isDoubtful && result.attempts > 0;
    case 'failed':
      return isWordOf(result.status);
    case 'rolled-back':
      return isWordOf(result.cause.status);
    default:
      return false;
  }

  /** The service's own word; that it refused something is true only where it had not done that before. */
  function isWordOf(status: number): boolean {
    const saysThatItFailed = status >= 500 || status === 408;
    return statuses.includes(status) && (!happened || isRead || saysThatItFailed);
  }
}

describe('what is told of an operation', () => {
  it('is what the service did, however and whenever the run ends', async () => {
    const seen = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(scenario, async (given) => {
        const ran = await run(given);
        for (const { outcome } of ran.results) seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
        expect(untruths(ran, given)).toEqual([]);
      }),
      { seed: SEED, numRuns: 20 * RUNS },
    );
    // A model in which nothing goes wrong shows nothing.
    const outcomes = ['failed', 'not-executed', 'rolled-back', 'succeeded', 'unknown'];
    expect([...seen.keys()].sort()).toEqual(outcomes);
    for (const outcome of outcomes) expect(seen.get(outcome)).toBeGreaterThan(RUNS / 5);
  });
});
