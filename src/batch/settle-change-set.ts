import { BatchError } from '../errors.ts';
import { FAILED_DEPENDENCY, hasDependencies } from './failed-dependency.ts';
import { compileIdKeys } from './id-keys.ts';
import { answered, failed, notExecuted, rolledBack, unknown } from './outcome.ts';
import { PartMatcher } from './part-matcher.ts';
import { type PlannedOperation, writtenId } from './plan.ts';
import { isNest, type ReceivedItem, type ReceivedPart } from './received-item.ts';
import type { ErrorAnswer, OperationResult } from './result.ts';
import type { Service } from './service.ts';

type Members = readonly PlannedOperation[];
/** Finds the member that an id names. */
type IndexOfId = (id: string | undefined) => number | undefined;

/** What the results of a change set are told by. */
export interface SettleRules {
  readonly service: Service | undefined;
  /** Whether answers come in the order of the requests. */
  readonly ordered: boolean;
  /** Whether one answer without an id is that of the one operation left. Default false. */
  readonly fillsGap?: boolean | undefined;
}

/**
 * Tells the results of a change set. A failed one comes in four shapes (X2, P-14): one answer in its place; one error in
 * a nest; an empty nest and an error behind it (joined before); a nest with all answers, some of them errors.
 */
export function settleChangeSet(members: Members, item: ReceivedItem, rules: SettleRules): OperationResult[] {
  const { service } = rules;
  const indexOfId = compileIndex(members, service);
  if (!isNest(item)) return settleSingle(members, item, indexOfId, service);
  const [only] = item;
  const isSingleError =
    item.length === 1 && members.length > 1 && only !== undefined && !only.answer.succeeded;
  return isSingleError
    ? settleSingle(members, only, indexOfId, service)
    : settleNest(members, item, indexOfId, rules);
}

/** One answer for the whole set: an error, or the answer of a set of one. */
function settleSingle(
  members: Members,
  part: ReceivedPart,
  indexOfId: IndexOfId,
  service: Service | undefined,
): OperationResult[] {
  const [first] = members;
  if (part.answer.status === FAILED_DEPENDENCY && dependsOnOthers(members)) {
    const error = part.answer.asError();
    return members.map((member) => notExecuted(member, error));
  }
  if (members.length === 1 && first !== undefined) return [answered(first, part.answer)];
  if (part.answer.succeeded) {
    const cause = new BatchError(
      'correlation-failed',
      'one success stands where the answers of a change set were expected',
    );
    return members.map((member) => unknown(member, cause));
  }

  const error = part.answer.asError();
  const { contentId, index } = error.error;
  // By Content-ID, in the error (`@Core.ContentID`), or by its place (P-15).
  const named = members[indexOfId(part.id) ?? indexOfId(contentId) ?? index ?? -1];
  if (service?.atomicChangeSets === false) {
    const cause = new BatchError(
      'correlation-failed',
      'the service answered one operation of a change set only',
    );
    return members.map((member) => (member === named ? failed(member, error) : unknown(member, cause)));
  }
  return members.map((member) => (member === named ? failed(member, error) : rolledBack(member, error)));
}

function settleNest(
  members: Members,
  parts: readonly ReceivedPart[],
  indexOfId: IndexOfId,
  { service, ordered, fillsGap }: SettleRules,
): OperationResult[] {
  const matcher = new PartMatcher(members.length);
  for (const { id } of parts) matcher.add(indexOfId(id));
  // The one answer of a set of one is that of its operation, whatever their order.
  const isOnly = members.length === 1 && parts.length === 1;
  const { partOf, cause } = matcher.match({
    ordered: ordered || isOnly,
    mayBePrefix: false,
    fillsGap,
  });
  const results = members.map((member, index) => {
    const part = parts[partOf(index) ?? -1];
    return part === undefined ? unknown(member, cause()) : answered(member, part.answer);
  });
  if (service?.atomicChangeSets === false) return results;
  // A failure that is nobody's undoes the set too: none of its successes may stand.
  const matched = new Set(members.map((_, index) => partOf(index)));
  const stray = parts.find(({ answer }, index) => !matched.has(index) && !answer.succeeded);
  const hasSuccess = results.some(({ ok }) => ok);
  return rollBack(members, results, hasSuccess ? stray?.answer.asError() : undefined);
}

/** One failure undoes the set, whatever the other answers say (J-21). */
export function rollBack(
  members: Members,
  results: readonly OperationResult[],
  stray?: ErrorAnswer,
): OperationResult[] {
  const failures = results.filter((result) => result.outcome === 'failed');
  const cause: ErrorAnswer | undefined =
    failures.find(({ status }) => status !== FAILED_DEPENDENCY) ?? failures[0] ?? stray;
  if (cause === undefined) return [...results];
  const allDependent = cause.status === FAILED_DEPENDENCY;
  if (allDependent && dependsOnOthers(members)) {
    return members.map((member, index) => {
      const result = results[index] as OperationResult;
      return result.outcome === 'failed' ? notExecuted(member, result) : rolledBack(member, cause);
    });
  }
  return members.map((member, index) => {
    const result = results[index] as OperationResult;
    const isCause = result.outcome === 'failed' && (allDependent || result.status !== FAILED_DEPENDENCY);
    return isCause ? result : rolledBack(member, cause);
  });
}

/** What keeps one member from being executed keeps the whole set (J-10). */
function dependsOnOthers(members: Members): boolean {
  return members.some((member) => hasDependencies(member, members));
}

function compileIndex(members: Members, service: Service | undefined): IndexOfId {
  const keys = compileIdKeys(service);
  const indexes = new Map<string, number>();
  for (const [index, member] of members.entries()) {
    const id = writtenId(member);
    if (id !== undefined) indexes.set(keys.sent(id), index);
  }
  return (id) => (id === undefined ? undefined : indexes.get(keys.received(id)));
}
