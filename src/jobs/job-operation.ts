import { encodableBody } from '../batch/body.ts';
import { type Issues, type Name, PropertyName, placeName } from '../batch/issues.ts';
import type { Operation } from '../batch/operation.ts';
import { decodeUtf8 } from '../bytes/text.ts';
import { misspeltMethod } from '../http/method.ts';
import { isReference } from '../odata/reference.ts';
import { hasControl } from '../odata/target.ts';

/** An operation of a job, read once. */
export interface JobOperation {
  readonly operation: Operation;
  readonly name: Name;
  readonly method: string;
  readonly url: string;
  /** The body as JSON text; undefined where there is none. */
  readonly json: string | undefined;
}

/** Operations have these, and jobs have a use for. */
const TAKEN = ['method', 'url', 'id', 'body', 'dependsOn', 'tag'];
/** Operations have these, and the services of jobs have no words for. */
const NOT_EXPRESSIBLE: Readonly<Record<string, string>> = {
  headers: 'the service takes no header fields for the requests inside a batch',
  if: 'the service knows no conditions',
  schema: 'values of jobs are not checked: apply the schema to `value`',
};

/**
 * Reads an operation that a service takes as method, path and JSON, and tells what is none. Undefined where nothing of it can
 * be used.
 *
 * @param methods those that the service takes in a batch
 */
export function readJobOperation(
  given: unknown,
  index: number,
  methods: readonly string[],
  issues: Issues,
): JobOperation | undefined {
  const name = placeName('inputs', [index]);
  if (typeof given !== 'object' || given === null) {
    issues.add(name, 'invalid-operation', 'expected an operation: { method, url, body? }');
    return undefined;
  }
  const operation = { ...given } as Operation;
  for (const [property, value] of Object.entries(operation)) {
    if (TAKEN.includes(property) || value === undefined) continue;
    const reason = NOT_EXPRESSIBLE[property];
    const path = new PropertyName(name, property);
    if (reason !== undefined) issues.add(path, 'not-expressible', reason);
    else issues.add(path, 'unknown-property', 'operations have no such property');
  }
  const method = readMethod(operation.method, name, methods, issues);
  const url = readUrl(operation.url, name, issues);
  if (method === undefined || url === undefined) return undefined;
  const json = jsonBody(operation.body, method, new PropertyName(name, 'body'), issues);
  return { operation: given as Operation, name, method, url, json };
}

function readMethod(
  method: unknown,
  name: Name,
  methods: readonly string[],
  issues: Issues,
): string | undefined {
  const path = new PropertyName(name, 'method');
  if (typeof method !== 'string') {
    issues.add(path, 'invalid-method', 'expected a method');
    return undefined;
  }
  const meant = misspeltMethod(method);
  if (meant !== undefined) {
    issues.add(path, 'lower-case-method', `methods are case-sensitive: ${meant}`);
    return undefined;
  }
  if (methods.includes(method)) return method;
  issues.add(path, 'not-batchable', `the service takes ${methods.join(', ')} in a batch`);
  return undefined;
}

function readUrl(url: unknown, name: Name, issues: Issues): string | undefined {
  const path = new PropertyName(name, 'url');
  if (isReference(url)) {
    issues.add(path, 'not-expressible', 'the service knows no references to other operations');
    return undefined;
  }
  const text = typeof url === 'object' && url !== null ? (url as { href?: unknown }).href : url;
  if (typeof text === 'string' && text !== '' && !hasControl(text) && !/[ #\\]/.test(text)) return text;
  issues.add(path, 'invalid-url', 'expected a URL without white space, backslashes and fragment');
  return undefined;
}

/** A string is a JSON string; octets have no JSON. */
function jsonBody(body: unknown, method: string, path: Name, issues: Issues): string | undefined {
  if (body === undefined) return undefined;
  const isRead = method === 'GET' || method === 'DELETE';
  if (isRead && body !== '') {
    issues.add(path, 'body-not-allowed', `${method} has no body`);
    return undefined;
  }
  const encoded = encodableBody(body, JSON.stringify, path, issues);
  if (encoded === undefined) return undefined;
  if (typeof body === 'string') return JSON.stringify(body);
  if (encoded.isJson && typeof encoded.content === 'string') return encoded.content;
  return octetJson(encoded.content, path, issues);
}

/** Octets that are JSON are taken as the JSON that they are: what was decoded can be sent again. */
function octetJson(content: string | Uint8Array, path: Name, issues: Issues): string | undefined {
  const text = typeof content === 'string' ? content : decodeUtf8(content);
  try {
    if (text !== undefined) return JSON.stringify(JSON.parse(text));
  } catch {
    // Told below.
  }
  issues.add(path, 'body-not-encodable', 'the service takes JSON, and these octets are none');
  return undefined;
}
