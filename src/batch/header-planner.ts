import { pathOf } from '../odata/target.ts';
import type { VersionRules } from '../odata/version.ts';
import { isRaw } from './body.ts';
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

/** The caller's fields, and what was found out about them. */
interface GivenHeaders {
  readonly all: readonly HeaderPair[];
  /** Without those that may not be sent. */
  readonly sent: readonly HeaderPair[];
  readonly hasHost: boolean;
  readonly hasContentType: boolean;
  readonly hasAccept: boolean;
}

/** Values of the fields that an operation needs and does not have. */
interface Additions {
  readonly host: string | undefined;
  readonly mediaType: string | undefined;
  readonly accept: string | undefined;
}

/** Plans the fields of operations; most have the same as the one before, and then they share one list. */
export class HeaderPlanner {
  readonly #rules: HeaderRules;
  readonly #issues: Issues;
  #given: GivenHeaders = givenHeaders(NO_PAIRS, NO_PAIRS);
  #additions: Additions = { host: undefined, mediaType: undefined, accept: undefined };
  #planned: PlannedHeaders = { headers: NO_PAIRS, added: [] };

  constructor(rules: HeaderRules, issues: Issues) {
    this.#rules = rules;
    this.#issues = issues;
  }

  /** The caller's fields, and behind them what an operation needs and does not have. */
  plan(
    { headers, body, method }: Operation,
    target: { readonly url: string; readonly host?: string },
    id: string,
    name: Name,
  ): PlannedHeaders {
    const given = this.#read(headers, id, name);
    const host = given.hasHost ? undefined : target.host;
    const mediaType = given.hasContentType ? undefined : mediaTypeOf(body);
    const accept =
      given.hasAccept || this.#rules.accept !== 'add' ? undefined : acceptFor(method, target.url);
    const last = this.#additions;
    const isSame =
      given === this.#given && host === last.host && mediaType === last.mediaType && accept === last.accept;
    if (!isSame) {
      this.#given = given;
      this.#additions = { host, mediaType, accept };
      this.#planned = withAdditions(given.sent, this.#additions);
    }
    return this.#planned;
  }

  #read(headers: HeadersInput | undefined, id: string, name: Name): GivenHeaders {
    // What was wrong with one operation has to be told of the next one, too.
    const before = this.#issues.isEmpty ? this.#given.all : NO_PAIRS;
    const all = headerPairs(headers, new PropertyName(name, 'headers'), this.#issues, before);
    if (all === this.#given.all) {
      for (const pair of all) this.#checkContentId(pair, id, name);
      return this.#given;
    }
    const sent = all.filter((pair) => {
      this.#checkContentId(pair, id, name);
      return this.#mayBeSent(pair, name);
    });
    return givenHeaders(all, sent);
  }

  #checkContentId([field, value]: HeaderPair, id: string, name: Name): void {
    if (!isNamed(field, 'content-id') || value === id) return;
    this.#issues.add(`${name}.headers.${field}`, 'invalid-content-id', 'give the Content-ID as "id"');
  }

  #mayBeSent([field]: HeaderPair, name: Name): boolean {
    const { forbidden, version } = this.#rules;
    if (forbidden === 'allow' || !version.forbiddenInside.has(field.toLowerCase())) return true;
    if (forbidden === 'error') {
      const message = `${field} may not stand inside a batch: send it with the batch itself`;
      this.#issues.add(`${name}.headers.${field}`, 'forbidden-header', message);
    }
    return false;
  }
}

function givenHeaders(all: readonly HeaderPair[], sent: readonly HeaderPair[]): GivenHeaders {
  return {
    all,
    sent,
    hasHost: fieldOf(sent, 'host') !== undefined,
    hasContentType: fieldOf(sent, 'content-type') !== undefined,
    hasAccept: fieldOf(sent, 'accept') !== undefined,
  };
}

function withAdditions(sent: readonly HeaderPair[], { host, mediaType, accept }: Additions): PlannedHeaders {
  const added: HeaderPair[] = [];
  if (host !== undefined) added.push(['Host', host]);
  if (mediaType !== undefined) added.push(['Content-Type', mediaType]);
  if (accept !== undefined) added.push(['Accept', accept]);
  return { headers: [...sent, ...added], added: added.map(([field]) => field) };
}

/** What a body says of itself: text, octets and streams say nothing. */
export function mediaTypeOf(body: unknown): string | undefined {
  if (body === undefined || isRaw(body)) return undefined;
  return isStreamed(body) ? mediaTypeOfBlob(body) : 'application/json';
}

/** Without its own Accept an operation may inherit that of the batch, which names the batch's format (X12). */
function acceptFor(method: string, url: string): string {
  return method === 'DELETE' || /(?:^|\/)\$(?:metadata|count|value)$/.test(pathOf(url))
    ? '*/*'
    : 'application/json';
}
