import { BatchError, BatchResponseError, BatchTransportError } from '../errors.ts';
import { retryAfterMs } from '../http/retry-after.ts';
import { backOffMs, DEFAULT_BACK_OFF } from '../transport/back-off.ts';
import { asksTooMuch, type FailureKind, failureOfStatus } from '../transport/send-again.ts';
import { refusal } from './exchange.ts';
import type { JobRun } from './job-run.ts';
import type { JobAnswer, JobCall, JobRequest } from './job-service.ts';
import { runCall } from './run-call.ts';
import { MAX_ATTEMPTS } from './submit-part.ts';

/** What came of sending something. */
export type Sent =
  | { readonly kind: 'taken' }
  | {
      readonly kind: 'refused' | 'not-yet' | 'lost';
      readonly cause: BatchError;
      readonly answer?: JobAnswer;
    };

/** What says in its fields when to come again. */
interface Answered {
  readonly headers?: { get(name: string): string | null } | undefined;
}

/** The requests of a job that is filled item by item: what acts is sent once, what asks until there is an answer. */
export class ItemwiseCalls<V> {
  readonly #run: JobRun<V>;

  constructor(run: JobRun<V>) {
    this.#run = run;
  }

  /** Sends a request once, and tells what came of it. An answer that `read` throws for may be anything's. */
  async send(request: JobRequest, read: (answer: JobAnswer) => unknown = () => {}): Promise<Sent> {
    let answer: JobAnswer;
    try {
      answer = await this.#run.send(request);
    } catch (error) {
      if (this.#run.signal.aborted || !(error instanceof BatchTransportError)) throw error;
      if (error.isPermanent) return { kind: 'refused', cause: error };
      return { kind: error.code === 'not-sent' ? 'not-yet' : 'lost', cause: error };
    }
    const failure = failureOfStatus(answer, this.#run.clock.now());
    if (failure !== undefined) {
      const kind = KINDS[failure.kind];
      const isFinal = kind === 'not-yet' && asksTooMuch(failure, this.#run.maxRetryAfterMs);
      return { kind: isFinal ? 'refused' : kind, cause: refusal(answer), answer };
    }
    try {
      read(answer);
    } catch (error) {
      if (error instanceof BatchError) return { kind: 'lost', cause: error };
      throw error;
    }
    return { kind: 'taken' };
  }

  /** Asks until there is an answer: reading does nothing twice. */
  async ask<T>(call: JobCall<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await runCall(call, this.#run.send, () => this.#run.clock.now());
      } catch (error) {
        if (this.#run.signal.aborted || !(error instanceof BatchError)) throw error;
        if (error instanceof BatchResponseError && this.#isFinal(error)) throw error;
        if (error instanceof BatchTransportError && error.isPermanent) throw error;
        if (attempt >= MAX_ATTEMPTS) throw error;
        await this.pause(attempt, error instanceof BatchResponseError ? error : undefined);
      }
    }
  }

  /** Waits before the next attempt: as long as the service asks to, and longer with each. */
  pause(attempt: number, answer: Answered | undefined): Promise<void> {
    const { clock, random, maxRetryAfterMs } = this.#run;
    const { headers } = answer ?? {};
    const asked = retryAfterMs(headers?.get('Retry-After'), clock.now(), headers?.get('Date')) ?? 0;
    const ours = backOffMs(attempt, random, DEFAULT_BACK_OFF);
    return this.#run.pause(Math.max(Math.min(asked, maxRetryAfterMs), ours));
  }

  /** Whether asking again will give the same, or the service does not want to be asked for too long. */
  #isFinal({ code, status, headers }: BatchResponseError): boolean {
    if (code !== 'job-refused') return false;
    const { clock, maxRetryAfterMs } = this.#run;
    const failure = failureOfStatus({ status: status ?? 0, headers }, clock.now());
    if (failure === undefined) return false;
    return KINDS[failure.kind] === 'refused' || asksTooMuch(failure, maxRetryAfterMs);
  }
}

const KINDS: Readonly<Record<FailureKind, 'refused' | 'not-yet' | 'lost'>> = {
  'not-sent': 'not-yet',
  throttled: 'not-yet',
  unauthorized: 'refused',
  'too-large': 'refused',
  refused: 'refused',
  'timed-out': 'lost',
  lost: 'lost',
};
