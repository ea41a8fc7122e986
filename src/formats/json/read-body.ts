import { decodeBase64url } from '../../bytes/base64url.ts';
import { utf8Encoder } from '../../bytes/text.ts';
import { BatchLimitError, type SyntaxErrorCode } from '../../errors.ts';
import type { Reading } from '../../reading.ts';
import type { BodyKind } from './body-kind.ts';
import type { JsonPath } from './json-path.ts';
import type { JsonScanner, RawValue } from './json-scanner.ts';
import { memberFault } from './read-members.ts';

/** The octets of a body. */
export interface ReadBody {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Whether they are UTF-8, whatever charset the media type names: they stood in the message as text. */
  readonly isUtf8: boolean;
}

const NONE: ReadBody = { bytes: /* @__PURE__ */ new Uint8Array(0), isUtf8: false };

/** Takes a body out of a JSON batch: JSON octet for octet, text as UTF-8, all else out of base64 (J-14). */
export function readBody(
  raw: RawValue | undefined,
  kind: BodyKind,
  scanner: JsonScanner,
  path: JsonPath,
  reading: Reading,
): ReadBody {
  if (raw === undefined || raw.kind === 'null') return NONE;
  const { maxPartBytes } = reading.limits;
  const length = raw.end - raw.start;
  if (length > maxPartBytes) throw new BatchLimitError('maxPartBytes', maxPartBytes, length);

  if (kind === 'json') return { bytes: scanner.octets(raw), isUtf8: true };
  const isString = raw.kind === 'string';
  if (kind === 'text' && isString) return { bytes: textOctets(raw, scanner, path), isUtf8: true };
  const decoded =
    isString && kind === 'base64url' ? decodeBase64url(textOctets(raw, scanner, path)) : undefined;
  if (decoded !== undefined) return { bytes: decoded, isUtf8: false };

  if (!reading.tolerate.has('unencoded-body')) {
    const code: SyntaxErrorCode = kind === 'text' ? 'invalid-text' : 'invalid-base64';
    const expected = kind === 'text' ? 'a string' : 'a string of base64url';
    throw memberFault(code, `expected ${expected} as body of this media type`, scanner, raw, path);
  }
  reading.warn('unencoded-body', scanner.offsetOf(raw.start), path);
  return { bytes: isString ? textOctets(raw, scanner, path) : scanner.octets(raw), isUtf8: true };
}

const BACKSLASH = 0x5c;

/** The text of a string in UTF-8; where nothing in it is escaped, as it stands in the message. */
function textOctets(raw: RawValue, scanner: JsonScanner, path: JsonPath): Uint8Array<ArrayBuffer> {
  const inner = scanner.octets(raw).subarray(1, -1);
  if (!inner.includes(BACKSLASH)) return inner;
  const text = scanner.text(raw);
  // UTF-8 has no half surrogate pairs, and U+FFFD in their place would be another text.
  if (!/\p{Surrogate}/u.test(text)) return utf8Encoder.encode(text);
  throw memberFault('invalid-text', 'expected text without half surrogate pairs', scanner, raw, path);
}
