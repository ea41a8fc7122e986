import { describe, expect, it } from 'vitest';
import type { Batch } from '../../../src/batch/operation.ts';
import type { MultipartLayout } from '../../../src/batch/service.ts';
import type { ByteSource } from '../../../src/bytes/read-chunks.ts';
import { decodeBatchRequest } from '../../../src/formats/decode-batch-request.ts';
import { encodeBatchRequest } from '../../../src/formats/encode-batch-request.ts';
import { encodeBatchRequestStream } from '../../../src/formats/encode-batch-request-stream.ts';
import { issuesOf } from '../catch-error.ts';

const WRAPPED: MultipartLayout = {
  boundary: 'changeset',
  plainBoundary: true,
  reservedWord: 'batch',
  preamble: '--batch\r\nContent-Type: multipart/mixed; boundary={boundary}\r\n',
  epilogue: '--batch--\r\n',
  lineBehindBody: true,
};
const random = (octets: Uint8Array) => octets.fill(0xab);
const TOKEN = 'ab'.repeat(16);

const encode = (batch: Batch, layout: MultipartLayout = WRAPPED, options = {}) => {
  const request = encodeBatchRequest(batch, {
    service: { name: 's', layout, accept: 'as-given' },
    random,
    ...options,
  });
  return { ...request, text: new TextDecoder().decode(request.body) };
};
const GET = { method: 'GET', url: 'P' } as const;
const put = (body: unknown, more = {}) => ({ method: 'PUT', url: 'P', body, ...more });

describe('a layout', () => {
  it('puts its lines round the parts, with one boundary in all places', () => {
    const { text, contentType } = encode([GET]);
    expect(contentType).toBe('multipart/mixed; boundary=changeset');
    expect(text).toBe(
      '--batch\r\nContent-Type: multipart/mixed; boundary=changeset\r\n--changeset\r\nContent-Type: application/http\r\n' +
        'Content-Transfer-Encoding: binary\r\nContent-ID: 1\r\n\r\nGET P HTTP/1.1\r\n\r\n\r\n--changeset--\r\n--batch--\r\n',
    );
  });

  it('puts an empty line behind a body, not behind none', () => {
    expect(encode([put('x')]).text).toContain('\r\n\r\nx\r\n\r\n--changeset');
    expect(encode([put(Uint8Array.of(0x78))]).text).toContain('\r\n\r\nx\r\n\r\n--changeset');
    for (const body of [undefined, '', new Uint8Array()]) {
      expect(encode([put(body)]).text).toContain('HTTP/1.1\r\n\r\n\r\n--changeset');
    }
    expect(encode([put('x')], { ...WRAPPED, lineBehindBody: false }).text).toContain(
      '\r\n\r\nx\r\n--changeset',
    );
  });

  it.each([
    ['a body', put('x--changeset')],
    ['octets', put(new TextEncoder().encode('--changesets'))],
    ['JSON', put({ text: 'a --batch b' })],
    ['a URL', { method: 'GET', url: 'P(--changeset)' }],
    ['a header', put('', { headers: { 'X-A': '--batch' } })],
    ['an id', { ...GET, id: '--changeset' }],
  ])('gives way where its words occur in %s', (_, operation) => {
    const { text, contentType } = encode([operation]);
    const boundary = `changeset${TOKEN}`;
    expect(contentType).toBe(`multipart/mixed; boundary=${boundary}`);
    expect(text).toContain(
      `--batch\r\nContent-Type: multipart/mixed; boundary=${boundary}\r\n--${boundary}\r\n`,
    );
    expect(text.endsWith(`\r\n--${boundary}--\r\n--batch--\r\n`)).toBe(true);
    expect(decodeBatchRequest({ contentType, body: text })).toHaveLength(1);
  });

  it.each(['changeset', 'batch', '-changeset', '--Changeset', '- -batch'])(
    'stays where "%s" alone occurs',
    (body) => {
      expect(encode([put(body)]).contentType).toBe('multipart/mixed; boundary=changeset');
    },
  );

  it('gives up where the random words occur as well', () => {
    const body = `--changeset ${TOKEN}`;
    expect(issuesOf(() => encode([put(body)]))).toEqual(['options.random: boundary-in-content']);
  });

  it('takes random words for what is streamed, which nobody can search beforehand', async () => {
    const stream = new Blob(['--changeset']).stream() as unknown as ByteSource;
    const request = encodeBatchRequestStream([put(stream), GET], {
      service: { name: 's', layout: WRAPPED },
      random,
    });
    expect(request.contentType).toBe(`multipart/mixed; boundary=changeset${TOKEN}`);
    const body = new Uint8Array(await new Response(request.body as never).arrayBuffer());
    const [first] = decodeBatchRequest({ contentType: request.contentType, body });
    expect(first !== undefined && 'text' in first && first.text()).toBe('--changeset\r\n');
    expect(request.contentLength).toBeUndefined();
  });

  it('counts its own lines where all sizes are known', async () => {
    const blob = new Blob(['x'.repeat(10)]);
    const request = encodeBatchRequestStream([put(blob)], { service: { name: 's', layout: WRAPPED } });
    const body = await new Response(request.body as never).arrayBuffer();
    expect(request.contentLength).toBe(body.byteLength);
  });

  it('watches a stream for its random words', async () => {
    const stream = new Blob([`x${TOKEN}`]).stream() as unknown as ByteSource;
    const request = encodeBatchRequestStream([put(stream)], {
      service: { name: 's', layout: WRAPPED },
      random,
    });
    await expect(new Response(request.body as never).arrayBuffer()).rejects.toThrow();
  });

  it("takes the caller's boundary", () => {
    const { text, contentType } = encode([GET], WRAPPED, { boundary: 'Part9' });
    expect(contentType).toBe('multipart/mixed; boundary=Part9');
    expect(text.startsWith('--batch\r\nContent-Type: multipart/mixed; boundary=Part9\r\n--Part9\r\n')).toBe(
      true,
    );
    expect(encode([put('--changeset --batch')], WRAPPED, { boundary: 'Part9' }).contentType).toBe(
      contentType,
    );
  });

  it.each([
    ['part_9', 'invalid-boundary'],
    ['part 9', 'invalid-boundary'],
    ['pärt', 'invalid-boundary'],
    ['', 'invalid-boundary'],
    ['x'.repeat(71), 'invalid-boundary'],
    ['batch', 'boundary-conflict'],
    ['batch2', 'boundary-conflict'],
    ['BATCH2', 'boundary-conflict'],
    ['bat', 'boundary-conflict'],
  ])('refuses the boundary "%s"', (boundary, code) => {
    expect(issuesOf(() => encode([GET], WRAPPED, { boundary }))).toContain(`options.boundary: ${code}`);
  });

  it.each([5, {}, null, [5]])('refuses what is no boundary at all: %j', (boundary) => {
    expect(issuesOf(() => encode([GET], WRAPPED, { boundary }))).toEqual([
      'options.boundary: invalid-boundary',
    ]);
  });

  it("refuses the caller's boundary where it occurs in the content", () => {
    expect(issuesOf(() => encode([GET, put('--Part9')], WRAPPED, { boundary: 'Part9' }))).toEqual([
      'batch[1]: boundary-in-content',
    ]);
  });

  it('makes boundaries of change sets without special characters', () => {
    const sets = [[{ ...GET, method: 'POST' }], GET, [{ ...GET, method: 'PUT' }]];
    const { text, contentType } = encode(sets, { plainBoundary: true });
    expect(contentType).toBe(`multipart/mixed; boundary=batch${TOKEN}`);
    expect(Array.from(text.matchAll(/boundary=(.*)\r\n/g), ([, boundary]) => boundary)).toEqual([
      `changeset1x${TOKEN}`,
      `changeset2x${TOKEN}`,
    ]);
    expect(decodeBatchRequest({ contentType, body: text }).map((item) => Array.isArray(item))).toEqual([
      true,
      false,
      true,
    ]);
    const mixed = encode(sets, { plainBoundary: true }, { boundary: ['outer', 'inner'] });
    expect(Array.from(mixed.text.matchAll(/boundary=(.*)\r\n/g), ([, boundary]) => boundary)).toEqual([
      'inner',
      `changeset2x${TOKEN}`,
    ]);
  });

  it('leaves change sets their usual boundaries where it says nothing of them', () => {
    const { text } = encode([[{ ...GET, method: 'POST' }]], { boundary: 'own' });
    expect(text).toMatch(/^--own\r\nContent-Type: multipart\/mixed; boundary=changeset_1_[0-9a-f]{32}\r\n/);
  });
});
