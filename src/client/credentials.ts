import { callbackFailure } from '../batch/issues.ts';
import type { HeadersInput } from '../batch/operation.ts';
import type { AbortSignalLike, Signal } from '../transport/abort-signal.ts';
import { untilAborted } from '../transport/until-aborted.ts';

/** What the headers of a batch are asked for with. */
export interface HeadersRequest {
  /** Whether the service did not know the headers before: a new token is wanted. */
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
  #refreshing: Promise<void> | undefined;
  /** What a refresh gave and nobody has sent yet. */
  #fresh: Credentials | undefined;

  constructor(source: HeadersInput | HeadersSource | undefined) {
    this.#source = source;
  }

  /** Whether it is any use to refresh. */
  get canRefresh(): boolean {
    return typeof this.#source === 'function';
  }

  /** Throws BatchUsageError `callback-failed`, or the signal's reason. */
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
      throw callbackFailure(error);
    }
  }
}
