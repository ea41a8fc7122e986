import { BatchUsageError, type UsageErrorCode, type UsageIssue } from '../errors.ts';

/** Gathers all that is wrong with a call, so that its author learns of everything at once. */
export class Issues {
  readonly #issues: UsageIssue[] = [];

  add(path: string, code: UsageErrorCode, message: string): void {
    this.#issues.push({ path, code, message });
  }

  /** Throws a BatchUsageError where there is anything to tell. */
  throwIfAny(): void {
    const [first, ...rest] = this.#issues;
    if (first !== undefined) throw new BatchUsageError([first, ...rest]);
  }
}

/** One thing that is wrong, thrown at once. */
export function usageError(
  path: string,
  code: UsageErrorCode,
  message: string,
  cause?: unknown,
): BatchUsageError {
  return new BatchUsageError([{ path, code, message }], cause === undefined ? {} : { cause });
}
