import { CR, LF } from '../bytes/ascii.ts';
import { latin1 } from '../bytes/text.ts';
import { BatchLimitError } from '../errors.ts';
import { Fault } from '../fault.ts';
import { parseHeaderBlock } from '../mime/header-block.ts';
import type { HeaderFields } from '../mime/header-list.ts';
import type { Reading, Slice } from '../reading.ts';
import { parseRequestLine, parseStatusLine, type RequestLine, type StatusLine } from './start-line.ts';

/** The message of an `application/http` part (RFC 9112 section 2). */
export type HttpMessage<StartLine> = StartLine & {
  /** Where the start line begins. */
  readonly offset: number;
  readonly headers: HeaderFields;
  /** The octets between the empty line and the delimiter's line end (H-60). */
  readonly body: Uint8Array<ArrayBuffer>;
};

/** Methods whose requests have no body: what CRs and LFs stand there belong to the framing (H-66). */
const BODILESS_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'DELETE']);

/** Tells whether a response of this status has a body (RFC 9112 section 6.3). */
export function statusHasBody(status: number): boolean {
  return status >= 200 && status !== 204 && status !== 304;
}

export function parseHttpRequest(part: Slice, path: string, reading: Reading): HttpMessage<RequestLine> {
  const head = splitHead(part, path, reading);
  const line = parseRequestLine(head.startLine, head.offset, path, reading);
  const headers = parseHeaderBlock(head.headerBlock, 'message', path, reading);
  const body = bodyOf(head, headers, path, reading);
  if (!BODILESS_METHODS.has(line.method)) return { ...line, headers, body, offset: head.offset };

  if (isBlank(body)) return { ...line, headers, body: body.subarray(0, 0), offset: head.offset };
  if (line.method === 'DELETE') return { ...line, headers, body, offset: head.offset };
  throw new Fault('body-not-allowed', `expected no body behind ${line.method}`, head.body.offset, path);
}

export function parseHttpResponse(part: Slice, path: string, reading: Reading): HttpMessage<StatusLine> {
  const head = splitHead(part, path, reading);
  const line = parseStatusLine(head.startLine, head.offset, path, reading);
  const headers = parseHeaderBlock(head.headerBlock, 'message', path, reading);
  const body = bodyOf(head, headers, path, reading);
  if (statusHasBody(line.status)) return { ...line, headers, body, offset: head.offset };

  if (isBlank(body)) return { ...line, headers, body: body.subarray(0, 0), offset: head.offset };
  reading.warn('body-not-allowed', head.body.offset, path);
  return { ...line, headers, body, offset: head.offset };
}

interface Head {
  readonly startLine: string;
  readonly offset: number;
  readonly headerBlock: Slice;
  readonly body: Slice;
}

/** Finds start line, headers and body; empty lines before the start line are passed over (H-16). */
function splitHead({ bytes, offset }: Slice, path: string, { limits }: Reading): Head {
  let start = 0;
  while (bytes[start] === LF || (bytes[start] === CR && bytes[start + 1] === LF)) start++;
  if (start >= bytes.length) {
    throw new Fault('missing-http-message', 'expected an HTTP message in the part', offset, path);
  }

  const lineFeed = bytes.indexOf(LF, start);
  const lineEnd = lineFeed === -1 ? bytes.length : lineFeed;
  const { maxHeaderBytes } = limits;
  if (lineEnd - start > maxHeaderBytes) {
    throw new BatchLimitError('maxHeaderBytes', maxHeaderBytes, lineEnd - start);
  }
  const headers = Math.min(lineEnd + 1, bytes.length);
  const emptyLine = findEmptyLine(bytes, headers);
  const body = Math.min(bytes[emptyLine] === CR ? emptyLine + 2 : emptyLine + 1, bytes.length);
  return {
    startLine: latin1(bytes, start, bytes[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd),
    offset: offset + start,
    headerBlock: { bytes: bytes.subarray(headers, emptyLine), offset: offset + headers },
    body: { bytes: bytes.subarray(body), offset: offset + body },
  };
}

/** The first empty line at or after `start`; the end where there is none: the delimiter may follow the headers (H-62). */
function findEmptyLine(bytes: Uint8Array, start: number): number {
  let line = start;
  while (line < bytes.length) {
    if (bytes[line] === LF || (bytes[line] === CR && bytes[line + 1] === LF)) return line;
    const lineFeed = bytes.indexOf(LF, line);
    if (lineFeed === -1) break;
    line = lineFeed + 1;
  }
  return bytes.length;
}

/** The delimiter has the last word on where a body ends; Content-Length is checked against it (X11, H-65). */
function bodyOf(head: Head, headers: HeaderFields, path: string, reading: Reading): Uint8Array<ArrayBuffer> {
  const { bytes, offset } = head.body;
  const field = headers.get('Content-Length');
  if (field === null) return bytes;
  if (!/^\d{1,15}$/.test(field)) {
    if (!reading.tolerate.has('invalid-content-length')) {
      throw new Fault('invalid-content-length', 'expected a number as Content-Length', head.offset, path);
    }
    reading.warn('invalid-content-length', head.offset, path);
    return bytes;
  }
  const length = Number(field);
  if (length === bytes.length) return bytes;
  // An empty line too many behind an empty body is framing here as it is behind a 204.
  if (length === 0 && isBlank(bytes)) return bytes.subarray(0, 0);
  reading.warn('content-length-mismatch', offset, path);
  return length < bytes.length && reading.tolerate.has('content-length-trusted')
    ? bytes.subarray(0, length)
    : bytes;
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((octet) => octet === CR || octet === LF);
}
