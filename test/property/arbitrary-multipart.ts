import fc from 'fast-check';
import { boundary, hostileText } from './arbitrary-octets.ts';
import { fromLatin1 } from './octets.ts';

/** A part as the test writes it. */
export interface WrittenPart {
  readonly headers: string;
  readonly body: string;
}

export interface WrittenMultipart {
  readonly boundary: string;
  readonly lineEnd: '\r\n' | '\n';
  readonly parts: readonly WrittenPart[];
  /** Whether each part has the empty line behind its headers: where there is no body it may be missing (M-40). */
  readonly complete: boolean;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const latinText = hostileText.map((text) => text.replace(/[^\0-\xff]/g, '?'));

const headerBlock = fc
  .array(
    fc.constantFrom(
      'Content-Type: application/http',
      'Content-Transfer-Encoding: binary',
      'Content-ID: 1',
      'X:',
      'Content-Type: multipart/mixed;',
      ' boundary=inner',
      '-',
      '--',
      '--x',
      'x\ry',
    ),
    { maxLength: 4 },
  )
  .filter(([first]) => first !== ' boundary=inner');

/**
 * A multipart written by hand, with all that RFC 2046 lets stand round its parts. Bodies and preamble may hold anything
 * but a line that begins with `--boundary`.
 */
export const multipart: fc.Arbitrary<WrittenMultipart> = fc
  .record({
    boundary: fc.oneof(fc.constantFrom('b', 'b_1', '-'), boundary),
    lineEnd: fc.constantFrom('\r\n', '\r\n', '\n'),
    mark: fc.constantFrom('', '', '\xef\xbb\xbf', '\xef\xbb', '\xef'),
    preamble: fc.option(latinText, { freq: 2 }),
    epilogue: fc.option(latinText, { freq: 2 }),
    padding: fc.array(fc.constantFrom('', '', ' ', '\t ', '  '), { minLength: 8, maxLength: 8 }),
    parts: fc.array(fc.record({ headers: headerBlock, body: fc.option(latinText, { freq: 9 }) }), {
      maxLength: 6,
    }),
    inBodies: fc.array(fc.constantFrom('', '', '{}', '\n{}', '\r\n{}', '{}x', '\r\n{', 'x {} x'), {
      minLength: 6,
      maxLength: 6,
    }),
  })
  .map(({ boundary, lineEnd, mark, preamble, epilogue, padding, parts, inBodies }) => {
    const delimiter = `--${boundary}`;
    // Lines that only look like a delimiter; what would be one by RFC 2046's rule of prefixes is broken up.
    const harmless = (text: string) => {
      let safe = text;
      while (hasDelimiterLine(safe, delimiter)) safe = safe.replace(delimiter, `-${delimiter.slice(2)}`);
      return safe;
    };
    const written = parts.map(({ headers, body }, at) => {
      const blend = (inBodies[at] ?? '').replace('{}', ` ${delimiter}`);
      const lines = headers.map((line) => harmless(line + lineEnd)).join('');
      return { headers: lines, body: body === null ? null : harmless(blend + body) };
    });
    let text = mark;
    if (preamble !== null) text += harmless(preamble) + lineEnd;
    for (const [at, { headers, body }] of written.entries()) {
      text += `${delimiter}${padding[at]}${lineEnd}${headers}`;
      text += body === null ? '' : lineEnd + body + lineEnd;
    }
    text += `${delimiter}--${padding[7]}`;
    if (epilogue !== null) text += lineEnd + epilogue;
    return {
      boundary,
      lineEnd,
      parts: written.map(({ headers, body }) => ({ headers, body: body ?? '' })),
      complete: parts.every(({ body }) => body !== null),
      bytes: fromLatin1(text),
    };
  })
  // Text whose last octet is CR would lose it to an LF; and a BOM cut short is preamble without a line end.
  .filter(
    ({ bytes, parts, lineEnd }) =>
      !/^\xef(\xbb)?-/.test(String.fromCharCode(...bytes.subarray(0, 3))) &&
      (lineEnd === '\r\n' || parts.every(({ body }) => !body.endsWith('\r'))),
  );

function hasDelimiterLine(text: string, delimiter: string): boolean {
  return text.split('\n').some((line) => line.startsWith(delimiter));
}

/** Octets of an alphabet so small that delimiters of boundary `b` come about by themselves. */
export const delimiterSoup: fc.Arbitrary<Uint8Array<ArrayBuffer>> = fc
  .array(
    fc.constantFrom(
      '\r',
      '\n',
      '\r\n',
      '-',
      '--',
      'b',
      '--b',
      '\n--b',
      '\r\n--b\r\n',
      '--b--',
      ' ',
      '\t',
      'a',
      'a:b',
      '\r\n\r\n',
      '\xef\xbb\xbf',
    ),
    { maxLength: 40 },
  )
  .map((pieces) => fromLatin1(pieces.join('')));
