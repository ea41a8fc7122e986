import { expectArgument, expectObject } from '../expect-argument.ts';
import { jsonOfBody } from './json-of-body.ts';

/** Requests that do the same when they are done twice, as data: a rule fits where all that it says fits. */
export interface RepeatRule {
  readonly methods: readonly string[];
  /** The end of the path, `{…}` standing for anything without a slash: `Products({ID})/UpdateQuantity`. Default any path. */
  readonly path?: string | undefined;
  /** Members of the JSON body, by their path, and the values that they may have: `{ 'Value.UpdateType': ['Absolute'] }`. */
  readonly body?: { readonly [member: string]: readonly unknown[] } | undefined;
}

/** As much of a request as rules look at. */
export interface RepeatableRequest {
  readonly method: string;
  readonly url: string;
  readonly body?: unknown;
}

/** Methods that HTTP itself says may be repeated (RFC 9110 section 9.2.2). PATCH and POST are not among them. */
export const IDEMPOTENT: readonly RepeatRule[] = [{ methods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'] }];

/**
 * Whether a request does the same when it is done twice: where its method says so, or its service.
 *
 * @param rules what the service says; default only what HTTP says
 */
export function isRepeatable(request: RepeatableRequest, rules: readonly RepeatRule[] = IDEMPOTENT): boolean {
  expectObject(request, 'request', '{ method, url, body }');
  const areRules = Array.isArray(rules) && rules.every((rule) => Array.isArray(rule?.methods));
  expectArgument(areRules, 'rules', 'rules with methods');
  return rules.some((rule) => fits(rule, request));
}

function fits({ methods, path, body }: RepeatRule, request: RepeatableRequest): boolean {
  if (!methods.includes(request.method)) return false;
  if (path !== undefined && !endsIn(path, request.url)) return false;
  if (body === undefined) return true;
  const value = jsonOfBody(request.body);
  return Object.entries(body).every(([member, values]) => values.includes(memberOf(value, member)));
}

function endsIn(pattern: string, url: string): boolean {
  const [path = ''] = url.split(/[?#]/);
  const source = pattern
    .split(/\{[^{}]*\}/)
    .map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('[^/]+');
  return new RegExp(`(?:^|/)${source}$`).test(path);
}

function memberOf(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((owner, name) => {
    const isObject = typeof owner === 'object' && owner !== null && Object.hasOwn(owner, name);
    return isObject ? (owner as Record<string, unknown>)[name] : undefined;
  }, value);
}
