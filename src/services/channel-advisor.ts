import * as z from 'zod/mini';
import type { MultipartLayout, ServiceLimits } from '../batch/service.ts';
import type { RepeatRule } from '../http/repeatable-request.ts';
import { checkServiceOptions } from './check-service-options.ts';
import { coalesceAttributes, productPaths } from './coalesce-attributes.ts';
import { type DefinedService, defineService } from './define-service.ts';
import type { EndpointRule, RewriteRule } from './rewrite-rule.ts';
import type { ServiceDefinition } from './service-definition.ts';

/** What ChannelAdvisor leaves to choose. */
export interface ChannelAdvisorOptions {
  /**
   * What the alias `Products(ID)/Attributes('Name')` becomes: `keyed`, the default, keeps method and body and names the
   * attribute in the URL; `post` creates it with POST; `action` calls UpdateAttributes. DELETE is always `keyed`.
   */
  readonly attributes?: 'keyed' | 'post' | 'action' | undefined;
  /** The profile that attributes belong to, for `attributes: 'post'` with a token of several profiles. */
  readonly profileId?: number | undefined;
  /**
   * How the batch is framed: `documented`, the default, as the service's page prints it; `flat` without the lines round it;
   * `odata` as the standard does, with change sets and references.
   */
  readonly layout?: 'documented' | 'flat' | 'odata' | undefined;
  /** Whether an empty line stands before the first delimiter of the documented layout. Default false. */
  readonly preambleBlankLine?: boolean | undefined;
  /** The format of the answer to ask for. Default none: the service then answers in the format of the request. */
  readonly accept?: 'multipart' | 'json' | undefined;
  /**
   * Whether neighbouring PATCH and PUT of attributes of one product, up to 100, go as one UpdateAttributes, nothing else on that
   * product between them: less to count against the request limits. Each keeps its own result, with `coalescedWith`. Default false.
   */
  readonly coalesce?: boolean | undefined;
  /** Operations of one batch, at most and by default 100: the service advises fewer where requests time out. */
  readonly maxOperations?: number | undefined;
  /** What stands between the keys of a real URI. Default `,`; the service's own page prints a space behind it. */
  readonly keySeparator?: ',' | ',%20' | undefined;
}

const MAX_OPERATIONS = 100;
const ANSWER_FORMATS = { multipart: 'multipart/mixed', json: 'application/json' } as const;

const options: z.ZodMiniType<ChannelAdvisorOptions> = z
  .strictObject({
    attributes: z.optional(z.enum(['keyed', 'post', 'action'])),
    profileId: z.optional(z.int().check(z.positive())),
    layout: z.optional(z.enum(['documented', 'flat', 'odata'])),
    preambleBlankLine: z.optional(z.boolean()),
    coalesce: z.optional(z.boolean()),
    accept: z.optional(z.enum(['multipart', 'json'])),
    maxOperations: z.optional(z.int().check(z.minimum(1), z.maximum(MAX_OPERATIONS))),
    keySeparator: z.optional(z.enum([',', ',%20'])),
  })
  .check(
    z.refine(
      ({ layout = 'documented', preambleBlankLine }) => !preambleBlankLine || layout === 'documented',
      {
        path: ['preambleBlankLine'],
        message: 'only the documented layout has a preamble',
      },
    ),
    z.refine(({ attributes, profileId }) => profileId === undefined || attributes === 'post', {
      path: ['profileId'],
      message: "only attributes: 'post' sends a ProfileID",
    }),
  );

const ID = { type: 'int32', minimum: 0 } as const;
const KEYED = 'AttributeValues(ProductID={ID},Name={Name})';

const ATTRIBUTE = {
  alias: 'Products({ID})/Attributes({Name})',
  keys: { ID, Name: 'string' },
} as const;

/** The table of the service's page "Batch Requests", row by row. */
const RULES: readonly RewriteRule[] = [
  { ...ATTRIBUTE, name: 'attributes-delete', methods: ['DELETE'], real: KEYED },
  {
    name: 'images',
    methods: ['PATCH', 'PUT', 'DELETE'],
    alias: 'Products({ID})/Images({PlacementName})',
    real: 'Images(ProductID={ID},PlacementName={PlacementName})',
    keys: { ID, PlacementName: 'string' },
  },
  {
    name: 'labels',
    methods: ['PATCH', 'PUT', 'DELETE'],
    alias: 'Products({ID})/Labels({Name})',
    real: 'ProductLabels(ProductID={ID},Name={Name})',
    keys: { ID, Name: 'string' },
  },
  {
    name: 'bundle-components',
    methods: ['PATCH', 'PUT', 'DELETE'],
    alias: 'Products({ID})/BundleComponents({ComponentID})',
    real: 'ProductBundleComponents(ProductID={ID},ComponentID={ComponentID})',
    keys: { ID, ComponentID: ID },
  },
  {
    name: 'dc-quantities',
    methods: ['PATCH', 'PUT', 'DELETE'],
    alias: 'Products({ID})/DCQuantities({DistributionCenterID})',
    real: 'DCQuantities(ProductID={ID},DistributionCenterID={DistributionCenterID})',
    // Nothing says that the ids of distribution centers are not negative.
    keys: { ID, DistributionCenterID: 'int32' },
  },
];

const DENY: readonly EndpointRule[] = [
  { path: 'Orders({ID})/Export', reason: 'send it apart, the service does not take it inside a batch' },
  { path: '$batch', reason: 'a batch must not hold another batch' },
];

/** Each operation counts as a request, and so does the batch round them. */
const LIMITS: ServiceLimits = {
  countsOperations: true,
  rates: [
    { requests: 2_000, seconds: 60, per: 'account' },
    { requests: 8_300, seconds: 60, per: 'address' },
    { requests: 500_000, seconds: 3_600, per: 'address' },
  ],
  maxConcurrentRequests: 5,
};

/** All that sets what it says may be done twice; a relative update of a quantity is added each time. */
const REPEATABLE: readonly RepeatRule[] = [
  { methods: ['GET', 'PUT', 'PATCH', 'DELETE'] },
  { methods: ['POST'], path: 'Products({ID})/UpdateAttributes' },
  { methods: ['POST'], path: 'Products({ID})/UpdateQuantity', body: { 'Value.UpdateType': ['Absolute'] } },
];

/**
 * By the header the operations are parts of the batch, and `--batch` and `--batch--` are text round it
 * (docs/decisions/004-the-header-names-the-boundary.md).
 */
function layoutOf({ layout = 'documented', preambleBlankLine }: ChannelAdvisorOptions): MultipartLayout {
  if (layout === 'odata') return { plainBoundary: true, lineBehindBody: true };
  const flat = { boundary: 'changeset', reservedWord: 'batch', plainBoundary: true, lineBehindBody: true };
  if (layout === 'flat') return flat;
  const blankLine = preambleBlankLine ? '\r\n' : '';
  return {
    ...flat,
    preamble: `--batch\r\nContent-Type: multipart/mixed; boundary={boundary}\r\n${blankLine}`,
    epilogue: '--batch--\r\n',
  };
}

/** PATCH and PUT of one attribute, in the way asked for. */
function attributeRule({ attributes = 'keyed', profileId }: ChannelAdvisorOptions): RewriteRule {
  const rule = { ...ATTRIBUTE, name: 'attributes', methods: ['PATCH', 'PUT'] };
  if (attributes === 'keyed') return { ...rule, real: KEYED };
  const from = { Value: 'string' } as const;
  if (attributes === 'action') {
    const to = { Value: { Attributes: [{ Name: '{Name}', Value: '{Value}' }] } };
    return { ...rule, method: 'POST', real: 'Products({ID})/UpdateAttributes', body: { from, to } };
  }
  const profile = profileId === undefined ? {} : { ProfileID: profileId };
  const to = { ProductID: '{ID}', Name: '{Name}', Value: '{Value}', ...profile };
  return { ...rule, method: 'POST', real: 'AttributeValues', body: { from, to } };
}

/**
 * ChannelAdvisor (Rithum), as its page "Batch Requests" describes it: aliases are rewritten to their real URIs, and what
 * can't be batched is refused. See docs/services/channel-advisor.md.
 *
 * Throws BatchUsageError `invalid-option`.
 *
 * @example
 * encodeBatchRequest([{ method: 'PATCH', url: "/v1/Products(1)/Labels('eBay')" }], { service: channelAdvisor() });
 */
export function channelAdvisor(given: ChannelAdvisorOptions = {}): DefinedService {
  const chosen = checkServiceOptions(options, given);
  const { accept, layout = 'documented', maxOperations = MAX_OPERATIONS, keySeparator = ',' } = chosen;
  const isStandard = layout === 'odata';
  const paths = productPaths({ ...ATTRIBUTE, real: KEYED }, RULES);
  const definition: ServiceDefinition = {
    name: 'channelAdvisor',
    serviceRoot: 'https://api.channeladvisor.com/v1/',
    version: '4.0',
    urlForm: 'absolute',
    accept: 'as-given',
    contentId: 'numbered',
    layout: layoutOf(chosen),
    // By the header of the request the operations are parts of the batch; what reads it by its body sees one atomic set.
    nestsLikeBatch: isStandard,
    answersBatchAsOne: !isStandard,
    retryable: [406, 429, '5xx'],
    repeatable: REPEATABLE,
    batchHeaders: { version: false, accept: accept === undefined ? null : ANSWER_FORMATS[accept] },
    operationHeaders: accept === undefined ? [] : [['Accept', 'application/json']],
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    bodyless: isStandard ? undefined : ['DELETE'],
    mediaTypes: ['application/json'],
    changeSets: isStandard,
    references: isStandard,
    dependencies: isStandard,
    outerHeaders: ['authorization'],
    limits: { ...LIMITS, maxOperations },
    rules: [attributeRule(chosen), ...RULES],
    deny: DENY,
    forbiddenQuery: ['access_token'],
    keySeparator,
  };
  return defineService(definition, {
    coalesce: chosen.coalesce ? (batch) => coalesceAttributes(batch, paths) : undefined,
  });
}
