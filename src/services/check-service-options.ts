import type { z } from 'zod';
import { Issues } from '../batch/issues.ts';
import { pathText } from './path-text.ts';

/** Checks the options of a built-in service; throws BatchUsageError `invalid-option` with all that is wrong. */
export function checkServiceOptions<T>(schema: z.ZodType<T>, given: T): T {
  const parsed = schema.safeParse(given);
  const issues = new Issues();
  for (const { path, message } of parsed.error?.issues ?? []) {
    issues.add(`options${pathText(path)}`, 'invalid-option', message);
  }
  issues.throwIfAny();
  return parsed.data as T;
}
