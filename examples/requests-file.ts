import { readFile } from 'node:fs/promises';
import type { Batch } from 'odata-batch-codec';
import { z } from 'zod';

const operation = z.strictObject({
  method: z.string(),
  url: z.string(),
  id: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.unknown().optional(),
});

/** The JSON file of `--requests`: operations, and lists of operations as change sets. */
const requestsFile = z.array(z.union([operation, z.array(operation)])).min(1);

/** Reads the file of `--requests`. Throws an Error that names the file and each thing that is wrong in it, by its place. */
export async function readRequests(file: string): Promise<Batch> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`);
  }
  const { success, data, error } = requestsFile.safeParse(value);
  if (success) return data;
  const lines = error.issues.flatMap(problems).map(({ path, message }) => `  ${placeOf(path)}: ${message}`);
  throw new Error(`${file} is no list of requests:\n${lines.join('\n')}`);
}

interface Problem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Of something that is neither an operation nor a change set, what is wrong with it as the one that it looks like. */
function problems(issue: z.core.$ZodIssue): Problem[] {
  if (issue.code !== 'invalid_union') return [issue];
  const [ofOperation = [], ofChangeSet = []] = issue.errors;
  const isChangeSet = !ofChangeSet.some(({ path }) => path.length === 0);
  return (isChangeSet ? ofChangeSet : ofOperation).flatMap((each) =>
    problems({ ...each, path: [...issue.path, ...each.path] }),
  );
}

function placeOf(path: readonly PropertyKey[]): string {
  return `requests${path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('')}`;
}
