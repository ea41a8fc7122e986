import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SentResult } from 'odata-batch-codec/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Outcome } from '../../../examples/queue/batch-job.ts';
import { readOutcomes } from '../../../examples/queue/read-outcomes.ts';
import { checkAccounts } from '../../doubles/check-accounts.ts';
import { FailingService } from '../../doubles/failing-service.ts';
import { fullestWindow } from '../../doubles/fullest-window.ts';
import { isSafe, mixedOperations } from '../../doubles/mixed-operations.ts';
import { serveOnLoopback } from '../../doubles/serve-on-loopback.ts';
import { startRedis } from './start-redis.ts';

const QUEUE = fileURLToPath(new URL('../../../examples/queue/', import.meta.url));
const COUNT = 4_000;
const RATE = { requests: 1_200, seconds: 2 };
const KILLS = 8;

let folder: string;
let redis: Awaited<ReturnType<typeof startRedis>>;
let server: Awaited<ReturnType<typeof serveOnLoopback>>;
const workers = new Set<ChildProcess>();

const service = new FailingService({
  seed: 3,
  faults: {
    '429': 0.03,
    '503': 0.03,
    '503-later': 0.03,
    '504': 0.03,
    'reset-before': 0.03,
    'reset-during': 0.03,
    'reset-after': 0.03,
    cut: 0.03,
    stops: 0.03,
  },
  operationFaults: { '404': 0.01, '406': 0.01, '429': 0.01, '500': 0.01 },
  now: Date.now,
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
});

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function start(script: string, args: readonly string[] = []): ChildProcess {
  const env = {
    ...process.env,
    REDIS_URL: redis.url,
    BATCH_URL: `${server.origin}/v1/$batch`,
    CHANNELADVISOR_TOKEN: 'secret-of-the-worker',
    REQUESTS: String(RATE.requests),
    SECONDS: String(RATE.seconds),
    LOCK_MS: '2000',
    TIMEOUT_MS: '5000',
  };
  return spawn(process.execPath, ['--import', 'tsx', script, ...args], {
    cwd: QUEUE,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

function startWorker(): void {
  const worker = start('worker.ts');
  workers.add(worker);
  worker.on('exit', () => workers.delete(worker));
}

/** As `kill -9` does: it has no time to say anything. */
function killOne(): void {
  const [worker] = workers;
  worker?.kill('SIGKILL');
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'queue-'));
  redis = await startRedis();
  // A batch takes a while, so that workers die in the middle of some.
  server = await serveOnLoopback(async (request) => {
    await wait(100);
    const reply = await service.handle(request);
    await wait(100);
    return reply;
  });
});

afterEach(async () => {
  for (const worker of workers) worker.kill('SIGKILL');
  await server.close();
  await redis.stop();
  await rm(folder, { recursive: true });
});

describe('batches on BullMQ and Redis', () => {
  it('are all sent although workers are killed, and the accounts balance', async () => {
    const operations = mixedOperations(COUNT, 3);
    const file = join(folder, 'operations.json');
    await writeFile(file, JSON.stringify(operations));
    const producer = start('producer.ts', [file]);
    for (let count = 0; count < 3; count++) startWorker();
    expect(await new Promise((resolve) => producer.on('exit', resolve))).toBe(0);

    let outcomes: Outcome[] = [];
    for (let round = 0; outcomes.length < COUNT && round < 150; round++) {
      await wait(600);
      // One dies while the others work, and another one takes its place.
      if (round < KILLS * 2 && round % 2 === 1) {
        killOne();
        startWorker();
      }
      outcomes = await readOutcomes(redis.url);
    }
    const results = outcomes.map(
      (outcome) => ({ ...outcome, operation: operations[outcome.index] }) as unknown as SentResult,
    );
    // What was lost with a worker, only its death says.
    const unknown = results.filter(({ outcome }) => outcome === 'unknown');
    for (const { index } of unknown) service.lost.add(index);
    expect(unknown.length).toBeLessThan(COUNT * 0.15);
    const counts: Record<string, number> = {};
    for (const { outcome } of results) counts[outcome] = (counts[outcome] ?? 0) + 1;
    console.log(counts, Object.fromEntries(service.happened));

    expect(checkAccounts({ operations, results, service, isSafe, isOrdered: false })).toEqual([]);
    expect(results).toHaveLength(COUNT);
    expect(counts.succeeded).toBeGreaterThan(COUNT * 0.85);
    const fullest = fullestWindow(service.counted, RATE.seconds * 1000);
    console.log(`${fullest} requests in the fullest ${RATE.seconds} seconds`);
    expect(fullest).toBeLessThanOrEqual(RATE.requests);
  }, 180_000);
});
