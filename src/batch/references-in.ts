import { octetsOf } from '../bytes/octets-of.ts';
import { jsonOfBody } from '../http/json-of-body.ts';
import { headerPairs } from './header-pairs.ts';
import { Issues } from './issues.ts';
import type { HeadersInput } from './operation.ts';

/** Conditions on an operation's ETag: a reference in one stands for it, without quotes. */
export function referencesInConditions(headers: HeadersInput | undefined): [field: string, id: string][] {
  return headerPairs(headers, '', new Issues()).flatMap(([name, value]): [string, string][] => {
    const id = /^if-(?:none-)?match$/i.test(name) ? /^\$([\w.~-]+)/.exec(value)?.[1] : undefined;
    return id === undefined ? [] : [[name, id]];
  });
}

/** The ids of references in a body: texts in JSON that are one, or begin with one. */
export function referencesInBody(body: unknown): string[] {
  const text = jsonOf(body) ?? '';
  return Array.from(text.matchAll(/(?<!\\)"\$([\w.~-]+)(?:"(?!:)|\/)/g), ([, id = '']) => id);
}

/** JSON without escapes that nobody needs; undefined for what is none. */
function jsonOf(body: unknown): string | undefined {
  try {
    const isValue = typeof body === 'object' && octetsOf(body) === undefined;
    return JSON.stringify(isValue ? body : jsonOfBody(body));
  } catch {
    return undefined;
  }
}
