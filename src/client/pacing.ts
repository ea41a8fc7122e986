import type { OperationResult } from '../batch/result.ts';
import { backOffMs } from '../transport/back-off.ts';
import { asksTooMuch, failureOfOperation } from '../transport/send-again.ts';
import { largestOf } from './batch-size.ts';
import type { Exchange, UnitAgain } from './judge-batch.ts';
import type { SendSettings } from './send-settings.ts';
import { entriesOf, type Unit } from './unit.ts';

/** What is to be sent again, and after how many milliseconds. */
export interface UnitToWait {
  readonly unit: Unit;
  readonly waitMs: number;
}

/** How long what comes after a batch is to wait. */
export interface Waits {
  readonly again: readonly UnitToWait[];
  /** Before the next batch so many milliseconds are to pass. */
  readonly pauseMs: number | undefined;
}

/** Tells how long to wait, by what the service asks for and by how often it has failed. */
export class Pacing {
  readonly #settings: SendSettings;
  #failuresInARow = 0;

  constructor(settings: SendSettings) {
    this.#settings = settings;
  }

  /** @param refusalsInARow how often the service could not be reached */
  after(exchange: Exchange, units: readonly UnitAgain[], refusalsInARow: number): Waits {
    if (refusalsInARow > 0) {
      // Until it can be reached all wait together.
      const pauseMs = this.#backOff(refusalsInARow);
      return { again: units.map(({ unit }) => ({ unit, waitMs: 0 })), pauseMs };
    }
    const again = this.#later(units);
    const pauseMs = this.#pause(exchange);
    if (!this.#stopsOnFailure || again.length === 0) return { again, pauseMs };
    // What stands behind a failure waits with it: if it fails for good nothing is sent any more.
    const longest = largestOf(again.map(({ waitMs }) => waitMs));
    return {
      again: again.map(({ unit }) => ({ unit, waitMs: longest })),
      pauseMs: Math.max(pauseMs ?? 0, longest),
    };
  }

  get #stopsOnFailure(): boolean {
    return this.#settings.encoding.continueOnError === false;
  }

  /** What failed together comes back together: alone each would make a batch of its own. */
  #later(again: readonly UnitAgain[]): UnitToWait[] {
    const failures = largestOf(entriesOf(again.map(({ unit }) => unit)).map((entry) => entry.failures));
    const waitMs = failures === 0 ? 0 : this.#backOff(failures);
    return again.map(({ unit, retryAfterMs }) => {
      const hasFailed = entriesOf([unit]).some((entry) => entry.failures > 0);
      return { unit, waitMs: retryAfterMs ?? (hasFailed ? waitMs : 0) };
    });
  }

  /** How long to wait before the next batch; where the service asks for it, all who share the budget wait. */
  #pause({ failure, results }: Exchange): number | undefined {
    const { budget } = this.#settings;
    if (failure === undefined) {
      this.#failuresInARow = 0;
      const longest = largestOf(results.map((result) => this.#askedWait(result)));
      if (longest > 0) budget.pause(longest);
      return undefined;
    }
    if (failure.kind === 'unauthorized' || failure.kind === 'too-large' || failure.kind === 'refused') {
      return undefined;
    }
    // Nobody waits for so long, and others who share the budget are told by the service themselves.
    if (asksTooMuch(failure, this.#settings.maxRetryAfterMs)) return undefined;
    const waitMs = failure.retryAfterMs ?? this.#backOff(++this.#failuresInARow);
    if (failure.kind === 'throttled') budget.pause(waitMs);
    return waitMs;
  }

  /** How long the service asks to wait in the answer to one operation, in milliseconds; 0 where nobody waits for so long. */
  #askedWait(result: OperationResult): number {
    const { clock, retryable, maxRetryAfterMs } = this.#settings;
    if (result.outcome !== 'failed') return 0;
    const failure = failureOfOperation(result, retryable, clock.now());
    if (failure?.kind !== 'throttled' || asksTooMuch(failure, maxRetryAfterMs)) return 0;
    return failure.retryAfterMs ?? 0;
  }

  #backOff(failures: number): number {
    return backOffMs(failures, () => this.#chance(), this.#settings.backOff);
  }

  /** From 0 to 1. */
  #chance(): number {
    const [first = 0, second = 0] = this.#settings.random(new Uint8Array(2));
    return (first * 256 + second) / 65_535;
  }
}
