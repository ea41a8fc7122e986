import { targetProblem } from '../odata/target.ts';
import { convertBody } from './body-rule.ts';
import type { KeyValue } from './key-type.ts';
import { matchLoosely, matchTemplate } from './match-template.ts';
import { type ParsedUrl, parseUrl, type ServiceRoot } from './parsed-url.ts';
import { type CompiledEndpoint, type CompiledRule, type CompiledRules, REAL_URI } from './rewrite-rule.ts';
import { parseSegments } from './url-segment.ts';
import { writeTemplate } from './url-template.ts';
import {
  type JudgedOperation,
  type Rejected,
  rejected,
  type Unchanged,
  unchanged,
  type Verdict,
} from './verdict.ts';

/**
 * What rules make of an operation: rewritten, unchanged, or rejected with a code. It is idempotent: what was rewritten, and
 * what was not, stays as it is when it is asked for again.
 *
 * @param root undefined where the service root is not known; then only relative URLs can be told
 */
export function rewriteOperation(
  rules: CompiledRules,
  operation: JudgedOperation,
  root: ServiceRoot | undefined,
): Verdict {
  const unusable = targetProblem(operation.url);
  if (unusable !== undefined) return rejected(unusable.code, 'url', unusable.message);
  const url = parseUrl(operation.url, root);
  return refusalOf(rules, operation.method, url) ?? judge(rules, operation, url, root);
}

/** What no rule can help. */
function refusalOf(rules: CompiledRules, method: string, url: ParsedUrl): Rejected | undefined {
  if (url.place === 'elsewhere') {
    const message = 'the URL is not below the service root: it would go to another service, or to none';
    return rejected('foreign-url', 'url', message);
  }
  const denied = rules.deny.find((endpoint) => isDenied(endpoint, method, url));
  if (denied === undefined) return undefined;
  const { path, reason = 'the service does not take it inside a batch' } = denied;
  return rejected('not-batchable', 'url', `${path}: ${reason}`);
}

function judge(
  rules: CompiledRules,
  operation: JudgedOperation,
  url: ParsedUrl,
  root: ServiceRoot | undefined,
): Verdict {
  const verdict =
    url.place === 'reference' ? onReference(rules, operation.method, url) : byRules(rules, operation, url);
  if (verdict.outcome === 'rejected') return verdict;
  const option = forbiddenOption(rules, url.query);
  if (option !== undefined) {
    const message = `${option} may not stand inside a batch: send it with the batch itself`;
    return rejected('forbidden-query-option', 'url', message);
  }
  const { method, url: text } = verdict.outcome === 'rewritten' ? verdict : operation;
  if (isAllowed(rules, method, parseUrl(text, root))) return verdict;
  return rejected(
    'not-batchable',
    'url',
    'the endpoint is none of those that the service takes inside a batch',
  );
}

function byRules(rules: CompiledRules, operation: JudgedOperation, url: ParsedUrl): Verdict {
  if (url.place === 'unknown') return besideUnknownRoot(rules, operation.method, url);
  let refused: Rejected | undefined;
  let alike: Unchanged | undefined;
  for (const rule of rules.rules) {
    if (!rule.methods.includes(operation.method)) continue;
    const match = matchTemplate(rule.aliasTemplate, url.path);
    if (match.kind === 'other') continue;
    if (match.kind === 'like') alike ??= alikeTo(rule, match.difference);
    else if (!url.isPlain) alike ??= alikeTo(rule, 'its path is not written plainly');
    else if (match.kind === 'match') return apply(rule, rules.keySeparator, operation, url, match.keys);
    else refused ??= rejected('invalid-alias-key', 'url', match.difference, rule.name);
  }
  return refused ?? alike ?? withoutRule(rules, operation.method, url) ?? spelledOut(rules, operation, url);
}

function alikeTo({ alias }: CompiledRule, difference: string): Unchanged {
  const message = `the URL is like the alias ${alias}, which fails inside a batch, but ${difference}`;
  return unchanged({ code: 'alias-like', message });
}

/** Where the path below the service root begins nobody knows, so that it can only be guessed what is an alias. */
function besideUnknownRoot({ rules }: CompiledRules, method: string, { path }: ParsedUrl): Unchanged {
  const alike = rules.find(
    ({ methods, aliasTemplate }) => methods.includes(method) && matchLoosely(aliasTemplate, path, true),
  );
  return alike === undefined ? unchanged() : alikeTo(alike, 'without serviceRoot nobody can tell');
}

/** Methods that read: they work on aliases, and rules leave them alone. */
function reads(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}

/** An alias with a method that no rule is for. */
function withoutRule({ rules }: CompiledRules, method: string, { path }: ParsedUrl): Unchanged | undefined {
  if (reads(method)) return undefined;
  const alike = rules.find(({ aliasTemplate }) => matchTemplate(aliasTemplate, path).kind === 'match');
  return alike && alikeTo(alike, `no rule is for ${method}`);
}

/** Headers that say something about the resource that the URL names, which another method on another URL would not keep. */
const CONDITIONAL = ['if-match', 'if-none-match'];

function apply(
  rule: CompiledRule,
  separator: string,
  operation: JudgedOperation,
  url: ParsedUrl,
  keys: ReadonlyMap<string, KeyValue>,
): Verdict {
  const { name, body: bodyRule, realTemplate, method = operation.method } = rule;
  if (url.query !== undefined) {
    const message = /(?:^|&)access_token=/i.test(url.query)
      ? 'the access token belongs to the batch itself, not into the URL of an operation'
      : 'the real URI that stands for the alias inside a batch takes no query options';
    return rejected('alias-with-query', 'url', message, name);
  }
  const condition = operation.headerNames.find((field) => CONDITIONAL.includes(field));
  if (method !== operation.method && condition !== undefined) {
    const message = `${method} to another URL does not mean what ${condition} asks for`;
    return rejected('header-not-convertible', 'headers', message, name);
  }
  const converted = bodyRule === undefined ? operation : convertBody(bodyRule, operation.body, keys);
  if (converted === undefined) {
    const members = Object.entries(bodyRule?.from ?? {}).map(([member, type]) => `"${member}": ${type}`);
    const wanted = members.length === 0 ? 'no body' : `{ ${members.join(', ')} } and nothing else`;
    return rejected('body-not-convertible', 'body', `expected ${wanted}`, name);
  }
  const to = url.lead + writeTemplate(realTemplate, keys, separator);
  return { outcome: 'rewritten', rule: name, method, url: to, body: converted.body, warnings: [] };
}

/**
 * A real URI with raw spaces in it, as documentation prints it, is written as rules write it; where it is read, which rules have
 * nothing to do with, as all URLs are.
 */
function spelledOut(rules: CompiledRules, { method, body }: JudgedOperation, url: ParsedUrl): Verdict {
  if (!url.isPlain || !url.path.some(({ raw }) => raw.includes(' '))) return unchanged();
  for (const { realTemplate } of rules.rules) {
    const match = matchTemplate(realTemplate, url.path);
    if (match.kind !== 'match') continue;
    const message = 'the URL holds spaces, which may not stand in one: it is sent percent-encoded';
    const warnings = [{ code: 'space-in-url', message }] as const;
    if (reads(method)) return unchanged(...warnings);
    const path = writeTemplate(realTemplate, match.keys, rules.keySeparator);
    const query = url.query === undefined ? '' : `?${url.query}`;
    return { outcome: 'rewritten', rule: REAL_URI, method, url: url.lead + path + query, body, warnings };
  }
  return unchanged();
}

/** An alias below what another operation creates: its real URI needs a key that nobody knows yet. */
function onReference(rules: CompiledRules, method: string, { path }: ParsedUrl): Verdict {
  let alike: Unchanged | undefined;
  for (const rule of rules.rules) {
    if (!rule.methods.includes(method)) continue;
    const kinds = tailsOf(rule.aliasTemplate).map((tail) => matchTemplate(tail, path).kind);
    if (kinds.includes('match') || kinds.includes('invalid-key')) {
      const message = `${rule.alias} fails inside a batch, and its real URI needs the key of what $id stands for`;
      return rejected('alias-on-reference', 'url', message, rule.name);
    }
    if (kinds.includes('like')) alike ??= alikeTo(rule, 'it is not written as one');
  }
  return alike ?? unchanged();
}

function isDenied({ methods, template }: CompiledEndpoint, method: string, url: ParsedUrl): boolean {
  if (methods?.includes(method) === false) return false;
  const path = splitAtEncodedSlashes(url.path);
  // Where the service root is not known, the end of the path has to do.
  if (url.place !== 'reference') return matchLoosely(template, path, url.place === 'unknown');
  return tailsOf(template).some((tail) => matchLoosely(tail, path));
}

/** A literal in quotes, whose slashes are its own, or an encoded slash. */
const QUOTED_OR_SLASH = /(?:'|%27)(?:[^'%]|%(?!27))*(?:'|%27)|%2f/gi;

/** Routers that decode a path before they split it, such as ASP.NET's, take `Orders(9)%2FExport` for two segments. */
function splitAtEncodedSlashes(path: ParsedUrl['path']): ParsedUrl['path'] {
  if (!path.some(({ raw }) => /%2f/i.test(raw))) return path;
  return path.flatMap(({ raw }) =>
    parseSegments(raw.replace(QUOTED_OR_SLASH, (found) => (/^%2f$/i.test(found) ? '/' : found))),
  );
}

/** What a template's segments may be behind a reference, which stands for the first of them. */
function tailsOf({ text, segments }: CompiledEndpoint['template']): CompiledEndpoint['template'][] {
  return segments.slice(1).map((_, index) => ({ text, segments: segments.slice(index + 1) }));
}

function isAllowed({ allow }: CompiledRules, method: string, url: ParsedUrl): boolean {
  // Where a reference leads, or a URL that can't be compared with the service root, nobody can tell here.
  if (allow === undefined || url.place !== 'service') return true;
  return allow.some(
    ({ methods, template }) =>
      methods?.includes(method) !== false && matchTemplate(template, url.path).kind === 'match',
  );
}

function forbiddenOption({ forbiddenQuery }: CompiledRules, query: string | undefined): string | undefined {
  if (query === undefined || forbiddenQuery.length === 0) return undefined;
  return query
    .split('&')
    .map((option) => decodeName(option.split('=', 1)[0] ?? '').toLowerCase())
    .find((name) => forbiddenQuery.includes(name));
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
