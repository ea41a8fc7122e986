import { latin1, utf8Encoder } from '../../bytes/text.ts';
import { BatchLimitError, type SyntaxErrorCode } from '../../errors.ts';
import { Fault } from '../../fault.ts';
import { isFieldValue, isToken, SINGLE_FIELDS, trimWhiteSpace } from '../../mime/header-field.ts';
import { HeaderFields } from '../../mime/header-list.ts';
import { parseMediaType } from '../../mime/media-type.ts';
import type { Reading } from '../../reading.ts';
import { type BodyKind, bodyKind } from './body-kind.ts';
import { JsonPath } from './json-path.ts';
import type { JsonScanner, RawValue } from './json-scanner.ts';
import { memberFault } from './read-members.ts';

/** Whose headers they are: a request's have to follow the format, a response's are read as far as they mean anything. */
export type HeadersOwner = 'request' | 'response';

type Field = [name: string, value: string];

/** The headers of an operation, and what they say of its body. */
export interface ReadHeaders {
  readonly headers: HeaderFields;
  readonly kind: BodyKind;
}

/** How many objects are remembered, and how long one may be: enough for the few that a service writes. */
const MEMO_SIZE = 64;
const MEMO_LENGTH = 1024;

/** Reads `headers` objects of one message; what was read before is known by its octets. */
export class HeadersReader {
  readonly #scanner: JsonScanner;
  readonly #owner: HeadersOwner;
  readonly #limits: Reading['limits'];
  readonly #memo = new Map<string, ReadHeaders>();

  constructor(scanner: JsonScanner, owner: HeadersOwner, { limits }: Reading) {
    this.#scanner = scanner;
    this.#owner = owner;
    this.#limits = limits;
  }

  /** The fields of a `headers` object, names in any letter case (J-12); with a body, its media type is one of them. */
  read(raw: RawValue | undefined, hasBody: boolean, path: JsonPath): ReadHeaders {
    const isAbsent = raw === undefined || (raw.kind === 'null' && this.#owner === 'response');
    const octets = isAbsent ? undefined : this.#scanner.octets(raw);
    const isShort = octets === undefined || octets.length <= MEMO_LENGTH;
    const key = isShort ? `${hasBody}${octets === undefined ? '' : latin1(octets, 0, octets.length)}` : '';
    const known = isShort ? this.#memo.get(key) : undefined;
    if (known !== undefined) return known;

    const fields = isAbsent ? [] : this.#fields(raw, path);
    const isTyped = fields.some(([name]) => name.toLowerCase() === 'content-type');
    // A body without a type is exactly that (J-19).
    if (hasBody && !isTyped) fields.push(['content-type', 'application/json']);
    const headers = new HeaderFields(fields);
    const read = { headers, kind: bodyKind(parseMediaType(headers.get('Content-Type') ?? '')) };
    if (isShort && this.#memo.size < MEMO_SIZE) this.#memo.set(key, read);
    return read;
  }

  #fields(raw: RawValue, path: JsonPath): Field[] {
    const scanner = this.#scanner;
    const fields: Field[] = [];
    if (raw.kind !== 'object') throw memberFault('invalid-member', 'expected an object', scanner, raw, path);
    const { maxHeaderBytes } = this.#limits;
    const length = raw.end - raw.start;
    if (length > maxHeaderBytes) throw new BatchLimitError('maxHeaderBytes', maxHeaderBytes, length);

    const seen = new Set<string>();
    scanner.reread(raw, () =>
      scanner.object((name, at) => {
        const fieldPath = new JsonPath(path, name);
        const fault = (code: SyntaxErrorCode, message: string) =>
          new Fault(code, message, scanner.offsetOf(at), fieldPath);
        const value = scanner.value();
        if (!isToken(name)) throw fault('invalid-header-name', 'expected a token as header name');
        const key = name.toLowerCase();
        const isSingle = this.#owner === 'request' || SINGLE_FIELDS.has(key);
        if (isSingle && seen.has(key)) throw fault('duplicate-header', `expected one ${name} field, not two`);
        seen.add(key);
        for (const text of this.#values(value, fault)) fields.push([name, text]);
        if (fields.length > this.#limits.maxHeaderCount) {
          throw new BatchLimitError('maxHeaderCount', this.#limits.maxHeaderCount, fields.length);
        }
      }),
    );
    return fields;
  }

  #values(value: RawValue, fault: (code: SyntaxErrorCode, message: string) => Fault): string[] {
    const texts = this.#textsOf(value);
    if (texts === undefined) throw fault('invalid-header-value', 'expected a text as header value');
    return texts.map((text) => {
      const octets = trimWhiteSpace(this.#owner === 'response' ? octetsAsText(text) : text);
      if (isFieldValue(octets)) return octets;
      throw fault('invalid-header-value', 'expected characters up to U+00FF without control characters');
    });
  }

  /** Services also write numbers, and lists for repeated fields. */
  #textsOf(value: RawValue): string[] | undefined {
    const scanner = this.#scanner;
    if (value.kind === 'string') return [scanner.text(value)];
    if (this.#owner === 'request') return undefined;
    if (value.kind === 'number') return [String(scanner.number(value))];
    if (value.kind !== 'array') return undefined;
    const texts: (string | undefined)[] = [];
    scanner.reread(value, () =>
      scanner.array(() => {
        const element = scanner.value();
        texts.push(element.kind === 'string' ? scanner.text(element) : undefined);
      }),
    );
    return texts.some((text) => text === undefined) ? undefined : (texts as string[]);
  }
}

/** A value that no header can have one octet for each character of, as HTTP would have sent it: in UTF-8. */
function octetsAsText(text: string): string {
  if (/^[\0-\xff]*$/.test(text)) return text;
  return Array.from(utf8Encoder.encode(text), (octet) => String.fromCharCode(octet)).join('');
}
