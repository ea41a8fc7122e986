import type * as z from 'zod/mini';
import { Issues } from '../batch/issues.ts';
import { checkShape } from './check-shape.ts';

/** Checks the options of a built-in service; throws BatchUsageError `invalid-option` with all that is wrong. */
export function checkServiceOptions<T>(schema: z.ZodMiniType<T>, given: unknown): T {
  const issues = new Issues();
  const options = checkShape(schema, given, 'options', 'invalid-option', issues);
  issues.throwIfAny();
  return options;
}
