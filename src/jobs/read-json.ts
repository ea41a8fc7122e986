import type * as z from 'zod/mini';
import { LineIndex } from '../bytes/position.ts';
import { decodeText } from '../bytes/text.ts';
import { BatchResponseError, BatchSyntaxError, type SyntaxErrorCode } from '../errors.ts';
import { Fault } from '../fault.ts';
import { JsonScanner } from '../formats/json/json-scanner.ts';
import type { JobAnswer } from './job-service.ts';

/**
 * Reads an answer that should be JSON of a certain shape.
 *
 * Throws BatchSyntaxError `invalid-json` with the position, or BatchResponseError `unexpected-answer`.
 */
export function readJson<T>(answer: JobAnswer, schema: z.ZodMiniType<T>): T {
  const parsed = schema.safeParse(parseJson(answer));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue === undefined || issue.path.length === 0 ? 'the answer' : issue.path.join('.');
  const expected = issue !== undefined && 'expected' in issue ? `: expected ${issue.expected}` : '';
  throw unexpectedAnswer(answer, `${place} is not as documented${expected}`);
}

/** The JSON of an answer. Throws BatchSyntaxError `invalid-json`, `unexpected-end` or `invalid-text`. */
export function parseJson({ bytes }: JobAnswer): unknown {
  const text = decodeText(bytes);
  try {
    if (text !== undefined) return JSON.parse(text);
  } catch {
    // Not every runtime says where; the scanner does.
  }
  throw jsonError(bytes);
}

/** An answer that says something else than the service's documents. */
export function unexpectedAnswer(answer: JobAnswer, problem: string): BatchResponseError {
  const { status, headers, bytes } = answer;
  const message = `${problem}; the service answered ${status}`;
  return new BatchResponseError(message, { status, headers, bytes }, { code: 'unexpected-answer' });
}

function jsonError(bytes: Uint8Array<ArrayBuffer>): BatchSyntaxError {
  const { code, offset, text } = locateFault(bytes);
  const place = new LineIndex(bytes).placeAt(offset, '');
  return new BatchSyntaxError(code, text, place);
}

function locateFault(bytes: Uint8Array<ArrayBuffer>): {
  code: SyntaxErrorCode;
  offset: number;
  text: string;
} {
  const slice = { bytes, start: 0, end: bytes.length, base: 0 };
  const scanner = new JsonScanner(slice, Number.POSITIVE_INFINITY);
  try {
    scanner.value();
    scanner.finish();
  } catch (fault) {
    if (fault instanceof Fault) return { code: fault.code, offset: fault.offset, text: fault.message };
    throw fault;
  }
  return { code: 'invalid-json', offset: 0, text: 'the answer is no JSON' };
}
