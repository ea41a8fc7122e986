import { Issues } from '../batch/issues.ts';
import type { Service } from '../batch/service.ts';
import { expectNames, type NamesOf, type OptionNames } from '../expect-options.ts';
import { resolveUrl } from '../odata/resolve-url.ts';
import { checkShape } from './check-shape.ts';
import { compileRules } from './compile-rules.ts';
import { type Coalesce, prepareBatch } from './prepare-batch.ts';
import type { CompiledRules } from './rewrite-rule.ts';
import { type ServiceDefinition, serviceDefinition } from './service-definition.ts';

/** A service, and what it was defined with. */
export interface DefinedService extends Service {
  readonly definition: ServiceDefinition;
}

/** What can't be said as data. */
export interface ServiceFunctions {
  /** Finds operations that can go as one; default none. */
  readonly coalesce?: Coalesce | undefined;
}

/** The names of them. */
const FUNCTIONS: OptionNames = { coalesce: 'function' } satisfies NamesOf<ServiceFunctions>;

/**
 * Makes a service of what is particular to it: give it to `encodeBatchRequest` and the others as `service`.
 *
 * Throws BatchUsageError `invalid-service` with all that is wrong: unknown members, templates that can't be read, keys that
 * would be lost, two rules that fit one operation, a rule that would rewrite what a rule has rewritten.
 *
 * @example
 * const shop = defineService({
 *   name: 'shop',
 *   serviceRoot: 'https://shop.example/v1/',
 *   rules: [
 *     {
 *       name: 'labels',
 *       methods: ['PUT', 'DELETE'],
 *       alias: 'Products({ID})/Labels({Name})',
 *       real: 'ProductLabels(ProductID={ID},Name={Name})',
 *       keys: { ID: 'int32', Name: 'string' },
 *     },
 *   ],
 * });
 */
export function defineService(
  definition: ServiceDefinition,
  functions: ServiceFunctions = {},
): DefinedService {
  expectNames(functions, FUNCTIONS, 'functions');
  const { coalesce } = functions;
  const issues = new Issues();
  // What was checked is what counts, whatever becomes of the caller's object.
  const checked = checkShape(serviceDefinition, definition, 'definition', 'invalid-service', issues);
  issues.throwIfAny();
  const rules = compileRules(checked, (path, message) =>
    issues.add(`definition.${path}`, 'invalid-service', message),
  );
  issues.throwIfAny();
  const { name, format, version, serviceRoot, urlForm, contentId, accept, batchHeaders, layout } = checked;
  const { forbiddenHeaders, hostHeader, ordered, atomicChangeSets, foldsIds, nestsLikeBatch } = checked;
  const {
    answersBatchAsOne,
    locationBase,
    tolerate,
    retryable,
    repeatable,
    credentialRefusals,
    repeatabilityHeaders,
    limits,
    endpoint = '$batch',
    answerIdPrefix,
  } = checked;
  return {
    ...{ name, format, version, serviceRoot, urlForm, contentId, accept, batchHeaders, layout },
    ...{ forbiddenHeaders, hostHeader, ordered, atomicChangeSets, foldsIds, nestsLikeBatch },
    ...{ answersBatchAsOne, locationBase, tolerate, retryable, repeatable, repeatabilityHeaders, limits },
    credentialRefusals,
    endpoint: serviceRoot === undefined ? undefined : resolveUrl(endpoint, serviceRoot.replace(/\/?$/, '/')),
    sentId: answerIdPrefix === undefined ? undefined : (id) => withoutPrefix(id, answerIdPrefix),
    prepare: (batch) => prepareBatch({ definition: checked, rules, coalesce }, batch),
    definition: checked,
  };
}

/** The id that was sent; as it stands where it was not made of one. */
function withoutPrefix(id: string, prefix: string): string {
  const bare = withoutBrackets(id);
  return bare.startsWith(prefix) ? withoutBrackets(bare.slice(prefix.length).trimStart()) : id;
}

function withoutBrackets(id: string): string {
  return id.replace(/^<(.*)>$/s, '$1');
}

/** The rules of a service, which were checked when it was defined. */
export function rulesOf({ definition }: DefinedService): CompiledRules {
  return compileRules(definition, () => {});
}
