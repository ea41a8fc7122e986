/** What every AbortSignal has. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/**
 * The AbortSignal of the runtime that the types are used in: with the types of a browser, of Node or of a worker it is
 * theirs, without any of them it is what all have in common.
 */
export type Signal = typeof globalThis extends { AbortSignal: { prototype: infer Type } }
  ? Type
  : AbortSignalLike;

/** What every AbortController has. */
export interface AbortControllerLike {
  readonly signal: AbortSignalLike;
  abort(reason?: unknown): void;
}

export function makeController(): AbortControllerLike {
  const { AbortController } = globalThis as unknown as { AbortController: new () => AbortControllerLike };
  return new AbortController();
}

/** The error that the runtime aborts with where no reason is given. */
export function abortError(): unknown {
  const controller = makeController();
  controller.abort();
  return controller.signal.reason;
}
