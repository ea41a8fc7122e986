import * as z from 'zod/mini';
import type { Service, ServiceLimits } from '../batch/service.ts';
import { isFieldValue, isToken } from '../mime/header-field.ts';
import { VERSIONS } from '../odata/version.ts';
import { TOLERANCES, type Tolerance } from '../tolerances.ts';
import type { BatchPolicy } from './batch-policy.ts';
import type { RuleDefinitions } from './rewrite-rule.ts';

/** What is particular to one product, as plain data. */
export interface ServiceDefinition
  extends RuleDefinitions,
    BatchPolicy,
    Omit<Service, 'prepare' | 'sentId' | 'endpoint'> {
  /** Where batches are sent to, relative to the service root. Default `$batch`. */
  readonly endpoint?: string | undefined;
  /** What the service puts before an id that it repeats, such as Google's `response-`; angle brackets round it are taken off too. */
  readonly answerIdPrefix?: string | undefined;
}

const text = (pattern: RegExp, expected: string) => z.string().check(z.regex(pattern, expected));
const nonEmpty = z.string().check(z.minLength(1));
const method = text(/^[A-Z]+$/, 'expected a method in upper case');
const methods = z.array(method).check(z.minLength(1));
const lowerCase = text(/^[^A-Z]+$/, 'expected lower case');
const count = z.int().check(z.positive());
const flag = z.optional(z.boolean());

/** An absolute URL, with http: or https:; a query would be lost in the URLs below it. */
export const serviceRoot: z.ZodMiniType<string | undefined> = z.optional(
  z
    .url({ protocol: /^https?$/ })
    .check(z.regex(/^[^?#]*$/, 'expected neither query nor fragment, which belong to the URL of the batch')),
);

const integerKey = z.strictObject({ type: z.enum(['int32', 'int64']), minimum: z.int() });
const key = z.union([z.enum(['string', 'int32', 'int64', 'guid']), integerKey]);

const rewriteRule = z.strictObject({
  name: nonEmpty,
  methods,
  alias: z.string(),
  real: z.string(),
  keys: z.record(z.string(), key),
  method: z.optional(method),
  body: z.optional(
    z.strictObject({
      from: z.record(z.string(), z.enum(['string', 'number', 'boolean'])),
      to: z.json(),
    }),
  ),
});

const endpoint = z.strictObject({
  methods: z.optional(methods),
  path: z.string(),
  reason: z.optional(z.string()),
});

const headerField = z.tuple([
  z.string().check(z.refine(isToken, 'expected a token')),
  z.string().check(z.refine(isFieldValue, 'expected characters up to U+00FF without control characters')),
]);

const lines = text(/^(?:[\x20-\x7e]*\r\n)*$/, 'expected whole lines of ASCII, each with CRLF');

const layout = z.strictObject({
  boundary: z.optional(text(/^[A-Za-z0-9]{1,38}$/, 'expected up to 38 letters and digits')),
  plainBoundary: flag,
  reservedWord: z.optional(text(/^[A-Za-z0-9]+$/, 'expected letters and digits')),
  preamble: z.optional(lines),
  epilogue: z.optional(lines),
  lineBehindBody: flag,
});

export const serviceLimits: z.ZodMiniType<ServiceLimits> = z.strictObject({
  maxOperations: z.optional(count),
  maxItems: z.optional(count),
  maxOperationsPerChangeSet: z.optional(count),
  safeOperationsPerChangeSet: z.optional(count),
  maxBytes: z.optional(count),
  maxUrlLength: z.optional(count),
  rates: z.optional(
    z.array(z.strictObject({ requests: count, seconds: count, per: z.enum(['account', 'address', 'user']) })),
  ),
  countsOperations: flag,
  countsBatch: flag,
  maxConcurrentRequests: z.optional(count),
});

const repeatRule = z.strictObject({
  methods,
  path: z.optional(nonEmpty),
  body: z.optional(z.record(z.string(), z.array(z.unknown()))),
});

const failure = z.int().check(z.minimum(400), z.maximum(599));

const credentialRefusal = z.strictObject({
  status: failure,
  header: z.optional(headerField),
  codes: z.optional(z.array(nonEmpty).check(z.minLength(1))),
});

/** What a definition must look like; what it means is checked behind that. */
export const serviceDefinition: z.ZodMiniType<ServiceDefinition> = z.strictObject({
  name: nonEmpty,
  format: z.optional(z.enum(['multipart', 'json'])),
  serviceRoot,
  endpoint: z.optional(nonEmpty),
  version: z.optional(z.enum(Object.keys(VERSIONS) as (keyof typeof VERSIONS)[])),
  urlForm: z.optional(z.enum(['as-given', 'absolute', 'absolute-path', 'relative', 'service-path'])),
  contentId: z.optional(z.enum(['all', 'change-sets', 'none', 'numbered'])),
  accept: z.optional(z.enum(['add', 'as-given'])),
  forbiddenHeaders: z.optional(z.enum(['error', 'strip', 'allow'])),
  hostHeader: flag,
  batchHeaders: z.optional(
    z.strictObject({
      version: flag,
      accept: z.optional(z.nullable(z.string())),
      fields: z.optional(z.array(headerField)),
    }),
  ),
  operationHeaders: z.optional(z.array(headerField)),
  layout: z.optional(layout),
  ordered: flag,
  atomicChangeSets: flag,
  answerIdPrefix: z.optional(nonEmpty),
  foldsIds: flag,
  nestsLikeBatch: flag,
  answersBatchAsOne: flag,
  locationBase: z.optional(z.enum(['operation', 'service-root'])),
  tolerate: z.optional(z.array(z.enum(TOLERANCES as Tolerance[]))),
  retryable: z.optional(z.array(z.union([failure, z.literal('5xx')]))),
  repeatable: z.optional(z.array(repeatRule)),
  credentialRefusals: z.optional(z.array(credentialRefusal)),
  repeatabilityHeaders: flag,
  methods: z.optional(methods),
  bodyless: z.optional(methods),
  mediaTypes: z.optional(z.array(lowerCase)),
  changeSets: flag,
  references: flag,
  dependencies: flag,
  outerHeaders: z.optional(z.array(lowerCase)),
  sameMethod: flag,
  changeSetKeys: z.optional(
    z.strictObject({ shared: z.array(nonEmpty), distinct: z.array(nonEmpty).check(z.minLength(1)) }),
  ),
  limits: z.optional(serviceLimits),
  rules: z.optional(z.array(rewriteRule)),
  deny: z.optional(z.array(endpoint)),
  allow: z.optional(z.array(endpoint)),
  forbiddenQuery: z.optional(z.array(lowerCase)),
  keySeparator: z.optional(z.enum([',', ',%20'])),
});
