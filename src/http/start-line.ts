import { Fault } from '../fault.ts';
import { isToken, trimWhiteSpace } from '../mime/header-field.ts';
import { CARRIAGE_RETURN_HINT } from '../mime/line-end-hint.ts';
import type { Path, Reading } from '../reading.ts';
import { misspeltMethod } from './method.ts';

/** `method SP target SP HTTP/1.1` (RFC 9112 section 3). */
export interface RequestLine {
  readonly method: string;
  readonly target: string;
}

/** `HTTP/1.1 SP status [SP reason]` (RFC 9112 section 4). */
export interface StatusLine {
  /** Any number: one outside 100 to 599 is a server's error, not ours (H-20). */
  readonly status: number;
  readonly statusText: string;
}

const VERSION = /^HTTP\/\d(?:\.\d)?$/;
/** A CR in what is else a request line is part of the target, not of a line end. */
const ONE_LINE = /^[^\r]+ [^ ]+ HTTP\/\d(?:\.\d)?$/;
const STATUS_LINE = /^(HTTP\/\d(?:\.\d)?) +(\d{1,9})(?: (.*))?$/;

export function parseRequestLine(line: string, offset: number, path: Path, reading: Reading): RequestLine {
  const { tolerate } = reading;
  const fault = (code: ConstructorParameters<typeof Fault>[0], message: string) =>
    new Fault(code, message, offset, path);

  if (line.includes('\r') && !ONE_LINE.test(line)) throw fault('invalid-request-line', CARRIAGE_RETURN_HINT);
  const space = line.indexOf(' ');
  if (space <= 0 || space === line.length - 1)
    throw fault('invalid-request-line', 'expected "METHOD target HTTP/1.1"');
  const method = methodOf(line.slice(0, space), offset, path, reading);

  const lastSpace = line.lastIndexOf(' ');
  const version = line.slice(lastSpace + 1);
  let target = line.slice(space + 1);
  if (lastSpace > space && VERSION.test(version)) {
    target = line.slice(space + 1, lastSpace);
    if (version !== 'HTTP/1.1' && !tolerate.has('other-http-version')) {
      throw fault('unsupported-http-version', `expected HTTP/1.1, not ${version}`);
    }
  } else if (!tolerate.has('missing-http-version')) {
    throw fault('missing-http-version', 'expected HTTP/1.1 at the end of the request line');
  }

  if (target.includes(' ') && !tolerate.has('space-in-target')) {
    throw fault('space-in-target', 'expected a target without spaces: write %20');
  }
  if (!/^[\x20-\x7e]+$/.test(target))
    throw fault('invalid-target', 'expected a target of printable ASCII characters');
  return { method, target };
}

function methodOf(text: string, offset: number, path: Path, reading: Reading): string {
  if (!isToken(text)) throw new Fault('invalid-method', 'expected a token as method', offset, path);
  const meant = misspeltMethod(text);
  if (meant === undefined) return text;
  if (reading.tolerate.has('lower-case-method')) return meant;
  throw new Fault('lower-case-method', `expected ${meant}: methods are case-sensitive`, offset, path);
}

export function parseStatusLine(line: string, offset: number, path: Path, reading: Reading): StatusLine {
  if (line.includes('\r')) throw new Fault('invalid-status-line', CARRIAGE_RETURN_HINT, offset, path);
  const [, version, status, reason] = STATUS_LINE.exec(line) ?? [];
  if (version === undefined)
    throw new Fault('invalid-status-line', 'expected "HTTP/1.1 200 OK"', offset, path);
  if (version !== 'HTTP/1.1') {
    if (!reading.tolerate.has('other-http-version')) {
      throw new Fault('unsupported-http-version', `expected HTTP/1.1, not ${version}`, offset, path);
    }
    reading.warn('other-http-version', offset, path);
  }
  return { status: Number(status), statusText: trimWhiteSpace(reason ?? '') };
}
