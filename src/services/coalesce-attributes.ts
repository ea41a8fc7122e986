import type { GivenBatch, GivenOperation } from '../batch/service.ts';
import { convertBody } from './body-rule.ts';
import { headerFields } from './check-operation.ts';
import type { KeyValue } from './key-type.ts';
import { matchTemplate } from './match-template.ts';
import { type ParsedUrl, parseServiceRoot, parseUrl } from './parsed-url.ts';
import type { CoalescedOperations } from './prepare-batch.ts';
import type { RewriteRule } from './rewrite-rule.ts';
import { compileTemplate, type KeySpecs, type UrlTemplate } from './url-template.ts';

/** The paths by which operations say which product they are about. */
export interface ProductPaths {
  /** Of one attribute, with the keys `ID` and `Name`. */
  readonly attribute: readonly UrlTemplate[];
  /** Of anything else of one product, as it begins; with the key `ID`. */
  readonly product: readonly UrlTemplate[];
}

type Paths = Pick<RewriteRule, 'alias' | 'real' | 'keys'>;

/**
 * Reads the paths of rules.
 *
 * @param attribute the paths of an attribute
 * @param rules whose real URIs have the product among their keys
 */
export function productPaths(attribute: Paths, rules: readonly Paths[]): ProductPaths {
  const { ID = 'int32' } = attribute.keys;
  return {
    attribute: [attribute.alias, attribute.real].map((path) => templateOf(path, attribute.keys)),
    product: [templateOf('Products({ID})', { ID }), ...rules.map(({ real, keys }) => templateOf(real, keys))],
  };
}

function templateOf(text: string, keys: KeySpecs): UrlTemplate {
  const template = compileTemplate(text, keys);
  if (typeof template === 'string') throw new Error(template);
  return template;
}

/** One value of one attribute, as an operation sets it. */
interface Attribute {
  readonly product: number | string;
  readonly name: string;
  readonly value: unknown;
}

/** Operations that can go as one. */
interface Group {
  readonly lead: string;
  readonly members: [number, ...number[]];
  readonly names: Set<string>;
  readonly attributes: { readonly Name: string; readonly Value: unknown }[];
}

/** As many operations as a batch may have. Each result names the others of its group, so that no group may be of any size. */
const MAX_MEMBERS = 100;

/**
 * Folds PATCH and PUT of attributes of one product into one UpdateAttributes, wherever nothing else on that product stands
 * between them. Only what surely means the same is folded: no headers, no query, each attribute once, a body that is
 * `{ "Value": text }`, and nobody refers to it.
 */
export function coalesceAttributes(
  { operations, serviceRoot }: GivenBatch,
  paths: ProductPaths,
): CoalescedOperations[] {
  const root = serviceRoot === undefined ? undefined : parseServiceRoot(serviceRoot);
  const groups: { readonly product: number | string; readonly group: Group }[] = [];
  const open = new Map<number | string, Group>();
  let level: number | undefined;
  for (const operation of operations) {
    const own = operation.path.length === 2 ? operation.path[0] : undefined;
    // What stands in a change set stays there, and what stands round it may be about anything in it.
    if (own !== level) open.clear();
    level = own;

    const url = parseUrl(operation.url, root);
    const attribute = attributeOf(operation, url, paths);
    if (attribute === undefined) {
      closeGroups(open, operation, url, paths);
      continue;
    }
    const { product, name, value } = attribute;
    const known = open.get(product);
    // Whether the service tells letter cases apart nobody says.
    const key = name.toLowerCase();
    if (known === undefined || known.names.has(key) || known.members.length === MAX_MEMBERS) {
      const group = newGroup(url, operation, attribute);
      open.set(product, group);
      groups.push({ product, group });
    } else {
      known.members.push(operation.index);
      known.names.add(key);
      known.attributes.push({ Name: name, Value: value });
    }
  }

  return groups
    .filter(({ group }) => group.members.length > 1)
    .map(({ product, group: { lead, members, attributes } }) => ({
      members,
      rule: 'attributes-coalesced',
      method: 'POST',
      url: `${lead}Products(${product})/UpdateAttributes`,
      body: { Value: { Attributes: attributes } },
    }));
}

function newGroup({ lead }: ParsedUrl, { index }: GivenOperation, { name, value }: Attribute): Group {
  return {
    lead,
    members: [index],
    names: new Set([name.toLowerCase()]),
    attributes: [{ Name: name, Value: value }],
  };
}

/** The attribute that an operation sets, if that is all it does. */
function attributeOf(
  operation: GivenOperation,
  url: ParsedUrl,
  { attribute }: ProductPaths,
): Attribute | undefined {
  const { method, body, isDependent, isTarget } = operation;
  if (method !== 'PATCH' && method !== 'PUT') return undefined;
  if (isDependent || isTarget || headerFields(operation).length > 0) return undefined;
  if (url.place !== 'service' || !url.isPlain || url.query !== undefined) return undefined;
  const keys = firstMatch(attribute, url);
  const product = keys?.get('ID')?.value;
  const name = keys?.get('Name')?.value;
  const converted = convertBody({ from: { Value: 'string' }, to: '{Value}' }, body, new Map());
  if (product === undefined || typeof name !== 'string' || converted === undefined) return undefined;
  return { product, name, value: converted.body };
}

/** Another operation ends the group of its product; one of which nobody knows what it is about ends all. */
function closeGroups(
  open: Map<number | string, Group>,
  { method }: GivenOperation,
  url: ParsedUrl,
  paths: ProductPaths,
): void {
  const product = open.size === 0 ? undefined : productOf(method, url, paths);
  if (product === undefined) open.clear();
  else open.delete(product);
}

function productOf(
  method: string,
  url: ParsedUrl,
  { attribute, product }: ProductPaths,
): number | string | undefined {
  if (url.place !== 'service' || !url.isPlain) return undefined;
  // Through $expand and longer paths a product shows those that it is made of.
  const isRead = method === 'GET';
  if (isRead && url.query !== undefined) return undefined;
  const found = [...attribute, ...product].map((template) => {
    if (isRead && url.path.length > template.segments.length) return undefined;
    const match = matchTemplate(template, url.path.slice(0, template.segments.length));
    return match.kind === 'match' ? match.keys.get('ID')?.value : undefined;
  });
  return found.find((id) => id !== undefined);
}

function firstMatch(
  templates: readonly UrlTemplate[],
  { path }: Pick<ParsedUrl, 'path'>,
): ReadonlyMap<string, KeyValue> | undefined {
  for (const template of templates) {
    const match = matchTemplate(template, path);
    if (match.kind === 'match') return match.keys;
  }
  return undefined;
}
