import { z } from 'zod';

const operation = z.strictObject({
  method: z.string(),
  url: z.string(),
  id: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.unknown().optional(),
});

/** The JSON file of `--requests`: operations, and lists of operations as change sets. */
export const requestsFile = z.array(z.union([operation, z.array(operation)])).min(1);
