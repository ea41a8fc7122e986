import type { GivenOperation, PreparationIssue } from '../batch/service.ts';
import type { ChangeSetKeys } from './batch-policy.ts';
import { jsonObjectOf } from './body-rule.ts';
import { parseUrl, type ServiceRoot } from './parsed-url.ts';
import { parseNamedLiterals } from './url-segment.ts';

/** An entity as far as an operation says which one it is about. */
interface Entity {
  readonly set: string;
  /** Literals of keys, by name; a key that nobody can tell is missing. */
  readonly keys: ReadonlyMap<string, string>;
}

/** Tells the operations of a change set that are about another set or partition than the first one, or about one entity again. */
export function checkEntities(
  { shared, distinct }: ChangeSetKeys,
  changeSet: readonly GivenOperation[],
  root: ServiceRoot | undefined,
): PreparationIssue[] {
  const issues: PreparationIssue[] = [];
  const first: { set?: string; readonly keys: Map<string, string> } = { keys: new Map() };
  const seen = new Set<string>();
  for (const operation of changeSet) {
    const entity = entityOf(operation, [...shared, ...distinct], root);
    if (entity === undefined) continue;
    const { index } = operation;
    first.set ??= entity.set;
    const other = entity.set === first.set ? shared.find((name) => differs(name, entity, first.keys)) : 'set';
    if (other !== undefined) {
      const message = `all operations of a change set are about one ${other === 'set' ? 'set of entities' : other}`;
      issues.push({ index, property: undefined, code: 'keys-differ', message });
    }
    const name = nameOf(entity, distinct);
    if (name === undefined) continue;
    if (seen.has(name)) {
      const message = 'the service takes one operation on each entity in a change set';
      issues.push({ index, property: undefined, code: 'repeated-entity', message });
    }
    seen.add(name);
  }
  return issues;
}

/** Whether a key has another value than before; the first one that is known is kept. */
function differs(name: string, { keys }: Entity, known: Map<string, string>): boolean {
  const value = keys.get(name);
  if (value === undefined) return false;
  if (!known.has(name)) known.set(name, value);
  return known.get(name) !== value;
}

/** What tells an entity from all others; undefined where a key is not known. */
function nameOf({ set, keys }: Entity, names: readonly string[]): string | undefined {
  const values = names.map((name) => keys.get(name));
  return values.includes(undefined) ? undefined : JSON.stringify([set, ...values]);
}

/** The entity that the URL names, or the body of what creates it. */
function entityOf(
  { url, body }: GivenOperation,
  names: readonly string[],
  root: ServiceRoot | undefined,
): Entity | undefined {
  const { place, path } = parseUrl(url, root);
  const last = path.at(-1);
  if (place === 'reference' || place === 'elsewhere' || last === undefined) return undefined;
  const set = [...path.slice(0, -1).map(({ name }) => name), last.name].join('/');
  const literals = last.predicate ? parseNamedLiterals(last.predicate) : undefined;
  if (literals !== undefined)
    return { set, keys: new Map(literals.map(({ name, literal }) => [name, literal])) };

  const members = jsonObjectOf(body) ?? {};
  const keys = new Map<string, string>();
  for (const name of names) {
    const value = Object.hasOwn(members, name) ? members[name] : undefined;
    if (typeof value === 'string') keys.set(name, `'${value.replaceAll("'", "''")}'`);
  }
  return { set, keys };
}
