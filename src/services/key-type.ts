import { parseStringLiteral, writeStringLiteral } from '../odata/string-literal.ts';

/** The types that a key of a template can have; each has literals that no other has, but for the two integers. */
export type KeyType = 'string' | 'int32' | 'int64' | 'guid';

/** A key of a template: its type, and for integers the smallest value if it is not that of the type. */
export type KeySpec = KeyType | { readonly type: 'int32' | 'int64'; readonly minimum: number };

/** A key as it stood in a URL. */
export interface KeyValue {
  /** As a URL writes it. */
  readonly literal: string;
  /** What it means; text for a GUID and for integers beyond those that JSON numbers hold exactly. */
  readonly value: string | number;
}

const INT32 = [-2_147_483_648n, 2_147_483_647n] as const;
const INT64 = [-9_223_372_036_854_775_808n, 9_223_372_036_854_775_807n] as const;
/** As services write them, so that nothing changes on the way there and back: no sign, no leading zero without need. */
const INTEGER = /^(?:0|-?[1-9]\d{0,18})$/;
const GUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;
/** Control characters can't be meant, and half a surrogate pair can't be written. */
const NO_KEY = /[\p{Cc}\p{Surrogate}]/u;

export function keyTypeOf(spec: KeySpec): KeyType {
  return typeof spec === 'string' ? spec : spec.type;
}

/** Reads the literal of a key, percent-decoded before; undefined where it is none of its type. */
export function parseKey(text: string, spec: KeySpec): KeyValue | undefined {
  const type = keyTypeOf(spec);
  if (type === 'string') return parseStringKey(text);
  if (type === 'guid') return GUID.test(text) ? { literal: text, value: text } : undefined;
  return parseInteger(text, type, typeof spec === 'string' ? undefined : spec.minimum);
}

/** What a literal of the type looks like, for messages. */
export function describeKey(spec: KeySpec): string {
  const type = keyTypeOf(spec);
  if (type === 'string') return "a text in quotes, such as 'Name', quotes in it doubled";
  if (type === 'guid') return 'a GUID without quotes';
  return `an integer of ${type === 'int32' ? 32 : 64} bits, without quotes, plus sign or leading zeros`;
}

/** Whether some literal is one of both types. */
export function haveCommonLiterals(a: KeySpec, b: KeySpec): boolean {
  const types = [keyTypeOf(a), keyTypeOf(b)];
  return types[0] === types[1] || types.every((type) => type === 'int32' || type === 'int64');
}

function parseStringKey(text: string): KeyValue | undefined {
  const value = parseStringLiteral(text);
  if (value === undefined || value === '' || NO_KEY.test(value)) return undefined;
  return { literal: writeStringLiteral(value), value };
}

function parseInteger(
  text: string,
  type: 'int32' | 'int64',
  minimum: number | undefined,
): KeyValue | undefined {
  if (!INTEGER.test(text)) return undefined;
  const integer = BigInt(text);
  const [least, greatest] = type === 'int32' ? INT32 : INT64;
  if (integer < least || integer > greatest || (minimum !== undefined && integer < minimum)) return undefined;
  const value = Number(text);
  return { literal: text, value: Number.isSafeInteger(value) ? value : text };
}
