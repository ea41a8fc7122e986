import { latin1 } from '../bytes/text.ts';
import { Fault } from '../fault.ts';
import { codingHint } from '../http/coding-hint.ts';
import type { HeaderList } from '../mime/header-list.ts';
import type { MediaType } from '../mime/media-type.ts';
import { BEGINNING_BYTES } from '../reading.ts';

/** The beginning of a body, and the headers that say what it is. */
export interface BodyBeginning {
  readonly headers: HeaderList;
  readonly mediaType: MediaType | undefined;
  readonly beginning: Uint8Array;
}

/** Says which header explains that a body is no batch: it is compressed, or in the other format; undefined where none does. */
export function bodyHint({ headers, mediaType, beginning }: BodyBeginning): string | undefined {
  const coding = codingHint(beginning, headers, 'the body');
  if (coding !== undefined) return coding;
  const type = mediaType?.essence ?? 'missing';
  const text = firstText(beginning);
  if (!type.startsWith('multipart/')) {
    return /^--\S/.test(text)
      ? `the body begins as multipart does, but its Content-Type is ${type}: expected multipart/mixed and the boundary`
      : undefined;
  }
  return /^[{[]/.test(text)
    ? `the body begins as JSON does, but its Content-Type is ${type}: expected application/json`
    : undefined;
}

/** Adds to the fault of a batch that never began which header explains it; anything else comes back as it is. */
export function explainFault(error: unknown, body: BodyBeginning): unknown {
  if (!(error instanceof Fault) || error.path.toString() !== '') return error;
  const isJson = body.mediaType?.essence === 'application/json';
  const began = isJson ? firstText(body.beginning).startsWith('{') : error.code === 'missing-close-delimiter';
  const hint = began ? undefined : bodyHint(body);
  return hint === undefined
    ? error
    : new Fault(error.code, `${error.message}: ${hint}`, error.offset, error.path);
}

/** Without a byte order mark and white space. */
function firstText(bytes: Uint8Array): string {
  return latin1(bytes, 0, Math.min(BEGINNING_BYTES, bytes.length)).replace(/^(?:\xef\xbb\xbf)?\s*/, '');
}
