import type { Reading, Slice } from '../../reading.ts';
import { JsonScanner } from './json-scanner.ts';

/** Begins to read a JSON batch; a byte order mark before it means nothing (RFC 8259 section 8.1). */
export function openJson(body: Slice, { limits }: Reading): JsonScanner {
  const { bytes, start } = body;
  const hasMark = bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf;
  return new JsonScanner(hasMark ? { ...body, start: start + 3 } : body, limits.maxJsonDepth);
}
