import { placeholdersOf } from './body-rule.ts';
import { haveCommonLiterals, keyTypeOf } from './key-type.ts';
import { isLikeName } from './match-template.ts';
import {
  type CompiledEndpoint,
  type CompiledRule,
  type CompiledRules,
  type EndpointRule,
  REAL_URI,
  type RewriteRule,
  type RuleDefinitions,
} from './rewrite-rule.ts';
import { compileTemplate, keyNames, type UrlTemplate } from './url-template.ts';

/** Tells what is wrong with a definition, and where. */
export type DefinitionProblem = (path: string, message: string) => void;

/** Prepares rules; tells those that can't be meant, so that no two rules fit one operation and none fits its own result. */
export function compileRules(definitions: RuleDefinitions, problem: DefinitionProblem): CompiledRules {
  const { rules = [], deny = [], allow, forbiddenQuery = [], keySeparator = ',' } = definitions;
  const compiled = rules.map((rule, index) => compileRule(rule, `rules[${index}]`, problem));
  const usable = compiled.filter((rule) => rule !== undefined);
  const denied = compileEndpoints(deny, 'deny', problem);
  checkNames(rules, problem);
  // What can't be read is told already, and indexes count only where all could be read.
  if (usable.length === rules.length) {
    checkAmbiguity(usable, problem);
    checkResults(usable, denied, problem);
  }
  const allowed = allow === undefined ? undefined : compileEndpoints(allow, 'allow', problem);
  return { rules: usable, deny: denied, allow: allowed, forbiddenQuery, keySeparator };
}

function compileRule(rule: RewriteRule, path: string, problem: DefinitionProblem): CompiledRule | undefined {
  const aliasTemplate = compileTemplate(rule.alias, rule.keys);
  const realTemplate = compileTemplate(rule.real, rule.keys);
  if (typeof aliasTemplate === 'string') problem(`${path}.alias`, aliasTemplate);
  if (typeof realTemplate === 'string') problem(`${path}.real`, realTemplate);
  if (typeof aliasTemplate === 'string' || typeof realTemplate === 'string') return undefined;
  checkKeys(rule, aliasTemplate, realTemplate, path, problem);
  return { ...rule, aliasTemplate, realTemplate };
}

/** Each key has a type and goes somewhere; nothing is asked for that the alias does not say. */
function checkKeys(
  { keys, body }: RewriteRule,
  alias: UrlTemplate,
  real: UrlTemplate,
  path: string,
  problem: DefinitionProblem,
): void {
  const given = keyNames(alias);
  const members = Object.keys(body?.from ?? {});
  const placeholders = placeholdersOf(body?.to);
  for (const name of given) {
    if (!Object.hasOwn(keys, name)) problem(`${path}.keys`, `the key {${name}} has no type`);
    else if (!keyNames(real).includes(name) && !placeholders.includes(name)) {
      problem(`${path}.real`, `the key {${name}} would be lost`);
    } else if (placeholders.includes(name) && keyTypeOf(keys[name] ?? 'string') === 'int64') {
      problem(`${path}.body.to`, `{${name}} can be larger than what JSON numbers hold exactly`);
    }
    if (members.includes(name)) problem(`${path}.body.from`, `{${name}} is a key of the alias already`);
  }
  for (const name of keyNames(real)) {
    if (!given.includes(name)) problem(`${path}.real`, `the alias has no key {${name}}`);
  }
  for (const name of Object.keys(keys)) {
    if (!given.includes(name)) problem(`${path}.keys`, `the alias has no key {${name}}`);
  }
  for (const name of placeholders) {
    if (!given.includes(name) && !members.includes(name)) {
      problem(`${path}.body.to`, `neither the alias nor the body has {${name}}`);
    }
  }
  for (const name of members) {
    if (!placeholders.includes(name)) problem(`${path}.body.to`, `the member {${name}} would be lost`);
  }
}

function compileEndpoints(
  endpoints: readonly EndpointRule[],
  list: string,
  problem: DefinitionProblem,
): CompiledEndpoint[] {
  const compiled: CompiledEndpoint[] = [];
  for (const [index, endpoint] of endpoints.entries()) {
    const template = compileTemplate(endpoint.path);
    if (typeof template === 'string') problem(`${list}[${index}].path`, template);
    else compiled.push({ ...endpoint, template });
  }
  return compiled;
}

function checkNames(rules: readonly RewriteRule[], problem: DefinitionProblem): void {
  for (const [index, { name }] of rules.entries()) {
    const first = rules.findIndex((rule) => rule.name === name);
    if (first < index) problem(`rules[${index}].name`, `rules[${first}] has this name already`);
    if (name === REAL_URI) problem(`rules[${index}].name`, 'every service has a rule of this name');
  }
}

/** Which of two rules is meant nobody could tell. */
function checkAmbiguity(rules: readonly CompiledRule[], problem: DefinitionProblem): void {
  for (const [index, rule] of rules.entries()) {
    for (const other of rules.slice(0, index)) {
      if (!haveCommonMethod(rule.methods, other.methods)) continue;
      if (!overlap(rule.aliasTemplate, other.aliasTemplate)) continue;
      problem(`rules[${index}].alias`, `the rule "${other.name}" takes the same operations`);
    }
  }
}

/** What was rewritten must not be rewritten again (law 8), nor be refused. */
function checkResults(
  rules: readonly CompiledRule[],
  deny: readonly CompiledEndpoint[],
  problem: DefinitionProblem,
): void {
  for (const [index, rule] of rules.entries()) {
    const methods = rule.method === undefined ? rule.methods : [rule.method];
    for (const { name, methods: taken, aliasTemplate } of rules) {
      if (!haveCommonMethod(methods, taken) || !overlap(rule.realTemplate, aliasTemplate)) continue;
      problem(`rules[${index}].real`, `the rule "${name}" would rewrite it again`);
    }
    for (const { methods: refused, path, template } of deny) {
      if (!(refused === undefined || haveCommonMethod(methods, refused))) continue;
      if (covers(template, rule.realTemplate)) problem(`rules[${index}].real`, `${path} is denied`);
    }
  }
}

function haveCommonMethod(a: readonly string[], b: readonly string[]): boolean {
  return a.some((method) => b.includes(method));
}

/** Whether paths of a template are denied by another one, which is matched loosely. */
function covers(denied: UrlTemplate, { segments }: UrlTemplate): boolean {
  if (segments.length !== denied.segments.length) return false;
  return denied.segments.every(({ name, keys }, index) => {
    const segment = segments[index];
    return (
      segment !== undefined && (segment.keys === null) === (keys === null) && isLikeName(segment.name, name)
    );
  });
}

/** Whether some path is that of both templates; letter case, which servers take more lightly than rules do, does not count. */
function overlap(a: UrlTemplate, b: UrlTemplate): boolean {
  if (a.segments.length !== b.segments.length) return false;
  return a.segments.every((segment, index) => {
    const other = b.segments[index];
    if (segment.name.toLowerCase() !== other?.name.toLowerCase()) return false;
    if (segment.keys === null || other.keys === null) return segment.keys === other.keys;
    if (segment.keys.length !== other.keys.length) return false;
    return segment.keys.every(({ property, spec }) =>
      other.keys?.some(
        (key) =>
          key.property === property &&
          (spec === undefined || key.spec === undefined || haveCommonLiterals(spec, key.spec)),
      ),
    );
  });
}
