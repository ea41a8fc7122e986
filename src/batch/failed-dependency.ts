import type { PlannedOperation } from './plan.ts';
import type { OperationResult } from './result.ts';

/** Operations that failed only because another did say so with this status. */
export const FAILED_DEPENDENCY = 424;

/** Whether an operation was answered that it was not executed because another one failed. */
export function isFailedDependency(result: OperationResult): boolean {
  if (result.outcome === 'failed') return result.status === FAILED_DEPENDENCY;
  const hasCause = result.outcome === 'not-executed' || result.outcome === 'rolled-back';
  return hasCause && result.cause?.status === FAILED_DEPENDENCY;
}

/**
 * Whether an operation can be kept from being executed by others (J-10).
 *
 * @param apart from these: a change set as a whole depends on nothing within it
 */
export function hasDependencies(planned: PlannedOperation, apart: readonly PlannedOperation[] = []): boolean {
  if (planned.if !== undefined) return true;
  return planned.dependsOn?.some((name) => !apart.some(({ id }) => id === name)) === true;
}
