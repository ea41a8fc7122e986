import type { KeySpec, KeyValue } from './key-type.ts';

/** A key of a template. */
export interface TemplateKey {
  /** The property that it is written with, as in `(ProductID={ID})`; undefined where it stands alone. */
  readonly property: string | undefined;
  readonly name: string;
  /** Undefined where the template takes any key. */
  readonly spec: KeySpec | undefined;
}

export interface TemplateSegment {
  readonly name: string;
  /** Null where the segment has no parentheses. */
  readonly keys: readonly TemplateKey[] | null;
}

/** A path below the service root with keys left open: `Products({ID})/Attributes({Name})`. */
export interface UrlTemplate {
  readonly text: string;
  readonly segments: readonly TemplateSegment[];
}

/** What the keys of templates are, by name. */
export type KeySpecs = Readonly<Record<string, KeySpec>>;

const SEGMENT = /^(\$?[\p{L}_][\p{L}\p{N}_.]*)(?:\(([^()]*)\))?$/u;
const KEY = /^(?:([\p{L}_][\p{L}\p{N}_]*)=)?\{([\p{L}_][\p{L}\p{N}_]*)\}$/u;

/** Reads a template; a text says what is wrong with it. */
export function compileTemplate(text: string, specs: KeySpecs = {}): UrlTemplate | string {
  const segments: TemplateSegment[] = [];
  for (const part of text.split('/')) {
    const [, name, predicate] = SEGMENT.exec(part) ?? [];
    if (name === undefined)
      return `expected segments such as Products({ID}), without a slash at either end, not "${part}"`;
    const keys = predicate === undefined ? null : compileKeys(predicate, specs);
    if (typeof keys === 'string') return keys;
    segments.push({ name, keys });
  }
  const names = segments.flatMap(({ keys }) => keys ?? []).map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined ? { text, segments } : `the key {${twice}} stands twice`;
}

function compileKeys(predicate: string, specs: KeySpecs): TemplateKey[] | string {
  const keys: TemplateKey[] = [];
  for (const item of predicate.split(',')) {
    const [, property, name] = KEY.exec(item) ?? [];
    if (name === undefined) return `expected a key such as {ID} or ProductID={ID}, not "${item}"`;
    keys.push({ property, name, spec: Object.hasOwn(specs, name) ? specs[name] : undefined });
  }
  if (keys.length > 1 && keys.some(({ property }) => property === undefined)) {
    return 'several keys in one segment need the names of their properties';
  }
  return keys;
}

/** The names of a template's keys. */
export function keyNames({ segments }: UrlTemplate): string[] {
  return segments.flatMap(({ keys }) => keys ?? []).map(({ name }) => name);
}

/** Writes a path: the keys in the places that the template gives them. */
export function writeTemplate(
  { segments }: UrlTemplate,
  keys: ReadonlyMap<string, KeyValue>,
  separator: string,
): string {
  return segments
    .map((segment) => {
      if (segment.keys === null) return segment.name;
      const written = segment.keys.map(({ property, name }) => {
        const literal = keys.get(name)?.literal ?? '';
        return property === undefined ? literal : `${property}=${literal}`;
      });
      return `${segment.name}(${written.join(separator)})`;
    })
    .join('/');
}
