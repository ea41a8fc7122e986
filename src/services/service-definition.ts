import { z } from 'zod';
import type { RuleDefinitions } from './rewrite-rule.ts';

/** What is particular to one product, as plain data. */
export interface ServiceDefinition extends RuleDefinitions {
  readonly name: string;
  /** The absolute URL that paths of rules and relative URLs are below. */
  readonly serviceRoot?: string | undefined;
}

const methods = z.array(z.string().regex(/^[A-Z]+$/, 'expected a method in upper case')).min(1);
const integerKey = z.strictObject({ type: z.enum(['int32', 'int64']), minimum: z.int() });
const key = z.union([z.enum(['string', 'int32', 'int64', 'guid']), integerKey]);

const rewriteRule = z.strictObject({
  name: z.string().min(1),
  methods,
  alias: z.string(),
  real: z.string(),
  keys: z.record(z.string(), key),
  method: z.string().optional(),
  body: z
    .strictObject({
      from: z.record(z.string(), z.enum(['string', 'number', 'boolean'])),
      to: z.json(),
    })
    .optional(),
});

const endpoint = z.strictObject({
  methods: methods.optional(),
  path: z.string(),
  reason: z.string().optional(),
});

/** What a definition must look like; what it means is checked behind that. */
export const serviceDefinition: z.ZodType<ServiceDefinition> = z.strictObject({
  name: z.string().min(1),
  serviceRoot: z.url({ protocol: /^https?$/ }).optional(),
  rules: z.array(rewriteRule).optional(),
  deny: z.array(endpoint).optional(),
  allow: z.array(endpoint).optional(),
  forbiddenQuery: z.array(z.string().regex(/^[^A-Z]+$/, 'expected lower case')).optional(),
  keySeparator: z.enum([',', ',%20']).optional(),
});
