import { latin1 } from '../../bytes/text.ts';
import { Fault } from '../../fault.ts';
import { codingHint } from '../../http/coding-hint.ts';
import { isBoundary } from '../../mime/boundary.ts';
import { parseHeaderBlock } from '../../mime/header-block.ts';
import type { HeaderFields } from '../../mime/header-list.ts';
import { lineEndHint } from '../../mime/line-end-hint.ts';
import { type MediaType, parseMediaType } from '../../mime/media-type.ts';
import type { PartPath, Path, Reading, Slice } from '../../reading.ts';
import { type MultipartEnd, type RawPart, readParts } from './read-parts.ts';

/** A part that holds an HTTP message. */
export interface MessagePart {
  /** The Content-ID of the part; null where it has none. */
  readonly contentId: string | null;
  /** Where the part's headers begin. */
  readonly offset: number;
  readonly content: Slice;
  readonly path: PartPath;
  readonly inChangeSet: boolean;
}

/** What the parts of a batch are turned into, in the order of the octets. */
export interface BatchEvents<T> {
  message(part: MessagePart): T;
  /** A message at top level, or the messages of a change set. */
  item(item: T | T[]): void;
  /** A change set begins; called before its messages. */
  changeSetBegin?(boundary: string): void;
  /** The change set whose item comes next has no close delimiter. */
  unclosed(fault: Fault): void;
  /** The change set whose item comes next has no messages. */
  emptyChangeSet?(fault: Fault): void;
}

/**
 * Reads the parts of a batch: `application/http`, or at top level a change set of such parts (H-04, B-09, B-11).
 *
 * Throws a Fault at the first octet that can't be right; by then the items before it have been told. Returns the fault of
 * a message that was cut off, where that is tolerated.
 */
export function readBatch<T>(
  body: Slice,
  boundary: string,
  reading: Reading,
  events: BatchEvents<T>,
): Fault | undefined {
  let contentId: UsualContentId;
  const end = readParts(body, { boundary, reading, changeSet: undefined }, (part) => {
    if (part.headersAgain !== true) contentId = usualContentId(part, reading);
    readPartOf(contentId, part, boundary, reading, events);
  });
  return checkEnd(end, boundary, { start: body.base + body.start, end: body.base + body.end }, reading);
}

/** Reads one part of the batch: a message, or a change set. */
export function readPart<T>(part: RawPart, boundary: string, reading: Reading, events: BatchEvents<T>): void {
  readPartOf(usualContentId(part, reading), part, boundary, reading, events);
}

function readPartOf<T>(
  contentId: UsualContentId,
  part: RawPart,
  boundary: string,
  reading: Reading,
  events: BatchEvents<T>,
): void {
  if (contentId !== undefined) {
    events.item(events.message(messagePart(part, contentId, false)));
    return;
  }
  const { headers, mediaType } = readPartHeaders(part, reading);
  if (mediaType.essence === 'multipart/mixed') {
    events.item(readChangeSet(part, headers, mediaType, boundary, reading, events));
  } else {
    events.item(events.message(checkedMessagePart(part, headers, mediaType, false)));
  }
}

/** The message of a part whose end is still to come; undefined where the part is a change set. */
export function openMessagePart(part: RawPart, reading: Reading): MessagePart | undefined {
  const { headers, mediaType } = readPartHeaders(part, reading);
  if (mediaType.essence === 'multipart/mixed') return undefined;
  return checkedMessagePart(part, headers, mediaType, false);
}

/**
 * Tells whether the batch was whole; throws a Fault where not, and returns it where that is tolerated.
 *
 * @param mayBeCut false where the part that was cut off has been told already
 */
export function checkEnd(
  end: MultipartEnd,
  boundary: string,
  offsets: { readonly start: number; readonly end: number },
  reading: Reading,
  mayBeCut = true,
): Fault | undefined {
  if (end.closed && end.hasStrayDelimiter) {
    // A batch without parts is one line; another delimiter was meant to begin a part, and was not written as one.
    const message = `expected a line "--${boundary}" and nothing else on it`;
    throw new Fault('missing-delimiter', message + endHint(end), offsets.start, '');
  }
  if (end.closed) {
    if (end.partCount === 0) reading.warn('empty-batch', offsets.start, '');
    return undefined;
  }
  if (!end.opened) throw missingDelimiter(end, boundary, offsets.start, '');
  const message = `expected a line "--${boundary}--"${endHint(end, 'the message was cut off')}`;
  const fault = new Fault('missing-close-delimiter', message, offsets.end, '');
  if (!mayBeCut || !reading.tolerate.has('truncated')) throw fault;
  reading.warn('truncated', offsets.end, '');
  return fault;
}

function missingDelimiter(end: MultipartEnd, boundary: string, offset: number, path: Path): Fault {
  return new Fault('missing-delimiter', `expected a line "--${boundary}"${endHint(end)}`, offset, path);
}

/** Why a delimiter is missing: line ends, as far as they can be the reason, else what is given. */
function endHint({ mistake }: MultipartEnd, otherwise?: string): string {
  const why = mistake === undefined ? otherwise : lineEndHint(mistake);
  return why === undefined ? '' : `: ${why}`;
}

/** The headers of nearly every part there is: this one expression says that nothing is wrong with them. */
const USUAL_HEADERS =
  /^Content-Type: ?application\/http\r\nContent-Transfer-Encoding: ?binary\r\n(?:Content-ID: ?([\w.~-]+)\r\n)?$/i;

/** The Content-ID of a part with the usual headers, null where they have none; undefined where the headers are others. */
type UsualContentId = string | null | undefined;

function usualContentId({ headerBlock }: RawPart, { limits }: Reading): UsualContentId {
  if (limits.maxHeaderCount < 3) return undefined;
  const match = USUAL_HEADERS.exec(latin1(headerBlock.bytes, headerBlock.start, headerBlock.end));
  return match === null ? undefined : (match[1] ?? null);
}

function readChangeSet<T>(
  part: RawPart,
  partHeaders: HeaderFields,
  mediaType: MediaType,
  outerBoundary: string,
  reading: Reading,
  events: BatchEvents<T>,
): T[] {
  const { path } = part;
  const offset = offsetOf(part);
  checkTransferEncoding(partHeaders, part, 'multipart');
  const boundary = boundaryOf(mediaType, offset, path);
  if (boundary === outerBoundary) {
    throw new Fault('boundary-conflict', 'the change set has the boundary of the batch', offset, path);
  }
  events.changeSetBegin?.(boundary);

  const messages: T[] = [];
  let contentId: UsualContentId;
  const end = readParts(part.body, { boundary, reading, changeSet: path }, (member) => {
    if (member.headersAgain !== true) contentId = usualContentId(member, reading);
    if (contentId !== undefined) {
      messages.push(events.message(messagePart(member, contentId, true)));
      return;
    }
    const inner = readPartHeaders(member, reading);
    if (inner.mediaType.essence.startsWith('multipart/')) {
      const message = 'a change set must not hold another one';
      throw new Fault('nested-change-set', message, offsetOf(member), member.path);
    }
    messages.push(events.message(checkedMessagePart(member, inner.headers, inner.mediaType, true)));
  });
  const bodyStart = part.body.base + part.body.start;
  if (!end.opened) throw missingDelimiter(end, boundary, bodyStart, path);
  if (messages.length === 0) {
    const message = `expected an operation${endHint(end)}`;
    events.emptyChangeSet?.(new Fault('empty-change-set', message, bodyStart, path));
  }
  if (!end.closed) {
    const message = `expected a line "--${boundary}--" at the end of the change set${endHint(end)}`;
    events.unclosed(new Fault('missing-inner-close', message, part.body.base + part.body.end, path));
  }
  return messages;
}

function readPartHeaders(part: RawPart, reading: Reading): { headers: HeaderFields; mediaType: MediaType } {
  const { path, headerBlock } = part;
  const offset = offsetOf(part);
  const text = latin1(headerBlock.bytes, headerBlock.start, headerBlock.end);
  const headers = parseHeaderBlock(text, offset, 'part', path, reading);
  const field = headers.get('Content-Type');
  if (field === null) {
    throw new Fault('missing-content-type', 'expected a Content-Type in the part', offset, path);
  }
  const mediaType = parseMediaType(field);
  if (mediaType !== undefined) return { headers, mediaType };
  throw new Fault('invalid-media-type', 'expected a media type such as application/http', offset, path);
}

function messagePart(part: RawPart, contentId: string | null, inChangeSet: boolean): MessagePart {
  return { contentId, offset: offsetOf(part), content: part.body, path: part.path, inChangeSet };
}

function checkedMessagePart(
  part: RawPart,
  headers: HeaderFields,
  mediaType: MediaType,
  inChangeSet: boolean,
): MessagePart {
  if (mediaType.essence !== 'application/http') {
    const expected = inChangeSet ? 'application/http' : 'application/http or multipart/mixed';
    const message = `expected ${expected}, not ${mediaType.essence}`;
    throw new Fault('unsupported-part-type', message, offsetOf(part), part.path);
  }
  checkTransferEncoding(headers, part, 'message');
  const { bytes, start, end } = part.body;
  const coding = codingHint(bytes.subarray(start, end), headers, 'the part');
  if (coding !== undefined) {
    throw new Fault('unsupported-transfer-encoding', coding, offsetOf(part), part.path);
  }
  return messagePart(part, headers.get('Content-ID'), inChangeSet);
}

/** Where in the message the part's headers begin. */
function offsetOf({ headerBlock }: RawPart): number {
  return headerBlock.base + headerBlock.start;
}

/** Binary, 7bit and 8bit leave the octets as they are; others would have to be decoded, and none may be used here (M-42, M-43). */
function checkTransferEncoding(headers: HeaderFields, part: RawPart, what: string): void {
  const encoding = headers.get('Content-Transfer-Encoding');
  if (encoding === null || /^(binary|7bit|8bit)$/i.test(encoding)) return;
  const message = `expected Content-Transfer-Encoding binary in a ${what} part`;
  throw new Fault('unsupported-transfer-encoding', message, offsetOf(part), part.path);
}

/** The boundary of a multipart media type (M-10). */
export function boundaryOf(mediaType: MediaType, offset: number, path: Path): string {
  const [boundary, second] = mediaType.parameters
    .filter(([name]) => name === 'boundary')
    .map(([, value]) => value);
  if (boundary === undefined)
    throw new Fault('missing-boundary', 'expected a boundary parameter', offset, path);
  if (second !== undefined)
    throw new Fault('duplicate-boundary', 'expected one boundary parameter', offset, path);
  if (isBoundary(boundary)) return boundary;
  const message = "expected a boundary of 1 to 70 letters, digits, spaces or '()+_,-./:=?, the last no space";
  throw new Fault('invalid-boundary', message, offset, path);
}
