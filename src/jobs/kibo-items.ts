import * as z from 'zod/mini';
import { BatchError } from '../errors.ts';
import type { JobWarning } from './job.ts';
import { CANCELLED, PENDING, unknownOutcome } from './job-run.ts';
import type { ItemReading, JobAnswer, Part } from './job-service.ts';
import type { KiboUpdate } from './kibo-update.ts';
import { readJson, unexpectedAnswer } from './read-json.ts';

const text = z.optional(z.nullable(z.string()));
const ERROR = z.looseObject({ code: text, message: text, field: text });

const ITEM = z.looseObject({
  itemKey: text,
  resourceType: text,
  httpMethod: text,
  uri: text,
  processingStatus: z.string(),
  status: z.optional(z.nullable(z.number())),
  retryCount: z.optional(z.nullable(z.number())),
  correlationId: text,
  errors: z.optional(z.nullable(z.array(ERROR))),
});

/** `null` is how some serializers write an empty list; without the member the answer is another one. */
const PAGE = z.object({
  totalCount: z.optional(z.nullable(z.number())),
  items: z.nullable(z.array(ITEM)),
});

/** An item as Kibo tells of it. */
export interface KiboItem {
  readonly processingStatus: string;
  readonly itemKey?: string | null | undefined;
  readonly resourceType?: string | null | undefined;
  readonly httpMethod?: string | null | undefined;
  readonly uri?: string | null | undefined;
  /** The status of the update. */
  readonly status?: number | null | undefined;
  readonly retryCount?: number | null | undefined;
  readonly correlationId?: string | null | undefined;
  readonly errors?:
    | readonly {
        readonly code?: string | null | undefined;
        readonly message?: string | null | undefined;
        readonly field?: string | null | undefined;
      }[]
    | null
    | undefined;
  readonly [field: string]: unknown;
}

/** The items on a page, and whether there are more. */
export function readKiboPage(
  answer: JobAnswer,
  before: readonly KiboItem[],
): { items: readonly KiboItem[]; isLast: boolean } {
  const { items: found, totalCount } = readJson(answer, PAGE);
  const items = [...before, ...(found ?? [])];
  const last = before.slice(before.length - (found ?? []).length);
  // Where nothing tells the end, one that gives the same for ever would never be read to it.
  if (typeof totalCount !== 'number' && last.length > 0 && JSON.stringify(found) === JSON.stringify(last)) {
    throw unexpectedAnswer(answer, 'the page of items is the one before it');
  }
  // A service may give fewer on a page than were asked for: only an empty one, or the total, tells the end.
  const isLast = (found ?? []).length === 0 || (typeof totalCount === 'number' && items.length >= totalCount);
  return { items, isLast };
}

function fits({ httpMethod, resourceType, uri }: KiboItem, update: KiboUpdate): boolean {
  if (httpMethod && httpMethod.toUpperCase() !== update.method) return false;
  const isOther = resourceType?.toLowerCase() !== update.resourceType?.toLowerCase();
  if (resourceType && update.resourceType !== undefined && isOther) return false;
  if (!uri) return true;
  return pathOf(uri).endsWith(pathOf(update.target));
}

function pathOf(url: string): string {
  return (url.split('?')[0] ?? '').replace(/\/$/, '');
}

/** What became of each update of a job that is over. */
export function matchKiboItems(
  { from, to }: Part,
  items: readonly KiboItem[],
  updates: readonly KiboUpdate[],
  warnings: JobWarning[],
): Map<number, ItemReading<KiboItem>> {
  const told = new Map<string, KiboItem[]>();
  let strangers = 0;
  const keyOf = indexUpdates(updates.slice(from, to));
  for (const item of items) {
    const key = keyOf(item);
    if (key === undefined) strangers++;
    else addTo(told, key, item);
  }
  if (strangers > 0) {
    warnings.push({ code: 'stranger-result', message: 'Kibo told of items that no update can be known by' });
  }
  const wanted = new Map<string, number[]>();
  for (let index = from; index < to; index++) {
    addTo(wanted, updates[index]?.key ?? '', index);
  }
  const outcomes = new Map<number, ItemReading<KiboItem>>();
  for (const [key, indexes] of wanted) {
    const found = told.get(key) ?? [];
    const isSame = new Set(found.map(({ processingStatus }) => processingStatus)).size === 1;
    for (const [place, index] of indexes.entries()) {
      const item = found[place];
      const isCertain = found.length === indexes.length && isSame && item !== undefined;
      outcomes.set(
        index,
        isCertain ? readItem(item, index, warnings) : untold(found.length, index, warnings),
      );
    }
  }
  return outcomes;
}

/**
 * Finds the update of an item by what it did to which URL, and by its name where Kibo gives one: its key, or undefined where
 * several or none can be meant. Ten thousand items take no hundred million comparisons, whatever Kibo tells of them.
 */
export function indexUpdates(updates: readonly KiboUpdate[]): (item: KiboItem) => string | undefined {
  const byName = new Map<string, KiboUpdate[]>();
  const byPath = new Map<string, KiboUpdate[]>();
  let depth = 0;
  for (const update of updates) {
    const path = pathOf(update.target);
    depth = Math.max(depth, path.split('/').length);
    addTo(byPath, path, update);
    for (const name of namesOf(update)) addTo(byName, name, update);
  }
  const atUri = remembered((uri) => endsOf(uri, depth).flatMap((end) => byPath.get(end) ?? []));
  // What many items have in common is looked up once.
  const keysOf = remembered((asked) => {
    const [name, item] = JSON.parse(asked) as [string | null, KiboItem];
    const located = item.uri ? atUri(item.uri) : updates;
    const named = name === null ? located : (byName.get(name) ?? []);
    const fewer =
      named.length <= located.length ? named : located.filter((one) => namesOf(one).has(name ?? ''));
    return [...new Set(fewer.filter((update) => fits(item, update)).map(({ key }) => key))];
  });
  return ({ httpMethod, resourceType, uri, itemKey }) => {
    const what = { httpMethod, resourceType, uri: uri && pathOf(uri) };
    const isNamed = typeof itemKey === 'string' && byName.has(itemKey);
    const named = isNamed ? keysOf(JSON.stringify([itemKey, what])) : [];
    const keys = named.length > 0 ? named : keysOf(JSON.stringify([null, what]));
    return keys.length === 1 ? keys[0] : undefined;
  };
}

/** What Kibo may call the thing that an update is about. */
function namesOf({ names }: KiboUpdate): ReadonlySet<string> {
  return new Set([...names, names.join('/')]);
}

/** The last segments of a path: so many of them, and all that are fewer. */
function endsOf(path: string, depth: number): string[] {
  const ends: string[] = [];
  for (let at = path.lastIndexOf('/'); at >= 0 && ends.length < depth; at = path.lastIndexOf('/', at - 1)) {
    ends.push(path.slice(at));
    if (at === 0) break;
  }
  return ends;
}

function addTo<T>(lists: Map<string, T[]>, name: string, one: T): void {
  const list = lists.get(name);
  if (list === undefined) lists.set(name, [one]);
  else list.push(one);
}

function remembered<T>(make: (name: string) => T): (name: string) => T {
  const made = new Map<string, T>();
  return (name) => {
    const known = made.get(name);
    if (known !== undefined) return known;
    const value = make(name);
    made.set(name, value);
    return value;
  };
}

function readItem(item: KiboItem, index: number, warnings: JobWarning[]): ItemReading<KiboItem> {
  const { processingStatus: word, status } = item;
  const native = { status: word, raw: item };
  const told = typeof status === 'number' ? { status } : {};
  if (word === 'Completed') return { outcome: 'succeeded', ok: true, value: item, ...told, native };
  if (word === 'Failed' || word === 'ValidationFailed') {
    const [first] = item.errors ?? [];
    const target = first?.field ? { target: first.field } : {};
    const error = { code: first?.code || word, message: first?.message ?? '', ...target };
    return { outcome: 'failed', ok: false, error, value: item, ...told, native };
  }
  // The page has one spelling, the schema the other.
  if (word === 'Canceled' || word === 'Cancelled') return { ...CANCELLED, native };
  if (word === 'Waiting' || word === 'Running') {
    warnings.push({ code: 'unfinished-item', message: `the job is over, and its item is ${word}`, index });
    return { ...PENDING, native };
  }
  const message = "Kibo's documents do not have the status of the item: see native.status";
  return { ...unknownOutcome(new BatchError('correlation-failed', message)), native };
}

function untold(found: number, index: number, warnings: JobWarning[]): ItemReading<KiboItem> {
  if (found === 0)
    warnings.push({ code: 'result-missing', message: 'Kibo told nothing of the update', index });
  const message =
    found === 0 ? 'Kibo told nothing of the update' : 'Kibo told of updates that can not be told apart';
  return unknownOutcome(new BatchError('correlation-failed', message));
}
