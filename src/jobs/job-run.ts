import type { BatchError } from '../errors.ts';
import type { AbortSignalLike } from '../transport/abort-signal.ts';
import type { Clock } from '../transport/clock.ts';
import type { JobState, JobWarning, TicketPart } from './job.ts';
import type { ItemReading, JobAnswer, JobPlan, JobRequest } from './job-service.ts';

/** What the steps of a job share while it runs. */
export interface JobRun<V> {
  readonly plan: JobPlan<V>;
  readonly clock: Clock;
  readonly random: () => number;
  /** How long the service may ask to wait. */
  readonly maxRetryAfterMs: number;
  /** Aborted at the deadline and by the caller. */
  readonly signal: AbortSignalLike;
  /** Whether the deadline has come. */
  readonly isOver: boolean;
  readonly concurrency: number;
  readonly resubmit: boolean;
  readonly isCancelled: boolean;
  /** Whether the service has agreed to that. */
  readonly isCancelAgreed: boolean;
  /** Waits for the answer to a request to cancel, where there is one: it may be the last word. */
  untilCancelAnswered(): Promise<void>;
  /** Keeps what the calls of the part under way need to know. */
  remember(memory: unknown): void;
  part(index: number): TicketPart;
  /** Changes the ticket and waits until it is kept. */
  change(index: number, changes: Partial<TicketPart>): Promise<void>;
  send(request: JobRequest, beforeSending?: () => void): Promise<JobAnswer>;
  /** Waits; no longer than until the job is cancelled. */
  pause(ms: number): Promise<void>;
  /** Tells how far the job is. */
  report(state: JobState, settled: number): void;
  warn(warnings: readonly JobWarning[] | undefined): void;
}

/** What became of a part. */
export interface PartEnd<V> {
  readonly state: JobState;
  readonly items: ReadonlyMap<number, ItemReading<V>>;
  /** What became of the items that are not in the map. */
  readonly rest: ItemReading<V>;
  /** Set where the service would not have the part: the job ends with it, and rejects where it is the first. */
  readonly refusal?: BatchError | undefined;
}

const NO_ITEMS: ReadonlyMap<number, never> = /* @__PURE__ */ new Map<number, never>();

/** A part of which nothing is known but one thing, for all its items. */
export function partEnd<V>(state: JobState, rest: ItemReading<V>, refusal?: BatchError): PartEnd<V> {
  return { state, items: NO_ITEMS, rest, ...(refusal !== undefined && { refusal }) };
}

export function notExecuted<V>(cause?: BatchError): ItemReading<V> {
  return { outcome: 'not-executed', ok: false, ...(cause !== undefined && { cause }) };
}

export function unknownOutcome<V>(cause: BatchError): ItemReading<V> {
  return { outcome: 'unknown', ok: false, cause };
}

export const CANCELLED: ItemReading<never> = { outcome: 'cancelled', ok: false };
export const PENDING: ItemReading<never> = { outcome: 'pending', ok: false };
