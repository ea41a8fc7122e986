import { type DoubleRequest, Refusal } from '../exchange.ts';
import { decodeSegment, isObject, readJson, splitTarget } from '../strict-request.ts';

export const RESOURCE_TYPES = ['Products', 'ProductProperty', 'Pricelistentries'] as const;
export type ResourceType = (typeof RESOURCE_TYPES)[number];

/** An update that belongs to a job. */
export interface KiboOperation {
  readonly method: string;
  /** The path on the host, as it was written. */
  readonly path: string;
  /** As it was written, with `batchJobCode`. */
  readonly query: string;
  readonly body: unknown;
  readonly resourceType: ResourceType;
  /** What the update is about, such as the product's code. */
  readonly key: string;
  /** Method, path, query without `batchJobCode`, and body. */
  readonly what: string;
}

interface Batchable {
  readonly pattern: RegExp;
  readonly methods: readonly string[];
  readonly resourceType: ResourceType;
  /** Whether the schema takes `batchJobCode` there too, and not only the page. */
  readonly isInSchema: boolean;
}

const PRODUCTS = { resourceType: 'Products', isInSchema: true } as const;
const PROPERTIES = { resourceType: 'ProductProperty', isInSchema: true } as const;
const ENTRIES = { resourceType: 'Pricelistentries', isInSchema: true } as const;
/** Add, Update and Delete of the three APIs; a path is in all its groups what the update is about. */
const BATCHABLE: readonly Batchable[] = [
  { ...PRODUCTS, pattern: /^products\/?$/, methods: ['POST'] },
  { ...PRODUCTS, pattern: /^products\/([^/]+)$/, methods: ['PUT', 'DELETE'] },
  { ...PROPERTIES, pattern: /^products\/([^/]+)\/Properties\/?$/, methods: ['POST'] },
  { ...PROPERTIES, pattern: /^products\/([^/]+)\/Properties\/([^/]+)$/, methods: ['PUT', 'DELETE'] },
  { ...ENTRIES, pattern: /^pricelists\/bulk(?:add|update|delete)entries$/, methods: ['POST'] },
  { ...ENTRIES, isInSchema: false, pattern: /^pricelists\/?$/, methods: ['POST'] },
  { ...ENTRIES, isInSchema: false, pattern: /^pricelists\/([^/]+)$/, methods: ['PUT', 'DELETE'] },
  { ...ENTRIES, isInSchema: false, pattern: /^pricelists\/([^/]+)\/entries\/?$/, methods: ['POST'] },
  {
    ...{ ...ENTRIES, isInSchema: false },
    pattern: /^pricelists\/([^/]+)\/entries\/([^/]+)\/([^/]+)$/,
    methods: ['PUT', 'DELETE'],
  },
];

/** Reads an update; refuses endpoints that are not batchable, and a body where none belongs or none is. */
export function readOperation(request: DoubleRequest, catalog: string, onlySchema: boolean): KiboOperation {
  const { method, target } = request;
  const { path, query = '' } = splitTarget(target);
  const rest = path.slice(catalog.length);
  const found = BATCHABLE.find(
    ({ pattern, methods, isInSchema }) =>
      pattern.test(rest) && methods.includes(method) && (isInSchema || !onlySchema),
  );
  if (found === undefined)
    throw new Refusal(400, 'not-batchable', `${method} ${path} can't be in a batch import`);
  const body = readBody(request);
  const groups = found.pattern.exec(rest)?.slice(1) ?? [];
  const own = new URLSearchParams(query);
  own.delete('batchJobCode');
  const options = own.size === 0 ? '' : `?${own}`;
  const text = body === undefined ? '' : ` ${JSON.stringify(body)}`;
  return {
    ...{ method, path, query, body },
    resourceType: found.resourceType,
    key: [...groups.map(decodeSegment), ...keyIn(body)].join('/'),
    what: `${method} ${path}${options}${text}`,
  };
}

/** The code that an update gives for its job. */
export function jobCodeOf({ target }: DoubleRequest): string {
  const codes = new URLSearchParams(splitTarget(target).query ?? '').getAll('batchJobCode');
  const [code] = codes;
  if (code === undefined || codes.length > 1) {
    throw new Refusal(400, 'wrong-parameter', 'batchJobCode is there once');
  }
  return code;
}

function readBody(request: DoubleRequest): unknown {
  const isEmpty = request.body.length === 0;
  if (request.method === 'DELETE') {
    if (!isEmpty) throw new Refusal(400, 'undocumented-body', 'a DELETE has no body');
    return undefined;
  }
  const body = readJson(request);
  if (!isObject(body) && !Array.isArray(body)) throw new Refusal(400, 'wrong-body', 'the body is no object');
  return body;
}

/** What the body of an Add is about. */
function keyIn(body: unknown): string[] {
  const [first = body] = Array.isArray(body) ? body : [];
  if (!isObject(first)) return [];
  const { productCode, attributeFQN, priceListCode } = first;
  const codes = productCode === undefined ? [attributeFQN ?? priceListCode] : [productCode];
  return codes.filter((code) => typeof code === 'string');
}
