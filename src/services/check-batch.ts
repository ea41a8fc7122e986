import type { GivenOperation, PreparationIssue, PreparationWarning } from '../batch/service.ts';
import type { UsageErrorCode } from '../errors.ts';
import { checkEntities } from './check-entities.ts';
import type { ServiceRoot } from './parsed-url.ts';
import type { ServiceDefinition } from './service-definition.ts';

/** Why a batch can't be sent to this service although each of its operations could. */
export function checkBatch(
  definition: ServiceDefinition,
  operations: readonly GivenOperation[],
  root: ServiceRoot | undefined,
): PreparationIssue[] {
  const { changeSetKeys, sameMethod, foldsIds } = definition;
  const sets = changeSetsOf(operations);
  return [
    ...checkCounts(definition, operations, sets),
    ...(sameMethod ? checkMethods(operations) : []),
    ...(foldsIds ? checkFoldedIds(operations) : []),
    ...(changeSetKeys === undefined ? [] : sets.flatMap((set) => checkEntities(changeSetKeys, set, root))),
  ];
}

/** What is doubtful about a batch as a whole. */
export function doubtBatch(
  { atomicChangeSets, limits }: ServiceDefinition,
  operations: readonly GivenOperation[],
): PreparationWarning[] {
  const warnings: PreparationWarning[] = [];
  const safe = limits?.safeOperationsPerChangeSet ?? Number.POSITIVE_INFINITY;
  for (const set of changeSetsOf(operations)) {
    const place = { index: set[0]?.index, property: undefined };
    if (atomicChangeSets === false && set.length > 1) {
      const message = 'the change set is not atomic: where one operation fails, the service keeps the others';
      warnings.push({ ...place, code: 'change-set-not-atomic', message });
    }
    if (set.length > safe) {
      const message = `not every installation takes change sets of more than ${safe}, this one has ${set.length}`;
      warnings.push({ ...place, code: 'large-change-set', message });
    }
  }
  return warnings;
}

/** The members of each change set. */
function changeSetsOf(operations: readonly GivenOperation[]): GivenOperation[][] {
  const sets = new Map<number, GivenOperation[]>();
  for (const operation of operations) {
    const [item, member] = operation.path;
    if (member === undefined) continue;
    const set = sets.get(item);
    if (set === undefined) sets.set(item, [operation]);
    else set.push(operation);
  }
  return [...sets.values()];
}

function checkCounts(
  { limits = {} }: ServiceDefinition,
  operations: readonly GivenOperation[],
  sets: readonly (readonly GivenOperation[])[],
): PreparationIssue[] {
  const { maxOperations, maxItems, maxOperationsPerChangeSet } = limits;
  const issues: PreparationIssue[] = [];
  const check = (index: number | undefined, count: number, maximum: number | undefined, what: string) => {
    if (maximum === undefined || count <= maximum) return;
    const message = `the service takes ${maximum} ${what}, this one has ${count}: split it`;
    issues.push(issueOf(index, undefined, 'too-many-operations', message));
  };
  check(undefined, operations.length, maxOperations, 'operations in one batch');
  const itemCount = operations.filter(({ path }) => path.length === 1).length + sets.length;
  check(undefined, itemCount, maxItems, 'operations or change sets in one batch');
  for (const set of sets) {
    check(set[0]?.index, set.length, maxOperationsPerChangeSet, 'operations in one change set');
  }
  return issues;
}

function checkMethods(operations: readonly GivenOperation[]): PreparationIssue[] {
  const first = operations[0]?.method;
  const other = operations.find(({ method }) => method !== first);
  if (other === undefined) return [];
  const message = `a batch of this service holds operations of one method, and the first one is ${first}`;
  return [issueOf(other.index, 'method', 'mixed-methods', message)];
}

function checkFoldedIds(operations: readonly GivenOperation[]): PreparationIssue[] {
  const seen = new Map<string, string>();
  return operations.flatMap(({ id, index }) => {
    const folded = id.toLowerCase();
    const known = seen.get(folded);
    seen.set(folded, id);
    if (known === undefined || known === id) return [];
    const message = `the service takes "${id}" and "${known}" for one id`;
    return [issueOf(index, 'id', 'duplicate-content-id', message)];
  });
}

function issueOf(
  index: number | undefined,
  property: string | undefined,
  code: UsageErrorCode,
  message: string,
): PreparationIssue {
  return { index, property, code, message };
}
