import { isBatchError } from '../batch/is-batch-error.ts';
import type { Operation } from '../batch/operation.ts';
import { type Subject, shared, unknown } from '../batch/outcome.ts';
import type { PlannedOperation } from '../batch/plan.ts';
import type { OperationResult } from '../batch/result.ts';
import { BatchError, BatchResponseError, BatchTransportError, BatchUsageError } from '../errors.ts';
import { decodeBatchResponseStream } from '../formats/decode-batch-response-stream.ts';
import type { EncodedBatchRequest } from '../formats/encode-batch-request.ts';
import type { AbortSignalLike } from '../transport/abort-signal.ts';
import type { FetchedResponse } from '../transport/fetch.ts';
import { type Failure, failureOfStatus } from '../transport/send-again.ts';
import { startTimeLimit, type TimeLimit } from '../transport/time-limit.ts';
import { chunksUntilAborted } from './chunks-until-aborted.ts';
import { sendDirect, toDirectRequest } from './direct-request.ts';
import { type Exchange, wholeFailure } from './judge-batch.ts';
import type { SendSettings } from './send-settings.ts';
import type { Entry } from './unit.ts';

/**
 * Sends a batch and waits for its answer; what goes wrong on the way is told, not thrown.
 *
 * Throws BatchUsageError where a function of the caller's throws.
 */
export async function exchangeBatch(
  entries: readonly Entry[],
  encoded: EncodedBatchRequest,
  settings: SendSettings,
  signal: AbortSignalLike,
): Promise<Exchange> {
  const { clock, timeoutMs } = settings;
  const late = () =>
    new BatchTransportError(`there was no answer within ${timeoutMs} ms`, { code: 'timed-out' });
  const limit = startTimeLimit(clock, timeoutMs, late, signal);
  const subjects = subjectsOf(entries, encoded);
  const sending = { subjects, encoded, settings, limit };
  try {
    const direct = toDirectRequest(encoded, settings);
    const [subject] = subjects;
    if (direct === undefined || subject === undefined) return await sendWhole(sending);
    return await sendDirect(direct, subject, settings, limit.signal);
  } catch (error) {
    if (error instanceof BatchUsageError) throw error;
    return failedExchange(subjects, limit.isOver ? late() : error);
  } finally {
    limit.close();
  }
}

/** What a request is sent with. */
interface Sending {
  readonly subjects: readonly Subject<Operation>[];
  readonly encoded: EncodedBatchRequest;
  readonly settings: SendSettings;
  readonly limit: TimeLimit;
}

async function sendWhole({ subjects, encoded, settings, limit }: Sending): Promise<Exchange> {
  const { signal } = limit;
  const { url, fetch, decoding } = settings;
  const { method, headers, body } = encoded;
  const response = await fetch({ url, method, headers, body, signal });
  const readable = { ...plain(response), body: response.body && chunksUntilAborted(response.body, signal) };
  const decoded: OperationResult[] = [];
  try {
    for await (const result of decodeBatchResponseStream(readable, { ...decoding, request: encoded })) {
      decoded[result.index] = result;
    }
  } catch (error) {
    if (!isBatchError(error) || error instanceof BatchUsageError) throw error;
    if (error instanceof BatchResponseError) return refusedExchange(subjects, response, error, settings);
    return cutExchange(subjects, error, limit);
  }
  const results = subjects.map((subject, index) => shared(decoded[index] as OperationResult, subject));
  return { results };
}

function plain({ status, headers, url }: FetchedResponse) {
  return { status, headers, ...(url !== undefined && { url }) };
}

/** The answer broke off, or contradicts itself: what was read before that stands. */
function cutExchange(
  subjects: readonly Subject<Operation>[],
  error: BatchError,
  { isOver, signal }: TimeLimit,
): Exchange {
  const cause = isBatchError(signal.reason) ? (signal.reason as BatchError) : error;
  const known = (error.results?.flat() ?? []) as OperationResult[];
  const results = subjects.map((subject, index) => {
    const result = known[index];
    return result === undefined || result.outcome === 'unknown'
      ? unknown(subject, cause)
      : shared(result, subject);
  });
  return { results, failure: { kind: isOver ? 'timed-out' : 'lost' }, error: cause };
}

/** The service answered the batch as such with something that is no batch. */
function refusedExchange(
  subjects: readonly Subject<Operation>[],
  response: FetchedResponse,
  refusal: BatchResponseError,
  { clock, refusalOf }: SendSettings,
): Exchange {
  const { message, status, headers, bytes, error } = refusal;
  // Its results are those of this batch only; everybody gets the same error.
  const cause = new BatchResponseError(message, { status, headers, bytes, error });
  const answer = { status: response.status, headers: response.headers, bytes, error };
  const failure: Failure | undefined =
    refusalOf(answer) === undefined ? failureOfStatus(response, clock.now()) : { kind: 'unauthorized' };
  return wholeFailure(subjects, failure ?? { kind: 'lost' }, cause);
}

function failedExchange(subjects: readonly Subject<Operation>[], error: unknown): Exchange {
  const cause = isBatchError(error)
    ? (error as BatchError)
    : new BatchError('aborted', 'given up', { cause: error });
  return wholeFailure(subjects, failureOfCode(cause), cause);
}

function failureOfCode(error: BatchError): Failure {
  const { code } = error;
  if (code === 'timed-out') return { kind: code };
  if (code === 'redirect-refused') return { kind: 'refused' };
  if (code !== 'not-sent') return { kind: 'lost' };
  const { isPermanent } = error as BatchTransportError;
  return isPermanent ? { kind: 'not-sent', isPermanent } : { kind: 'not-sent' };
}

/** Whose results they are: places among all operations instead of places in the batch. */
function subjectsOf(entries: readonly Entry[], { plan }: EncodedBatchRequest): Subject<Operation>[] {
  const planned: readonly PlannedOperation[] = plan.items.flat();
  return planned.map(({ id, rewrite, coalescedWith }, place) => {
    const { operation, index, path } = entries[place] as Entry;
    const others = coalescedWith?.map((other) => (entries[other] as Entry).index);
    return { operation, id, index, path, rewrite, coalescedWith: others };
  });
}
