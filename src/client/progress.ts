import type { OperationResult } from '../batch/result.ts';
import type { BudgetWait } from '../transport/budget.ts';

/** How many operations have each outcome. */
export type OutcomeCounts = { readonly [K in OperationResult['outcome']]: number };

/**
 * What a run waits for: the budget (its rates, its connections, a pause that the service asked for), the time after a failure,
 * answers, or more operations.
 */
export type WaitReason = BudgetWait | 'back-off' | 'answers' | 'operations';

/** How far a run is. */
export interface Progress {
  /** Operations that have their results. */
  readonly settled: number;
  /** All operations; undefined where nobody knows. */
  readonly total?: number | undefined;
  readonly byOutcome: OutcomeCounts;
  /** Operations in the next batch, at most. */
  readonly batchSize: number;
  /** Undefined while a batch is being made. */
  readonly waitingFor?: WaitReason | undefined;
  /** Milliseconds until all have their results, if it goes on like this; undefined where nobody knows. */
  readonly etaMs?: number | undefined;
}

/** Counts what has been settled. */
export class ProgressCount {
  readonly #byOutcome = {
    succeeded: 0,
    invalid: 0,
    failed: 0,
    'rolled-back': 0,
    'not-executed': 0,
    pending: 0,
    unknown: 0,
  } satisfies OutcomeCounts;
  readonly #begun: number;
  #settled = 0;

  constructor(now: number) {
    this.#begun = now;
  }

  add(results: readonly OperationResult[]): void {
    this.#settled += results.length;
    for (const { outcome } of results) this.#byOutcome[outcome]++;
  }

  /** How far it is now. */
  at(
    now: number,
    total: number | undefined,
    batchSize: number,
    waitingFor: WaitReason | undefined,
  ): Progress {
    const settled = this.#settled;
    const etaMs =
      total === undefined || settled === 0 ? undefined : ((now - this.#begun) / settled) * (total - settled);
    return {
      settled,
      total,
      byOutcome: { ...this.#byOutcome },
      batchSize,
      waitingFor,
      etaMs: etaMs === undefined ? undefined : Math.round(etaMs),
    };
  }
}
