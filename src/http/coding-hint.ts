import { decodeStart, latin1 } from '../bytes/text.ts';
import type { HeaderList } from '../mime/header-list.ts';
import { BEGINNING_BYTES } from '../reading.ts';

/** Codings that may be named in an error: whatever else a header holds may be a secret. */
const CODINGS: ReadonlySet<string> = new Set(['gzip', 'x-gzip', 'deflate', 'compress', 'br', 'zstd']);

/** What compressed data begins with, where it says so itself (RFC 1952 section 2.3.1, RFC 8878 section 3.1.1). */
const SIGNATURES: readonly (readonly [coding: string, first: string])[] = [
  ['gzip', '\x1f\x8b'],
  ['zstd', '\x28\xb5\x2f\xfd'],
];

/** The size of a chunk, and its extensions (RFC 9112 section 7.1). */
const CHUNK_SIZE = /^[\da-f]{1,8}[ \t]*(?:;[^\r\n]*)?\r\n/i;
/** What text is made of; bytes that are no UTF-8 would be U+FFFD. */
const TEXT = /^[\s -~\u0080-\ufffc]*$/;

/**
 * Says by which header bytes that can't be read are still coded; undefined where none is the reason. A header alone is none:
 * `fetch` decompresses a body and leaves its Content-Encoding on.
 *
 * @param what names the bytes, such as `the body`
 */
export function codingHint(bytes: Uint8Array, headers: HeaderList, what: string): string | undefined {
  const beginning = latin1(bytes, 0, Math.min(BEGINNING_BYTES, bytes.length));
  const contentEncoding = headers.get('Content-Encoding');
  const transferEncoding = headers.get('Transfer-Encoding');
  const signed = SIGNATURES.find(([, first]) => beginning.startsWith(first))?.[0];
  if (signed !== undefined) {
    const field = [contentEncoding, transferEncoding].findIndex((value) => codingOf(value) === signed);
    const says = ['as its Content-Encoding says', 'as its Transfer-Encoding says'][field];
    return `${what} is compressed with ${signed}, ${says ?? 'which no Content-Encoding says'}: decompress it first`;
  }
  if (contentEncoding !== null && contentEncoding !== '' && isNoText(bytes)) {
    const coding = codingOf(contentEncoding) ?? 'another coding';
    return `${what} is no text, and its Content-Encoding names ${coding}: decompress it first`;
  }
  const isChunked = /\bchunked\b/i.test(transferEncoding ?? '') && CHUNK_SIZE.test(beginning);
  return isChunked ? `${what} is chunked, as its Transfer-Encoding says: join its chunks first` : undefined;
}

/** The coding that was applied last, where its name is known. */
function codingOf(field: string | null): string | undefined {
  const last = field?.split(',').at(-1)?.trim().toLowerCase() ?? '';
  if (!CODINGS.has(last)) return undefined;
  return last === 'x-gzip' ? 'gzip' : last;
}

function isNoText(bytes: Uint8Array): boolean {
  return !TEXT.test(decodeStart(bytes, BEGINNING_BYTES) ?? '');
}
