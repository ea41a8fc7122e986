import { type BatchError, BatchResponseError } from '../errors.ts';
import { asksTooMuch, mayHaveHappened } from '../transport/send-again.ts';
import type { Exchange } from './judge-batch.ts';
import type { SendSettings } from './send-settings.ts';

/** After these nobody else is served either. */
const CLOSED_DOORS: readonly (number | undefined)[] = [401, 403];

/** Keeps in mind whether a service lets anything in. */
export class Access {
  readonly #settings: SendSettings;
  /** Whether anything has ever come to the service. */
  #isReached = false;
  #refusalsInARow = 0;
  #lastRefusal: BatchError | undefined;

  constructor(settings: SendSettings) {
    this.#settings = settings;
  }

  /** Why nothing of the last batch that was answered happened; undefined where something did, or may have. */
  get lastRefusal(): BatchError | undefined {
    return this.#lastRefusal;
  }

  /** How often in a row the service could not be reached; batches that were under way together count as one. */
  get refusalsInARow(): number {
    return this.#refusalsInARow;
  }

  /** @param refusalsBefore how often it could not be reached when the batch was sent */
  note({ failure, error }: Exchange, refusalsBefore: number): void {
    const isIn = failure === undefined || mayHaveHappened(failure);
    this.#lastRefusal = isIn ? undefined : error;
    const isReached = failure?.kind !== 'not-sent';
    this.#refusalsInARow = isReached ? 0 : Math.max(this.#refusalsInARow, refusalsBefore + 1);
    this.#isReached ||= isReached;
  }

  /**
   * Whether nothing more is to be sent after a batch: to a service that nobody can reach, that lets nobody in, or that wants to be
   * asked at a time for which nobody waits.
   */
  isClosedAfter({ failure, error }: Exchange): boolean {
    if (failure === undefined) return false;
    const { maxAttempts, maxFirstAttempts, maxRetryAfterMs } = this.#settings;
    if (asksTooMuch(failure, maxRetryAfterMs)) return true;
    if (failure.kind === 'refused') {
      return error instanceof BatchResponseError && CLOSED_DOORS.includes(error.status);
    }
    // A service that was never reached may not be there at all.
    const attempts = this.#isReached ? maxAttempts : maxFirstAttempts;
    return failure.kind === 'not-sent' && (failure.isPermanent === true || this.#refusalsInARow >= attempts);
  }
}
