import { entityOf } from './entity.ts';
import { SeededRandom } from './seeded-random.ts';
import { BOUNDARY, jsonAnswer, NETWORK_CHUNK, rawAnswer, type Shape } from './shape.ts';

const BODY_BYTES = 8192;

/** A hundred bodies that are `line` again and again; each stays within RFC 2046: no line of it begins with `--boundary`. */
function repeated(name: string, what: string, line: () => string): Shape {
  const items = Array.from({ length: 100 }, () => {
    let body = '';
    while (body.length < BODY_BYTES) body += line();
    return rawAnswer('application/octet-stream', Buffer.from(body));
  });
  return { name, what, items, chunkBytes: NETWORK_CHUNK };
}

const random = new SeededRandom(7);

/** Each body is nothing but what a delimiter begins with. */
export const onlyLineEnds = repeated('CRLF', 'bodies of nothing but CRLF', () => '\r\n');

export const dashes = repeated('dashes', 'bodies full of lines that begin with --', () => '\r\n--');

/** A search that compares from the front pays for all but one octet of the boundary each time. */
export const almostDelimiter = repeated(
  'all but the last byte',
  'bodies full of the delimiter without its last octet',
  () => `\r\n--${BOUNDARY.slice(0, -1)}`,
);

/** A search that compares from the back pays here, one with a table of shifts above. */
export const nearPrefix = repeated(
  'near-prefix',
  'bodies full of lines that leave the boundary at any place',
  () => {
    const length = random.below(BOUNDARY.length);
    return `\r\n--${BOUNDARY.slice(0, length)}${BOUNDARY[length] === 'x' ? 'y' : 'x'}`;
  },
);

/** Legal, and an everyday matter where one service logs what another answered. */
function delimiterInLine(): Shape {
  const items = Array.from({ length: 100 }, (_, index) =>
    jsonAnswer({
      ID: index,
      Log: Array.from({ length: 80 }, () => `found --${BOUNDARY} and --${BOUNDARY}-- in a line`),
    }),
  );
  return {
    name: 'delimiter in a line',
    what: 'JSON that quotes the delimiter',
    items,
    chunkBytes: NETWORK_CHUNK,
  };
}

export const quotedDelimiter = delimiterInLine();

/** For push parsers: what a part costs when its octets come one by one. */
function dripShape(): Shape {
  const items = Array.from({ length: 16 }, () => jsonAnswer(entityOf(random, 1024)));
  return { name: 'drips', what: '16 parts of 1 KiB in chunks of one octet', items, chunkBytes: 1 };
}

export const drips = dripShape();
