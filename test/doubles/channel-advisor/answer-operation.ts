import type { Catalog, Product } from './catalog.ts';
import { parsePath, type Resource } from './parse-path.ts';

/** One request to the service, alone or out of a batch. */
export interface OperationRequest {
  readonly method: string;
  /** Below the service root, without its query. */
  readonly path: string;
  /** Undefined where there is none. */
  readonly json: unknown;
  readonly inBatch: boolean;
}

/** How it is answered. */
export interface OperationAnswer {
  readonly status: number;
  readonly body?: unknown;
}

const NO_CONTENT: OperationAnswer = { status: 204 };
const NO_ROUTE = problem(404, 'No HTTP resource was found that matches the request URI.');
/** What belongs to a product and has an alias below it, with the set of its real URI and that one's second key. */
const ALIASES: Readonly<Record<string, readonly [set: string, key: string]>> = {
  Attributes: ['AttributeValues', 'Name'],
  Images: ['Images', 'PlacementName'],
  Labels: ['ProductLabels', 'Name'],
  BundleComponents: ['ProductBundleComponents', 'ComponentID'],
  DCQuantities: ['DCQuantities', 'DistributionCenterID'],
};
const REAL_SETS = new Map(Object.entries(ALIASES).map(([name, [set, key]]) => [set, { name, key }]));

/** Answers one request; what the page "Batch Requests" says of batches, and nothing else, tells the two cases apart. */
export function answerOperation(catalog: Catalog, request: OperationRequest): OperationAnswer {
  const { method, path, inBatch } = request;
  let resource: Resource | undefined;
  try {
    resource = parsePath(path);
  } catch {
    return problem(400, 'The URI is malformed.');
  }
  if (resource === undefined) return NO_ROUTE;
  const { set, keys, below } = resource;
  if (set === 'Orders' && below?.set === 'Export') {
    if (inBatch) return problem(400, 'Export is not compatible with batch requests.');
    return catalog.orders.has(Number(keys.ID)) && method === 'POST' ? NO_CONTENT : NO_ROUTE;
  }
  if (set === 'AttributeValues' && method === 'POST') return createAttribute(catalog, request.json);

  const real = REAL_SETS.get(set);
  if (real !== undefined) {
    const product = catalog.product(Number(keys.ProductID));
    const key = keys[real.key];
    return product === undefined || key === undefined
      ? NO_ROUTE
      : answerPart(product, real.name, key, request);
  }
  if (set !== 'Products') return NO_ROUTE;
  const product = catalog.product(Number(keys.ID));
  return product === undefined
    ? problem(404, `There is no product ${keys.ID}.`)
    : answerProduct(product, below, request);
}

function answerProduct(
  product: Product,
  below: Resource['below'],
  request: OperationRequest,
): OperationAnswer {
  const { method, inBatch } = request;
  if (below === undefined)
    return method === 'GET' ? { status: 200, body: entity(product) } : problem(405, 'Read only.');
  if (below.set === 'UpdateAttributes' && method === 'POST') return updateAttributes(product, request.json);
  if (!(below.set in ALIASES)) return NO_ROUTE;
  if (below.key === undefined) {
    return method === 'GET'
      ? { status: 200, body: { value: listOf(product, below.set) } }
      : problem(405, 'Read only.');
  }
  // "We have a few aliased endpoints that will not work in $batch requests."
  if (inBatch && method !== 'GET') return NO_ROUTE;
  return answerPart(product, below.set, below.key, request);
}

/** One thing that belongs to a product, by whichever URI it was asked for. */
function answerPart(
  product: Product,
  name: string,
  key: string | number,
  { method, json }: OperationRequest,
): OperationAnswer {
  const isText = ['Attributes', 'Images', 'Labels'].includes(name);
  if (isText !== (typeof key === 'string')) return problem(400, 'The key has another type.');
  const part = partOf(product, name);
  if (method === 'GET') {
    return part.has(key)
      ? { status: 200, body: { Key: key, Content: part.get(key) } }
      : problem(404, 'There is none.');
  }
  if (method === 'DELETE') return part.delete(key) ? NO_CONTENT : problem(404, 'There is none.');
  if (method !== 'PUT' && method !== 'PATCH') return problem(405, 'POST is for collections.');
  return part.set(key, json) ? NO_CONTENT : problem(400, 'The body is not what this endpoint takes.');
}

/** Reads and writes one kind of things; a write says whether the body was right. */
interface Part {
  has(key: string | number): boolean;
  get(key: string | number): unknown;
  delete(key: string | number): boolean;
  set(key: string | number, json: unknown): boolean;
}

function partOf({ attributes, images, labels, components, quantities }: Product, name: string): Part {
  switch (name) {
    case 'Attributes':
      return mapPart(attributes, (json) => text(member(json, 'Value')));
    case 'Images':
      return mapPart(images, (json) => text(member(json, 'Url')));
    case 'BundleComponents':
      return mapPart(components, (json) => number(member(json, 'Quantity')));
    case 'DCQuantities':
      // Which property it writes the page does not say.
      return mapPart(quantities, (json) => (typeof json === 'object' && json !== null ? json : undefined));
    default:
      return {
        has: (key) => labels.has(String(key)),
        get: () => undefined,
        delete: (key) => labels.delete(String(key)),
        set(key, json) {
          if (json !== undefined) return false;
          labels.add(String(key));
          return true;
        },
      };
  }
}

function mapPart<K extends string | number, V>(map: Map<K, V>, read: (json: unknown) => V | undefined): Part {
  return {
    has: (key) => map.has(key as K),
    get: (key) => map.get(key as K),
    delete: (key) => map.delete(key as K),
    set(key, json) {
      const value = read(json);
      if (value === undefined) return false;
      map.set(key as K, value);
      return true;
    },
  };
}

function createAttribute(catalog: Catalog, json: unknown): OperationAnswer {
  const product = catalog.product(Number(member(json, 'ProductID')));
  const [name, value] = [text(member(json, 'Name')), text(member(json, 'Value'))];
  if (product === undefined || name === undefined || value === undefined) {
    return problem(400, 'Expected ProductID, Name and Value.');
  }
  product.attributes.set(name, value);
  return { status: 201, body: { ProductID: product.id, Name: name, Value: value } };
}

function updateAttributes(product: Product, json: unknown): OperationAnswer {
  const list = member(member(json, 'Value'), 'Attributes');
  if (!Array.isArray(list) || list.length === 0) return problem(400, 'Expected { Value: { Attributes } }.');
  const pairs = list.map((item) => [text(member(item, 'Name')), text(member(item, 'Value'))] as const);
  if (pairs.some((pair) => pair.includes(undefined))) return problem(400, 'Expected a Name and a Value.');
  for (const [name = '', value = ''] of pairs) product.attributes.set(name, value);
  return NO_CONTENT;
}

function entity({ id, sku, attributes }: Product): unknown {
  return { ID: id, Sku: sku, Attributes: Array.from(attributes, ([Name, Value]) => ({ Name, Value })) };
}

function listOf(product: Product, name: string): unknown[] {
  const { attributes, images, labels, components, quantities } = product;
  const lists = {
    Attributes: attributes,
    Images: images,
    Labels: labels,
    BundleComponents: components,
    DCQuantities: quantities,
  };
  return Array.from((lists as Record<string, Iterable<unknown>>)[name] ?? []);
}

function problem(status: number, message: string): OperationAnswer {
  return { status, body: { error: { code: '', message } } };
}

function member(json: unknown, name: string): unknown {
  return typeof json === 'object' && json !== null ? (json as Record<string, unknown>)[name] : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
