import { shuffled } from '../seeded-random.ts';
import type { QuartileRow } from './read-rows.ts';

/** What came of one resource. */
export interface RowStatus {
  readonly success: boolean;
  readonly message: string;
  /** Such as `INSERT`. */
  readonly process: string;
}

export type BatchWord = 'PENDING' | 'RUNNING' | 'PARTIAL' | 'FAILED' | 'SUCCESS';

/** Shapes of a status that the document leaves room for. */
export interface QuartileShapes {
  /** The order of the list. Default as it was sent. */
  readonly order?: 'as-sent' | 'shuffled';
  /** Which resources the list lacks. Default none. */
  readonly omits?: (row: QuartileRow, index: number) => boolean;
  /** What is told of a resource. Default all that was sent. */
  readonly echo?: (row: QuartileRow, index: number) => object;
  /** So many polls after the end find PARTIAL without a list. Default 0. */
  readonly partialPolls?: number;
  /** So many polls find no batch at all, since the queue is slow. Default 0. */
  readonly notFoundPolls?: number;
  /** The HTTP status, where another than the documented one. */
  readonly httpStatus?: (word: BatchWord) => number;
  /** The word of the body, where another than the documented one. */
  readonly word?: (word: BatchWord) => string;
}

export interface BatchProcessOptions {
  readonly batchId: string;
  readonly rows: readonly QuartileRow[];
  /** What came of each resource; undefined where the batch fails as a whole, and no list is told. */
  readonly statuses: readonly RowStatus[] | undefined;
  readonly createdAt: number;
  readonly queueTime: number;
  readonly runTime: number;
  readonly pendingPolls: number;
}

/** One batch, and how far it is. */
export class BatchProcess {
  readonly options: BatchProcessOptions;
  isProcessed = false;
  #pendingPolls: number;
  #partialPolls: number;
  #notFoundPolls: number;
  #queuedAt: number;
  /** Whether the last poll was one that finds it pending in any case. */
  #isHeld = false;

  constructor(options: BatchProcessOptions, { partialPolls = 0, notFoundPolls = 0 }: QuartileShapes) {
    this.options = options;
    this.#pendingPolls = options.pendingPolls;
    this.#partialPolls = partialPolls;
    this.#notFoundPolls = notFoundPolls;
    this.#queuedAt = options.createdAt;
  }

  /** When all of it is processed, as far as it can be told now. */
  get endsAt(): number {
    const { queueTime, runTime } = this.options;
    return this.#pendingPolls > 0 ? Number.POSITIVE_INFINITY : this.#queuedAt + queueTime + runTime;
  }

  /** Counts a poll; says whether it finds the batch. */
  poll(now: number): boolean {
    if (this.#notFoundPolls > 0) {
      this.#notFoundPolls--;
      return false;
    }
    this.#isHeld = this.#pendingPolls > 0;
    if (this.#isHeld && --this.#pendingPolls === 0) this.#queuedAt = now;
    return true;
  }

  /** The word for how far it is, and whether it is the last one. */
  word(now: number): { readonly word: BatchWord; readonly isFinal: boolean } {
    if (!this.isProcessed) {
      const isQueued = this.#isHeld || now < this.#queuedAt + this.options.queueTime;
      return { word: isQueued ? 'PENDING' : 'RUNNING', isFinal: false };
    }
    if (this.#partialPolls > 0) {
      this.#partialPolls--;
      return { word: 'PARTIAL', isFinal: false };
    }
    const { statuses = [] } = this.options;
    const good = statuses.filter(({ success }) => success).length;
    if (good === 0) return { word: 'FAILED', isFinal: true };
    return { word: good === statuses.length ? 'SUCCESS' : 'PARTIAL', isFinal: true };
  }

  /** The list with the status of each resource; undefined where none is told. */
  list(shapes: QuartileShapes, random: () => number, newId: () => string): object[] | undefined {
    const { rows, statuses } = this.options;
    if (statuses === undefined) return undefined;
    const { order = 'as-sent', omits = () => false, echo = (row) => row } = shapes;
    const told = rows.flatMap((row, index) =>
      omits(row, index) ? [] : [{ id: newId(), ...echo(row, index), status: statuses[index] }],
    );
    return order === 'shuffled' ? shuffled(told, random) : told;
  }
}
