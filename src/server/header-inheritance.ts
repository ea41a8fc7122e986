import type { DecodedOperation } from '../batch/decoded-batch.ts';
import type { HeaderPair } from '../batch/header-pairs.ts';
import { withoutQuotedStrings } from '../mime/without-quoted-strings.ts';
import { mergePreferences } from '../odata/preferences.ts';

/** Fields that concern one connection (RFC 9110 section 7.6.1), or the client and the nearest proxy. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Fields of a batch that say nothing about its operations: where it came to, what its own body and its own answer are
 * (H-52, H-53). Those of the body begin with `content-`, conditions with `if-`.
 */
const OF_THE_BATCH =
  /^(?:accept-encoding|content-(?!language$).*|digest|expect|forwarded|host|if|if-.*|max-forwards|mime-version|prefer|range|repr-digest|x-forwarded-.*|x-original-.*|x-rewrite-url)$/;

/**
 * Fields of an operation that are not taken from there: who asks, and for which host, only the batch itself tells (H-35, H-49);
 * its body has the length that it has.
 */
const NOT_OWN =
  /^(?:authorization|content-length|cookie|forwarded|host|prefer|x-arr-.*|x-forwarded-.*|x-ms-client-principal(?:-.*)?|x-original-.*|x-real-ip|x-rewrite-url)$/;

/** What the operations of one batch get from it. */
export class HeaderInheritance {
  readonly #inherited: readonly HeaderPair[];
  readonly #prefer: string | null;

  constructor(batchHeaders: Iterable<readonly [string, string]>) {
    const fields = endToEnd(batchHeaders);
    this.#inherited = fields.filter(
      ([name, value]) => !OF_THE_BATCH.test(name) && !(name === 'accept' && namesMultipartOnly(value)),
    );
    const preferences = fields.filter(([name]) => name === 'prefer').map(([, value]) => value);
    this.#prefer = preferences.length === 0 ? null : preferences.join(', ');
  }

  /** The fields of an operation's request: its own, and those of the batch that it does not have itself (H-51). */
  headersOf({ headers, bytes }: DecodedOperation): HeaderPair[] {
    const own = endToEnd(headers).filter(([name]) => !NOT_OWN.test(name));
    const named = new Set(own.map(([name]) => name));
    const all = [...this.#inherited.filter(([name]) => !named.has(name)), ...own];
    const prefer = mergePreferences(this.#prefer, headers.get('Prefer'));
    if (prefer !== null) all.push(['prefer', prefer]);
    if (bytes.length > 0) all.push(['content-length', String(bytes.length)]);
    return all;
  }
}

/** The fields with their names in lower case, without those of the connection and those that Connection names. */
export function endToEnd(headers: Iterable<readonly [string, string]>): HeaderPair[] {
  const fields = Array.from(headers, ([name, value]): HeaderPair => [name.toLowerCase(), value]);
  const named = new Set<string>();
  for (const [name, value] of fields) {
    if (name === 'connection') for (const one of value.split(',')) named.add(one.trim().toLowerCase());
  }
  return fields.filter(([name]) => !HOP_BY_HOP.has(name) && !named.has(name));
}

/** An Accept that asks for the batch's own format, and would have an operation asked for a batch (X12). */
function namesMultipartOnly(accept: string): boolean {
  const ranges = withoutQuotedStrings(accept)
    .split(',')
    .filter((range) => range.trim() !== '');
  return ranges.length > 0 && ranges.every((range) => /^\s*multipart\//i.test(range));
}
