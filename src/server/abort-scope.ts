import {
  type AbortControllerLike,
  type AbortSignalLike,
  abortError,
  makeController,
} from '../transport/abort-signal.ts';

/**
 * Until when a batch is worth running: till its client goes away.
 *
 * Operations run one at a time, and each has a signal of its own: ten thousand listeners on that of the batch would be a leak.
 */
export class AbortScope {
  readonly #outer: AbortSignalLike;
  readonly #onAbort = (): void => this.abort(this.#outer.reason);
  #operation: AbortControllerLike | undefined;
  #interrupt: ((reason: unknown) => void) | undefined;
  #abortion: { readonly reason: unknown } | undefined;

  /** @param outer the signal of the batch; its request may have none, in a worker for instance */
  constructor(outer: AbortSignalLike | null | undefined) {
    this.#outer = outer ?? makeController().signal;
    if (this.#outer.aborted) this.#abortion = { reason: this.#outer.reason };
    else this.#outer.addEventListener('abort', this.#onAbort);
  }

  get isAborted(): boolean {
    return this.#abortion !== undefined;
  }

  throwIfAborted(): void {
    if (this.#abortion !== undefined) throw this.#abortion.reason;
  }

  /** The signal of the next operation. */
  nextSignal(): AbortSignalLike {
    this.#operation = makeController();
    return this.#operation.signal;
  }

  /** Tells the operation that runs to stop, and no other. */
  abortOperation(reason: unknown): void {
    this.#operation?.abort(reason);
  }

  /** @param reason default an AbortError, as the runtime makes it */
  abort(reason: unknown = abortError()): void {
    this.close();
    if (this.#abortion !== undefined) return;
    this.#abortion = { reason };
    this.abortOperation(reason);
    this.#interrupt?.(reason);
  }

  /** Waits for something, but not beyond the abort. One at a time. */
  wait<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#abortion !== undefined) reject(this.#abortion.reason);
      this.#interrupt = reject;
      promise.then(resolve, reject);
    });
  }

  /** Lets go of the signal of the batch: what has ended can't be aborted. */
  close(): void {
    this.#outer.removeEventListener('abort', this.#onAbort);
  }
}
