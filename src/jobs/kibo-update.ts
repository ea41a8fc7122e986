import { type Issues, PropertyName } from '../batch/issues.ts';
import type { Operation } from '../batch/operation.ts';
import { readJobOperation } from './job-operation.ts';
import type { JobItem } from './job-service.ts';

/** What Kibo's items are about. */
export type KiboResourceType = 'Products' | 'ProductProperty' | 'Pricelistentries';

/** Whose words are used: those of Kibo's page, or those of its published schema. */
export type KiboSpelling = 'docs' | 'openapi';

/** An update that a job holds. */
export interface KiboUpdate extends JobItem {
  readonly operation: Operation;
  readonly method: string;
  /** Below the base URL, with its query. */
  readonly target: string;
  readonly json: string | undefined;
  readonly resourceType: KiboResourceType | undefined;
  /** What Kibo may call it: the codes in its path and its body. */
  readonly names: readonly string[];
  /** The same for updates of the same thing. */
  readonly key: string;
}

interface Batchable {
  readonly methods: readonly string[];
  readonly path: RegExp;
  readonly resourceType: KiboResourceType;
  /** Whether the published schema has it, too. */
  readonly isInSchema: boolean;
}

const CATALOG = '/commerce/catalog/admin';
const segment = '([^/]+)';
const batchable = (
  methods: readonly string[],
  path: string,
  resourceType: KiboResourceType,
  isInSchema: boolean,
): Batchable => ({ methods, path: new RegExp(`^${CATALOG}/${path}/?$`), resourceType, isInSchema });

/** Add, Update and Delete of the Product, Product Property and Price Lists APIs. */
const BATCHABLE: readonly Batchable[] = [
  batchable(['POST'], 'products', 'Products', true),
  batchable(['PUT', 'DELETE'], `products/${segment}`, 'Products', true),
  batchable(['POST'], `products/${segment}/[Pp]roperties`, 'ProductProperty', true),
  batchable(['PUT', 'DELETE'], `products/${segment}/[Pp]roperties/${segment}`, 'ProductProperty', true),
  batchable(['POST'], 'pricelists/bulk(?:add|update|delete)entries', 'Pricelistentries', true),
  batchable(['POST'], 'pricelists', 'Pricelistentries', false),
  batchable(['PUT', 'DELETE'], `pricelists/${segment}`, 'Pricelistentries', false),
  batchable(['POST'], `pricelists/${segment}/entries`, 'Pricelistentries', false),
  batchable(
    ['PUT', 'DELETE'],
    `pricelists/${segment}/entries/${segment}(?:/${segment})?(?:/${segment})?`,
    'Pricelistentries',
    false,
  ),
];

const METHODS = ['POST', 'PUT', 'DELETE'];
const CODES = ['productCode', 'attributeFQN', 'priceListCode'];

/** What decides which updates are taken. */
export interface KiboRules {
  readonly baseUrl: string;
  readonly spelling: KiboSpelling;
  /** More of them, as `POST /path`; `*` stands for one segment. */
  readonly allow: readonly string[];
}

/** Reads an update; tells what is none that Kibo takes in a job. */
export function readKiboUpdate(
  input: Operation,
  index: number,
  rules: KiboRules,
  issues: Issues,
): KiboUpdate | undefined {
  const read = readJobOperation(input, index, METHODS, issues);
  if (read === undefined) return undefined;
  const { operation, name, method, json } = read;
  if (operation.dependsOn !== undefined && operation.dependsOn.length > 0) {
    issues.add(new PropertyName(name, 'dependsOn'), 'not-expressible', 'Kibo knows no dependencies');
  }
  const place = new PropertyName(name, 'url');
  const target = belowBase(read.url, rules.baseUrl);
  if (target === undefined) {
    issues.add(place, 'url-outside-service-root', 'expected a path, or a URL below the base URL');
    return undefined;
  }
  const [path = '', query = ''] = target.split(/\?(.*)/s);
  if (/(?:^|&)batchJobCode=/i.test(query)) {
    issues.add(place, 'invalid-url', 'expected a URL without batchJobCode: the job has its own');
  }
  if (/\/(?:\.|%2e){1,2}(?:\/|$)/i.test(path)) {
    issues.add(place, 'invalid-url', 'expected a path without dot segments');
  }
  const found = BATCHABLE.find(
    ({ methods, path: pattern, isInSchema }) =>
      methods.includes(method) && pattern.test(path) && (isInSchema || rules.spelling === 'docs'),
  );
  if (found === undefined && !isAllowed(method, path, rules.allow)) {
    issues.add(place, 'not-batchable', `Kibo takes no ${method} of this path in a job; see \`allow\``);
  }
  const body: unknown = json === undefined ? undefined : JSON.parse(json);
  if (method !== 'DELETE' && (typeof body !== 'object' || body === null)) {
    issues.add(new PropertyName(name, 'body'), 'invalid-operation', 'expected an object or an array');
  }
  const names = [...(found?.path.exec(path)?.slice(1) ?? []).flatMap(decoded), ...codesIn(body)];
  return {
    operation,
    wire: JSON.stringify([method, target, json ?? null]),
    method,
    target,
    json,
    resourceType: found?.resourceType,
    names,
    key: JSON.stringify([method, path.replace(/\/$/, ''), names]),
  };
}

/** The path and query below the base URL, beginning with `/`. */
function belowBase(url: string, baseUrl: string): string | undefined {
  if (url.startsWith(`${baseUrl}/`)) return url.slice(baseUrl.length);
  if (/^(?:[a-z][a-z\d+.-]*:|\/\/)/i.test(url)) return undefined;
  return url.startsWith('/') ? url : `/${url}`;
}

function isAllowed(method: string, path: string, allow: readonly string[]): boolean {
  return allow.some((pattern) => {
    const [allowed = '', ...rest] = pattern.split(' ');
    const segments = rest.join(' ').replace(/\/$/, '').split('/');
    const given = path.replace(/\/$/, '').split('/');
    const fits = segments.every((one, place) => one === '*' || one === given[place]);
    return allowed === method && segments.length === given.length && fits;
  });
}

function decoded(part: string | undefined): string[] {
  if (part === undefined) return [];
  try {
    return [decodeURIComponent(part)];
  } catch {
    return [part];
  }
}

/** The codes that a body gives to what it is about; of a list those of its first entry. */
function codesIn(body: unknown): string[] {
  const first: unknown = Array.isArray(body) ? body[0] : body;
  if (typeof first !== 'object' || first === null) return [];
  const fields = first as Readonly<Record<string, unknown>>;
  return CODES.map((name) => fields[name]).filter((code): code is string => typeof code === 'string');
}
