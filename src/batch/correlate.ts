import { BatchError } from '../errors.ts';
import { compileItemNames } from './compile-item-names.ts';
import { answered, notExecuted, pending, unknown } from './outcome.ts';
import { PartMatcher } from './part-matcher.ts';
import { isChangeSet, type Plan, type PlannedItem, type PlannedOperation } from './plan.ts';
import { isNest, type ReceivedItem } from './received-item.ts';
import type { OperationResult } from './result.ts';
import type { Service } from './service.ts';
import { settleChangeSet } from './settle-change-set.ts';

export type ResultItem = OperationResult | OperationResult[];

/** How the answer came. */
export interface AnswerContext {
  /** Why there are fewer parts than sent, where the answer was cut off; the operations behind are then unknown. */
  readonly cut?: BatchError | undefined;
  /** Whether it was read from the monitor of an asynchronous batch. */
  readonly fromMonitor?: boolean | undefined;
}

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
  const { items, service } = plan;
  const parts = joinSplitFailures(received);
  const matcher = new PartMatcher(items.length);
  const namedItem = compileItemNames(plan);
  for (const [place, part] of parts.entries()) matcher.add(namedItem(part, place));
  const decide = compileDecision(plan, matcher, endOf(parts.at(-1)), context);
  return items.map((item, index) => {
    const decision = decide(index);
    if (typeof decision === 'function') return forEach(item, decision);
    return settle(item, parts[decision] as ReceivedItem, service);
  });
}

/** The part that answers an item; or what becomes of each of its operations without one. */
export type Decision = number | ((planned: PlannedOperation) => OperationResult);

/** What the last part of an answer says of all that is missing behind it. */
export interface AnswerEnd {
  readonly succeeded: boolean;
  /** Where the rest will be, if the batch is answered asynchronously (P-05). */
  readonly interim?: { readonly monitor: string; readonly retryAfter: string | null } | undefined;
}

/** Prepares the last word on every item, by its index, when all parts were told. */
export function compileDecision(
  plan: Plan,
  matcher: PartMatcher,
  end: AnswerEnd,
  { cut, fromMonitor = false }: AnswerContext,
): (index: number) => Decision {
  const { items, service } = plan;
  const { partCount } = matcher;
  const ordered = service?.ordered !== false;
  const interim = plan.respondAsync || fromMonitor ? end.interim : undefined;
  const stopped = interim !== undefined || (plan.continueOnError !== true && !end.succeeded);
  const { partOf, cause } = matcher.match({ ordered, mayBePrefix: stopped || cut !== undefined });

  const interimItem =
    interim === undefined ? -1 : items.findIndex((_, index) => partOf(index) === partCount - 1);
  let answeredUpTo = items.length - 1;
  while (answeredUpTo >= 0 && partOf(answeredUpTo) === undefined) answeredUpTo--;

  return (index) => {
    const part = partOf(index);
    const isInterim = interimItem !== -1 && index >= interimItem;
    if (interim !== undefined && isInterim && (part === undefined || index === interimItem)) {
      return (planned) => pending(planned, interim.monitor, interim.retryAfter);
    }
    if (part !== undefined) return part;
    if (cut !== undefined) return (planned) => unknown(planned, cut);
    // Where the service stopped, what lies behind its last answer was not executed; a gap before it is a lost answer.
    const wasStopped =
      stopped && ordered && answeredUpTo >= 0 && index > answeredUpTo && partCount < items.length;
    return wasStopped ? notExecuted : (planned) => unknown(planned, cause());
  };
}

/** One result for each operation, all unknown for one reason. */
export function allUnknown(plan: Plan, cause: BatchError): ResultItem[] {
  return plan.items.map((item) => forEach(item, (planned) => unknown(planned, cause)));
}

/** One result for each operation of a batch that the service will answer later as a whole. */
export function allPending(plan: Plan, monitor: string, retryAfter: string | null): ResultItem[] {
  return plan.items.map((item) => forEach(item, (planned) => pending(planned, monitor, retryAfter)));
}

/** What a part says of the item that it answers. */
export function settle(item: PlannedItem, part: ReceivedItem, service: Service | undefined): ResultItem {
  if (isChangeSet(item)) return settleChangeSet(item, part, service);
  if (!isNest(part)) return answered(item, part.answer);
  // Azurite nests the answer of a lone GET; its id says whose it is.
  const [only] = part;
  const isNamed =
    item.idSent && only?.id !== undefined && (service?.sentId?.(only.id) ?? only.id) === item.id;
  if (part.length === 1 && only !== undefined && isNamed) return answered(item, only.answer);
  const cause = new BatchError('correlation-failed', 'a change set stands where one answer was expected');
  return unknown(item, cause);
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

/** What is known behind the last part; without any part nothing succeeded. */
export function endOf(last: ReceivedItem | undefined): AnswerEnd {
  if (last === undefined) return { succeeded: false };
  if (isNest(last)) return { succeeded: last.length > 0 && last.every(({ answer }) => answer.succeeded) };
  const { status, headers, succeeded } = last.answer;
  const monitor = status === 202 ? headers.get('Location') : null;
  if (monitor === null) return { succeeded };
  return { succeeded, interim: { monitor, retryAfter: headers.get('Retry-After') } };
}
