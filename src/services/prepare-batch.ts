import type {
  GivenBatch,
  PreparationIssue,
  PreparationWarning,
  PreparedBatch,
  PreparedOperation,
} from '../batch/service.ts';
import type { BatchPolicy } from './batch-policy.ts';
import { checkCounts, checkOperation, headerFields } from './check-operation.ts';
import { parseServiceRoot } from './parsed-url.ts';
import { rewriteOperation } from './rewrite.ts';
import type { CompiledRules } from './rewrite-rule.ts';

/** What a service makes of a batch: every operation by its policy and its rules, then the batch as a whole. */
export function prepareBatch(
  policy: BatchPolicy,
  rules: CompiledRules,
  { operations, serviceRoot }: GivenBatch,
): PreparedBatch {
  const root = serviceRoot === undefined ? undefined : parseServiceRoot(serviceRoot);
  const issues: PreparationIssue[] = [];
  const warnings: PreparationWarning[] = [];
  const prepared: PreparedOperation[] = [];
  const { operationHeaders = [] } = policy;
  for (const operation of operations) {
    const refused = checkOperation(policy, operation);
    issues.push(...refused);
    // A reference that can't be written needs no rule to refuse it again.
    if (refused.some(({ property }) => property === 'url')) continue;
    const { index, method, url, body } = operation;
    const headerNames = headerFields(operation).map(([name]) => name.toLowerCase());
    const verdict = rewriteOperation(rules, { method, url, body, headerNames }, root);
    if (verdict.outcome === 'rejected') {
      const { property, code, message } = verdict;
      issues.push({ index, property, code, message });
      continue;
    }
    for (const { code, message } of verdict.warnings)
      warnings.push({ index, property: 'url', code, message });
    const sent = verdict.outcome === 'rewritten' ? verdict : { method, url, body, rule: undefined };
    const headers = operationHeaders.filter(([name]) => !headerNames.includes(name.toLowerCase()));
    prepared.push({ index, method: sent.method, url: sent.url, body: sent.body, headers, rule: sent.rule });
  }
  issues.push(...checkCounts(policy, operations));
  return { operations: prepared, issues, warnings };
}
