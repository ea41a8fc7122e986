import type {
  GivenBatch,
  GivenOperation,
  PreparationIssue,
  PreparationWarning,
  PreparedBatch,
  PreparedOperation,
} from '../batch/service.ts';
import type { BatchPolicy } from './batch-policy.ts';
import { checkBatch, doubtBatch } from './check-batch.ts';
import { checkOperation, headerFields, isOnReference } from './check-operation.ts';
import { parseServiceRoot, type ServiceRoot } from './parsed-url.ts';
import { rewriteOperation } from './rewrite.ts';
import type { CompiledRules } from './rewrite-rule.ts';
import type { ServiceDefinition } from './service-definition.ts';

/** Operations that go as one. */
export interface CoalescedOperations {
  /** Their places in the flattened batch, in order; all at top level, or all in one change set. */
  readonly members: readonly [number, ...number[]];
  readonly rule: string;
  readonly method: string;
  readonly url: string;
  readonly body: unknown;
}

/** Finds operations that can go as one. */
export type Coalesce = (batch: GivenBatch) => readonly CoalescedOperations[];

/** What a service goes by. */
export interface Preparation {
  readonly definition: ServiceDefinition;
  readonly rules: CompiledRules;
  readonly coalesce: Coalesce | undefined;
}

/** What a service makes of a batch: every operation by its policy and its rules, then the batch as a whole. */
export function prepareBatch(preparation: Preparation, batch: GivenBatch): PreparedBatch {
  const { definition: policy, coalesce } = preparation;
  const { operations, serviceRoot } = batch;
  const root = serviceRoot === undefined ? undefined : parseServiceRoot(serviceRoot, policy.urlForm);
  const groups = coalesce?.(batch) ?? [];
  const groupFrom = new Map(groups.map((group) => [group.members[0], group]));
  const elsewhere = new Set(groups.flatMap(({ members }) => members.slice(1)));

  const issues: PreparationIssue[] = [];
  const warnings: PreparationWarning[] = doubtBatch(policy, operations);
  const prepared: PreparedOperation[] = [];
  for (const operation of operations) {
    const group = groupFrom.get(operation.index);
    const isInGroup = group !== undefined || elsewhere.has(operation.index);
    const outcome = isInGroup
      ? fromGroup(policy, operation, group)
      : prepareOperation(preparation, operation, root);
    issues.push(...outcome.issues);
    warnings.push(...outcome.warnings);
    prepared.push(...outcome.operations);
  }
  const sentFor = new Map(prepared.map((sent) => [sent.members[0], sent]));
  const sent = operations
    .filter(({ index }) => !elsewhere.has(index))
    .map((operation) => {
      const { method, url, body } = sentFor.get(operation.index) ?? operation;
      return { ...operation, method, url, body };
    });
  issues.push(...checkBatch(policy, sent, root));
  return { operations: prepared, issues, warnings };
}

/** What the policy and the rules make of one operation. */
function prepareOperation(
  { definition: policy, rules }: Preparation,
  operation: GivenOperation,
  root: ServiceRoot | undefined,
): PreparedBatch {
  const { index, method, url, body } = operation;
  // A reference that can't be written needs no rule to refuse it again.
  if (policy.references === false && isOnReference(operation)) {
    return { operations: [], issues: checkOperation(policy, operation), warnings: [] };
  }
  const headerNames = headerFields(operation).map(([name]) => name.toLowerCase());
  const verdict = rewriteOperation(rules, { method, url, body, headerNames }, root);
  if (verdict.outcome === 'rejected') {
    const { property, code, message } = verdict;
    const issues = [...checkOperation(policy, operation), { index, property, code, message }];
    return { operations: [], issues, warnings: [] };
  }
  const sent = verdict.outcome === 'rewritten' ? verdict : { method, url, body, rule: undefined };
  const prepared = {
    members: [index],
    method: sent.method,
    url: sent.url,
    body: sent.body,
    headers: missingHeaders(policy, headerNames),
    rule: sent.rule,
  } as const;
  const warnings = verdict.warnings.map(({ code, message }) => ({ index, property: 'url', code, message }));
  return { operations: [prepared], issues: checkOperation(policy, operation, sent), warnings };
}

/** @param group what goes in the place of the operation; undefined where that is another's */
function fromGroup(
  policy: BatchPolicy,
  operation: GivenOperation,
  group: CoalescedOperations | undefined,
): PreparedBatch {
  const operations = group === undefined ? [] : [{ ...group, headers: missingHeaders(policy, []) }];
  return { operations, issues: checkOperation(policy, operation), warnings: [] };
}

/** The policy's header fields that an operation does not have. */
function missingHeaders(
  { operationHeaders = [] }: BatchPolicy,
  headerNames: readonly string[],
): PreparedOperation['headers'] {
  return operationHeaders.filter(([name]) => !headerNames.includes(name.toLowerCase()));
}
