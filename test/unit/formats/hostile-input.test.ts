import { describe, expect, it } from 'vitest';
import {
  decodeBatchRequest,
  decodeBatchResponse,
  encodeBatchRequest,
  encodeBatchResponse,
  readBatchResponse,
  uri,
  valuesOf,
} from '../../../src/index.ts';
import { octets, textOf } from '../build-octets.ts';
import { errorOf, issuesOf, rejectionOf } from '../catch-error.ts';

const contentType = 'multipart/mixed; boundary=b';
const PART = 'Content-Type: application/http\r\n\r\n';
const JSON_PART = `--b\r\n${PART}HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n`;
const gets = [
  { method: 'GET', url: 'A' },
  { method: 'GET', url: 'B' },
] as const;
const outcomes = (results: readonly unknown[]) =>
  results.flat().map((result) => (result as { outcome: string }).outcome);

/** Gives another value each time it is read; the last one from then on. */
const flip = <T>(...values: T[]) => {
  let reads = 0;
  return () => values[Math.min(reads++, values.length - 1)] as T;
};

describe('what is read twice', () => {
  it.each([1, 2, 3, 4])('a method that changes after %i reads injects nothing (H-44)', (count) => {
    const method = flip(...Array(count).fill('GET'), 'GET X HTTP/1.1\r\nX-Evil: 1\r\n\r\nGET');
    const operation = {
      get method() {
        return method();
      },
      url: 'A',
    };
    expect(textOf(encodeBatchRequest([operation], { boundary: 'b' }).body)).not.toContain('Evil');
  });

  it.each([1, 2, 3, 4])('an id that changes after %i reads injects nothing (H-44)', (count) => {
    const id = flip(...Array(count).fill('a'), 'a\r\nX-Evil: 1');
    const operation = {
      method: 'GET',
      url: 'A',
      get id() {
        return id();
      },
    };
    expect(textOf(encodeBatchRequest([operation], { boundary: 'b' }).body)).not.toContain('Evil');
  });

  it.each([1, 2, 3])('a status that changes after %i reads injects nothing (H-44)', (count) => {
    const status = flip<number | string>(...Array(count).fill(200), '200 OK\r\nEvil: 1\r\nX: ');
    const response = {
      get status() {
        return status() as number;
      },
    };
    expect(textOf(encodeBatchResponse([response], { boundary: 'b' }).body)).not.toContain('Evil');
  });

  it('an id that was put into a decoded request is checked again (H-44)', () => {
    const request = decodeBatchRequest({
      contentType,
      body: `--b\r\nContent-ID: 1\r\n${PART}GET A HTTP/1.1\r\n\r\n\r\n--b--`,
    });
    Object.assign(request[0] as object, { id: '1\r\nEvil: 1' });
    expect(issuesOf(() => encodeBatchResponse([{ status: 200 }], { request }))).toEqual([
      'responses[0].id: invalid-content-id',
    ]);
  });
});

describe('answers made to confuse', () => {
  it('an error of thousands of levels is still an error, and costs nobody else their result', () => {
    const levels = 20_000;
    const detail = '[{"code":"q","message":"w","details":';
    const deep = `{"error":{"code":"x","message":"m","details":${detail.repeat(levels)}[]${'}]'.repeat(levels)}}}`;
    const body = `--b\r\n${PART}HTTP/1.1 201 X\r\n\r\ncreated\r\n--b\r\n${PART}HTTP/1.1 400 X\r\nContent-Type: application/json\r\n\r\n${deep}\r\n--b--`;
    const request = encodeBatchRequest(gets, { continueOnError: true });
    const results = decodeBatchResponse({ contentType, body }, { request });
    expect(outcomes(results)).toEqual(['succeeded', 'failed']);
    expect(results[1]).toMatchObject({ error: { code: 'x', message: 'm' } });
  });

  it('a close delimiter with three dashes that a true delimiter contradicts is no end (M-34, M-13)', () => {
    const body = `--b\r\nContent-Type: multipart/mixed; boundary=b-\r\n\r\n--b-\r\nContent-ID: 1\r\n${PART}HTTP/1.1 201 OK\r\n\r\nset\r\n--b---\r\n--b\r\nContent-ID: 2\r\n${PART}HTTP/1.1 200 OK\r\n\r\nget\r\n--b--\r\n`;
    const request = encodeBatchRequest([[{ method: 'POST', url: 'A' }], { method: 'GET', url: 'B' }]);
    const error = errorOf(() => decodeBatchResponse({ contentType, body }, { request }));
    expect(error).toMatchObject({ code: 'missing-close-delimiter' });
    expect(outcomes((error as { results: unknown[] }).results)).not.toContain('not-executed');
  });

  it('a lone close delimiter is an empty batch only where nothing else looks like one (M-25)', () => {
    const part = `${PART}GET A HTTP/1.1\r\n\r\n`;
    for (const first of ['--b\r\r\n', '--b\x0b\r\n', '\x00--b\r\n', '\ufeff\ufeff--b\r\n']) {
      const error = errorOf(() => decodeBatchRequest({ contentType, body: `${first}${part}\r\n--b--` }));
      expect(error).toMatchObject({ code: 'missing-delimiter' });
    }
    expect(decodeBatchRequest({ contentType, body: '--b--' })).toHaveLength(0);
  });

  it.each(['b (x)', 'b (x); y=1', '"b" (x)'])(
    'a comment behind the boundary is none of it: %s (M-08)',
    (boundary) => {
      const message = {
        contentType: `multipart/mixed; boundary=${boundary}`,
        body: `--b\r\n${PART}GET A HTTP/1.1\r\n\r\n\r\n--b--`,
      };
      expect(decodeBatchRequest(message)).toHaveLength(1);
    },
  );

  it.each(['/s/$batch/', '%24batch', '/$batch/.', '$batch/x/..', '/s/%24%62atch?x'])(
    'a batch in a batch is seen in any spelling: %s (H-06)',
    (url) => {
      const body = `--b\r\n${PART}POST ${url} HTTP/1.1\r\n\r\n\r\n--b--`;
      expect(errorOf(() => decodeBatchRequest({ contentType, body }))).toMatchObject({
        code: 'nested-batch',
      });
      expect(issuesOf(() => encodeBatchRequest([{ method: 'POST', url }]))).toContain(
        'batch[0].url: nested-batch',
      );
    },
  );
});

describe('schemas', () => {
  const schema = (validate: () => unknown) => ({
    '~standard': { version: 1 as const, vendor: 'test', validate: validate as () => never },
  });
  const body = `${JSON_PART}{"evil":1}\r\n${JSON_PART}{}\r\n--b--`;
  const refusing = schema(() => ({ issues: [{ message: 'bad' }] }));

  it.each([
    [
      'throws',
      () => {
        throw new Error('broken');
      },
    ],
    ['gives nothing', () => undefined],
    ['gives null', () => null],
  ])('one that %s does not undo the verdict of another', (_, validate) => {
    const request = encodeBatchRequest([
      { method: 'GET', url: 'A', schema: refusing },
      { method: 'GET', url: 'B', schema: schema(validate) },
    ]);
    const error = errorOf(() => decodeBatchResponse({ contentType, body }, { request }));
    expect(error).toMatchObject({ code: 'callback-failed' });
    expect(outcomes((error as { results: unknown[] }).results)).toEqual(['invalid', 'invalid']);
  });
});

describe('sources', () => {
  const request = encodeBatchRequest(gets);
  const headers: [string, string][] = [['Content-Type', contentType]];

  it('one whose cancel never settles is left all the same', async () => {
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(1000)),
      cancel: () => new Promise(() => {}),
    });
    const reading = readBatchResponse(
      { status: 200, headers, body },
      { request, limits: { maxMessageBytes: 5000 } },
    );
    expect(await rejectionOf(reading)).toMatchObject({ limit: 'maxMessageBytes' });
  });

  it('one that uses its memory again gives nobody the answer of another', async () => {
    const part = (text: string) => octets(`--b\r\n${PART}HTTP/1.1 200 OK\r\n\r\n${text}\r\n`);
    async function* chunks() {
      const memory = part('alice');
      yield memory;
      memory.set(part('bobby'));
      yield memory;
      yield octets('--b--');
    }
    const results = await readBatchResponse({ status: 200, headers, body: chunks() }, { request });
    expect(results.map((result) => result.ok && result.text())).toEqual(['alice', 'bobby']);
  });

  it('one that gives no octets is refused', async () => {
    async function* chunks() {
      yield '--b--' as never;
    }
    const reading = readBatchResponse({ status: 200, headers, body: chunks() }, { request });
    expect(await rejectionOf(reading)).toMatchObject({ code: 'response-lost', cause: { name: 'TypeError' } });
  });
});

describe('boundaries', () => {
  it.each([[['b', '-b']], [['-b', 'b']]])(
    'of which one with its dashes holds the other are refused: %j (M-31, X9)',
    (boundary) => {
      const batch = [[{ method: 'POST', url: 'A', body: 'q' }]] as const;
      expect(issuesOf(() => encodeBatchRequest(batch, { boundary }))).toContainEqual(
        expect.stringMatching(/^options\.boundary.*: boundary-conflict$/),
      );
    },
  );

  it.each([
    ['text', () => ['\r\nEvil: 1'] as never],
    ['too few octets', () => new Uint8Array(2)],
    ['nothing', () => undefined as never],
  ])('are not made of %s', (_, random) => {
    expect(issuesOf(() => encodeBatchRequest([gets[0]], { random }))).toEqual([
      'options.random: invalid-option',
    ]);
  });

  it('are not made of holes', () => {
    const boundary: string[] = Object.assign(new Array(2), { 1: 'c' });
    expect(issuesOf(() => encodeBatchRequest([[{ method: 'POST', url: 'A' }]], { boundary }))).toEqual([
      'options.boundary: invalid-boundary',
    ]);
  });
});

describe('uri.path', () => {
  it.each(['..', '.', ''])('takes no %j for a segment', (segment) => {
    expect(errorOf(() => uri.path`files/${segment}/x`)).toMatchObject({ code: 'invalid-literal' });
  });
});

describe('slips', () => {
  const message = { contentType, body: '--b--' };
  it.each([
    ['a batch for a request', () => decodeBatchResponse(message, { request: [gets[0]] as never })],
    ['nothing for a request', () => decodeBatchResponse(message, { request: null as never })],
    ['no message', () => decodeBatchRequest(null as never)],
    ['a content type that is no text', () => decodeBatchRequest({ contentType: 5 as never, body: '' })],
    ['an onWarning that is no function', () => decodeBatchRequest(message, { onWarning: 5 as never })],
    ['a limit that is no number', () => decodeBatchRequest(message, { limits: { maxParts: '5' as never } })],
    ['no results', () => valuesOf(null as never)],
  ])('%s is said to be one', (_, run) => {
    expect(errorOf(run)).toMatchObject({ name: 'BatchUsageError', code: 'invalid-option' });
  });

  it('a fetch that was not awaited is said to be one', async () => {
    const reading = readBatchResponse(Promise.resolve() as never, { request: encodeBatchRequest(gets) });
    expect(await rejectionOf(reading)).toMatchObject({ code: 'invalid-option' });
  });

  it('a length that is wrong is not repeated: it may be a secret', () => {
    const error = errorOf(() =>
      encodeBatchRequest([{ method: 'POST', url: 'A', headers: { 'Content-Length': 'SECRET' }, body: 'x' }]),
    );
    expect(String(error)).not.toContain('SECRET');
  });

  it('the name and the password of a URL are not shown', () => {
    const body = `--b\r\n${PART}GET http://u:SECRET@h/\xff HTTP/1.1\r\n\r\n\r\n--b--`;
    expect(String(errorOf(() => decodeBatchRequest({ contentType, body: octets(body) })))).not.toContain(
      'SECRET',
    );
  });
});
