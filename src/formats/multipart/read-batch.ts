import { Fault } from '../../fault.ts';
import { isBoundary } from '../../mime/boundary.ts';
import { parseHeaderBlock } from '../../mime/header-block.ts';
import type { HeaderFields } from '../../mime/header-list.ts';
import { type MediaType, parseMediaType } from '../../mime/media-type.ts';
import type { Reading, Slice } from '../../reading.ts';
import { type RawPart, readParts } from './read-parts.ts';

/** A part that holds an HTTP message. */
export interface MessagePart {
  /** The MIME headers, and where they begin. */
  readonly headers: HeaderFields;
  readonly offset: number;
  readonly content: Slice;
  readonly path: string;
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
  const scan = { boundary, partsLimit: 'maxParts', list: 'parts', path: '', reading } as const;
  const end = readParts(body, scan, (part) => {
    const { headers, mediaType } = readPartHeaders(part, reading);
    if (mediaType.essence === 'multipart/mixed') {
      events.item(readChangeSet(part, headers, mediaType, boundary, reading, events));
    } else {
      events.item(events.message(messagePart(part, headers, mediaType, false)));
    }
  });

  if (end.closed) {
    if (end.partCount === 0) reading.warn('empty-batch', body.offset, '');
    return undefined;
  }
  if (!end.opened) throw new Fault('missing-delimiter', `expected a line "--${boundary}"`, body.offset, '');
  const offset = body.offset + body.bytes.length;
  const message = `expected a line "--${boundary}--": the message was cut off`;
  const fault = new Fault('missing-close-delimiter', message, offset, '');
  if (!reading.tolerate.has('truncated')) throw fault;
  reading.warn('truncated', offset, '');
  return fault;
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
  checkTransferEncoding(partHeaders, part, 'multipart');
  const boundary = boundaryOf(mediaType, part.headerBlock.offset, path);
  if (boundary === outerBoundary) {
    throw new Fault(
      'boundary-conflict',
      'the change set has the boundary of the batch',
      part.headerBlock.offset,
      path,
    );
  }
  events.changeSetBegin?.(boundary);

  const messages: T[] = [];
  const scan = {
    boundary,
    partsLimit: 'maxOperationsPerChangeSet',
    list: `${path}.changeset`,
    path,
    reading,
  } as const;
  const end = readParts(part.body, scan, (member) => {
    const inner = readPartHeaders(member, reading);
    if (inner.mediaType.essence.startsWith('multipart/')) {
      const message = 'a change set must not hold another one';
      throw new Fault('nested-change-set', message, member.headerBlock.offset, member.path);
    }
    messages.push(events.message(messagePart(member, inner.headers, inner.mediaType, true)));
  });
  if (!end.opened) {
    throw new Fault('missing-delimiter', `expected a line "--${boundary}"`, part.body.offset, path);
  }
  if (messages.length === 0) {
    events.emptyChangeSet?.(new Fault('empty-change-set', 'expected an operation', part.body.offset, path));
  }
  if (!end.closed) {
    const message = `expected a line "--${boundary}--" at the end of the change set`;
    events.unclosed(
      new Fault('missing-inner-close', message, part.body.offset + part.body.bytes.length, path),
    );
  }
  return messages;
}

function readPartHeaders(part: RawPart, reading: Reading): { headers: HeaderFields; mediaType: MediaType } {
  const { headerBlock, path } = part;
  const headers = parseHeaderBlock(headerBlock, 'part', path, reading);
  const field = headers.get('Content-Type');
  if (field === null) {
    throw new Fault('missing-content-type', 'expected a Content-Type in the part', headerBlock.offset, path);
  }
  const mediaType = parseMediaType(field);
  if (mediaType !== undefined) return { headers, mediaType };
  throw new Fault(
    'invalid-media-type',
    'expected a media type such as application/http',
    headerBlock.offset,
    path,
  );
}

function messagePart(
  part: RawPart,
  headers: HeaderFields,
  mediaType: MediaType,
  inChangeSet: boolean,
): MessagePart {
  const { headerBlock, path } = part;
  if (mediaType.essence !== 'application/http') {
    const expected = inChangeSet ? 'application/http' : 'application/http or multipart/mixed';
    const message = `expected ${expected}, not ${mediaType.essence}`;
    throw new Fault('unsupported-part-type', message, headerBlock.offset, path);
  }
  checkTransferEncoding(headers, part, 'message');
  return { headers, offset: headerBlock.offset, content: part.body, path, inChangeSet };
}

/** Binary, 7bit and 8bit leave the octets as they are; others would have to be decoded, and none may be used here (M-42, M-43). */
function checkTransferEncoding(headers: HeaderFields, part: RawPart, what: string): void {
  const encoding = headers.get('Content-Transfer-Encoding');
  if (encoding === null || /^(binary|7bit|8bit)$/i.test(encoding)) return;
  const message = `expected Content-Transfer-Encoding binary in a ${what} part`;
  throw new Fault('unsupported-transfer-encoding', message, part.headerBlock.offset, part.path);
}

/** The boundary of a multipart media type (M-10). */
export function boundaryOf(mediaType: MediaType, offset: number, path: string): string {
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
