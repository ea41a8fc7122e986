import { en } from 'zod/locales';
import type * as z from 'zod/mini';
import type { Issues } from '../batch/issues.ts';
import type { UsageErrorCode } from '../errors.ts';

// Without it zod/mini says nothing but "Invalid input"; given to each parse, it changes no other user of zod.
const { localeError } = en();

/** What a schema makes of data from outside; tells all that is wrong with it, and is of use only where nothing is. */
export function checkShape<T>(
  schema: z.ZodMiniType<T>,
  given: unknown,
  name: string,
  code: UsageErrorCode,
  issues: Issues,
): T {
  const parsed = schema.safeParse(given, { error: localeError });
  for (const { path, message } of parsed.error?.issues ?? []) {
    issues.add(name + pathText(path), code, message);
  }
  return parsed.data as T;
}

/** How issues name a place in an object: `.rules[0].alias`. */
function pathText(path: readonly PropertyKey[]): string {
  return path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
}
