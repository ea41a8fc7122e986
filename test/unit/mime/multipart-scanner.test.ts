import { describe, expect, it } from 'vitest';
import type { Limits } from '../../../src/limits.ts';
import { MultipartScanner } from '../../../src/mime/multipart-scanner.ts';
import type { Tolerance } from '../../../src/tolerances.ts';
import { octets, textOf } from '../build-octets.ts';
import { buildReading } from '../build-reading.ts';
import { errorOf } from '../catch-error.ts';

interface ScannedPart {
  readonly headers: string;
  readonly body: string;
  /** Offsets of header block, body and end. */
  readonly at: readonly [number, number, number];
  readonly whole: boolean;
}

interface Scan {
  readonly parts: readonly ScannedPart[];
  readonly opened: boolean;
  readonly closed: boolean;
  readonly warnings: readonly string[];
}

interface ScanSettings {
  readonly boundary?: string;
  readonly tolerate?: readonly Tolerance[];
  readonly limits?: Partial<Limits>;
  readonly offset?: number;
  readonly partsLimit?: 'maxParts' | 'maxOperationsPerChangeSet';
}

/** Feeds the chunks and collects what the scanner tells; checks that data follows on without a gap. */
function scanChunks(chunks: readonly string[], settings: ScanSettings = {}): Scan {
  const { boundary = 'b', tolerate = [], limits = {}, offset = 0, partsLimit = 'maxParts' } = settings;
  const reading = buildReading(tolerate, limits);
  const parts: ScannedPart[] = [];
  let open = { headers: '', body: '', start: 0, bodyStart: 0 };
  const scanner = new MultipartScanner(
    { boundary, offset, partsLimit, path: 'p', reading },
    {
      partBegin(window, start, end, body, offset) {
        const headers = textOf(window.subarray(start, end));
        open = { headers, body: '', start: offset + start, bodyStart: offset + body };
      },
      data(window, start, end, offset) {
        expect(offset + start).toBe(open.bodyStart + open.body.length);
        open.body += textOf(window.subarray(start, end));
      },
      partEnd(end, whole) {
        const { headers, body, start, bodyStart } = open;
        parts.push({ headers, body, at: [start, bodyStart, end], whole });
      },
    },
  );
  for (const chunk of chunks) scanner.write(octets(chunk));
  scanner.end();
  expect(scanner.partCount).toBe(parts.length);
  return { parts, opened: scanner.opened, closed: scanner.closed, warnings: reading.warnings };
}

/** The bodies of a message, the same whether it comes whole, octet by octet or in two chunks. */
function scan(text: string, settings: ScanSettings = {}): Scan {
  const whole = scanChunks([text], settings);
  expect(scanChunks([...text], settings)).toEqual(whole);
  for (let cut = 1; cut < text.length; cut++) {
    expect(scanChunks([text.slice(0, cut), text.slice(cut)], settings)).toEqual(whole);
  }
  return whole;
}

const bodies = ({ parts }: Scan) => parts.map(({ body }) => body);

describe('parts', () => {
  it('are told with header block, body and their offsets (M-20, M-21, M-39)', () => {
    const text = '--b\r\nA: 1\r\n\r\n{}\r\n--b\r\nB: 2\r\nC: 3\r\n\r\nxy\r\n--b--\r\n';
    expect(scan(text)).toEqual({
      parts: [
        { headers: 'A: 1\r\n', body: '{}', at: [5, 13, 15], whole: true },
        { headers: 'B: 2\r\nC: 3\r\n', body: 'xy', at: [22, 36, 38], whole: true },
      ],
      opened: true,
      closed: true,
      warnings: [],
    });
  });

  it('have offsets in the whole message, where the multipart is a part of it', () => {
    expect(scan('--b\r\nA: 1\r\n\r\n{}\r\n--b--', { offset: 1000 }).parts).toEqual([
      { headers: 'A: 1\r\n', body: '{}', at: [1005, 1013, 1015], whole: true },
    ]);
  });

  it.each([
    ['nothing', ''],
    ['CRLF', '\r\n'],
    ['LF', '\n'],
    ['CR', '\r'],
    ['two dashes', '--'],
    ['CRs and LFs', '\r\r\n\n\r'],
    ['a text that ends in CRLF', 'x\r\n'],
    ['the octets of an unfinished delimiter', 'x\r\n--'],
    ['a delimiter without line end before it', 'x--b'],
    ['every octet', Array.from({ length: 256 }, (_, octet) => String.fromCharCode(octet)).join('')],
  ])('have %s as body, octet for octet (M-21, M-22, M-46, H-60)', (_, body) => {
    expect(bodies(scan(`--b\r\n\r\n${body}\r\n--b--`))).toEqual([body]);
  });

  it.each([
    ['the same', 'A: 1\r\n\r\n', 'A: 1\r\n', 'x'],
    ['of another value', 'A: 2\r\n\r\n', 'A: 2\r\n', 'x'],
    ['a line longer', 'A: 1\r\nB: 2\r\n\r\n', 'A: 1\r\nB: 2\r\n', 'x'],
    ['the same, with another empty line', 'A: 1\r\n\n', 'A: 1\r\n', 'x'],
    ['the same, with more empty lines', 'A: 1\r\n\r\n\r\n', 'A: 1\r\n', '\r\nx'],
    ['the same, with other line ends', 'A: 1\n\n', 'A: 1\n', 'x'],
    ['without the empty line', 'A: 1\r\n--b\r\n\r\n', '', 'x'],
    ['none', '\r\n', '', 'x'],
  ])('have headers of their own where those before were much like them: %s', (_, block, headers, body) => {
    for (const before of ['A: 1\r\n\r\n', '\r\n', 'A: 1\n\n']) {
      const { parts } = scan(`--b\r\n${before}1\r\n--b\r\n${before}2\r\n--b\r\n${block}x\r\n--b--`);
      expect(parts.slice(0, 2).map((part) => part.body)).toEqual(['1', '2']);
      expect(parts.at(-1)).toMatchObject({ headers, body, whole: true });
    }
  });

  it('may lack headers, and body and empty line as well (M-39, M-40)', () => {
    expect(scan('--b\r\n\r\nx\r\n--b\r\nA: 1\r\n--b\r\n--b--').parts).toEqual([
      { headers: '', body: 'x', at: [5, 7, 8], whole: true },
      { headers: 'A: 1\r\n', body: '', at: [15, 21, 21], whole: true },
      { headers: '', body: '', at: [26, 26, 26], whole: true },
    ]);
  });

  it('may have a body whose line end is that of the empty line (H-62)', () => {
    expect(scan('--b\r\nA: 1\r\n\r\n--b--').parts).toEqual([
      { headers: 'A: 1\r\n', body: '', at: [5, 13, 13], whole: true },
    ]);
  });
});

describe('delimiters', () => {
  it('need no line end before the first one (M-23)', () => {
    expect(bodies(scan('--b\r\n\r\nx\r\n--b--'))).toEqual(['x']);
  });

  it('may have white space behind them (M-28)', () => {
    expect(bodies(scan('--b \t\r\n\r\nx\r\n--b\t\r\n\r\ny\r\n--b-- \t \r\n'))).toEqual(['x', 'y']);
  });

  it.each([
    '--bX',
    '--b_1',
    '--b-',
    '--b-x',
    '--b--x',
    '--b x',
    '--b\x00',
    '--B',
    '-b',
    ' --b',
    'x --b',
    '--b\rx',
  ])('are whole lines: a line that only begins like one, %j, is body (X9, M-30)', (line) => {
    expect(bodies(scan(`--b\r\n\r\n${line}\r\n${line}\r\n--b--`))).toEqual([`${line}\r\n${line}`]);
  });

  it('of a longer boundary are not those of its beginning (M-13, X9)', () => {
    const text = '--b\r\n\r\n--b_cs\r\nx\r\n--b_cs--\r\n--b--';
    expect(bodies(scan(text))).toEqual(['--b_cs\r\nx\r\n--b_cs--']);
  });

  it('match a boundary of regular expression characters letter by letter', () => {
    const boundary = "a.b+(c)? 'd";
    expect(bodies(scan(`--${boundary}\r\n\r\n--axb\r\n--${boundary}--`, { boundary }))).toEqual(['--axb']);
  });

  it('are passed over with three dashes at the end where that is tolerated (M-34)', () => {
    const text = '--b\r\n\r\nx\r\n--b---\r\n';
    expect(scan(text)).toMatchObject({ closed: false, parts: [{ body: 'x\r\n--b---\r\n', whole: false }] });
    expect(scan(text, { tolerate: ['three-dash-close'] })).toMatchObject({
      closed: true,
      parts: [{ body: 'x', whole: true }],
      warnings: [`three-dash-close@${text.length} p`],
    });
  });
});

describe('line ends', () => {
  it('may be LF, if the first delimiter line says so; CRLF delimits as well (M-36)', () => {
    expect(bodies(scan('--b\nA: 1\n\nx\n--b\n\ny\r\n--b--\n'))).toEqual(['x', 'y']);
  });

  it('after a first delimiter with CRLF are CRLF: LF and a delimiter are body, with a warning (M-36)', () => {
    expect(scan('--b\r\n\r\n{\n--b\n}\r\n--b--\r\n')).toMatchObject({
      closed: true,
      parts: [{ body: '{\n--b\n}' }],
      warnings: ['line-feed-delimiter@9 p'],
    });
  });

  it('after a first delimiter with CRLF: a body that begins with a delimiter behind an LF is body (M-36)', () => {
    expect(scan('--b\r\nA: 1\r\n\n--b\r\nx\r\n--b--')).toMatchObject({
      parts: [{ headers: 'A: 1\r\n', body: '--b\r\nx' }],
      warnings: ['line-feed-delimiter@12 p'],
    });
  });

  it('CR and LF before a delimiter both belong to it, in a message of LFs too (M-38)', () => {
    expect(bodies(scan('--b\n\nx\r\n--b\n\ny\r\r\n--b--'))).toEqual(['x', 'y\r']);
  });
});

describe('preamble and epilogue', () => {
  it('are ignored, whatever they hold (M-27)', () => {
    const text =
      'Content-Type: a/b\r\n\r\n--bx\r\n --b\r\n--b\r\n\r\nx\r\n--b--\r\n--b\r\n\r\nno part\r\n--b--\r\n';
    expect(scan(text)).toMatchObject({ closed: true, parts: [{ body: 'x' }], warnings: [] });
  });

  it('a preamble that is one empty line is none (M-27)', () => {
    expect(bodies(scan('\r\n--b\r\n\r\nx\r\n--b--'))).toEqual(['x']);
  });

  it('a byte order mark before the first delimiter is passed over (M-45)', () => {
    expect(scan('\xef\xbb\xbf--b\r\n\r\n\xef\xbb\xbfx\r\n--b--').parts).toEqual([
      { headers: '', body: '\xef\xbb\xbfx', at: [8, 10, 14], whole: true },
    ]);
  });
});

describe('a delimiter in the text around (M-25)', () => {
  /** Whether the scanner saw one, the same however the text is cut. */
  const isStray = (text: string, boundary = 'b', tolerate: readonly Tolerance[] = []) => {
    const read = (chunks: readonly string[]) => {
      const reading = buildReading(tolerate);
      const options = { boundary, offset: 0, partsLimit: 'maxParts', path: '', reading } as const;
      const scanner = new MultipartScanner(options, { partBegin() {}, data() {}, partEnd() {} });
      for (const chunk of chunks) scanner.write(octets(chunk));
      scanner.end();
      return scanner.hasStrayDelimiter;
    };
    const whole = read([text]);
    for (let cut = 0; cut <= text.length; cut++) {
      expect({ cut, stray: read([text.slice(0, cut), '', text.slice(cut)]) }).toEqual({ cut, stray: whole });
    }
    expect(read([...text])).toBe(whole);
    return whole;
  };

  it.each([
    '--b\r\r\nx\r\n--b--',
    '--b\x0b\r\nx\r\n--b--\r\n',
    '\0--b\r\nx\r\n--b--',
    '\xef\xbb\xbf\xef\xbb\xbf--b\r\nx\r\n--b--',
    'x--bx\n--b--\n',
    '--b--\r\n--b--',
    '--b--\r\n--b\r\n\r\nx\r\n--b--',
    '--b--\r\nx --b',
  ])('is noticed where there are no parts: %j', (text) => {
    expect(isStray(text)).toBe(true);
  });

  it.each([
    '',
    '--b--',
    '--b--\r\n',
    '\xef\xbb\xbf--b--',
    '--a\r\n--b--\r\n--c',
    '-\r\n--b--\r\n-b',
    '--\r\n--b--\r\nb',
  ])('is not seen where there is none: %j', (text) => {
    expect(isStray(text)).toBe(false);
  });

  it.each(['x --b\r\n--b\r\n\r\nx\r\n--b--', '--b\r\n\r\nx\r\n--b--\r\n--b--\r\n--b'])(
    'is of no interest where there are parts: %j',
    (text) => {
      expect(isStray(text)).toBe(false);
    },
  );

  it.each(['-', '--', '---'])('is not the close delimiter itself, of a boundary %s', (boundary) => {
    expect(isStray(`--${boundary}--\r\n`, boundary)).toBe(false);
    expect(isStray(`--${boundary}--\r\n--${boundary}`, boundary)).toBe(true);
  });

  it('behind three dashes too', () => {
    expect(isStray('--b---\r\nx', 'b', ['three-dash-close'])).toBe(false);
    expect(isStray('--b---\r\nx--b', 'b', ['three-dash-close'])).toBe(true);
  });
});

describe('the end of the octets', () => {
  it('leaves the multipart unopened where no delimiter was found', () => {
    expect(scan('nothing here\r\n--c--\r\n')).toEqual({
      parts: [],
      opened: false,
      closed: false,
      warnings: [],
    });
    expect(scan('')).toEqual({ parts: [], opened: false, closed: false, warnings: [] });
  });

  it('behind a close delimiter only is an empty multipart (M-25)', () => {
    expect(scan('--b--\r\n')).toEqual({ parts: [], opened: true, closed: true, warnings: [] });
  });

  it('anywhere before the last dash leaves the multipart open, behind it closed (M-33, X10)', () => {
    const text = '--b\r\nA: 1\r\n\r\nxyz\r\n--b--\r\nepilogue';
    const lastDash = text.indexOf('--b--') + 5;
    for (let cut = 0; cut <= text.length; cut++) {
      expect({ cut, closed: scanChunks([text.slice(0, cut)]).closed }).toEqual({
        cut,
        closed: cut >= lastDash,
      });
    }
  });

  it('ends the part that is open, and says that it is not whole', () => {
    expect(scan('--b\r\nA: 1\r\n\r\nx\r\n').parts).toEqual([
      { headers: 'A: 1\r\n', body: 'x\r\n', at: [5, 13, 16], whole: false },
    ]);
    expect(scan('--b\r\nA: 1').parts).toEqual([{ headers: 'A: 1', body: '', at: [5, 9, 9], whole: false }]);
    expect(scan('--b').parts).toEqual([{ headers: '', body: '', at: [3, 3, 3], whole: false }]);
  });

  it.each(['--b', '--b\r', '--b '])(
    'behind %j leaves the part open: the line may be longer, and body (X9)',
    (cut) => {
      expect(scanChunks([`--b\r\n\r\nx\r\n${cut}`])).toMatchObject({
        closed: false,
        parts: [{ whole: false }, { whole: false }],
      });
    },
  );

  it('behind the line end of a delimiter ends the part before it', () => {
    expect(scan('--b\r\n\r\nx\r\n--b\r\n')).toMatchObject({
      parts: [
        { body: 'x', whole: true },
        { body: '', whole: false },
      ],
    });
  });

  it('may come with the last chunk', () => {
    const reading = buildReading();
    const ends: boolean[] = [];
    const scanner = new MultipartScanner(
      { boundary: 'b', offset: 0, partsLimit: 'maxParts', path: '', reading },
      { partBegin() {}, data() {}, partEnd: (_, whole) => ends.push(whole) },
    );
    scanner.write(octets('--b\r\n\r\nx\r\n-'));
    scanner.end(octets('-b--'));
    expect(ends).toEqual([true]);
    expect(scanner.closed).toBe(true);
  });
});

describe('chunks', () => {
  it('may be reused by their owner after each write (M-47)', () => {
    const text = '--b\r\nA: 1\r\n\r\nhello\r\n--b--';
    const chunk = new Uint8Array(3);
    let headers = '';
    let body = '';
    const scanner = new MultipartScanner(
      { boundary: 'b', offset: 0, partsLimit: 'maxParts', path: '', reading: buildReading() },
      {
        partBegin(window, start, end) {
          headers = textOf(window.subarray(start, end));
        },
        data(window, start, end) {
          body += textOf(window.subarray(start, end));
        },
        partEnd() {},
      },
    );
    for (let at = 0; at < text.length; at += 3) {
      const next = octets(text.slice(at, at + 3));
      chunk.set(next);
      scanner.write(chunk.subarray(0, next.length));
      chunk.fill(0x21);
    }
    scanner.end();
    expect({ headers, body }).toEqual({ headers: 'A: 1\r\n', body: 'hello' });
  });

  it('of no octets change nothing (M-47)', () => {
    const chunks = ['', '--b\r', '', '\n\r\nx', '', '\r\n--b-', '', '-'];
    expect(scanChunks(chunks)).toEqual(scanChunks([chunks.join('')]));
  });

  it('of a long body come through as they are read: nothing is held but what may begin a delimiter', () => {
    const seen: string[] = [];
    const scanner = new MultipartScanner(
      { boundary: 'b', offset: 0, partsLimit: 'maxParts', path: '', reading: buildReading() },
      {
        partBegin() {},
        data: (window, start, end) => seen.push(textOf(window.subarray(start, end))),
        partEnd() {},
      },
    );
    scanner.write(octets('--b\r\n\r\nabc'));
    expect(seen).toEqual(['abc']);
    scanner.write(octets('def\r\n--'));
    expect(seen).toEqual(['abc', 'def']);
    scanner.write(octets('x'));
    expect(seen.join('')).toBe('abcdef\r\n--x');
  });
});

describe('limits', () => {
  const exceeded = (text: string, limits: Partial<Limits>, settings: ScanSettings = {}) => {
    const whole = errorOf(() => scanChunks([text], { ...settings, limits }));
    const octetByOctet = errorOf(() => scanChunks([...text], { ...settings, limits }));
    expect(octetByOctet).toEqual(whole);
    return whole;
  };

  it('of parts: as many as allowed, and not one more', () => {
    const text = '--b\r\n\r\n\r\n--b\r\n\r\n\r\n--b--';
    expect(scan(text, { limits: { maxParts: 2 } }).parts).toHaveLength(2);
    expect(exceeded(text, { maxParts: 1 })).toMatchObject({
      code: 'limit-exceeded',
      limit: 'maxParts',
      maximum: 1,
      actual: 2,
    });
  });

  it('of operations in a change set count against their own limit', () => {
    const text = '--b\r\n\r\n\r\n--b\r\n\r\n\r\n--b--';
    const settings = { partsLimit: 'maxOperationsPerChangeSet' } as const;
    expect(exceeded(text, { maxOperationsPerChangeSet: 1 }, settings)).toMatchObject({
      limit: 'maxOperationsPerChangeSet',
      maximum: 1,
      actual: 2,
    });
    expect(scan(text, { ...settings, limits: { maxParts: 1 } }).parts).toHaveLength(2);
  });

  it('of a part: its body, without headers and delimiter', () => {
    const text = '--b\r\nA: 1\r\n\r\n12345\r\n--b--';
    expect(bodies(scan(text, { limits: { maxPartBytes: 5 } }))).toEqual(['12345']);
    expect(exceeded(text, { maxPartBytes: 4 })).toMatchObject({
      limit: 'maxPartBytes',
      maximum: 4,
      actual: 5,
    });
  });

  it('of a header block: its lines, without the empty one', () => {
    const text = '--b\r\nA: 12\r\nB: 3\r\n\r\nx\r\n--b--';
    expect(scan(text, { limits: { maxHeaderBytes: 13 } }).parts).toHaveLength(1);
    expect(exceeded(text, { maxHeaderBytes: 12 })).toMatchObject({
      limit: 'maxHeaderBytes',
      maximum: 12,
      actual: 13,
    });
  });

  it('of a header block hold before its end has come', () => {
    const scanner = new MultipartScanner(
      {
        boundary: 'b',
        offset: 0,
        partsLimit: 'maxParts',
        path: '',
        reading: buildReading([], { maxHeaderBytes: 100 }),
      },
      { partBegin() {}, data() {}, partEnd() {} },
    );
    scanner.write(octets('--b\r\n'));
    scanner.write(octets('A'.repeat(100)));
    expect(errorOf(() => scanner.write(octets('A')))).toMatchObject({
      limit: 'maxHeaderBytes',
      maximum: 100,
    });
  });

  it('of padding: the white space behind a delimiter (M-29)', () => {
    expect(scan('--b   \r\n\r\nx\r\n--b--   ', { limits: { maxPaddingBytes: 3 } }).parts).toHaveLength(1);
    expect(exceeded('--b    \r\n\r\nx\r\n--b--', { maxPaddingBytes: 3 })).toMatchObject({
      limit: 'maxPaddingBytes',
      maximum: 3,
      actual: 4,
    });
  });
});

describe('a header block that comes again', () => {
  const again = (chunks: readonly string[]) => {
    const told: boolean[] = [];
    const scanner = new MultipartScanner(
      { boundary: 'b', offset: 0, partsLimit: 'maxParts', path: '', reading: buildReading() },
      {
        partBegin: (_window, _start, _end, _body, _offset, same) => told.push(same),
        data() {},
        partEnd() {},
      },
    );
    for (const chunk of chunks) scanner.write(octets(chunk));
    scanner.end();
    return told;
  };
  const part = (headers: string) => `--b\r\n${headers}\r\nx\r\n`;

  it('is told as such right behind its like', () => {
    const blocks = ['A: 1\r\n', 'A: 1\r\n', 'A: 1\r\n', 'A: 2\r\n', 'A: 1\r\n', 'A: 1\r\nB: 1\r\n', '', ''];
    const expected = [false, true, true, false, false, false, false, true];
    expect(again([`${blocks.map(part).join('')}--b--`])).toEqual(expected);
  });

  it('is compared in one chunk only', () => {
    expect(again([part('A: 1\r\n'), `${part('A: 1\r\n') + part('A: 1\r\n')}--b--`])).toEqual([
      false,
      false,
      true,
    ]);
  });

  it('is no other with another empty line, and none that a delimiter ended', () => {
    expect(again([`${part('A: 1\r\n')}--b\r\nA: 1\r\n\nx\r\n--b--`])).toEqual([false, false]);
    expect(again([`--b\r\nA: 1\r\n--b\r\nA: 1\r\n--b--`])).toEqual([false, false]);
    expect(again([`${part('A: 1\r\n')}--b\r\nA: 1\r\n--b--`])).toEqual([false, false]);
  });
});
