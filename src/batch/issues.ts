import { BatchError, BatchUsageError, type UsageErrorCode, type UsageIssue } from '../errors.ts';

/** What an issue names: a text, or what prints as one. */
export type Name = { toString(): string };

/** Gathers all that is wrong with a call, so that its author learns of everything at once. */
export class Issues {
  readonly #issues: UsageIssue[] = [];
  #cause: unknown;

  /** @param cause what a function of the caller's threw */
  add(path: Name, code: UsageErrorCode, message: string, cause?: unknown): void {
    this.#issues.push({ path: path.toString(), code, message });
    this.#cause ??= cause;
  }

  get isEmpty(): boolean {
    return this.#issues.length === 0;
  }

  /** Throws a BatchUsageError where there is anything to tell, each thing once. */
  throwIfAny(): void {
    const told = new Map(this.#issues.map((issue) => [`${issue.path}\n${issue.message}`, issue]));
    const [first, ...rest] = [...told.values()].sort((a, b) => compare(places(a.path), places(b.path)));
    if (first === undefined) return;
    throw new BatchUsageError([first, ...rest], this.#cause === undefined ? {} : { cause: this.#cause });
  }
}

/** How issues name a place: `batch[1][0]`. */
export function placeName(list: string, path: readonly number[]): string {
  return `${list}${path.map((index) => `[${index}]`).join('')}`;
}

/** Names a place, and is put into words only where something is wrong: `batch[1][0]`. */
export class PlaceName {
  readonly #list: string;
  readonly #path: readonly number[];

  constructor(list: string, path: readonly number[]) {
    this.#list = list;
    this.#path = path;
  }

  toString(): string {
    return placeName(this.#list, this.#path);
  }
}

/** Names a property of what has a name itself: `batch[1][0].url`. */
export class PropertyName {
  readonly #owner: Name;
  readonly #property: string;

  constructor(owner: Name, property: string) {
    this.#owner = owner;
    this.#property = property;
  }

  toString(): string {
    return `${this.#owner}.${this.#property}`;
  }
}

/** One thing that is wrong, thrown at once. */
export function usageError(
  path: Name,
  code: UsageErrorCode,
  message: string,
  cause?: unknown,
): BatchUsageError {
  const issue = { path: path.toString(), code, message };
  return new BatchUsageError([issue], cause === undefined ? {} : { cause });
}

/** Runs something of which only functions of the caller's can throw other errors than ours. */
export function guardCallbacks<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw error instanceof BatchError ? error : callbackFailure(error);
  }
}

/** What a function of the caller's threw, as an error of ours. */
export function callbackFailure(cause: unknown, results?: readonly unknown[]): BatchUsageError {
  const issue = {
    path: '',
    code: 'callback-failed',
    message: 'a function of the caller threw: see cause',
  } as const;
  return new BatchUsageError([issue], { cause, results });
}

/** `[1, 0]` of `batch[1][0].url`: issues are found check by check and told operation by operation. */
function places(path: string): number[] {
  const [operation = ''] = path.split('.');
  return Array.from(operation.matchAll(/\[(\d+)\]/g), ([, index]) => Number(index));
}

function compare(a: readonly number[], b: readonly number[]): number {
  return (a[0] ?? -1) - (b[0] ?? -1) || (a[1] ?? -1) - (b[1] ?? -1);
}
