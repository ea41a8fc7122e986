import { headerPairs } from '../batch/header-pairs.ts';
import { Issues } from '../batch/issues.ts';
import type { Operation } from '../batch/operation.ts';
import type { PreparationIssue } from '../batch/service.ts';
import type { UsageErrorCode } from '../errors.ts';
import { expectArgument, expectObject } from '../expect-argument.ts';
import { expectOptions } from '../expect-options.ts';
import { isReference } from '../odata/reference.ts';
import { checkOperation } from './check-operation.ts';
import { type DefinedService, rulesOf } from './define-service.ts';
import { matchTemplate } from './match-template.ts';
import { parseServiceRoot, parseUrl, type ServiceRoot } from './parsed-url.ts';
import { rewriteOperation } from './rewrite.ts';
import type { CompiledRule, CompiledRules } from './rewrite-rule.ts';
import type { JudgedOperation, RewriteWarning, Verdict } from './verdict.ts';

/** What a service's rules make of an operation, and why. */
export interface RewriteExplanation {
  readonly outcome: Verdict['outcome'];
  /** Why it is rejected. */
  readonly code?: UsageErrorCode | undefined;
  /** The rule that took it, or would have but for what `reason` says. */
  readonly rule?: string | undefined;
  /** The method that is sent. */
  readonly method: string;
  readonly from: string;
  readonly to: string;
  /** One sentence. */
  readonly reason: string;
  /** Where no rule took it: the one that came closest, and what it lacked. */
  readonly closest?: { readonly rule: string; readonly difference: string } | undefined;
  readonly warnings: readonly RewriteWarning[];
}

/**
 * Tells which of a service's rules takes an operation and why, or what came closest, or why the service does not take it at
 * all. It looks at the operation alone: limits and what else concerns a whole batch are for `encodeBatchRequest`.
 *
 * @example
 * explainRewrite(channelAdvisor(), { method: 'PATCH', url: "/v1/Products(1)/labels('x')" }).closest;
 * // { rule: 'labels', difference: 'Labels is written in another letter case' }
 */
export function explainRewrite(
  service: DefinedService,
  operation: Pick<Operation, 'method' | 'url' | 'headers' | 'body'>,
  options: { readonly serviceRoot?: string | undefined } = {},
): RewriteExplanation {
  expectObject(service, 'service', 'a service that defineService made');
  expectObject(service.definition, 'service', 'a service that defineService made');
  expectObject(operation, 'operation', '{ method, url }');
  expectArgument(typeof operation.method === 'string', 'operation.method', 'a method such as "GET"');
  const { url } = operation;
  const isUrl = typeof url === 'string' || isReference(url) || typeof url?.href === 'string';
  expectArgument(isUrl, 'operation.url', 'a text, a URL or a reference');
  expectOptions(options, { serviceRoot: 'string' });
  const rules = rulesOf(service);
  const given = options.serviceRoot ?? service.serviceRoot;
  const root = given === undefined ? undefined : parseServiceRoot(given, service.urlForm);
  const judged = judgedOperation(operation);
  const verdict = rewriteOperation(rules, judged, root);
  const refusal = verdict.outcome === 'rejected' ? undefined : refusalOf(service, operation, judged, verdict);
  const common = { method: judged.method, from: judged.url, to: judged.url, warnings: [] };
  if (refusal !== undefined) {
    const rule = verdict.outcome === 'rewritten' ? { rule: verdict.rule } : {};
    return { ...common, ...rule, outcome: 'rejected', code: refusal.code, reason: refusal.message };
  }
  switch (verdict.outcome) {
    case 'rewritten': {
      const { outcome, rule, method, url, warnings } = verdict;
      return { ...common, outcome, rule, method, to: url, warnings, reason: reasonOf(rules, verdict) };
    }
    case 'rejected': {
      const { outcome, code, message, rule } = verdict;
      return { ...common, outcome, code, reason: message, ...(rule !== undefined && { rule }) };
    }
    default: {
      const { outcome, warnings } = verdict;
      const closest = closestRule(rules, judged, root);
      const reason = warnings[0]?.message ?? 'no rule takes it, and nothing forbids it';
      return { ...common, outcome, warnings, reason, ...(closest !== undefined && { closest }) };
    }
  }
}

/** Why the service takes no such operation, whatever its rules make of its URL. */
function refusalOf(
  { definition }: DefinedService,
  { headers }: Pick<Operation, 'headers'>,
  judged: JudgedOperation,
  verdict: Exclude<Verdict, { outcome: 'rejected' }>,
): PreparationIssue | undefined {
  const { method, url, body } = judged;
  const lone = { index: 0, path: [0], id: '1', isDependent: false, isTarget: false } as const;
  const sent = verdict.outcome === 'rewritten' ? verdict : judged;
  return checkOperation(definition, { ...lone, method, url, headers, body }, sent)[0];
}

function judgedOperation({
  method,
  url,
  headers,
  body,
}: Pick<Operation, 'method' | 'url' | 'headers' | 'body'>): JudgedOperation {
  const headerNames = headerPairs(headers, 'headers', new Issues()).map(([name]) => name.toLowerCase());
  return { method, url: textOf(url), body, headerNames };
}

function textOf(url: Operation['url']): string {
  if (typeof url === 'string') return url;
  if (!isReference(url)) return url.href;
  const id = typeof url.target === 'string' ? url.target : url.target.id;
  // Which operation it is makes no difference to rules.
  return `$${id ?? 1}${url.path}`;
}

function reasonOf({ rules }: CompiledRules, { rule, warnings }: Extract<Verdict, { outcome: 'rewritten' }>) {
  const [warning] = warnings;
  if (warning !== undefined) return warning.message;
  const { alias = '', real = '' } = rules.find(({ name }) => name === rule) ?? {};
  return `${alias} fails inside a batch; ${real} says the same`;
}

function closestRule(
  { rules }: CompiledRules,
  operation: JudgedOperation,
  root: ServiceRoot | undefined,
): RewriteExplanation['closest'] {
  const { path } = parseUrl(operation.url, root);
  let best: { readonly rule: string; readonly difference: string; readonly score: number } | undefined;
  for (const rule of rules) {
    const { score, difference } = compare(rule, operation.method, path);
    if (score > (best?.score ?? 0)) best = { rule: rule.name, difference, score };
  }
  return best && { rule: best.rule, difference: best.difference };
}

/** How close a rule comes: segments count most, then the method. */
function compare(
  { aliasTemplate, methods }: CompiledRule,
  method: string,
  path: Parameters<typeof matchTemplate>[1],
): { score: number; difference: string } {
  const match = matchTemplate(aliasTemplate, path);
  const isForMethod = methods.includes(method);
  const depth = match.kind === 'other' ? match.depth : aliasTemplate.segments.length;
  const differences = [
    ...(match.kind === 'match' ? [] : [match.difference]),
    ...(isForMethod ? [] : [`the rule is for ${methods.join(', ')}, not ${method}`]),
  ];
  return { score: depth === 0 ? 0 : 2 * depth + (isForMethod ? 1 : 0), difference: differences.join('; ') };
}
