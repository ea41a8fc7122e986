import { en } from 'zod/locales';
import type * as z from 'zod/mini';
import type { Issues } from '../batch/issues.ts';
import type { UsageErrorCode } from '../errors.ts';
import { unknownOption } from '../expect-options.ts';

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
  for (const issue of parsed.error?.issues ?? []) {
    const place = name + pathText(issue.path);
    if (issue.code !== 'unrecognized_keys') {
      issues.add(place, code, issue.message);
      continue;
    }
    const known = namesAt(schema, issue.path);
    const unknownCode = code === 'invalid-option' ? 'unknown-option' : code;
    for (const key of issue.keys) issues.add(`${place}.${key}`, unknownCode, unknownOption(key, known));
  }
  return parsed.data as T;
}

/** What a schema is made of, as far as its names go. */
interface SchemaParts {
  readonly shape?: { readonly [name: string]: { readonly def: SchemaParts } };
  readonly element?: { readonly def: SchemaParts };
  readonly innerType?: { readonly def: SchemaParts };
}

/** The names that an object at a place may have. */
function namesAt({ def }: z.ZodMiniType<unknown>, path: readonly PropertyKey[]): string[] {
  let parts: SchemaParts | undefined = def as SchemaParts;
  for (const key of path) {
    parts = bare(parts);
    parts = (parts?.shape?.[String(key)] ?? parts?.element)?.def;
  }
  return Object.keys(bare(parts)?.shape ?? {});
}

function bare(parts: SchemaParts | undefined): SchemaParts | undefined {
  return parts?.innerType === undefined ? parts : bare(parts.innerType.def);
}

/** How issues name a place in an object: `.rules[0].alias`. */
function pathText(path: readonly PropertyKey[]): string {
  return path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
}
