import type { EcwidOperation } from './read-batch.ts';

/** What the store answers to one request of a batch. */
export interface InnerAnswer {
  readonly status: number;
  readonly body?: unknown;
}

/** What a run needs to know of the store that it runs in. */
export interface EcwidStore {
  /** Milliseconds that a request takes. */
  durationOf(operation: EcwidOperation): number;
  /** Does a request. */
  execute(run: BatchRun, item: RunItem, at: number): InnerAnswer;
}

export interface RunItem {
  readonly index: number;
  readonly operation: EcwidOperation;
  /** `cancelled` is told as COMPLETED, without an answer. */
  state: 'waiting' | 'running' | 'COMPLETED' | 'FAILED' | 'NOT_EXECUTED' | 'cancelled';
  /** How often it was tried. */
  attempts: number;
  /** When the attempt under way ends. */
  endsAt: number;
  answer?: InnerAnswer;
}

export interface BatchRunOptions {
  readonly ticket: string;
  readonly groupId?: string | undefined;
  readonly isParallel: boolean;
  readonly stopsOnFirstFailure: boolean;
  /** So many questions for its status find it queued, however late they come. */
  readonly pendingPolls: number;
}

/** Requests that are done at the same time, at most, where that was asked for. */
const PARALLEL_LANES = 100;
const TRIES = 5;
const MS_BETWEEN_TRIES = 3000;

/** One batch: runs its requests in order, or many at once, in the time of its store. */
export class BatchRun {
  readonly options: BatchRunOptions;
  readonly items: readonly RunItem[];
  isDeleted = false;
  /** When its last request ended. */
  endedAt: number | undefined;
  pendingPolls: number;
  readonly #store: EcwidStore;
  #isStopped = false;

  constructor(store: EcwidStore, operations: readonly EcwidOperation[], options: BatchRunOptions) {
    this.#store = store;
    this.options = options;
    this.pendingPolls = options.pendingPolls;
    this.items = operations.map((operation, index) => {
      return { index, operation, state: 'waiting', attempts: 0, endsAt: 0 };
    });
  }

  get status(): 'QUEUED' | 'IN_PROGRESS' | 'COMPLETED' {
    if (this.endedAt !== undefined) return 'COMPLETED';
    return this.completed === 0 ? 'QUEUED' : 'IN_PROGRESS';
  }

  /** How many requests were done, whatever came of them. */
  get completed(): number {
    return this.items.filter(({ state }) => state === 'COMPLETED' || state === 'FAILED').length;
  }

  /** Runs until the time that is given, from the time when its turn came. */
  advance(turn: number, now: number): void {
    if (this.endedAt !== undefined || turn > now || this.pendingPolls > 0) return;
    let last = turn;
    for (;;) {
      this.#fill(last);
      const running = this.items.filter(({ state }) => state === 'running');
      const [next] = running.sort((a, b) => a.endsAt - b.endsAt || a.index - b.index);
      if (next === undefined) {
        this.#end(last);
        return;
      }
      if (next.endsAt > now) return;
      last = next.endsAt;
      this.#finish(next, last);
    }
  }

  /** Stops what has not begun; says whether there was anything to stop. */
  stop(now: number): boolean {
    if (this.endedAt !== undefined) return false;
    for (const item of this.items) if (item.state === 'waiting') item.state = 'cancelled';
    if (!this.items.some(({ state }) => state === 'running')) this.endedAt = now;
    return true;
  }

  /** Begins as many requests as may run at once. */
  #fill(now: number): void {
    const lanes = this.options.isParallel ? PARALLEL_LANES : 1;
    let running = this.items.filter(({ state }) => state === 'running').length;
    for (const item of this.items) {
      if (running >= lanes || this.#isStopped) return;
      if (item.state !== 'waiting') continue;
      item.state = 'running';
      item.endsAt = now + this.#store.durationOf(item.operation);
      running++;
    }
  }

  #finish(item: RunItem, at: number): void {
    item.attempts++;
    const answer = this.#store.execute(this, item, at);
    const { stopsOnFirstFailure } = this.options;
    if (answer.status >= 500 && !stopsOnFirstFailure && item.attempts < TRIES) {
      item.endsAt = at + MS_BETWEEN_TRIES + this.#store.durationOf(item.operation);
      return;
    }
    item.answer = answer;
    item.state = answer.status === 200 ? 'COMPLETED' : 'FAILED';
    if (item.state === 'FAILED' && stopsOnFirstFailure) this.#isStopped = true;
  }

  #end(at: number): void {
    this.endedAt = at;
    for (const item of this.items) if (item.state === 'waiting') item.state = 'NOT_EXECUTED';
  }
}
