import { BatchError } from '../errors.ts';
import { compileItemNames } from './compile-item-names.ts';
import { type Match, matchParts } from './match-parts.ts';
import { answered, notExecuted, pending, unknown } from './outcome.ts';
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
  const { cut } = context;
  const { items, service } = plan;
  const ordered = service?.ordered !== false;
  const { parts, match, interim, stopped } = assign(plan, received, context);
  const interimItem = interim === undefined ? -1 : match.parts.indexOf(parts.length - 1);
  const answeredUpTo = match.parts.reduce<number>(
    (last, part, index) => (part === undefined ? last : index),
    -1,
  );

  return items.map((item, index) => {
    const partIndex = match.parts[index];
    const part = partIndex === undefined ? undefined : parts[partIndex];
    if (
      interim !== undefined &&
      interimItem !== -1 &&
      index >= interimItem &&
      (!part || index === interimItem)
    ) {
      return forEach(item, (planned) => pending(planned, interim.monitor, interim.retryAfter));
    }
    if (part !== undefined) return settle(item, part, service);
    if (cut !== undefined) return forEach(item, (planned) => unknown(planned, cut));
    // Where the service stopped, what lies behind its last answer was not executed; a gap before it is a lost answer.
    const wasStopped =
      stopped && ordered && answeredUpTo >= 0 && index > answeredUpTo && parts.length < items.length;
    return forEach(item, (planned) => (wasStopped ? notExecuted(planned) : unknown(planned, match.cause)));
  });
}

/** For each item of a plan the place, among all answers, of the one that is its own. */
export function placesOfAnswers(
  plan: Plan,
  received: readonly ReceivedItem[],
  context: AnswerContext,
): readonly (number | undefined)[] {
  return assign(plan, received, context).match.parts;
}

/** Which answer is whose. */
interface Assignment {
  /** The answers, a failed change set in two parts joined. */
  readonly parts: readonly ReceivedItem[];
  readonly match: Match;
  /** The answer that stands for all that is still to come. */
  readonly interim: InterimAnswer | undefined;
  /** Whether the service stopped at the last answer. */
  readonly stopped: boolean;
}

function assign(
  plan: Plan,
  received: readonly ReceivedItem[],
  { cut, fromMonitor = false }: AnswerContext,
): Assignment {
  const parts = joinSplitFailures(received);
  const last = parts.at(-1);
  const interim = last !== undefined && (plan.respondAsync || fromMonitor) ? interimAnswer(last) : undefined;
  const stopped = interim !== undefined || (plan.continueOnError !== true && !succeeded(last));
  const match = matchParts({
    named: parts.map(compileItemNames(plan)),
    itemCount: plan.items.length,
    ordered: plan.service?.ordered !== false,
    mayBePrefix: stopped || cut !== undefined,
  });
  return { parts, match, interim, stopped };
}

/** One result for each operation, all unknown for one reason. */
export function allUnknown(plan: Plan, cause: BatchError): ResultItem[] {
  return plan.items.map((item) => forEach(item, (planned) => unknown(planned, cause)));
}

/** One result for each operation of a batch that the service will answer later as a whole. */
export function allPending(plan: Plan, monitor: string, retryAfter: string | null): ResultItem[] {
  return plan.items.map((item) => forEach(item, (planned) => pending(planned, monitor, retryAfter)));
}

/** The results of an item, by the answer that is its own. */
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

function forEach(item: PlannedItem, result: (planned: PlannedOperation) => OperationResult): ResultItem {
  return isChangeSet(item) ? item.map(result) : result(item);
}

/** An empty change set and an error behind it are one failed change set (P-14). */
function joinSplitFailures(received: readonly ReceivedItem[]): readonly ReceivedItem[] {
  if (!received.some((item) => isNest(item) && item.length === 0)) return received;
  const joined: ReceivedItem[] = [];
  for (const item of received) {
    const last = joined.at(-1);
    const completes =
      last !== undefined && isNest(last) && last.length === 0 && !isNest(item) && !item.answer.succeeded;
    if (completes) joined.pop();
    joined.push(item);
  }
  return joined;
}

function succeeded(item: ReceivedItem | undefined): boolean {
  if (item === undefined) return false;
  return isNest(item)
    ? item.length > 0 && item.every(({ answer }) => answer.succeeded)
    : item.answer.succeeded;
}

/** Where the rest of a batch will be that is answered asynchronously. */
interface InterimAnswer {
  readonly monitor: string;
  readonly retryAfter: string | null;
}

/** What an answer says of the rest, where it is the last of a batch that is being answered asynchronously (P-05). */
export function interimAnswer(item: ReceivedItem): InterimAnswer | undefined {
  if (isNest(item) || item.answer.status !== 202) return undefined;
  const { headers } = item.answer;
  const monitor = headers.get('Location');
  return monitor === null ? undefined : { monitor, retryAfter: headers.get('Retry-After') };
}
