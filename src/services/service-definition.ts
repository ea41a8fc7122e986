import { z } from 'zod';
import type { Service } from '../batch/service.ts';
import { isFieldValue, isToken } from '../mime/header-field.ts';
import { VERSIONS } from '../odata/version.ts';
import type { BatchPolicy } from './batch-policy.ts';
import type { RuleDefinitions } from './rewrite-rule.ts';

/** What is particular to one product, as plain data. */
export interface ServiceDefinition
  extends RuleDefinitions,
    BatchPolicy,
    Omit<Service, 'prepare' | 'sentId'> {}

const methods = z.array(z.string().regex(/^[A-Z]+$/, 'expected a method in upper case')).min(1);
const integerKey = z.strictObject({ type: z.enum(['int32', 'int64']), minimum: z.int() });
const key = z.union([z.enum(['string', 'int32', 'int64', 'guid']), integerKey]);
const lowerCase = z.string().regex(/^[^A-Z]+$/, 'expected lower case');
const count = z.int().positive();

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

const headerField = z.tuple([
  z.string().refine(isToken, 'expected a token'),
  z.string().refine(isFieldValue, 'expected characters up to U+00FF without control characters'),
]);

const lines = z.string().regex(/^(?:[\x20-\x7e]*\r\n)*$/, 'expected whole lines of ASCII, each with CRLF');

const layout = z.strictObject({
  boundary: z
    .string()
    .regex(/^[A-Za-z0-9]{1,38}$/, 'expected up to 38 letters and digits')
    .optional(),
  plainBoundary: z.boolean().optional(),
  reservedWord: z
    .string()
    .regex(/^[A-Za-z0-9]+$/, 'expected letters and digits')
    .optional(),
  preamble: lines.optional(),
  epilogue: lines.optional(),
  lineBehindBody: z.boolean().optional(),
});

const limits = z.strictObject({
  maxOperations: count.optional(),
  maxItems: count.optional(),
  maxOperationsPerChangeSet: count.optional(),
  maxBytes: count.optional(),
  rates: z
    .array(z.strictObject({ requests: count, seconds: count, per: z.enum(['account', 'address', 'user']) }))
    .optional(),
  countsOperations: z.boolean().optional(),
  maxConcurrentRequests: count.optional(),
});

/** What a definition must look like; what it means is checked behind that. */
export const serviceDefinition: z.ZodType<ServiceDefinition> = z.strictObject({
  name: z.string().min(1),
  serviceRoot: z.url({ protocol: /^https?$/ }).optional(),
  version: z.enum(Object.keys(VERSIONS) as (keyof typeof VERSIONS)[]).optional(),
  urlForm: z.enum(['as-given', 'absolute', 'absolute-path', 'relative']).optional(),
  contentId: z.enum(['all', 'change-sets', 'none', 'numbered']).optional(),
  accept: z.enum(['add', 'as-given']).optional(),
  batchHeaders: z
    .strictObject({ version: z.boolean().optional(), accept: z.string().nullable().optional() })
    .optional(),
  operationHeaders: z.array(headerField).optional(),
  layout: layout.optional(),
  ordered: z.boolean().optional(),
  atomicChangeSets: z.boolean().optional(),
  methods: methods.optional(),
  bodyless: methods.optional(),
  mediaTypes: z.array(lowerCase).optional(),
  changeSets: z.boolean().optional(),
  references: z.boolean().optional(),
  limits: limits.optional(),
  rules: z.array(rewriteRule).optional(),
  deny: z.array(endpoint).optional(),
  allow: z.array(endpoint).optional(),
  forbiddenQuery: z.array(lowerCase).optional(),
  keySeparator: z.enum([',', ',%20']).optional(),
});
