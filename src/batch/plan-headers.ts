import { pathOf } from '../odata/target.ts';
import type { VersionRules } from '../odata/version.ts';
import { fieldOf, type HeaderPair, headerPairs, isNamed } from './header-pairs.ts';
import type { Issues } from './issues.ts';
import type { Operation } from './operation.ts';
import type { AcceptPolicy } from './service.ts';
import { isStreamed, mediaTypeOfBlob } from './streamed-body.ts';

/** What happens to headers that may not stand inside a batch: refused, left out, or sent for services that want them. */
export type ForbiddenHeaderPolicy = 'error' | 'strip' | 'allow';

/** What decides which header fields an operation gets. */
export interface HeaderRules {
  readonly version: VersionRules;
  readonly forbidden: ForbiddenHeaderPolicy;
  readonly accept: AcceptPolicy;
}

/** The fields of an operation's HTTP message. */
export interface PlannedHeaders {
  readonly headers: readonly HeaderPair[];
  /** Names of those that the caller did not give. */
  readonly added: readonly string[];
}

/** The caller's fields, and behind them what an operation needs and does not have. */
export function planHeaders(
  operation: Operation,
  target: { readonly url: string; readonly host?: string },
  id: string,
  rules: HeaderRules,
  name: string,
  issues: Issues,
): PlannedHeaders {
  const all = headerPairs(operation.headers, `${name}.headers`, issues);
  checkContentId(all, id, name, issues);
  const given = withoutForbidden(all, rules, name, issues);

  const added: HeaderPair[] = [];
  if (target.host !== undefined && fieldOf(given, 'host') === undefined) added.push(['Host', target.host]);
  if (fieldOf(given, 'content-type') === undefined) {
    const mediaType = mediaTypeOf(operation.body);
    if (mediaType !== undefined) added.push(['Content-Type', mediaType]);
  }
  if (rules.accept === 'add' && fieldOf(given, 'accept') === undefined) {
    added.push(['Accept', acceptFor(operation.method, target.url)]);
  }
  if (added.length === 0) return { headers: given, added: NONE };
  return { headers: [...given, ...added], added: added.map(([field]) => field) };
}

const NONE: readonly string[] = [];

function checkContentId(given: readonly HeaderPair[], id: string, name: string, issues: Issues): void {
  for (const [field, value] of given) {
    if (isNamed(field, 'content-id') && value !== id)
      issues.add(`${name}.headers.${field}`, 'invalid-content-id', 'give the Content-ID as "id"');
  }
}

function withoutForbidden(
  given: readonly HeaderPair[],
  { forbidden, version }: HeaderRules,
  name: string,
  issues: Issues,
): readonly HeaderPair[] {
  const isForbidden = ([field]: HeaderPair) => version.forbiddenInside.has(field.toLowerCase());
  if (forbidden === 'allow' || !given.some(isForbidden)) return given;
  if (forbidden === 'error') {
    for (const [field] of given.filter(isForbidden)) {
      const message = `${field} may not stand inside a batch: send it with the batch itself`;
      issues.add(`${name}.headers.${field}`, 'forbidden-header', message);
    }
  }
  return given.filter((pair) => !isForbidden(pair));
}

/** What a body says of itself: text, octets and streams say nothing. */
function mediaTypeOf(body: unknown): string | undefined {
  const isRaw = typeof body === 'string' || body instanceof Uint8Array || body instanceof ArrayBuffer;
  if (body === undefined || isRaw) return undefined;
  return isStreamed(body) ? mediaTypeOfBlob(body) : 'application/json';
}

/** Without its own Accept an operation may inherit that of the batch, which names the batch's format (X12). */
function acceptFor(method: string, url: string): string {
  return method === 'DELETE' || /(?:^|\/)\$(?:metadata|count|value)$/.test(pathOf(url))
    ? '*/*'
    : 'application/json';
}
