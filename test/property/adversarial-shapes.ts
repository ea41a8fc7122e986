import type { Batch } from '../../src/index.ts';

/** A message made to take long: a decoder that looks at anything twice for each octet, or part, shows it here. */
export interface AdversarialShape {
  readonly name: string;
  readonly kind: 'request' | 'response';
  /** What its size counts. */
  readonly unit: 'octets' | 'parts';
  readonly message: (size: number) => string;
  /** What a response answers. */
  readonly batch: (size: number) => Batch;
  /** What decoding it ends with; absent where it succeeds. */
  readonly code?: string;
}

/** As long as those of services are. */
export const BOUNDARY = 'batch_1f0c8f5e-7a1b-4f0a-9c55-0d2f6f3d9a41';
const CHANGE_SET = 'changeset_7b3d0c1e-55aa-4c29-8a54-2e0d5b1f6c77';
export const CONTENT_TYPE = `multipart/mixed; boundary=${BOUNDARY}`;

/** Whatever is long here is so on purpose. */
export const WIDE_LIMITS = {
  maxMessageBytes: 1e9,
  maxParts: 1e6,
  maxOperationsPerChangeSet: 1e6,
  maxPartBytes: 1e9,
  maxHeaderBytes: 1e9,
  maxHeaderCount: 1e9,
  maxJsonDepth: 1e9,
};

const ALMOST = BOUNDARY.slice(0, -1);
const PART_TYPE = 'Content-Type: application/http';

function times(size: number, text: string): string {
  return text.repeat(Math.max(1, Math.floor(size / text.length)));
}

/** A part with an HTTP message, without the line end before its delimiter. */
function part(http: string, headers = `${PART_TYPE}\r\n`, boundary = BOUNDARY): string {
  return `--${boundary}\r\n${headers}\r\n${http}\r\n`;
}

function closed(parts: string): string {
  return `${parts}--${BOUNDARY}--\r\n`;
}

function changeSet(members: string): string {
  const type = `Content-Type: multipart/mixed; boundary=${CHANGE_SET}\r\n`;
  return part(`${members}--${CHANGE_SET}--`, type);
}

const operation = { method: 'POST', url: 'A', body: {} } as const;
export const operations = (size: number) => Array.from({ length: size }, () => ({ ...operation }));
const oneOperation = () => operations(1);

/** Shapes of both kinds, whose messages differ in the start line only. */
function shapesOf(kind: AdversarialShape['kind']): AdversarialShape[] {
  const line = kind === 'request' ? 'POST A HTTP/1.1' : 'HTTP/1.1 200 OK';
  const http = (body: string, fields = '') => `${line}\r\n${fields}\r\n${body}`;
  const member = (id: number) => part(http('{}'), `${PART_TYPE}\r\nContent-ID: ${id}\r\n`, CHANGE_SET);
  const members = (count: number, first = 1) =>
    Array.from({ length: count }, (_, index) => member(first + index)).join('');
  const code = `invalid-${kind === 'request' ? 'request' : 'status'}-line`;

  const octets = (
    name: string,
    message: (size: number) => string,
    more: Partial<AdversarialShape> = {},
  ): AdversarialShape => ({ name, kind, unit: 'octets', message, batch: oneOperation, ...more });
  const body = (name: string, text: string) =>
    octets(`a body of ${name}`, (size) => closed(part(http(`${times(size, text)}.`))));
  const field = (name: string, fields: (size: number) => string) =>
    octets(name, (size) => closed(part(http('', `${fields(size)}\r\n`))));
  const partField = (name: string, fields: (size: number) => string) =>
    octets(name, (size) => closed(part(http(''), `${fields(size)}\r\n`)));
  const parts = (
    name: string,
    message: (size: number) => string,
    more: Partial<AdversarialShape> = {},
  ): AdversarialShape => ({ name, kind, unit: 'parts', message, batch: operations, ...more });

  return [
    body('CRLF', '\r\n'),
    body('LF', '\n'),
    body('CR', '\r'),
    body('dashes', '--'),
    body('lines of two dashes', '\r\n--'),
    body('all but the last octet of a delimiter', `\r\n--${ALMOST}`),
    body('delimiters and a letter', `\r\n--${BOUNDARY}x`),
    body('delimiters and a dash', `\r\n--${BOUNDARY}-`),
    body('delimiters, white space and a letter', `\r\n--${BOUNDARY}${' '.repeat(99)}x`),
    body('delimiters in mid-line', `x--${BOUNDARY}`),
    octets('a body of delimiters behind LF', (size) =>
      closed(part(http(`${times(size, `\n--${BOUNDARY}`)}\n`))),
    ),
    octets('a preamble of lines', (size) => `${times(size, 'x\r\n')}${closed(part(http('')))}`),
    octets(
      'a preamble of all but the last octet of a delimiter',
      (size) => `${times(size, `--${ALMOST}\r\n`)}${closed(part(http('')))}`,
    ),
    octets(
      'an epilogue of delimiters',
      (size) => `${closed(part(http('')))}${times(size, `--${BOUNDARY}\r\n`)}`,
    ),
    octets('lines without a delimiter', (size) => times(size, '\r\n--'), { code: 'missing-delimiter' }),
    octets('one line without a delimiter', (size) => 'x'.repeat(size), { code: 'missing-delimiter' }),
    octets('empty lines before a start line', (size) => closed(part(`${times(size, '\r\n')}${http('')}`))),
    field('one long field', (size) => `X: ${'y'.repeat(size)}`),
    field('many fields', (size) => `${times(size, 'X: y\r\n')}X: y`),
    partField('one long field of a part', (size) => `${PART_TYPE}\r\nX: ${'y'.repeat(size)}`),
    partField('many fields of a part', (size) => `${PART_TYPE}\r\n${times(size, 'X: y\r\n')}X: y`),
    partField('one field of a part in many lines', (size) => `${PART_TYPE}\r\nX:${times(size, '\r\n y')}`),
    partField('a Content-Type of many parameters', (size) => `${PART_TYPE}${times(size, '; a=b')}`),
    partField('a Content-Type of quotes', (size) => `${PART_TYPE}${times(size, ';a="\\""')}`),
    partField('a Content-Type of comments', (size) => `${PART_TYPE}${times(size, ' (x)')}`),
    partField('a Content-Type of open comments', (size) => `${PART_TYPE}${times(size, ';a=(')}`),
    parts('many parts', (size) => closed(part(http('{"a":1}')).repeat(size))),
    parts('many change sets', (size) => closed(changeSetsOf(size, members)), {
      batch: (size) => Array.from({ length: size }, () => operations(2)),
    }),
    parts('one change set', (size) => closed(changeSet(members(size))), {
      batch: (size) => [operations(size)],
    }),
    parts(
      'an error behind many parts',
      (size) => closed(`${part(http('\r\n\r\n')).repeat(size)}${part('x')}`),
      {
        code,
      },
    ),
    octets('an error behind many lines', (size) => closed(`${part(http(times(size, '\r\n')))}${part('x')}`), {
      code,
    }),
    parts('many parts, cut off', (size) => part(http('')).repeat(size), { code: 'missing-close-delimiter' }),
  ];
}

function changeSetsOf(count: number, members: (count: number, first: number) => string): string {
  return Array.from({ length: count }, (_, index) => changeSet(members(2, 2 * index + 1))).join('');
}

const idOf = (id: number) => `${PART_TYPE}\r\nContent-ID: ${id}\r\n`;
const failed = (details: string) =>
  `HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\n\r\n{"error":{"code":"x","message":"y"${details}}}`;

const response = { kind: 'response', unit: 'octets', batch: oneOperation } as const;
const responses = { kind: 'response', unit: 'parts', batch: operations } as const;
const request = { kind: 'request', unit: 'octets', batch: oneOperation } as const;

/** Shapes that a decoder of the other kind refuses at once. */
const OF_ONE_KIND: readonly AdversarialShape[] = [
  {
    ...request,
    name: 'a long target',
    message: (size) => closed(part(`POST ${'A'.repeat(size)} HTTP/1.1\r\n\r\n`)),
  },
  {
    ...request,
    name: 'empty lines behind a GET',
    message: (size) => closed(part(`GET A HTTP/1.1\r\n\r\n${times(size, '\r\n')}`)),
  },
  {
    ...response,
    name: 'empty lines behind a 204',
    message: (size) => closed(part(`HTTP/1.1 204 No Content\r\n\r\n${times(size, '\r\n')}`)),
  },
  {
    ...response,
    name: 'white space in a reason phrase',
    message: (size) => closed(part(`HTTP/1.1 200 ${' '.repeat(size)}x\r\n\r\n`)),
  },
  {
    ...response,
    name: 'one field in many lines',
    message: (size) => closed(part(`HTTP/1.1 200 OK\r\nX:${times(size, '\r\n y')}\r\n\r\n`)),
  },
  {
    ...response,
    name: 'fields with a space before the colon',
    message: (size) => closed(part(`HTTP/1.1 200 OK\r\n${times(size, 'X : y\r\n')}\r\n`)),
  },
  {
    ...response,
    name: 'delimiters and a letter behind a close delimiter with three dashes',
    message: (size) =>
      `${part('HTTP/1.1 200 OK\r\n\r\n')}--${BOUNDARY}---\r\n${times(size, `--${BOUNDARY}x\r\n`)}`,
  },
  {
    ...response,
    name: 'many details of one error',
    message: (size) =>
      closed(
        part(failed(`,"details":[${times(size, '{"code":"x","message":"There is no product 999."},')}{}]`)),
      ),
  },
  {
    ...responses,
    name: 'answers in reverse order',
    message: (size) =>
      closed(
        Array.from({ length: size }, (_, index) => part('HTTP/1.1 200 OK\r\n\r\n', idOf(size - index))).join(
          '',
        ),
      ),
  },
  {
    ...responses,
    name: 'texts behind statuses without a body',
    message: (size) => closed(part('HTTP/1.1 204 No Content\r\n\r\nx').repeat(size)),
  },
  {
    ...responses,
    name: 'failed members of a change set',
    message: (size) =>
      closed(
        changeSet(
          Array.from({ length: size }, (_, index) => part(failed(''), idOf(index + 1), CHANGE_SET)).join(''),
        ),
      ),
    batch: (size) => [operations(size)],
  },
  {
    ...responses,
    name: 'change sets without a close delimiter',
    message: (size) =>
      closed(
        part(
          part('HTTP/1.1 200 OK\r\n\r\n', undefined, CHANGE_SET),
          `Content-Type: multipart/mixed; boundary=${CHANGE_SET}\r\n`,
        ).repeat(size),
      ),
    batch: (size) => Array.from({ length: size }, () => operations(1)),
  },
];

export const ADVERSARIAL_SHAPES: readonly AdversarialShape[] = [
  ...shapesOf('request'),
  ...shapesOf('response'),
  ...OF_ONE_KIND,
];
