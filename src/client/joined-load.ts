import { type AbortControllerLike, type AbortSignalLike, makeController } from '../transport/abort-signal.ts';
import { untilAborted } from '../transport/until-aborted.ts';

interface Loading<T> {
  readonly value: Promise<T>;
  readonly controller: AbortControllerLike;
  /** How many wait for it. */
  waiting: number;
}

/** Something that takes a request to get, which is made once for all who ask, until one of them wants it anew. */
export class JoinedLoad<T> {
  readonly #load: (signal: AbortSignalLike) => Promise<T>;
  #known: { readonly value: T } | undefined;
  #loading: Loading<T> | undefined;

  /** @param load is aborted when nobody waits for it any more */
  constructor(load: (signal: AbortSignalLike) => Promise<T>) {
    this.#load = load;
  }

  /**
   * What was loaded, or is being loaded.
   *
   * @param refresh whether what is known is of no use any more; what is being loaded is new enough
   */
  async get(refresh: boolean, signal: AbortSignalLike): Promise<T> {
    if (refresh) this.#known = undefined;
    if (this.#known !== undefined) return this.#known.value;
    this.#loading ??= this.#begin();
    const loading = this.#loading;
    loading.waiting++;
    try {
      return await untilAborted(loading.value, signal);
    } finally {
      loading.waiting--;
      if (loading.waiting === 0 && this.#loading === loading) {
        this.#loading = undefined;
        loading.controller.abort();
      }
    }
  }

  #begin(): Loading<T> {
    const controller = makeController();
    const value = this.#load(controller.signal);
    const loading: Loading<T> = { value, controller, waiting: 0 };
    const done = () => {
      if (this.#loading === loading) this.#loading = undefined;
    };
    value.then(
      (loaded) => {
        if (this.#loading === loading) this.#known = { value: loaded };
        done();
      },
      // Whoever waits for it hears of it.
      done,
    );
    return loading;
  }
}
