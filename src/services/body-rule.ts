import { hasContent } from '../batch/body.ts';
import { jsonOfBody } from '../http/json-of-body.ts';
import type { KeyValue } from './key-type.ts';

/** The types that a member of a body can be asked to have. */
export type MemberType = 'string' | 'number' | 'boolean';

/** How a rule makes one body of another. */
export interface BodyRule {
  /**
   * The members that the body must have, all of them and no other; where there are none, there need not be a body. A number has
   * to be finite, an integer no larger than what JSON numbers hold exactly.
   */
  readonly from: Readonly<Record<string, MemberType>>;
  /** The new body: JSON, in which a text `{name}` stands for a member of the old body or a key of the URL. */
  readonly to: unknown;
}

const PLACEHOLDER = /^\{([^{}]+)\}$/;

/** The names that a template's placeholders have. */
export function placeholdersOf(template: unknown): string[] {
  if (typeof template === 'string') {
    const [, name] = PLACEHOLDER.exec(template) ?? [];
    return name === undefined ? [] : [name];
  }
  if (typeof template !== 'object' || template === null) return [];
  return Object.values(template).flatMap(placeholdersOf);
}

/** The body that a rule makes; undefined where the given one is not what the rule can take. */
export function convertBody(
  rule: BodyRule,
  body: unknown,
  keys: ReadonlyMap<string, KeyValue>,
): { readonly body: unknown } | undefined {
  const wanted = Object.entries(rule.from);
  const given = hasContent(body) || wanted.length > 0 ? jsonObjectOf(body) : {};
  if (given === undefined) return undefined;
  const members = new Map(Object.entries(given));
  if (members.size !== wanted.length) return undefined;
  if (!wanted.every(([name, type]) => isOfType(members.get(name), type))) return undefined;

  const values = new Map<string, unknown>(members);
  for (const [name, { value }] of keys) values.set(name, value);
  return { body: fill(rule.to, values) };
}

/** What was text and became another number on the way would be sent as that number. */
function isOfType(value: unknown, type: MemberType): boolean {
  if (typeof value !== 'number' || type !== 'number') return typeof value === type;
  return Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value);
}

/** The members of a body that is a JSON object, whichever way it is given. */
export function jsonObjectOf(body: unknown): Readonly<Record<string, unknown>> | undefined {
  const given = jsonOfBody(body);
  const isObject = typeof given === 'object' && given !== null && !Array.isArray(given);
  return isObject ? (given as Record<string, unknown>) : undefined;
}

function fill(template: unknown, values: ReadonlyMap<string, unknown>): unknown {
  if (typeof template === 'string') {
    const [, name] = PLACEHOLDER.exec(template) ?? [];
    return name === undefined ? template : values.get(name);
  }
  if (Array.isArray(template)) return template.map((item) => fill(item, values));
  if (typeof template !== 'object' || template === null) return template;
  return Object.fromEntries(Object.entries(template).map(([name, value]) => [name, fill(value, values)]));
}
