import { Queue } from 'bullmq';
import type { Outcome } from './batch-job.ts';
import { connectionTo, RESULTS } from './queues.ts';

/** All outcomes that there are so far; a consumer of your own would be a Worker of this queue. */
export async function readOutcomes(redisUrl: string): Promise<Outcome[]> {
  const queue = new Queue<Outcome[]>(RESULTS, { connection: connectionTo(redisUrl) });
  try {
    const jobs = await queue.getJobs(['waiting', 'prioritized', 'completed'], 0, -1);
    return jobs.flatMap(({ data }) => data);
  } finally {
    await queue.close();
  }
}
