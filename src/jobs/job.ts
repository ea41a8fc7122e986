import type { Operation } from '../batch/operation.ts';
import type { BatchError } from '../errors.ts';
import type { NamesOf, OptionNames } from '../expect-options.ts';
import type { HeaderList } from '../mime/header-list.ts';
import type { ServiceError } from '../odata/service-error.ts';
import type { AbortSignalLike } from '../transport/abort-signal.ts';
import type { Budget } from '../transport/budget.ts';
import type { Clock } from '../transport/clock.ts';
import type { Fetch } from '../transport/fetch.ts';

/**
 * Where a job is:
 *
 * - `preparing`: nothing was sent yet;
 * - `submitting`: its items are being sent;
 * - `scheduled`: it waits for its date;
 * - `queued`, `running`: the service has it;
 * - `done`: the service has finished it, whatever became of each item;
 * - `failed`: the service finished it as a failure, or did not take it;
 * - `cancelled`: it was cancelled;
 * - `expired`: the service does not know it any more;
 * - `unknown`: nobody can tell.
 */
export type JobState =
  | 'preparing'
  | 'submitting'
  | 'scheduled'
  | 'queued'
  | 'running'
  | 'done'
  | 'failed'
  | 'cancelled'
  | 'expired'
  | 'unknown';

/** What the service said of an item, in its own words. */
export interface NativeResult {
  /** Its word for the outcome, such as `NOT_EXECUTED`, `ValidationFailed` or `INSERT`. */
  readonly status?: string | undefined;
  /** What it sent, as it was parsed. */
  readonly raw?: unknown;
}

/** What every result of a job says of its item. */
export interface JobResultBase<I> {
  /** Place in the inputs, from 0. */
  readonly index: number;
  /** The caller's own object. */
  readonly item: I;
  /** The same object, where the inputs are operations. */
  readonly operation?: Operation | undefined;
  /** The id that it had on the wire, where items have ids there. */
  readonly id?: string | undefined;
  /** Place of its part in the ticket, from 0. */
  readonly part: number;
  readonly native: NativeResult;
}

/** The service did it. */
export interface JobSucceeded<V> {
  readonly outcome: 'succeeded';
  readonly ok: true;
  readonly value: V;
  readonly status?: number | undefined;
  readonly headers?: HeaderList | undefined;
}

/** The service tried, and says that it failed; its verdict, whatever the status. */
export interface JobFailed<V> {
  readonly outcome: 'failed';
  readonly ok: false;
  readonly error: ServiceError;
  readonly value?: V | undefined;
  readonly status?: number | undefined;
  readonly headers?: HeaderList | undefined;
}

/** It was never begun, and will not be. */
export interface JobNotExecuted {
  readonly outcome: 'not-executed';
  readonly ok: false;
  /** Why, where it was no other item's failure. */
  readonly cause?: BatchError | undefined;
}

/** It was cancelled before it was done; Kibo may have tried and failed before. */
export interface JobCancelled {
  readonly outcome: 'cancelled';
  readonly ok: false;
}

/** The service has not finished it, and nobody waits any longer: resume the job from its ticket. */
export interface JobPending {
  readonly outcome: 'pending';
  readonly ok: false;
}

/** It may or may not have happened. */
export interface JobUnknown {
  readonly outcome: 'unknown';
  readonly ok: false;
  readonly cause: BatchError;
}

/** What became of an item, without whose it is. */
export type JobOutcome<V> =
  | JobSucceeded<V>
  | JobFailed<V>
  | JobNotExecuted
  | JobCancelled
  | JobPending
  | JobUnknown;

/** What became of one item of a job. */
export type JobResult<I, V> = JobResultBase<I> & JobOutcome<V>;

/** How far a part is; what a resumed job goes by. */
export type PartState = 'prepared' | 'sending' | 'submitted' | 'started' | 'finished';

/** What one submission holds. */
export interface TicketPart {
  /** The first item, from 0. */
  readonly from: number;
  /** The item behind the last one. */
  readonly to: number;
  readonly state: PartState;
  /** By what the service knows the same submission again (Ecwid's `deduplicationKey`). */
  readonly key?: string | undefined;
  /** By what the service knows the job: a ticket, a batch id, a job's code, a monitor's URL. */
  readonly id?: string | undefined;
  /** Where the service gives the rest, when it has told a part and does not know `id` any more. */
  readonly next?: string | undefined;
  /** How many items from `from` on the service has taken, where it takes them one by one. */
  readonly accepted?: number | undefined;
  /** When it was first sent, in milliseconds since 1970. */
  readonly sentAt?: number | undefined;
}

/**
 * All that is needed to go on with a job in another process: plain JSON, without credentials. `console.log` and `util.inspect`
 * leave out `submit`, and `id`, `key` and `next` of each part, which may hold a query or come from a body.
 */
export interface JobTicket {
  readonly format: 1;
  /** The name of the service. */
  readonly service: string;
  /** In milliseconds since 1970. */
  readonly createdAt: number;
  /** What `JobOptions.submit` was. */
  readonly submit?: unknown;
  /** The inputs it is of: how many, and SHA-256 (hexadecimal) of what is sent for them. */
  readonly inputs: { readonly count: number; readonly digest: string };
  readonly parts: readonly TicketPart[];
}

/** Something that is not as it was asked for, or not as the service's documents say, and did no harm. */
export type JobWarningCode =
  /** A job with a date is not waiting for it. */
  | 'schedule-not-honoured'
  /** The HTTP status says something else than the body, which is gone by. */
  | 'status-mismatch'
  /** The body of an item's answer is no JSON; its text is in `native.raw`. */
  | 'body-not-json'
  /** The service finished without a word about an item. */
  | 'result-missing'
  /** The service gave a status that its documents do not have. */
  | 'unknown-status'
  /** The service finished, and says of an item that it is still under way. */
  | 'unfinished-item'
  /** The service told something of an item that is not of this job. */
  | 'stranger-result';

/** A warning of a job. */
export interface JobWarning {
  readonly code: JobWarningCode;
  readonly message: string;
  /** Which item it is about, from 0. */
  readonly index?: number | undefined;
  /** Of `unknown-status`: the service's own word. Printing leaves it out. */
  readonly status?: string | undefined;
}

/** How far a job is. */
export interface JobProgress {
  readonly state: JobState;
  /** Items in all. */
  readonly total: number;
  /** Items of which the outcome is known by now. */
  readonly settled: number;
  /** Items that the service has taken. */
  readonly submitted: number;
}

/** How a job is run. */
export interface RunOptions {
  /** Default the runtime's. */
  readonly fetch?: Fetch | undefined;
  readonly clock?: Clock | undefined;
  /** From 0 to 1; where waiting times get their chance from. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
  /** Shared with others who send to the same account. Default one of the service's own limits. */
  readonly budget?: Budget | undefined;
  /** Items that are sent at once where the service takes them one by one (Kibo). Default 1, which keeps their order. */
  readonly concurrency?: number | undefined;
  /** Ends the waiting: `done` rejects with the signal's reason. The service goes on; `ticket` finds it again. */
  readonly signal?: AbortSignalLike | undefined;
  /**
   * Milliseconds until nobody waits any longer, counted from the date of a scheduled job; `done` then tells what is known.
   * Default an hour and what Ecwid may need for its own retries; at Kibo a day.
   */
  readonly deadline?: number | undefined;
  /**
   * How long the service may ask to wait before it is asked again (`Retry-After`); milliseconds. What it puts off for longer ends
   * with that answer as its cause, and a job that it works on is asked for after this time. Default 3 600 000, an hour.
   */
  readonly maxRetryAfterMs?: number | undefined;
  /** Sends again what may have been sent already, where the service can't tell. Default false: its items are `unknown`. */
  readonly resubmit?: boolean | undefined;
  /** Keeps the ticket; awaited before the first octet of each submission and after each answer to one. */
  readonly onTicket?: ((ticket: JobTicket) => void | Promise<void>) | undefined;
  readonly onProgress?: ((progress: JobProgress) => void) | undefined;
}

/** The names of them. */
export const RUN_OPTIONS: OptionNames = {
  fetch: 'function',
  clock: '.schedule',
  random: 'function',
  budget: '.acquire',
  concurrency: true,
  signal: '.addEventListener',
  deadline: true,
  maxRetryAfterMs: true,
  resubmit: 'boolean',
  onTicket: 'function',
  onProgress: 'function',
} satisfies NamesOf<RunOptions>;

/** How a new job is run: `submit` is what the service is told of it, each service has its own, and some need one. */
export type JobOptions<S> = RunOptions &
  (object extends S ? { readonly submit?: S | undefined } : { readonly submit: S });

/** The options of a new job: none are needed where the service needs no `submit`. */
export type JobArguments<S> = object extends S ? [options?: JobOptions<S>] : [options: JobOptions<S>];

/** What became of a job. */
export interface JobEnd<I, V> {
  readonly state: JobState;
  /** One for each input, in their order. */
  readonly results: readonly JobResult<I, V>[];
  readonly warnings: readonly JobWarning[];
}

/** A batch that is answered later. Iterating gives one result for each input, in their order, as parts are finished. */
export interface Job<I, V> extends AsyncIterable<JobResult<I, V>> {
  /** As it is now; give it to `resumeJob` to go on in another process. */
  readonly ticket: JobTicket;
  readonly state: JobState;
  /** Kept when the service has the first part; rejects where it never will. */
  readonly started: Promise<JobTicket>;
  /**
   * Rejects with BatchUsageError for wrong use and before anything is sent, with BatchResponseError `job-refused` or
   * BatchTransportError where the service did not take the first part (`results` has every item), and with the signal's
   * reason; what happens later is told in the results.
   */
  readonly done: Promise<JobEnd<I, V>>;
  /**
   * Asks the service to stop, and sends nothing more; `done` then tells what had happened before. Rejects with
   * BatchUsageError `cancel-not-supported` where the service can't be asked and has a part already.
   */
  cancel(): Promise<void>;
}
