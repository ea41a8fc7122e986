import { BatchUsageError } from '../../src/errors.ts';

/** What a function throws; a test that expects it to throw fails where it does not. */
export function errorOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('expected it to throw');
}

export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('expected it to reject');
}

/** The issues of the BatchUsageError that a function throws, each as `path: code`. */
export function issuesOf(run: () => unknown): string[] {
  const error = errorOf(run);
  if (!(error instanceof BatchUsageError)) throw error;
  return error.issues.map(({ path, code }) => `${path}: ${code}`);
}
