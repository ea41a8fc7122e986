import { BatchLimitError } from '../../errors.ts';
import type { Reading } from '../../reading.ts';
import type { JsonScanner, RawValue } from './json-scanner.ts';

/** The text of a string that is no body; errors quote such texts, so that none may be as long as the message. */
export function readText(raw: RawValue, scanner: JsonScanner, { limits }: Reading): string {
  const { maxHeaderBytes } = limits;
  const length = raw.end - raw.start - '""'.length;
  if (length > maxHeaderBytes) throw new BatchLimitError('maxHeaderBytes', maxHeaderBytes, length);
  return scanner.text(raw);
}
