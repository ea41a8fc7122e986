import { compileIdKeys } from './id-keys.ts';
import { isChangeSet, type Plan, type PlannedItem, writtenId } from './plan.ts';
import { isNest, type ReceivedItem, type ReceivedPart } from './received-item.ts';

/**
 * Nests what came like the batch, where a service nests in its own way and answered all operations: the answers of change sets
 * beside the others, or those of all in one nest.
 */
export function shapeAnswer(
  { items, service }: Plan,
  received: readonly ReceivedItem[],
): readonly ReceivedItem[] {
  if (service?.nestsLikeBatch !== false || isAlike(items, received)) return received;
  if (received.length > 1 && received.some(isNest)) return received;
  const operations = items.flat();
  const parts = received.flat();
  if (parts.length !== operations.length) return received;
  const keys = compileIdKeys(service);
  const byId = new Map(
    parts.flatMap((part) => (part.id === undefined ? [] : [[keys.received(part.id), part] as const])),
  );
  const named = operations.flatMap((planned) => byId.get(keys.sent(writtenId(planned) ?? '')) ?? []);
  const isComplete = named.length === parts.length && new Set(named).size === parts.length;
  const ordered = isComplete ? named : parts;
  let next = 0;
  return items.map((item): ReceivedItem => {
    const start = next;
    next += isChangeSet(item) ? item.length : 1;
    return isChangeSet(item) ? ordered.slice(start, next) : (ordered[start] as ReceivedPart);
  });
}

/** Whether an answer is nested like the batch, all of it. */
function isAlike(items: readonly PlannedItem[], received: readonly ReceivedItem[]): boolean {
  if (items.length !== received.length) return false;
  return received.every((part, index) => {
    const item = items[index] as PlannedItem;
    if (!isChangeSet(item)) return !isNest(part);
    return isNest(part) ? part.length === item.length : !part.answer.succeeded;
  });
}

/** Whether only all answers together tell how they are nested. */
export function isShapedLate({ items, service }: Plan, first: ReceivedItem): boolean {
  return service?.nestsLikeBatch === false && (isNest(first) || items.some(isChangeSet));
}

/**
 * The error that stands for all operations of a batch, if it is the only part of the answer; undefined where it can't be that. Of
 * an answer to a JSON batch the id says whose it is.
 */
export function errorOfAll(
  { items, service, format }: Plan,
  first: ReceivedItem | undefined,
): ReceivedPart | undefined {
  const isPossible = service?.answersBatchAsOne && format === 'multipart' && items.length > 1;
  if (!isPossible || first === undefined) return undefined;
  const [part, next] = isNest(first) ? first : [first];
  return part === undefined || next !== undefined || part.answer.succeeded ? undefined : part;
}
