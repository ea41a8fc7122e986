import { encodeBatchRequest, type Operation, type Service } from 'odata-batch-codec';
import { splitBatch } from 'odata-batch-codec/client';
import type { BatchJob } from './batch-job.ts';

/** Splits operations into batches that the service takes, and encodes them: what is wrong with one is told here, to its author. */
export function planJobs(
  operations: readonly Operation[],
  service: Service,
  indexes: readonly number[] = operations.map((_, index) => index),
  history: Pick<BatchJob, 'attempts' | 'inDoubt'> = { attempts: 0, inDoubt: [] },
): BatchJob[] {
  let from = 0;
  return splitBatch(operations, { service }).map((batch) => {
    const { contentType, headers, body, plan } = encodeBatchRequest(batch, { service });
    const own = indexes.slice(from, from + batch.length);
    from += batch.length;
    return {
      indexes: own,
      ...history,
      contentType,
      headers,
      body: Buffer.from(body).toString('base64'),
      plan: { ...plan, service: undefined },
    };
  });
}
