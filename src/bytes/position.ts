import type { SyntaxErrorPlace } from '../errors.ts';
import { BEGINNING_BYTES } from '../reading.ts';
import { countLineFeeds } from './line-feeds.ts';
import { latin1 } from './text.ts';

/** Octets between two checkpoints: counting from one costs less than a microsecond. */
const STRIDE = 4096;

/**
 * Tells lines of a message. Its line ends are counted once, so that a message full of faults is still told of in
 * linear time.
 */
export class LineIndex {
  readonly #bytes: Uint8Array;
  /** For each stride the line that it begins in, from 1; made when first asked for. */
  #checkpoints: Uint32Array | undefined;
  /** The last answer: the next one often is a little further on. */
  #lastOffset = 0;
  #lastLine = 1;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get beginning(): Uint8Array {
    return this.#bytes.subarray(0, BEGINNING_BYTES);
  }

  /** The line of an octet, from 1; a line ends with LF. */
  lineAt(offset: number): number {
    this.#checkpoints ??= countLines(this.#bytes);
    const stride = Math.min(Math.floor(offset / STRIDE), this.#checkpoints.length - 1);
    const isNear = this.#lastOffset <= offset && this.#lastOffset >= stride * STRIDE;
    const start = isNear ? this.#lastOffset : stride * STRIDE;
    const line = isNear ? this.#lastLine : (this.#checkpoints[stride] ?? 1);
    this.#lastLine = line + countLineFeeds(this.#bytes, start, offset);
    this.#lastOffset = offset;
    return this.#lastLine;
  }

  /** Where an octet is, as {@link BatchSyntaxError} tells it. */
  placeAt(offset: number, path: { toString(): string }): SyntaxErrorPlace {
    return {
      offset,
      path: path.toString(),
      line: this.lineAt(offset),
      excerpt: excerptAt(this.#bytes, offset),
    };
  }
}

function countLines(bytes: Uint8Array): Uint32Array {
  const checkpoints = new Uint32Array(Math.floor(bytes.length / STRIDE) + 1);
  let line = 1;
  for (let stride = 0; stride < checkpoints.length; stride++) {
    checkpoints[stride] = line;
    line += countLineFeeds(bytes, stride * STRIDE, (stride + 1) * STRIDE);
  }
  return checkpoints;
}

const MAX_EXCERPT = 60;
/** How far from the octet its line is looked for; a line that is longer is no line of the framing. */
const MAX_LINE = 512;
/** Shown where no line may be. */
const NOTHING = '…\n^';

/**
 * The line of an octet with a caret under it, safe to log: what may be a secret (a header's value, a signature in a
 * query, a body) is left out.
 */
export function excerptAt(bytes: Uint8Array, offset: number): string {
  // What a message was cut off in may be a body, whatever its last line looks like.
  if (offset >= bytes.length) return NOTHING;
  const reach = Math.max(0, offset - MAX_LINE);
  const before = latin1(bytes, reach, Math.min(offset, bytes.length));
  const lineStart = before.lastIndexOf('\n') + 1;
  if (lineStart === 0 && reach > 0) return NOTHING;

  const rest = latin1(bytes, offset, Math.min(offset + MAX_LINE, bytes.length));
  const lineFeed = rest.indexOf('\n');
  const whole = before.slice(lineStart) + (lineFeed === -1 ? rest : rest.slice(0, lineFeed + 1));
  // Behind a lone CR stands what was meant as another line, such as a header.
  const line = whole.replace(/\r(?!\n?$).*/s, '\r…');
  const shown = visible(redact(line)).slice(0, MAX_EXCERPT);
  return `${shown}\n${' '.repeat(Math.min(before.length - lineStart, shown.length))}^`;
}

/** A status line as one looks, its status perhaps misspelt; what was damaged more may be something else. */
const STATUS_LINE = /^HTTP\/[\d.]+ +\w{1,4}(?: [A-Za-z' -]{0,40})?\s*(?:\r…)?$/;

/** A delimiter and a status line are shown whole, a request line without query and fragment, of a header its name; else nothing. */
function redact(line: string): string {
  if (/^--/.test(line) || STATUS_LINE.test(line) || line.trim() === '') return line;
  if (line.startsWith('HTTP/')) return `${/^HTTP\/[\d.]*/.exec(line)?.[0]}…`;
  // The query may hold spaces; the version behind it is worth seeing.
  if (/^(get|head|post|put|patch|merge|delete|options) /i.test(line))
    return line.replace(/\/\/[^/@]*@/, '//…@').replace(/([?#]).*?(?= HTTP\/[\d.]+\s*$|$)/s, '$1…');
  return `${line.match(/^[\w-]+[ \t]*:/)?.[0] ?? ''}…`;
}

/** Line ends as the symbols for CR and LF, other controls as one dot. */
function visible(text: string): string {
  return text
    .replaceAll('\r', '␍')
    .replaceAll('\n', '␊')
    .replace(/[^\x20-\x7e␍␊…]/g, '·');
}
