import type { DecodedOperation } from '../batch/decoded-batch.ts';
import type { HeaderPair } from '../batch/header-pairs.ts';
import { titleCase } from '../http/title-case.ts';
import { withoutQuotedStrings } from '../mime/without-quoted-strings.ts';
import { mergePreferences } from '../odata/preferences.ts';
import { isConnectionField, isCredential, OperationFields } from './operation-fields.ts';
import type { Problem } from './problem.ts';

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

/** Reports that the service does not get a field that an operation has itself. */
export type ReportIgnored = (operation: DecodedOperation, name: string) => void;

/** What the operations of one batch get from it. */
export class HeaderInheritance {
  readonly #inherited: readonly HeaderPair[];
  readonly #prefer: string | null;
  /** The values of the batch's own fields, by name. */
  readonly #batch: ReadonlyMap<string, string>;
  readonly #fields: OperationFields;
  readonly #reportIgnored: ReportIgnored;

  constructor(
    batchHeaders: Iterable<readonly [string, string]>,
    fields: OperationFields = new OperationFields(),
    reportIgnored: ReportIgnored = () => {},
  ) {
    // A Connection that names a gateway's field takes it from no operation: a client wrote it.
    const batch = inLowerCase(batchHeaders).filter(([name]) => !HOP_BY_HOP.has(name));
    this.#batch = valuesByName(batch);
    this.#inherited = batch.filter(
      ([name, value]) => !OF_THE_BATCH.test(name) && !(name === 'accept' && namesMultipartOnly(value)),
    );
    this.#prefer = this.#batch.get('prefer') ?? null;
    this.#fields = fields;
    this.#reportIgnored = reportIgnored;
  }

  /**
   * Why an operation may not run: it has credentials, and not those of the batch (H-49). Some clients repeat in each operation
   * what they send with the batch; `Fetch` asks for a token and is none. A Connection that names them does not hide them.
   */
  refusalOf({ headers }: DecodedOperation): Problem | undefined {
    for (const [name, value] of valuesByName(inLowerCase(headers))) {
      if (!isCredential(name) || value === this.#batch.get(name) || /^fetch$/i.test(value)) continue;
      const message = `${titleCase(name)} of the operation is not that of the batch: send it with the batch only`;
      return { status: 400, code: 'forbidden-header', message };
    }
    return undefined;
  }

  /** The fields of an operation's request: its own, where they may be (H-49), and those of the batch (H-51). */
  headersOf(operation: DecodedOperation): HeaderPair[] {
    const own: HeaderPair[] = [];
    const ignored: HeaderPair[] = [];
    for (const field of endToEnd(operation.headers)) {
      (this.#fields.isOwn(field[0]) ? own : ignored).push(field);
    }
    const named = new Set(own.map(([name]) => name));
    const all = [
      ...this.#inherited.filter(([name]) => !named.has(name)),
      ...own.filter(([name]) => name !== 'prefer'),
    ];
    const prefer = mergePreferences(this.#prefer, operation.headers.get('Prefer'));
    if (prefer !== null) all.push(['prefer', prefer]);
    const { length } = operation.bytes;
    if (length > 0) all.push(['content-length', String(length)]);
    for (const [name, value] of valuesByName(ignored)) {
      const isExpected = isConnectionField(name) || value === this.#batch.get(name);
      if (!isExpected) this.#reportIgnored(operation, name);
    }
    return all;
  }
}

/** The value of each name; fields of one name are joined. */
function valuesByName(fields: readonly HeaderPair[]): Map<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of fields) {
    const before = values.get(name);
    values.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return values;
}

/** The fields with their names in lower case, without those of the connection and those that Connection names. */
export function endToEnd(headers: Iterable<readonly [string, string]>): HeaderPair[] {
  const fields = inLowerCase(headers);
  const named = new Set<string>();
  for (const [name, value] of fields) {
    if (name === 'connection') for (const one of value.split(',')) named.add(one.trim().toLowerCase());
  }
  return fields.filter(([name]) => !HOP_BY_HOP.has(name) && !named.has(name));
}

function inLowerCase(headers: Iterable<readonly [string, string]>): HeaderPair[] {
  return Array.from(headers, ([name, value]): HeaderPair => [name.toLowerCase(), value]);
}

/** An Accept that asks for the batch's own format, and would have an operation asked for a batch (X12). */
function namesMultipartOnly(accept: string): boolean {
  const ranges = withoutQuotedStrings(accept)
    .split(',')
    .filter((range) => range.trim() !== '');
  return ranges.length > 0 && ranges.every((range) => /^\s*multipart\//i.test(range));
}
