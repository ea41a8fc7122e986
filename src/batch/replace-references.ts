import { isReference, type Reference } from '../odata/reference.ts';
import { kindWithoutJson } from './body.ts';

/** The text that a reference is printed as; undefined where it prints itself. */
export type PrintReference = (reference: Reference) => string | undefined;

/** Nested deeper than that, JSON.stringify may fail too. */
const MAX_DEPTH = 1000;

/**
 * A body with its references printed: the body itself where there is none, else a copy of what holds them. What has a
 * `toJSON` of its own is left as it is, and so is what has no JSON.
 */
export function replaceReferences(body: unknown, print: PrintReference): unknown {
  return typeof body === 'object' && kindWithoutJson(body) === undefined ? replaceIn(body, print, 0) : body;
}

function replaceIn(value: unknown, print: PrintReference, depth: number): unknown {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return value;
  if (isReference(value)) return print(value) ?? value;
  if (ArrayBuffer.isView(value) || typeof (value as { toJSON?: unknown }).toJSON === 'function') return value;
  if (Array.isArray(value)) {
    const items = value.map((item) => replaceIn(item, print, depth + 1));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  const members = Object.entries(value);
  const replaced = members.map(([name, member]): [string, unknown] => [
    name,
    replaceIn(member, print, depth + 1),
  ]);
  return replaced.some(([, member], index) => member !== members[index]?.[1])
    ? Object.fromEntries(replaced)
    : value;
}
