import type { NewJob } from './read-job.ts';
import type { KiboOperation } from './read-operation.ts';

export type Verdict = 'Completed' | 'Failed' | 'ValidationFailed';
export type ItemStatus = 'Waiting' | 'Running' | Verdict | 'Canceled';

export interface JobItem {
  /** From 0, in the order in which they were added. */
  readonly index: number;
  readonly operation: KiboOperation;
  readonly correlationId: string;
  status: ItemStatus;
  attempts: number;
  /** When the attempt under way, or the next one, ends. */
  endsAt: number;
}

/** How fast, and with what success, a job is done. */
export interface Pace {
  /** Milliseconds that an item takes. */
  readonly itemTime: number;
  /** Milliseconds until an item that failed is tried again. */
  readonly retryTime: number;
  readonly maxAttempts: number;
  /** Whether a scheduled date is passed over. */
  readonly ignoresSchedule: boolean;
  /** Does an item. */
  execute(job: BatchJob, item: JobItem, at: number): Verdict;
}

/** One job with its items. */
export class BatchJob {
  readonly code: string;
  readonly scheduledDate: string | null;
  name: string;
  items: JobItem[] = [];
  /** Counts the lives of the job: a reset begins another one. */
  life = 0;
  startedAt: number | undefined;
  #told: 'Ready' | 'Pending';
  #end: 'Completed' | 'Canceled' | undefined;
  readonly #pace: Pace;

  constructor({ code, name, scheduledDate, status }: NewJob, pace: Pace) {
    this.code = code;
    this.name = name;
    this.scheduledDate = scheduledDate;
    this.#told = status;
    this.#pace = pace;
  }

  get isOver(): boolean {
    return this.#end !== undefined;
  }

  /** What the job is; `Running` while its items are done. */
  status(now: number): 'Ready' | 'Pending' | 'Running' | 'Completed' | 'Canceled' {
    if (this.#end !== undefined) return this.#end;
    if (this.startedAt === undefined) return this.#told;
    return now < this.#beginsAt ? 'Pending' : 'Running';
  }

  add(operation: KiboOperation, correlationId: string): JobItem {
    const item: JobItem = {
      ...{ index: this.items.length, operation, correlationId },
      ...{ status: 'Waiting', attempts: 0, endsAt: 0 },
    };
    this.items.push(item);
    return item;
  }

  /** Marks the job as ready to be processed; says whether that can be. */
  start(now: number): boolean {
    if (this.isOver) return false;
    if (this.startedAt !== undefined) return true;
    this.startedAt = now;
    for (const item of this.items) item.endsAt = this.#beginsAt + (item.index + 1) * this.#pace.itemTime;
    return true;
  }

  /** Ends the job; what has not been tried is canceled with it. Says whether that can be. */
  cancel(): boolean {
    if (this.isOver) return false;
    this.#end = 'Canceled';
    for (const item of this.items) {
      if (item.status === 'Waiting' || item.status === 'Running') item.status = 'Canceled';
    }
    return true;
  }

  /** Removes all items; says whether that can be. */
  reset(): boolean {
    if (!this.isOver) return false;
    this.items = [];
    this.startedAt = undefined;
    this.#end = undefined;
    this.#told = 'Ready';
    this.life++;
    return true;
  }

  advance(now: number): void {
    if (this.startedAt === undefined || this.isOver) return;
    for (;;) {
      const open = this.items.filter((item) => !this.#isDone(item));
      const [next] = open.sort((a, b) => a.endsAt - b.endsAt || a.index - b.index);
      if (next === undefined) break;
      if (next.endsAt > now) {
        for (const item of open) if (item.endsAt - this.#pace.itemTime <= now) item.status = 'Running';
        return;
      }
      this.#finish(next);
    }
    if (now >= this.#beginsAt) this.#end = 'Completed';
  }

  get #beginsAt(): number {
    const { startedAt = Number.POSITIVE_INFINITY, scheduledDate } = this;
    if (scheduledDate === null || this.#pace.ignoresSchedule) return startedAt;
    return Math.max(startedAt, Date.parse(scheduledDate));
  }

  #isDone({ status, attempts }: JobItem): boolean {
    return status === 'Completed' || attempts >= this.#pace.maxAttempts;
  }

  #finish(item: JobItem): void {
    item.attempts++;
    item.status = this.#pace.execute(this, item, item.endsAt);
    item.endsAt += this.#pace.retryTime + this.#pace.itemTime;
  }
}
