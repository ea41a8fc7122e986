import { callbackFailure } from '../batch/issues.ts';
import { defineUnprinted } from '../define-unprinted.ts';
import type { BatchError } from '../errors.ts';
import type { JobProgress, JobState, JobTicket, JobWarning, TicketPart } from './job.ts';

/** What a job tells while it runs: its state, how far it is, and what is odd. */
export class JobReport {
  readonly warnings: JobWarning[] = [];
  /** Where the job is; told to nobody where it is set. */
  state: JobState = 'preparing';
  readonly #onProgress: ((progress: JobProgress) => unknown) | undefined;
  readonly #onFailure: () => void;
  readonly #warned = new Set<string>();
  #failure: BatchError | undefined;

  /** @param onFailure told that `onProgress` has rejected; the next report throws why */
  constructor(onProgress: ((progress: JobProgress) => unknown) | undefined, onFailure: () => void) {
    this.#onProgress = onProgress;
    this.#onFailure = onFailure;
  }

  /** Tells how far the job is. Throws BatchUsageError `callback-failed`. */
  tell(state: JobState, { parts, inputs }: JobTicket, settled: number): void {
    this.state = state;
    if (this.#onProgress === undefined) return;
    if (this.#failure !== undefined) throw this.#failure;
    const submitted = parts.reduce((sum, part) => sum + takenOf(part), 0);
    try {
      const told = this.#onProgress({ state, total: inputs.count, settled, submitted });
      // Nobody waits for it, but what it fails with has to be heard.
      if (told instanceof Promise) told.catch((error) => this.#fail(error));
    } catch (error) {
      throw callbackFailure(error);
    }
  }

  /** Keeps warnings, each once: every answer about a part may say the same. */
  warn(warnings: readonly JobWarning[] = []): void {
    for (const { code, message, index, status } of warnings) {
      const name = `${code} ${index}`;
      if (this.#warned.has(name)) continue;
      this.#warned.add(name);
      const warning = { code, message, ...(index !== undefined && { index }) };
      this.warnings.push(status === undefined ? warning : defineUnprinted(warning, { status }));
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= callbackFailure(error);
    this.#onFailure();
  }
}

/** How many items of a part the service has taken. */
function takenOf({ from, to, state, accepted = 0, sentAt }: TicketPart): number {
  if (state === 'prepared' || state === 'sending') return accepted;
  return sentAt === undefined ? 0 : to - from;
}
