import {
  BatchTransportError,
  isBatchError,
  type OperationResult,
  readBatchResponse,
  type Service,
} from 'odata-batch-codec';
import {
  type Failure,
  failureOfOperation,
  failureOfStatus,
  type GuardedFetch,
  isRepeatable,
  mayHaveHappened,
  maySendAgain,
} from 'odata-batch-codec/client';
import { type BatchJob, operationsOf, type Settlement } from './batch-job.ts';

export interface Sending {
  readonly service: Service;
  readonly url: string;
  readonly fetch: GuardedFetch;
  /** The headers of the batch that say who asks. */
  readonly credentials: () => Promise<Record<string, string>>;
  readonly timeoutMs: number;
  readonly maxAttempts: number;
}

/** Outcomes by which nothing happened, in the last attempt. */
const REFUSALS: readonly string[] = ['failed', 'rolled-back', 'not-executed'];

/** What became of one operation, as far as it is known. */
type Fate =
  | { readonly kind: 'final'; readonly outcome: string; readonly status?: number | undefined }
  | { readonly kind: 'failure'; readonly failure: Failure; readonly status?: number | undefined };

/** Sends a batch and says what is to be done about each of its operations. */
export async function sendJob(job: BatchJob, sending: Sending): Promise<Settlement> {
  return settle(job, await fatesOf(job, sending), sending);
}

/** For a batch that another worker was sending when it died: nobody knows whether it happened. */
export function settleLost(job: BatchJob, sending: Sending): Settlement {
  return settle(job, everyone(job, { kind: 'lost' }), sending);
}

async function fatesOf(job: BatchJob, sending: Sending): Promise<readonly Fate[]> {
  const { service, url, fetch, credentials, timeoutMs } = sending;
  const headers = { ...job.headers, ...(await credentials()) };
  const body = new Uint8Array(Buffer.from(job.body, 'base64'));
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch({ url, method: 'POST', headers, body, signal });
    // An answer in another form than a batch is read all the same, and thrown with its status.
    const results = await readBatchResponse(response, { request: { ...job.plan, service } });
    return results.flat().map((result) => fateOf(result, service));
  } catch (error) {
    return fatesAfter(error, job, signal);
  }
}

function fatesAfter(error: unknown, job: BatchJob, signal: AbortSignal): readonly Fate[] {
  if (signal.aborted) return everyone(job, { kind: 'timed-out' });
  if (!isBatchError(error)) throw error;
  if (error instanceof BatchTransportError && error.code === 'not-sent') {
    return everyone(job, { kind: 'not-sent', ...(error.isPermanent && { isPermanent: true }) });
  }
  if ('status' in error && 'headers' in error) {
    const failure = failureOfStatus(error as unknown as Response, Date.now());
    return everyone(job, failure ?? { kind: 'lost' });
  }
  // An answer that broke off: what came before stands.
  const known = (error.results?.flat() ?? []) as OperationResult[];
  return job.indexes.map((_, place) => {
    const result = known[place];
    const isKnown = result !== undefined && result.outcome !== 'unknown';
    return isKnown ? fateOf(result) : { kind: 'failure', failure: { kind: 'lost' } };
  });
}

function fateOf(result: OperationResult, { retryable = [] }: Partial<Service> = {}): Fate {
  if (result.outcome === 'not-executed') return { kind: 'failure', failure: { kind: 'throttled' } };
  if (result.outcome === 'unknown') return { kind: 'failure', failure: { kind: 'lost' } };
  const status = 'status' in result ? { status: result.status } : {};
  const failure = result.outcome === 'failed' ? failureOfOperation(result, retryable, Date.now()) : undefined;
  return failure === undefined
    ? { kind: 'final', outcome: result.outcome, ...status }
    : { kind: 'failure', failure, ...status };
}

function everyone({ indexes }: BatchJob, failure: Failure): readonly Fate[] {
  return indexes.map(() => ({ kind: 'failure', failure }));
}

function settle(job: BatchJob, fates: readonly Fate[], { service, maxAttempts }: Sending): Settlement {
  const attempts = job.attempts + 1;
  const operations = operationsOf(job);
  const planned = job.plan.items.flat();
  const outcomes: Settlement['outcomes'][number][] = [];
  const again: number[] = [];
  const inDoubt = new Set(job.inDoubt);
  for (const [place, fate] of fates.entries()) {
    const index = job.indexes[place] as number;
    const { status } = fate;
    let refused = fate.kind === 'final' ? fate.outcome : 'failed';
    let mayBeDone = inDoubt.has(index);
    if (fate.kind === 'failure') {
      const { failure } = fate;
      // After a 5xx nobody says how far the service came: its own word stands, but not a refusal after it.
      if (mayHaveHappened(failure)) inDoubt.add(index);
      mayBeDone ||= status === undefined && mayHaveHappened(failure);
      const sent = { ...planned[place], body: operations[place]?.body } as { method: string; url: string };
      const repeats = isRepeatable(sent, service.repeatable);
      if (maySendAgain({ failure, attempts, maxAttempts, isRepeatable: repeats })) {
        again.push(place);
        continue;
      }
      if (status === undefined) refused = 'not-executed';
    }
    // What is refused now may have happened before.
    const isDoubtful = mayBeDone && REFUSALS.includes(refused);
    outcomes.push({ index, outcome: isDoubtful ? 'unknown' : refused, status, attempts });
  }
  return { outcomes, again, inDoubt: [...inDoubt] };
}
