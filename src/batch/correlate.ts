import { BatchError } from '../errors.ts';
import { meaningOfStatus, saysNothingHappened } from '../http/status-meaning.ts';
import { readPreferences } from '../odata/preferences.ts';
import { type AnswerContext, isPartial } from './answer-context.ts';
import { AnswersInPlace } from './answers-in-place.ts';
import { stopsAtFailure } from './batch-format.ts';
import { CoalescedResults } from './coalesced-results.ts';
import { compileItemNames, type NamedItem } from './compile-item-names.ts';
import { FAILED_DEPENDENCY, hasDependencies } from './failed-dependency.ts';
import { failedOperation } from './failed-operation.ts';
import { gatherChangeSets } from './gather-change-sets.ts';
import { fieldOf } from './header-pairs.ts';
import { compileIdKeys } from './id-keys.ts';
import { answered, notExecuted, pending, unknown } from './outcome.ts';
import { PartMatcher } from './part-matcher.ts';
import { isChangeSet, type Plan, type PlannedItem, type PlannedOperation, writtenId } from './plan.ts';
import type { ReceivedAnswer } from './received-answer.ts';
import { isNest, type ReceivedItem, type ReceivedPart } from './received-item.ts';
import type { ErrorAnswer, OperationResult } from './result.ts';
import { settleChangeSet } from './settle-change-set.ts';
import { errorOfAll, shapeAnswer } from './shape-answer.ts';

export type ResultItem = OperationResult | OperationResult[];

/**
 * Gives each operation of a plan its result, nested like the batch (law 1).
 *
 * Where the batch is answered asynchronously, a last part 202 with a Location stands for all that is still to come (P-05).
 */
export function correlate(
  plan: Plan,
  received: readonly ReceivedItem[],
  context: AnswerContext = {},
): ResultItem[] {
  const shares = new CoalescedResults(plan.items);
  return shares.nest(correlateSent({ ...plan, items: shares.sent }, received, context));
}

/** The same for a plan of what was sent, without operations that went with others. */
export function correlateSent(
  plan: Plan,
  received: readonly ReceivedItem[],
  context: AnswerContext,
): ResultItem[] {
  const { items, format } = plan;
  const isFlat = format === 'json' || context.format === 'json';
  const parts = isFlat
    ? gatherChangeSets(received, plan, isPartial(context))
    : joinSplitFailures(shapeAnswer(plan, received));
  const lone = !isPartial(context) && parts.length === 1 ? errorOfAll(plan, parts[0]) : undefined;
  if (lone !== undefined) {
    const resultOf = decideAll(plan, lone);
    return items.map((item) => forEach(item, resultOf));
  }
  const matcher = new PartMatcher(items.length);
  const namedItem = compileItemNames(plan);
  for (const [place, part] of parts.entries()) matcher.add(namedItem(part, place));
  const last = received.at(-1);
  const lastNames = isFlat && last !== undefined ? namedItem(last, received.length - 1) : undefined;
  const endOfAll = endOfParts(plan, parts);
  const end = isFlat ? endOfFlat(endOfAll, last, lastNames) : endOfAll;
  if (isFlat) {
    const places = new AnswersInPlace(plan);
    for (const part of received) places.add(part);
    if (isReadByPlace(plan, places, end, context)) {
      return items.map((item, index) => settle(item, received[index] as ReceivedItem, plan, true));
    }
  }
  const decide = compileDecision(plan, matcher, end, context);
  return items.map((item, index) => {
    const decision = decide(index);
    if (typeof decision === 'function') return forEach(item, decision);
    return settle(item, parts[decision] as ReceivedItem, plan);
  });
}

/** Whether a flat answer that lacks ids is read by place all the same: its last part stands for nothing but its own operation. */
export function isReadByPlace(
  plan: Plan,
  places: AnswersInPlace,
  end: AnswerEnd,
  context: AnswerContext,
): boolean {
  return places.areWhole(context) && interimOf(plan, end, context) === undefined;
}

/** The part that answers an item; or what becomes of each of its operations without one. */
export type Decision = number | ((planned: PlannedOperation) => OperationResult);

/** What the parts of an answer say of all that is missing. */
export interface AnswerEnd {
  /** Where answers come in order whether the last one is a success, else whether all are. */
  readonly succeeded: boolean;
  /** Where the rest will be, if the batch is answered asynchronously (P-05). */
  readonly interim?: { readonly monitor: string; readonly retryAfter: string | null } | undefined;
}

/** Prepares the last word on every item, by its index, when all parts were told. */
export function compileDecision(
  plan: Plan,
  matcher: PartMatcher,
  end: AnswerEnd,
  context: AnswerContext,
): (index: number) => Decision {
  const { items } = plan;
  const { cut } = context;
  const { partCount } = matcher;
  const ordered = inOrder(plan);
  const interim = interimOf(plan, end, context);
  const stopped =
    interim !== undefined || (stopsAtFailure(plan.format, plan.continueOnError) && !end.succeeded);
  const { partOf, hasFailed, cause } = matcher.match({
    ordered,
    mayBePrefix: stopped || cut !== undefined,
    fillsGap: fillsGap(plan),
  });

  // In order it stands for itself and what comes behind it, else for all that has no answer.
  const standsForRest = plan.format === 'json' || context.nextLink !== undefined;
  const interimItem =
    interim === undefined || standsForRest
      ? -1
      : items.findIndex((_, index) => partOf(index) === partCount - 1);
  const isPending = (index: number, part: number | undefined) =>
    standsForRest
      ? part === undefined
      : interimItem !== -1 && index >= interimItem && (part === undefined || index === interimItem);
  const isNotExecuted = stopped ? compileIsNotExecuted(plan, partOf, partCount) : () => false;

  return (index) => {
    const part = partOf(index);
    if (interim !== undefined && isPending(index, part)) {
      return (planned) => pending(planned, interim.monitor, interim.retryAfter);
    }
    if (part !== undefined) return part;
    if (cut !== undefined && !hasFailed) return (planned) => unknown(planned, cut);
    return isNotExecuted(index) ? (planned) => notExecuted(planned) : (planned) => unknown(planned, cause());
  };
}

/**
 * Whether one answer without an id can be that of the one operation left; what answers a JSON batch has ids, or is read by place
 * (P-20).
 */
function fillsGap({ format }: Plan): boolean {
  return format === 'multipart';
}

/** Whether answers come in the order of the requests: those to a JSON batch may come in any (J-18). */
export function inOrder({ format, service }: Plan): boolean {
  return service?.ordered ?? format === 'multipart';
}

function interimOf(
  { respondAsync }: Plan,
  end: AnswerEnd,
  { format, fromMonitor = false, nextLink }: AnswerContext,
): AnswerEnd['interim'] {
  if (nextLink !== undefined) return { monitor: nextLink, retryAfter: null };
  return format !== 'json' && (respondAsync || fromMonitor) ? end.interim : undefined;
}

/**
 * Tells the items that the service stopped before: where answers come in order, those behind the last one, because a gap
 * before it is a lost answer; else all that have none.
 */
function compileIsNotExecuted(
  plan: Plan,
  partOf: (item: number) => number | undefined,
  partCount: number,
): (index: number) => boolean {
  const { items, format } = plan;
  let answeredUpTo = items.length - 1;
  while (answeredUpTo >= 0 && partOf(answeredUpTo) === undefined) answeredUpTo--;
  if (answeredUpTo < 0 || partCount >= items.length) return () => false;
  if (inOrder(plan)) return (index) => index > answeredUpTo;
  const matched = items.filter((_, index) => partOf(index) !== undefined).length;
  return () => format === 'json' && matched === partCount;
}

/** What one error for all operations says of each: an atomic batch was rolled back, another was not executed. */
export function decideAll(plan: Plan, part: ReceivedPart): (planned: PlannedOperation) => OperationResult {
  const { service } = plan;
  const operations = plan.items.flat();
  if (service?.atomicChangeSets === false) {
    const error = part.answer.asError();
    // It came to all of them, and after a 5xx no one says how far.
    if (isCertainRefusal(error)) return (planned) => notExecuted(planned, error);
    const cause = failedOperation(error);
    return (planned) => unknown(planned, cause);
  }
  const results = new Map(
    settleChangeSet(operations, part, { service, ordered: inOrder(plan) }).map((result) => [
      result.index,
      result,
    ]),
  );
  return ({ index }) => results.get(index) as OperationResult;
}

/** Whether an answer to a batch as a whole says that nothing of it happened. */
export function isCertainRefusal({ status, headers }: Pick<ErrorAnswer, 'status' | 'headers'>): boolean {
  return saysNothingHappened(meaningOfStatus(status, headers.has('Retry-After')));
}

/** One result for each operation of a batch that was refused as a whole. */
export function allNotExecuted(plan: Plan, cause: ErrorAnswer): ResultItem[] {
  return plan.items.map((item) => forEach(item, (planned) => notExecuted(planned, cause)));
}

/** One result for each operation, all unknown for one reason. */
export function allUnknown(plan: Plan, cause: BatchError): ResultItem[] {
  return plan.items.map((item) => forEach(item, (planned) => unknown(planned, cause)));
}

/** One result for each operation of a batch that the service will answer later as a whole. */
export function allPending(plan: Plan, monitor: string, retryAfter: string | null): ResultItem[] {
  return plan.items.map((item) => forEach(item, (planned) => pending(planned, monitor, retryAfter)));
}

/**
 * What a part says of the item that it answers.
 *
 * @param ordered whether the answers of a change set come in the order of its requests
 */
export function settle(
  item: PlannedItem,
  part: ReceivedItem,
  plan: Plan,
  ordered: boolean = inOrder(plan),
): ResultItem {
  const { service } = plan;
  if (isChangeSet(item)) return settleChangeSet(item, part, { service, ordered, fillsGap: fillsGap(plan) });
  if (!isNest(part)) return settleSingle(item, part.answer, plan);
  // Azurite nests the answer of a lone GET; its id says whose it is.
  const [only] = part;
  const keys = compileIdKeys(service);
  const isNamed = only?.id !== undefined && keys.received(only.id) === keys.sent(writtenId(item) ?? '');
  if (part.length === 1 && only !== undefined && isNamed) return settleSingle(item, only.answer, plan);
  const cause = new BatchError('correlation-failed', 'a change set stands where one answer was expected');
  return unknown(item, cause);
}

function settleSingle(planned: PlannedOperation, answer: ReceivedAnswer, plan: Plan): OperationResult {
  if (answer.status === FAILED_DEPENDENCY && hasDependencies(planned)) {
    return notExecuted(planned, answer.asError());
  }
  const later = respondsLater(planned, plan) ? endOf({ id: undefined, answer }).interim : undefined;
  return later === undefined ? answered(planned, answer) : pending(planned, later.monitor, later.retryAfter);
}

/** Whether an operation asked to be answered later, which it can in a JSON batch only (A-06, S-10). */
function respondsLater({ headers }: PlannedOperation, { format }: Plan): boolean {
  const prefer = format === 'json' ? fieldOf(headers, 'prefer') : undefined;
  return prefer !== undefined && readPreferences(prefer).respondAsync;
}

/** The same for each operation of an item. */
export function forEach(
  item: PlannedItem,
  result: (planned: PlannedOperation) => OperationResult,
): ResultItem {
  return isChangeSet(item) ? item.map((planned) => result(planned)) : result(item);
}

/** An empty change set and an error behind it are one failed change set (P-14). */
function joinSplitFailures(received: readonly ReceivedItem[]): readonly ReceivedItem[] {
  if (!received.some((item) => isNest(item) && item.length === 0)) return received;
  const joined: ReceivedItem[] = [];
  for (const item of received) {
    if (completes(joined.at(-1), item)) joined.pop();
    joined.push(item);
  }
  return joined;
}

/** Whether a part is the other half of the one before it. */
export function completes(last: ReceivedItem | undefined, next: ReceivedItem): boolean {
  return last !== undefined && isEmptyNest(last) && !isNest(next) && !next.answer.succeeded;
}

export function isEmptyNest(item: ReceivedItem): boolean {
  return isNest(item) && item.length === 0;
}

function endOfParts(plan: Plan, parts: readonly ReceivedItem[]): AnswerEnd {
  if (inOrder(plan)) return endOf(parts.at(-1));
  let end = beginningOf(plan);
  for (const part of parts) end = endBehind(plan, end, part);
  return end;
}

/** What is known before the first part. */
export function beginningOf(plan: Plan): AnswerEnd {
  return { succeeded: !inOrder(plan) };
}

/** What is known behind one more part. */
export function endBehind(plan: Plan, before: AnswerEnd, part: ReceivedItem): AnswerEnd {
  const end = endOf(part);
  return inOrder(plan) || before.succeeded ? end : { ...end, succeeded: false };
}

/**
 * What is known behind a flat answer, whose parts were put in another order.
 *
 * @param last what came last
 * @param named the item that it names: where each answer has an id, one with an id stands for itself
 */
export function endOfFlat(
  { succeeded }: AnswerEnd,
  last: ReceivedItem | undefined,
  named: ReturnType<NamedItem>,
): AnswerEnd {
  return { succeeded, interim: named === undefined ? endOf(last).interim : undefined };
}

/** What is known behind the last part; without any part nothing succeeded. */
export function endOf(last: ReceivedItem | undefined): AnswerEnd {
  if (last === undefined) return { succeeded: false };
  if (isNest(last)) return { succeeded: last.length > 0 && last.every(({ answer }) => answer.succeeded) };
  const { status, headers, succeeded } = last.answer;
  const monitor = status === 202 ? headers.get('Location') : null;
  if (monitor === null) return { succeeded };
  return { succeeded, interim: { monitor, retryAfter: headers.get('Retry-After') } };
}
