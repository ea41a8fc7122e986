import { BatchLimitError } from '../errors.ts';
import { Fault } from '../fault.ts';
import type { Path, Reading } from '../reading.ts';
import { isFieldValue, isToken, SINGLE_FIELDS, trimWhiteSpace } from './header-field.ts';
import { HeaderFields } from './header-list.ts';
import { CARRIAGE_RETURN_HINT } from './line-end-hint.ts';

/** Whose header block it is: parts may fold their fields (M-41), HTTP messages may not (H-46). */
export type HeaderOwner = 'part' | 'message';

/**
 * Parses a header block: lines ended by CRLF or LF (H-47), without the empty line behind them.
 *
 * @param text the block, one character for each octet
 * @param offset where in the message it begins
 */
export function parseHeaderBlock(
  text: string,
  offset: number,
  owner: HeaderOwner,
  path: Path,
  reading: Reading,
): HeaderFields {
  const { maxHeaderBytes, maxHeaderCount } = reading.limits;
  if (text.length > maxHeaderBytes) throw new BatchLimitError('maxHeaderBytes', maxHeaderBytes, text.length);

  const fields: [name: string, value: string][] = [];
  const seen = new Set<string>();
  for (let start = 0; start < text.length; ) {
    const lineFeed = text.indexOf('\n', start);
    const end = lineFeed === -1 ? text.length : lineFeed;
    const line = text.slice(start, text[end - 1] === '\r' && end > start ? end - 1 : end);
    const at = offset + start;
    start = end + 1;
    if (line.includes('\r')) throw carriageReturnFault(line, at, path);

    if (line[0] === ' ' || line[0] === '\t') {
      const continued = fields.at(-1);
      allowFold(continued !== undefined, owner, at, path, reading);
      if (continued !== undefined) continued[1] = joinFolded(continued[1], fieldValue(line, at, path));
      continue;
    }

    if (fields.length === maxHeaderCount) {
      throw new BatchLimitError('maxHeaderCount', maxHeaderCount, maxHeaderCount + 1);
    }
    // The first colon only: values hold colons (H-43).
    const colon = line.indexOf(':');
    if (colon === -1) throw new Fault('header-without-colon', 'expected "name: value"', at, path);
    const name = nameOf(line.slice(0, colon), at, path, reading);
    refuseSecond(name, seen, at, path);
    fields.push([name, fieldValue(line.slice(colon + 1), at, path)]);
  }
  return new HeaderFields(fields);
}

/** Often the line ends are wrong everywhere: CR CR LF, LF CR, or CR alone (H-47). */
function carriageReturnFault(line: string, offset: number, path: Path): Fault {
  const colon = line.indexOf(':');
  const isInName = line.indexOf('\r') < colon;
  const code =
    colon === -1 ? 'header-without-colon' : isInName ? 'invalid-header-name' : 'invalid-header-value';
  return new Fault(code, CARRIAGE_RETURN_HINT, offset, path);
}

function allowFold(
  hasField: boolean,
  owner: HeaderOwner,
  offset: number,
  path: Path,
  reading: Reading,
): void {
  if (!hasField)
    throw new Fault('folded-header', 'a header block must not begin with white space', offset, path);
  if (owner === 'part') return;
  if (!reading.tolerate.has('folded-header')) {
    throw new Fault('folded-header', 'expected each header field on one line', offset, path);
  }
  reading.warn('folded-header', offset, path);
}

/** One space stands for the line end and the white space behind it (H-46). */
function joinFolded(value: string, more: string): string {
  return value === '' || more === '' ? value + more : `${value} ${more}`;
}

function nameOf(text: string, offset: number, path: Path, reading: Reading): string {
  if (isToken(text)) return text;
  const name = trimWhiteSpace(text);
  if (!isToken(name)) throw new Fault('invalid-header-name', 'expected a token as header name', offset, path);
  if (!reading.tolerate.has('space-before-colon')) {
    throw new Fault('space-before-colon', 'expected the colon right behind the header name', offset, path);
  }
  reading.warn('space-before-colon', offset, path);
  return name;
}

function refuseSecond(name: string, seen: Set<string>, offset: number, path: Path): void {
  const key = name.toLowerCase();
  if (!SINGLE_FIELDS.has(key)) return;
  const code = key === 'content-id' ? 'repeated-content-id' : 'duplicate-header';
  if (seen.has(key)) throw new Fault(code, `expected one ${name} field, not two`, offset, path);
  seen.add(key);
}

/** A value without the white space around it (H-42). */
function fieldValue(text: string, offset: number, path: Path): string {
  const value = trimWhiteSpace(text);
  if (isFieldValue(value)) return value;
  throw new Fault('invalid-header-value', 'expected a header value without control characters', offset, path);
}
