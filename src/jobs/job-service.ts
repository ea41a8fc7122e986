import type { Operation } from '../batch/operation.ts';
import type { HeaderFields } from '../mime/header-list.ts';
import type { BudgetLimits } from '../transport/budget.ts';
import type { JobOutcome, JobState, JobWarning, NativeResult, TicketPart } from './job.ts';

/** A request to a service of jobs. */
export interface JobRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer> | undefined;
}

/** The answer to one, whole. */
export interface JobAnswer {
  readonly status: number;
  readonly headers: HeaderFields;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A single call to a service: what to send, and how to read what comes back, which may be that another call is needed. */
export interface JobCall<T> {
  readonly request: JobRequest;
  /** Throws BatchError where the answer is not what it should be. Statuses other than 2xx never come here. */
  read(answer: JobAnswer): { readonly value: T } | { readonly next: JobCall<T> };
}

/** An input as the service is told it. */
export interface JobItem {
  readonly operation?: Operation | undefined;
  readonly id?: string | undefined;
  /** All that makes it another input than others: what the digest of a ticket is made of. */
  readonly wire: string;
}

/** What a service says of one item. */
export type ItemReading<V> = JobOutcome<V> & { readonly native?: NativeResult | undefined };

/** What an answer says of a part. */
export interface StatusReading<V> {
  readonly state: JobState;
  /** What is known of items by now, by their place in the inputs. */
  readonly items: ReadonlyMap<number, ItemReading<V>>;
  /** Whether to ask again after a while, to ask at once for more, or nothing more. */
  readonly next: 'wait' | 'ask' | 'finished';
  /** What the next request and reading need to know; never in the ticket. */
  readonly memory?: unknown;
  readonly warnings?: readonly JobWarning[] | undefined;
  /** How long the service asks to wait, where the header of the answer does not say. */
  readonly retryAfter?: string | undefined;
  /** For the ticket: where to ask for the rest. */
  readonly nextId?: string | undefined;
}

/** What a service answered to a submission. */
export interface SubmissionReading<V> {
  /** By what it knows the job. */
  readonly id?: string | undefined;
  /** Where the answer says how it ended, too. */
  readonly reading?: StatusReading<V> | undefined;
}

/** What the calls of one part are made of. */
export type Part = TicketPart;

/** How far a job is that takes its items one by one. */
export interface JobStage<V> {
  readonly stage: 'ready' | 'started' | 'over';
  /** What the answer says; of a job that is over it is the last word. */
  readonly reading: StatusReading<V>;
}

/** How a service takes the items of a part: one by one, into a job that is then started. */
export interface ItemwiseSubmission<V> {
  /** By what the service knows the job. */
  readonly id: string;
  /** Items that may be sent at once have different keys: the order of others is kept. */
  keyOf(index: number): string;
  encodeItem(part: Part, index: number): JobRequest;
  /** Asks whether the job is there. */
  lookUp(part: Part): JobCall<JobStage<V>>;
  /** Asks which items the job has, with how often each. */
  listItems(part: Part): JobCall<ReadonlyMap<string, number>>;
  encodeStart(part: Part): JobRequest;
  readonly cancelOnFailure: boolean;
}

/** When a status is read. */
export interface Moment {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Whether the service was asked to stop. */
  readonly isCancelled: boolean;
}

/** A job of certain inputs, checked: requests are made and answers are read by pure functions. */
export interface JobPlan<V> {
  readonly items: readonly JobItem[];
  /** What the ticket keeps of the options. */
  readonly submit: unknown;
  /** The most items that the service takes at once. */
  readonly partSize: number;
  /** How long to wait in all unless the caller says. */
  readonly deadlineMs: number;
  /** The date of a scheduled job, in milliseconds since 1970. */
  readonly scheduledAt?: number | undefined;
  /** Whether later parts are left unsent once an item failed, or may have. */
  readonly stopsAtFailure: boolean;
  /** The key of a new submission. */
  readonly makeKey?: (() => string) | undefined;
  /** For how long a submission may be sent again under its key. Absent: never. */
  readonly keyLifeMs?: number | undefined;
  readonly itemwise?: ItemwiseSubmission<V> | undefined;
  encodeSubmission(part: Part): JobRequest;
  readSubmission(part: Part, answer: JobAnswer): SubmissionReading<V>;
  /** Why a service answers with a status, where its documents say so. */
  explainRefusal?(status: number): string | undefined;
  encodeStatus(part: Part, memory: unknown): JobRequest;
  readStatus(part: Part, memory: unknown, answer: JobAnswer, moment: Moment): StatusReading<V>;
  /** How often a status that is not found is asked for again before the job counts as expired. Default 0. */
  readonly notFoundRetries?: number | undefined;
  /** What to ask with, where the service does not know a part any more; undefined where nothing is left to ask. */
  whenGone?(part: Part, memory: unknown): unknown;
  cancel?(part: Part, memory: unknown): JobCall<unknown>;
  /** Whether there is nothing to ask any more once the service has agreed to cancel. Default false. */
  readonly endsWhenCancelled?: boolean | undefined;
}

/** A service that takes batches and answers them later. */
export interface JobService<I, V, S> {
  readonly name: string;
  /** Any URL of it: nothing is sent to another origin. */
  readonly url: string;
  readonly limits: BudgetLimits;
  /** Checks everything before anything is sent. Throws BatchUsageError with all that is wrong. */
  plan(inputs: readonly I[], submit: S | undefined): JobPlan<V>;
}
