import { setTimeout as sleep } from 'node:timers/promises';
import { type Job, Queue, Worker } from 'bullmq';
import type { Service } from 'odata-batch-codec';
import { backOffMs, createBudget } from 'odata-batch-codec/client';
import { type BatchJob, operationsOf, type Settlement } from './batch-job.ts';
import { planJobs } from './plan-jobs.ts';
import { BATCHES, connectionTo, RESULTS } from './queues.ts';
import type { RequestLimiter } from './request-limiter.ts';
import { type Sending, sendJob, settleLost } from './send-job.ts';

export interface WorkOptions {
  readonly redisUrl: string;
  readonly sending: Sending;
  readonly limiter: RequestLimiter;
  /** Batches under way at once in this worker. */
  readonly concurrency: number;
  /** After so many milliseconds without a sign of life the batch of a worker is another one's. */
  readonly lockMs: number;
}

/**
 * Works until it is closed. Before a batch is sent, and before anything is made of its answer, that is written down in the job: a worker that
 * finds it so after another one's death knows what it may do.
 */
export function work({ redisUrl, sending, limiter, concurrency, lockMs }: WorkOptions): Worker<BatchJob> {
  const connection = connectionTo(redisUrl);
  const batches = new Queue<BatchJob>(BATCHES, { connection });
  const results = new Queue(RESULTS, { connection });
  const { service } = sending;
  const { costOf } = countingOf(service);

  const settlementOf = async (job: Job<BatchJob>): Promise<Settlement> => {
    if (job.data.settlement !== undefined) return job.data.settlement;
    if (job.data.isSending) return settleLost(job.data, sending);
    const cost = costOf(job.data.indexes.length);
    const name = `${job.id}:${job.attemptsStarted}`;
    // While it waits BullMQ renews the lock of the job.
    for (let waitMs = await limiter.take(cost, name); waitMs > 0; waitMs = await limiter.take(cost, name)) {
      await sleep(waitMs);
    }
    await job.updateData({ ...job.data, isSending: true });
    try {
      return await sendJob(job.data, sending);
    } finally {
      await limiter.end(cost, name);
    }
  };

  const finish = async (job: Job<BatchJob>, { outcomes, again, inDoubt }: Settlement) => {
    // A job of the same id is added once, however often a worker dies here.
    if (outcomes.length > 0) await results.add('outcomes', outcomes, { jobId: `${job.id}-outcomes` });
    if (again.length === 0) return;
    const operations = operationsOf(job.data);
    const left = again.flatMap((place) => operations[place] ?? []);
    const indexes = again.map((place) => job.data.indexes[place] as number);
    const attempts = job.data.attempts + 1;
    const delay = backOffMs(attempts, Math.random, { base: 100, maximum: 5000 });
    for (const [part, data] of planJobs(left, service, indexes, { attempts, inDoubt }).entries()) {
      await batches.add('batch', data, { jobId: `${job.id}-again${part}`, delay: Math.round(delay) });
    }
  };

  const worker = new Worker<BatchJob>(
    BATCHES,
    async (job) => {
      const settlement = await settlementOf(job);
      await job.updateData({ ...job.data, settlement });
      await finish(job, settlement);
    },
    {
      connection,
      concurrency,
      lockDuration: lockMs,
      stalledInterval: lockMs,
      maxStalledCount: 1000,
    },
  );
  worker.on('closed', () => void Promise.all([batches.close(), results.close(), limiter.close()]));
  return worker;
}

function countingOf(service: Service) {
  const budget = createBudget(service.limits);
  return { costOf: (operations: number) => budget.costOf(operations) };
}
