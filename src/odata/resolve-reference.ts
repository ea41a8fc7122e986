import { expectArgument, expectObject } from '../expect-argument.ts';
import { parseUrlReference, type UrlReference } from './content-id.ts';
import { resolveUrl } from './resolve-url.ts';

/** What the references of a batch are resolved with. */
export interface ReferenceContext {
  /** The absolute URL of the service. */
  readonly serviceRoot: string;
  /**
   * For each id that was answered, in the order of the batch, what {@link locationOf} said of the answer; null for the members
   * of a change set that failed. Up to OData 3.0 an id may come again in the next change set, and then means the later one.
   */
  readonly locations: ReadonlyMap<string, string | null>;
}

/** Why a reference can't be followed, and the status to answer with. */
export interface ReferenceProblem {
  readonly code: 'unknown-reference' | 'failed-dependency';
  readonly status: 400 | 424;
  readonly message: string;
}

/**
 * The absolute URL of an operation: a reference is replaced by the Location of the earlier answer, with the path behind it
 * any other URL is relative to the service root (H-31). Dot segments are gone from it, so that it can be compared with
 * the service root, which it need not be below (H-35).
 *
 * @param url the target as it stood, or as absolute URL
 */
export function resolveReference(url: string, context: ReferenceContext): string | ReferenceProblem {
  expectArgument(typeof url === 'string', 'url', 'a text');
  expectObject(context, 'context', '{ serviceRoot, locations }');
  const { locations } = context;
  expectArgument(typeof context.serviceRoot === 'string', 'context.serviceRoot', 'an absolute URL');
  expectArgument(typeof locations?.get === 'function', 'context.locations', 'a Map');
  const root = context.serviceRoot.replace(/\/?(?:[?#].*)?$/s, '/');
  const reference = referenceIn(url, root, locations);
  if (reference === undefined) return resolveUrl(url, root);

  const location = locations.get(reference.id);
  if (location === undefined) {
    const message = 'the URL refers to no operation that comes before it';
    return { code: 'unknown-reference', status: 400, message };
  }
  if (location === null) {
    const message = 'what the URL refers to was not created';
    return { code: 'failed-dependency', status: 424, message };
  }
  return resolveUrl(append(location, reference.rest), root);
}

/**
 * The reference that a URL begins with. Behind the service root (OData.Core) or a slash (Olingo) an id counts as well, where
 * an operation has it.
 */
function referenceIn(
  url: string,
  root: string,
  locations: ReferenceContext['locations'],
): UrlReference | undefined {
  const first = parseUrlReference(url);
  if (first !== undefined) return first;
  const rootPath = root.replace(/^[^/]*\/\/[^/]*/, '');
  const prefix = [root, rootPath, '/'].find((one) => url.startsWith(`${one}$`));
  const behind = prefix === undefined ? undefined : parseUrlReference(url.slice(prefix.length));
  return behind !== undefined && locations.has(behind.id) ? behind : undefined;
}

/** The path goes before the query of a Location, as SAP writes them, and what stands behind an entity replaces that query. */
function append(location: string, rest: string): string {
  if (rest === '') return location;
  const path = location.replace(/[?#].*$/s, '');
  return (path.endsWith('/') ? path.slice(0, -1) : path) + rest;
}

/** An answer that references may mean. */
export interface ReferableAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
}

/** The operation that references mean. */
export interface ReferableOperation {
  readonly method: string;
  /** The format of its batch: JSON has references to what an operation returns, too. */
  readonly format: 'multipart' | 'json';
}

/**
 * The absolute URL that references to an operation stand for: that of the entity it created, by Location, else OData-EntityId;
 * in a JSON batch also that of the entity it read or changed and returned. Null where there is no such entity.
 * OData 4.01 Protocol 11.7.4; JSON Format 19.1.
 *
 * @param url the absolute URL of the operation, its own reference resolved: a relative Location is relative to it
 * @param operation default: an operation of a multipart batch
 */
export function locationOf(
  url: string,
  answer: ReferableAnswer,
  operation?: ReferableOperation,
): string | null {
  expectArgument(typeof url === 'string', 'url', 'a text');
  expectObject(answer, 'answer', '{ status, headers }');
  const { status, headers } = answer;
  expectArgument(typeof headers?.get === 'function', 'answer.headers', 'headers with a get function');
  // The Location of a 202 is where the answer will be, that of a redirection another place to ask.
  if (status < 200 || status > 299 || status === 202) return null;
  const location = headers.get('Location') || headers.get('OData-EntityId');
  if (!location) return operation?.format === 'json' && returnsItsUrl(operation, status) ? url : null;
  // A reference in an answer means nothing.
  return parseUrlReference(location) === undefined ? resolveUrl(location, url) : null;
}

/** Whether an answer holds what its URL names. A POST returns something else, and 204 nothing. */
function returnsItsUrl({ method }: ReferableOperation, status: number): boolean {
  return (status === 200 || status === 201) && /^(?:GET|PATCH|PUT)$/.test(method);
}
