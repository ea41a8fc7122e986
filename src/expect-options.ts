import { BatchUsageError, type UsageIssue } from './errors.ts';
import { callHint, isObject } from './expect-argument.ts';
import { nameHint } from './name-hint.ts';

/**
 * The options that a function has, by their names: what `typeof` says of one, `service` for a service, `.name` for an object with a function of that name,
 * for a group of options the names in it, and `true` where something else looks at the value.
 */
export interface OptionNames {
  readonly [name: string]: unknown;
}

/** The names of all options of a type, which the compiler makes sure of with `satisfies`. */
export type NamesOf<T> = { readonly [K in keyof T]-?: unknown };

/**
 * Makes sure that options are an object and that the function has each of them: a slip of the pen would be a default instead.
 * For functions of the package only: what passes options on inside it has more than one function takes.
 *
 * Throws BatchUsageError `unknown-option`, `invalid-option`, with all that are wrong.
 */
export function expectOptions(options: unknown, ...tables: readonly OptionNames[]): void {
  expectNames(options, Object.assign({}, ...tables), 'options');
}

/** The same for an argument that is called otherwise. */
export function expectNames(options: unknown, names: OptionNames, path: string): void {
  const issues: UsageIssue[] = [];
  check(options, names, path, issues);
  const [first, ...rest] = issues;
  if (first !== undefined) throw new BatchUsageError([first, ...rest]);
}

function check(options: unknown, names: OptionNames, path: string, issues: UsageIssue[]): void {
  if (!isObject(options)) {
    issues.push({ path, code: 'invalid-option', message: 'expected an object' });
    return;
  }
  for (const name of Object.keys(options)) {
    const place = `${path}.${name}`;
    if (!Object.hasOwn(names, name)) {
      issues.push({ path: place, code: 'unknown-option', message: unknownOption(name, Object.keys(names)) });
      continue;
    }
    const kind = names[name];
    if (kind === true) continue;
    const value = (options as Record<string, unknown>)[name];
    if (value === undefined) continue;
    if (isObject(kind)) check(value, kind as OptionNames, place, issues);
    else if (typeof kind === 'string' && !isOfKind(value, kind)) {
      const expected = kind.startsWith('.')
        ? `an object with the function ${kind.slice(1)}`
        : (KINDS[kind] ?? `a ${kind}`);
      issues.push({ path: place, code: 'invalid-option', message: `expected ${expected}${callHint(value)}` });
    }
  }
}

/** What is expected of a kind, where that is not its name with an article. */
const KINDS: { readonly [kind: string]: string } = {
  object: 'an object',
  service: 'a service, such as channelAdvisor() of odata-batch-codec/services',
};

function isOfKind(value: unknown, kind: string): boolean {
  if (value === null) return false;
  if (!kind.startsWith('.')) return typeof value === (kind === 'service' ? 'object' : kind);
  return typeof (value as Record<string, unknown>)[kind.slice(1)] === 'function';
}

/** What is wrong with an option that there is not. */
export function unknownOption(name: string, names: readonly string[]): string {
  return `there is no option "${name}": ${nameHint(name, names, 'the options are')}`;
}
