import { BatchUsageError } from '../errors.ts';
import { expectArgument } from '../expect-argument.ts';
import { isReference, type Reference } from './reference.ts';

/** A literal that {@link uri.literal} vouches for: it gets no quotes. */
class Literal {
  // Private, so that no type takes another object with a text for a literal.
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

/** What {@link uri} can write as an OData literal. */
export type UriValue = string | number | bigint | boolean | null | Reference | Literal;

/** The tag {@link uri} and its two companions. */
export interface UriTag {
  /** Writes a URL whose values are OData literals. */
  (strings: TemplateStringsArray, ...values: readonly UriValue[]): string;
  /**
   * Writes a URL whose values are plain path segments or query values: percent-encoded, without quotes. Throws
   * BatchUsageError `invalid-literal` for an empty value, `.` and `..`.
   *
   * @example uri.path`/files/${'a b/c'}` // /files/a%20b%2Fc
   */
  path(strings: TemplateStringsArray, ...values: readonly (string | number | bigint)[]): string;
  /**
   * A literal that {@link uri} writes without quotes: a GUID, a date, a duration, `guid'…'` of OData 2.0.
   * Throws BatchUsageError `invalid-literal` where it holds anything that could end a literal.
   *
   * @example uri`accounts(${uri.literal('00000000-0000-0000-0000-000000000001')})`
   */
  literal(text: string): Literal;
}

/**
 * Writes a URL: numbers as digits, strings as OData literals, quoted, doubled and percent-encoded (`primitiveLiteral` of
 * the OData ABNF). Booleans, bigints and null are written as their names; references as they print themselves. Throws
 * BatchUsageError `invalid-literal` for anything else, NaN and infinities included.
 *
 * @example uri`/v1/Products(${123})/Attributes(${"O'Neil"})` // /v1/Products(123)/Attributes('O''Neil')
 */
export const uri: UriTag = /* @__PURE__ */ Object.assign(
  (strings: TemplateStringsArray, ...values: readonly UriValue[]): string =>
    assemble(strings, values.map(writeLiteral)),
  {
    path: (strings: TemplateStringsArray, ...values: readonly (string | number | bigint)[]): string =>
      assemble(strings, values.map(writeSegment)),
    literal: (text: string): Literal => {
      if (typeof text === 'string' && /^[\w.:+~-]+$|^[a-zA-Z]+'[\w.:+~-]*'$/.test(text))
        return new Literal(text);
      throw invalidLiteral(
        'uri.literal takes a GUID, a date, a number or the like; a string literal needs no uri.literal',
      );
    },
  },
);

function assemble(strings: TemplateStringsArray, values: readonly string[]): string {
  expectArgument(Array.isArray(strings), 'strings', 'a template: write uri`…`');
  return String.raw({ raw: strings }, ...values);
}

function writeLiteral(value: UriValue): string {
  if (typeof value === 'string') return `'${encode(value.replaceAll("'", "''"))}'`;
  if (typeof value === 'number' && !Number.isFinite(value))
    throw invalidLiteral(`${value} has no OData literal`);
  if (isReference(value)) return value.toString();
  if (value instanceof Literal) return encode(value.toString());
  if (value === null || ['number', 'bigint', 'boolean'].includes(typeof value)) return encode(String(value));
  throw invalidLiteral(`a value of type ${typeof value} has no OData literal`);
}

/** Dots and nothing can't be encoded into a segment: they would be read as structure (RFC 3986 section 5.2.4). */
function writeSegment(value: string | number | bigint): string {
  if (!['string', 'number', 'bigint'].includes(typeof value)) {
    throw invalidLiteral(`a value of type ${typeof value} is no path segment`);
  }
  const text = String(value);
  if (text !== '' && text !== '.' && text !== '..') return encode(text);
  throw invalidLiteral(`${JSON.stringify(text)} is no path segment`);
}

function encode(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch (cause) {
    throw invalidLiteral('the text holds half of a surrogate pair', cause);
  }
}

function invalidLiteral(message: string, cause?: unknown): BatchUsageError {
  return new BatchUsageError([{ path: '', code: 'invalid-literal', message }], { cause });
}
