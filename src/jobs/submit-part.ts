import { BatchError, BatchResponseError, BatchTransportError } from '../errors.ts';
import { backOffMs, DEFAULT_BACK_OFF } from '../transport/back-off.ts';
import { asksTooMuch, failureOfStatus, mayHaveHappened } from '../transport/send-again.ts';
import { refusal } from './exchange.ts';
import { type JobRun, notExecuted, type PartEnd, partEnd, unknownOutcome } from './job-run.ts';
import type { JobAnswer, StatusReading } from './job-service.ts';

/** So often the service is asked again before it counts as not willing. */
export const MAX_ATTEMPTS = 8;

/** A part that was taken, with what the service said of it at once, or one that was not. */
export type Submission<V> =
  | { readonly isTaken: true; readonly reading?: StatusReading<V> | undefined }
  | { readonly isTaken: false; readonly end: PartEnd<V> };

/** What came of one attempt to send a part. */
type Attempt<V> =
  | { readonly kind: 'taken'; readonly reading: StatusReading<V> | undefined }
  /** It did not happen, and may next time; will not; may have happened. */
  | {
      readonly kind: 'not-yet' | 'refused' | 'lost';
      readonly cause: BatchError;
      /** How long the service asks to wait, in milliseconds. */
      readonly waitMs?: number | undefined;
      /** Whether that is longer than anybody waits. */
      readonly isPutOff?: boolean | undefined;
    };

/**
 * Sends a part in one request, and again as long as that can't do it twice: it never came to be, or the service knows it by
 * its key.
 */
export async function submitPart<V>(run: JobRun<V>, index: number): Promise<Submission<V>> {
  let isUncertain = run.part(index).state === 'sending';
  let cause = new BatchError('submission-unknown', 'the process ended before the answer to the submission');
  for (let attempt = 1; ; attempt++) {
    if (isUncertain && !mayRepeat(run, index)) {
      return untaken(partEnd('unknown', unknownOutcome(lost(cause))));
    }
    if (run.isCancelled && !isUncertain)
      return untaken(partEnd('cancelled', { outcome: 'cancelled', ok: false }));
    const made = await attemptToSend(run, index, isUncertain);
    if (made.kind === 'taken') return { isTaken: true, reading: made.reading };
    cause = made.cause;
    isUncertain ||= made.kind === 'lost';
    // It did not happen: whoever finds the ticket may send it without a doubt.
    if (!isUncertain) await run.change(index, { state: 'prepared' });
    if (made.kind === 'refused' || made.isPutOff || attempt >= MAX_ATTEMPTS) {
      // A refusal is of this attempt; an earlier one may have been taken all the same.
      return isUncertain
        ? untaken(partEnd('unknown', unknownOutcome(lost(cause))))
        : untaken(partEnd('failed', notExecuted(cause), cause));
    }
    await run.pause(Math.max(made.waitMs ?? 0, backOffMs(attempt, run.random, DEFAULT_BACK_OFF)));
  }
}

function untaken<V>(end: PartEnd<V>): Submission<V> {
  return { isTaken: false, end };
}

/** A key makes it the same submission for as long as the service remembers it. */
function mayRepeat<V>(run: JobRun<V>, index: number): boolean {
  if (run.resubmit) return true;
  const { keyLifeMs } = run.plan;
  const { key, sentAt } = run.part(index);
  if (keyLifeMs === undefined || key === undefined || sentAt === undefined) return false;
  return run.clock.now() - sentAt < keyLifeMs;
}

async function attemptToSend<V>(run: JobRun<V>, index: number, isUncertain: boolean): Promise<Attempt<V>> {
  await run.change(index, { state: 'sending', sentAt: isUncertain ? sentAt(run, index) : run.clock.now() });
  let answer: JobAnswer;
  try {
    const request = run.plan.encodeSubmission(run.part(index));
    answer = await run.send(request, () => {
      // The budget may have let it wait for longer than the service remembers the key.
      if (isUncertain && !mayRepeat(run, index)) {
        throw new BatchTransportError('the service may have forgotten the key', { code: 'response-lost' });
      }
    });
  } catch (error) {
    if (run.signal.aborted || !(error instanceof BatchTransportError)) throw error;
    if (error.isPermanent) return { kind: 'refused', cause: error };
    return { kind: error.code === 'not-sent' ? 'not-yet' : 'lost', cause: error };
  }
  return readTaken(run, index, answer);
}

function sentAt<V>(run: JobRun<V>, index: number): number {
  return run.part(index).sentAt ?? run.clock.now();
}

async function readTaken<V>(run: JobRun<V>, index: number, answer: JobAnswer): Promise<Attempt<V>> {
  const { plan } = run;
  const failure = failureOfStatus(answer, run.clock.now());
  if (failure === undefined) {
    try {
      const { id, reading } = plan.readSubmission(run.part(index), answer);
      await run.change(index, { state: 'submitted', ...(id !== undefined && { id }) });
      return { kind: 'taken', reading };
    } catch (error) {
      if (!(error instanceof BatchError) || error.code === 'callback-failed') throw error;
      return { kind: 'lost', cause: error };
    }
  }
  const cause = refusal(answer, plan.explainRefusal?.(answer.status));
  const isPutOff = asksTooMuch(failure, run.maxRetryAfterMs);
  // The budget waits for what is throttled, and all who share it.
  if (failure.kind === 'throttled') return { kind: 'not-yet', cause, isPutOff };
  if (!mayHaveHappened(failure)) return { kind: 'refused', cause };
  return { kind: 'lost', cause, waitMs: failure.retryAfterMs, isPutOff };
}

function lost(cause: BatchError): BatchError {
  if (cause.code === 'submission-unknown') return cause;
  const problem = cause instanceof BatchResponseError ? 'the answer does not say so' : 'there is no answer';
  return new BatchError('submission-unknown', `the service may have taken the part: ${problem}`, { cause });
}
