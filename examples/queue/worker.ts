import { guardFetch } from 'odata-batch-codec/client';
import { channelAdvisor } from 'odata-batch-codec/services';
import { RequestLimiter } from './request-limiter.ts';
import { work } from './work.ts';

// npm run work: as many of these as you like, on any machines that reach the same Redis.
const redisUrl = process.env.REDIS_URL ?? 'redis://127.0.0.1:6379';
const service = channelAdvisor();
const url = process.env.BATCH_URL ?? service.endpoint ?? '';
const timeoutMs = Number(process.env.TIMEOUT_MS ?? 60_000);
const [rate] = service.limits?.rates ?? [];
const requests = Number(process.env.REQUESTS ?? rate?.requests ?? 2000);
const seconds = Number(process.env.SECONDS ?? rate?.seconds ?? 60);

const worker = work({
  redisUrl,
  sending: {
    service,
    url,
    fetch: guardFetch(fetch, url),
    credentials: async () => ({ Authorization: `Bearer ${process.env.CHANNELADVISOR_TOKEN}` }),
    timeoutMs,
    maxAttempts: 10,
  },
  limiter: new RequestLimiter(redisUrl, { requests, seconds }, timeoutMs),
  concurrency: Number(process.env.CONCURRENCY ?? 2),
  lockMs: Number(process.env.LOCK_MS ?? 30_000),
});
worker.on('error', (error) => console.error(error.message));
worker.on('failed', (job, error) => console.error(`batch ${job?.id}: ${error.message}`));
process.on('SIGTERM', () => void worker.close());
