import { pathOf } from '../odata/target.ts';
import type { VersionRules } from '../odata/version.ts';
import { fieldOf, type HeaderPair, headerPairs, isNamed, NO_PAIRS } from './header-pairs.ts';
import { type Issues, type Name, PropertyName } from './issues.ts';
import type { HeadersInput, Operation } from './operation.ts';
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

/** The caller's fields without those that may not be sent, and which of those that an operation needs are among them. */
interface GivenHeaders {
  /** As the caller gave them. */
  readonly all: readonly HeaderPair[];
  readonly planned: PlannedHeaders;
  readonly hasHost: boolean;
  readonly hasContentType: boolean;
  readonly hasAccept: boolean;
}

/** Plans the fields of operations; most have the same as the one before, and what was found out about those still holds. */
export class HeaderPlanner {
  readonly #rules: HeaderRules;
  readonly #issues: Issues;
  #given: GivenHeaders;

  constructor(rules: HeaderRules, issues: Issues) {
    this.#rules = rules;
    this.#issues = issues;
    this.#given = givenHeaders(NO_PAIRS, NO_PAIRS);
  }

  /** The caller's fields, and behind them what an operation needs and does not have. */
  plan(
    operation: Operation,
    target: { readonly url: string; readonly host?: string },
    id: string,
    name: Name,
  ): PlannedHeaders {
    const given = this.#read(operation.headers, name);
    checkContentId(given.all, id, name, this.#issues);

    const added: HeaderPair[] = [];
    if (target.host !== undefined && !given.hasHost) added.push(['Host', target.host]);
    const mediaType = given.hasContentType ? undefined : mediaTypeOf(operation.body);
    if (mediaType !== undefined) added.push(['Content-Type', mediaType]);
    if (!given.hasAccept && this.#rules.accept === 'add') {
      added.push(['Accept', acceptFor(operation.method, target.url)]);
    }
    if (added.length === 0) return given.planned;
    return { headers: [...given.planned.headers, ...added], added: added.map(([field]) => field) };
  }

  #read(headers: HeadersInput | undefined, name: Name): GivenHeaders {
    // What was wrong with one operation has to be told of the next one, too.
    const before = this.#issues.isEmpty ? this.#given.all : NO_PAIRS;
    const all = headerPairs(headers, new PropertyName(name, 'headers'), this.#issues, before);
    if (all !== this.#given.all)
      this.#given = givenHeaders(all, withoutForbidden(all, this.#rules, name, this.#issues));
    return this.#given;
  }
}

function givenHeaders(all: readonly HeaderPair[], headers: readonly HeaderPair[]): GivenHeaders {
  return {
    all,
    planned: { headers, added: [] },
    hasHost: fieldOf(headers, 'host') !== undefined,
    hasContentType: fieldOf(headers, 'content-type') !== undefined,
    hasAccept: fieldOf(headers, 'accept') !== undefined,
  };
}

function checkContentId(given: readonly HeaderPair[], id: string, name: Name, issues: Issues): void {
  for (const [field, value] of given) {
    if (isNamed(field, 'content-id') && value !== id)
      issues.add(`${name}.headers.${field}`, 'invalid-content-id', 'give the Content-ID as "id"');
  }
}

function withoutForbidden(
  given: readonly HeaderPair[],
  { forbidden, version }: HeaderRules,
  name: Name,
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
