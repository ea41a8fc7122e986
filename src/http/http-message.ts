import { CR, LF } from '../bytes/ascii.ts';
import { BlockMemo } from '../bytes/block-memo.ts';
import { latin1 } from '../bytes/text.ts';
import { BatchLimitError } from '../errors.ts';
import { Fault } from '../fault.ts';
import { parseHeaderBlock } from '../mime/header-block.ts';
import type { HeaderFields } from '../mime/header-list.ts';
import { type Path, type Reading, type Slice, viewOf } from '../reading.ts';
import { parseRequestLine, parseStatusLine, type RequestLine, type StatusLine } from './start-line.ts';

/** Start line and headers of a message. */
interface Head<StartLine> {
  readonly line: StartLine;
  readonly headers: HeaderFields;
  readonly contentLength: string | null;
  /** Octets up to the body. */
  readonly length: number;
}

/** The message of an `application/http` part (RFC 9112 section 2). */
export interface HttpMessage<StartLine> {
  readonly line: StartLine;
  readonly headers: HeaderFields;
  /** Where in the message the start line begins. */
  readonly offset: number;
  /** The octets between the empty line and the delimiter's line end (H-60). */
  readonly body: Uint8Array<ArrayBuffer>;
}

/** Heads that were read before: most answers of a batch have the same. */
export type HeadMemo<StartLine> = BlockMemo<Head<StartLine>>;

/** Methods whose requests have no body: what CRs and LFs stand there belong to the framing (H-66). */
const BODILESS_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'DELETE']);

/** Tells whether a response of this status has a body (RFC 9112 section 6.3). */
export function statusHasBody(status: number): boolean {
  return status >= 200 && status !== 204 && status !== 304;
}

export function parseHttpRequest(
  part: Slice,
  path: Path,
  reading: Reading,
  memo: HeadMemo<RequestLine> = new BlockMemo(),
): HttpMessage<RequestLine> {
  const message = parseMessage(part, path, reading, parseRequestLine, memo);
  const { method } = message.line;
  const { body } = message;
  if (!BODILESS_METHODS.has(method) || body.length === 0) return message;
  if (isBlank(body)) return { ...message, body: body.subarray(0, 0) };
  if (method === 'DELETE') return message;
  const offset = part.base + part.end - body.length;
  throw new Fault('body-not-allowed', `expected no body behind ${method}`, offset, path);
}

export function parseHttpResponse(
  part: Slice,
  path: Path,
  reading: Reading,
  memo: HeadMemo<StatusLine> = new BlockMemo(),
): HttpMessage<StatusLine> {
  const message = parseMessage(part, path, reading, parseStatusLine, memo);
  const { body } = message;
  if (statusHasBody(message.line.status) || body.length === 0) return message;
  if (isBlank(body)) return { ...message, body: body.subarray(0, 0) };
  reading.warn('body-not-allowed', part.base + part.end - body.length, path);
  return message;
}

/** Whether the message is there up to the empty line before its body. */
export function isHeadWhole({ bytes, start, end }: Slice): boolean {
  let first = start;
  while (first < end && (bytes[first] === LF || bytes[first] === CR)) first++;
  return findEmptyLine(bytes, first, end) < end;
}

type ParseStartLine<StartLine> = (line: string, offset: number, path: Path, reading: Reading) => StartLine;

/** Reads a message: empty lines, which are passed over (H-16), start line, headers, body. */
function parseMessage<StartLine>(
  part: Slice,
  path: Path,
  reading: Reading,
  parseLine: ParseStartLine<StartLine>,
  memo: HeadMemo<StartLine>,
): HttpMessage<StartLine> {
  const { bytes, start, end, base } = part;
  let first = start;
  while (first < end && (bytes[first] === LF || (bytes[first] === CR && bytes[first + 1] === LF))) first++;
  if (first >= end) {
    throw new Fault('missing-http-message', 'expected an HTTP message in the part', base + start, path);
  }

  const head = readHead(part, first, path, reading, parseLine, memo);
  const { line, headers, contentLength } = head;
  const offset = base + first;
  const bodyStart = first + head.length;
  const body = new Uint8Array(bytes.buffer, bytes.byteOffset + bodyStart, end - bodyStart);
  return {
    line,
    headers,
    offset,
    body:
      contentLength === null
        ? body
        : delimitedBody(body, contentLength, offset, base + bodyStart, path, reading),
  };
}

/** Reads start line and headers, if no message before had the same. */
function readHead<StartLine>(
  part: Slice,
  start: number,
  path: Path,
  reading: Reading,
  parseLine: ParseStartLine<StartLine>,
  memo: HeadMemo<StartLine>,
): Head<StartLine> {
  const { bytes, end, base } = part;
  const view = viewOf(part);
  const known = memo.recall(view, start, end);
  if (known !== undefined) return known;

  const headEnd = findEmptyLine(bytes, start, end);
  limitStartLine(bytes, start, headEnd, reading);
  // What was accepted with a warning has to warn again, with its own place, when it comes again.
  let warned = false;
  const noting: Reading = {
    ...reading,
    warn(code, at, where) {
      warned = true;
      reading.warn(code, at, where);
    },
  };
  const text = latin1(bytes, start, headEnd);
  const { line, headers } = parseHead(text, base + start, path, noting, parseLine);
  const bodyStart = Math.min(bytes[headEnd] === CR ? headEnd + 2 : headEnd + 1, end);
  const head = { line, headers, contentLength: headers.get('Content-Length'), length: bodyStart - start };
  // Without the empty line more may follow another time.
  if (!warned && headEnd < end) memo.remember(view, start, bodyStart, head);
  return head;
}

function parseHead<StartLine>(
  text: string,
  offset: number,
  path: Path,
  reading: Reading,
  parseLine: ParseStartLine<StartLine>,
): Pick<Head<StartLine>, 'line' | 'headers'> {
  const lineFeed = text.indexOf('\n');
  const lineEnd = lineFeed === -1 ? text.length : lineFeed;
  const lineText = text.slice(0, text[lineEnd - 1] === '\r' ? lineEnd - 1 : lineEnd);
  return {
    line: parseLine(lineText, offset, path, reading),
    headers: parseHeaderBlock(text.slice(lineEnd + 1), offset + lineEnd + 1, 'message', path, reading),
  };
}

/** The first empty line at or after the second line; the end where there is none: the delimiter may follow (H-62). */
function findEmptyLine(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    if (bytes[at] !== LF) continue;
    if (bytes[at + 1] === LF && at + 1 < end) return at + 1;
    if (bytes[at + 1] === CR && bytes[at + 2] === LF && at + 2 < end) return at + 1;
  }
  return end;
}

function limitStartLine(bytes: Uint8Array, start: number, headEnd: number, { limits }: Reading): void {
  const { maxHeaderBytes } = limits;
  if (headEnd - start <= maxHeaderBytes) return;
  const lineFeed = bytes.subarray(start, headEnd).indexOf(LF);
  const length = lineFeed === -1 ? headEnd - start : lineFeed;
  if (length > maxHeaderBytes) throw new BatchLimitError('maxHeaderBytes', maxHeaderBytes, length);
  const headers = headEnd - start - length - 1;
  if (headers > maxHeaderBytes) throw new BatchLimitError('maxHeaderBytes', maxHeaderBytes, headers);
}

/** The delimiter has the last word on where a body ends; Content-Length is checked against it (X11, H-65). */
function delimitedBody(
  bytes: Uint8Array<ArrayBuffer>,
  field: string,
  messageOffset: number,
  bodyOffset: number,
  path: Path,
  reading: Reading,
): Uint8Array<ArrayBuffer> {
  if (!/^\d{1,15}$/.test(field)) {
    if (!reading.tolerate.has('invalid-content-length')) {
      throw new Fault('invalid-content-length', 'expected a number as Content-Length', messageOffset, path);
    }
    reading.warn('invalid-content-length', messageOffset, path);
    return bytes;
  }
  const length = Number(field);
  if (length === bytes.length) return bytes;
  // An empty line too many behind an empty body is framing here as it is behind a 204.
  if (length === 0 && isBlank(bytes)) return bytes.subarray(0, 0);
  reading.warn('content-length-mismatch', bodyOffset, path);
  return length < bytes.length && reading.tolerate.has('content-length-trusted')
    ? bytes.subarray(0, length)
    : bytes;
}

/** CRs and LFs only. */
export function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((octet) => octet === CR || octet === LF);
}
