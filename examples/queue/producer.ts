import { readFile } from 'node:fs/promises';
import { Queue } from 'bullmq';
import type { Operation } from 'odata-batch-codec';
import { channelAdvisor } from 'odata-batch-codec/services';
import type { BatchJob } from './batch-job.ts';
import { planJobs } from './plan-jobs.ts';
import { BATCHES, connectionTo } from './queues.ts';

// npm run produce -- operations.json: a list of { method, url, headers?, body? }
const redisUrl = process.env.REDIS_URL ?? 'redis://127.0.0.1:6379';
const [file = 'operations.json'] = process.argv.slice(2);
const operations: Operation[] = JSON.parse(await readFile(file, 'utf8'));

const queue = new Queue<BatchJob>(BATCHES, { connection: connectionTo(redisUrl) });
const run = process.env.RUN ?? 'run';
const jobs = planJobs(operations, channelAdvisor());
await queue.addBulk(jobs.map((data, place) => ({ name: 'batch', data, opts: { jobId: `${run}-${place}` } })));
await queue.close();
console.log(`${operations.length} operations in ${jobs.length} batches`);
