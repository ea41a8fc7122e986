import { pathOf } from '../odata/target.ts';
import type { VersionRules } from '../odata/version.ts';
import { fieldOf, type HeaderPair, headerPairs } from './header-pairs.ts';
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
  const given = headerPairs(operation.headers, `${name}.headers`, issues).filter(([field, value]) => {
    const path = `${name}.headers.${field}`;
    if (field.toLowerCase() === 'content-id' && value !== id) {
      issues.add(path, 'invalid-content-id', 'give the Content-ID as "id"');
    }
    if (rules.forbidden === 'allow' || !rules.version.forbiddenInside.has(field.toLowerCase())) return true;
    if (rules.forbidden === 'error') {
      issues.add(
        path,
        'forbidden-header',
        `${field} may not stand inside a batch: send it with the batch itself`,
      );
    }
    return false;
  });

  const added: HeaderPair[] = [];
  if (target.host !== undefined && fieldOf(given, 'host') === undefined) added.push(['Host', target.host]);
  const mediaType = mediaTypeOf(operation.body);
  if (mediaType !== undefined && fieldOf(given, 'content-type') === undefined) {
    added.push(['Content-Type', mediaType]);
  }
  if (rules.accept === 'add' && fieldOf(given, 'accept') === undefined) {
    added.push(['Accept', acceptFor(operation.method, target.url)]);
  }
  return { headers: [...given, ...added], added: added.map(([field]) => field) };
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
