import { isBatchError } from '../batch/is-batch-error.ts';
import { callbackFailure } from '../batch/issues.ts';
import type { HeadersInput } from '../batch/operation.ts';
import type { AbortSignalLike, Signal } from '../transport/abort-signal.ts';
import { untilAborted } from '../transport/until-aborted.ts';

/** What the headers of a batch are asked for with. */
export interface HeadersRequest {
  /** Whether the service refused the headers before: a new token is wanted. */
  readonly refresh: boolean;
  readonly signal: Signal;
}

/** Gives the headers of a batch. */
export type HeadersSource = (request: HeadersRequest) => HeadersInput | Promise<HeadersInput>;

/** Headers of a batch, and when they were asked for. */
export interface Credentials {
  readonly headers: HeadersInput | undefined;
  readonly generation: number;
}

/** The headers of batches, which are refreshed once, however many batches were refused together. */
export class CredentialSource {
  readonly #source: HeadersInput | HeadersSource | undefined;
  #generation = 0;
  /** Whether the service has taken those of this generation. */
  #isAccepted = true;
  /** Whether new ones were of no use, and none were taken since. */
  #isFutile = false;
  #refreshing: Promise<void> | undefined;
  /** What a refresh gave and nobody has sent yet. */
  #fresh: Credentials | undefined;

  constructor(source: HeadersInput | HeadersSource | undefined) {
    this.#source = source;
  }

  /** Notes that the service has taken these, or has not said otherwise. */
  accept({ generation }: Credentials): void {
    if (generation !== this.#generation) return;
    this.#isAccepted = true;
    this.#isFutile = false;
  }

  /**
   * Notes that the service has refused these; returns whether it is any use to ask for others.
   *
   * @param isSecondTime whether it has refused others before for the same, in a row
   */
  reject({ generation }: Credentials, isSecondTime: boolean): boolean {
    if (typeof this.#source !== 'function') return false;
    if (generation < this.#generation) return true;
    this.#isFutile ||= isSecondTime && !this.#isAccepted;
    return !this.#isFutile;
  }

  /** Throws what errors of this package the source throws, BatchUsageError `callback-failed` for others, or the signal's reason. */
  async next(signal: AbortSignalLike): Promise<Credentials> {
    await this.#refreshing;
    const fresh = this.#fresh;
    this.#fresh = undefined;
    return fresh ?? this.#ask(false, signal);
  }

  /** Asks for new ones, unless somebody has since these were given. */
  async refresh({ generation }: Credentials, signal: AbortSignalLike): Promise<void> {
    if (generation < this.#generation) return;
    this.#generation++;
    this.#isAccepted = false;
    this.#refreshing = this.#ask(true, signal).then((credentials) => {
      this.#fresh = credentials;
    });
    try {
      await this.#refreshing;
    } finally {
      this.#refreshing = undefined;
    }
  }

  async #ask(refresh: boolean, signal: AbortSignalLike): Promise<Credentials> {
    const generation = this.#generation;
    if (typeof this.#source !== 'function') return { headers: this.#source, generation };
    const source = this.#source;
    try {
      const asked = (async () => source({ refresh, signal: signal as Signal }))();
      return { headers: await untilAborted(asked, signal), generation };
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw isBatchError(error) ? error : callbackFailure(error);
    }
  }
}
