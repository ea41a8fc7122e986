import type { PlannedOperation } from './plan.ts';

/** Operations that failed only because another did say so with this status. */
export const FAILED_DEPENDENCY = 424;

/**
 * Whether an operation can be kept from being executed by others (J-10).
 *
 * @param apart from these: a change set as a whole depends on nothing within it
 */
export function hasDependencies(planned: PlannedOperation, apart: readonly PlannedOperation[] = []): boolean {
  if (planned.if !== undefined) return true;
  return planned.dependsOn?.some((name) => !apart.some(({ id }) => id === name)) === true;
}
