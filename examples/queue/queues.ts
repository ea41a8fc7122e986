import type { ConnectionOptions } from 'bullmq';

/** The queues, by their names in Redis. */
export const BATCHES = 'batches';
export const RESULTS = 'results';

export function connectionTo(url: string): ConnectionOptions {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port), maxRetriesPerRequest: null };
}
