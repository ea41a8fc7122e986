import { describe, expect, it } from 'vitest';
import type { Batch } from '../../../src/batch/operation.ts';
import { isChangeSet, writtenId } from '../../../src/batch/plan.ts';
import { reference } from '../../../src/batch/reference.ts';
import type { Service } from '../../../src/batch/service.ts';
import { decodeBatchResponse } from '../../../src/formats/decode-batch-response.ts';
import { encodeBatchRequest } from '../../../src/formats/encode-batch-request.ts';
import { issuesOf } from '../catch-error.ts';

const service: Service = { name: 's', contentId: 'numbered' };
const encode = (batch: Batch) => encodeBatchRequest(batch, { service });
const planned = (batch: Batch) =>
  encode(batch).plan.items.flatMap((item) => (isChangeSet(item) ? item : [item]));
const ids = (batch: Batch) => planned(batch).map((each) => [each.id, writtenId(each)]);

const POST = { method: 'POST', url: 'P', body: {} } as const;

describe('operations that their service numbers', () => {
  it('have the numbers 1 to n on the wire, whatever their ids', () => {
    expect(
      ids([{ ...POST, id: 'colour' }, [{ ...POST, id: '1' }, { ...POST }], { ...POST, id: '9' }]),
    ).toEqual([
      ['colour', '1'],
      ['1', '2'],
      ['3', '3'],
      ['9', '4'],
    ]);
    expect(new TextDecoder().decode(encode([{ ...POST, id: 'colour' }]).body)).toContain('Content-ID: 1\r\n');
  });

  it('are referred to by number', () => {
    const shape = { ...POST, id: 'shape' };
    const urls = planned([
      { ...POST, id: 'colour' },
      shape,
      { method: 'PATCH', url: '$colour/Name?x=1' },
      { method: 'PATCH', url: reference(shape, '(1)') },
      { method: 'GET', url: '$metadata' },
    ]).map(({ url }) => url);
    expect(urls).toEqual(['P', 'P', '$1/Name?x=1', '$2(1)', '$metadata']);
  });

  it.each([
    ['If-Match', '$colour'],
    ['if-none-match', '$colour/x'],
    // Not an id of the caller's, but it would become one of ours.
    ['If-Match', '$2'],
  ])('can not be referred to in %s: %s', (name, value) => {
    const batch = [
      { ...POST, id: 'colour' },
      { ...POST, id: 'shape', headers: [[name, value]] as const },
    ];
    expect(issuesOf(() => encode(batch))).toEqual([`batch[1].headers.${name}: renumbered-reference`]);
  });

  it.each([
    [{ 'Customer@odata.bind': '$colour' }],
    [{ deep: [{ '@id': reference('colour', 'Orders') }] }],
    ['{ "a": "\\u0024colour" }'],
    [new TextEncoder().encode('["$colour/Orders"]')],
    [new TextEncoder().encode('"$colour"').buffer],
  ])('can not be referred to in a body (%#)', (body) => {
    const headers = { 'Content-Type': 'application/json' };
    expect(
      issuesOf(() =>
        encode([
          { ...POST, id: 'colour' },
          { ...POST, body, headers },
        ]),
      ),
    ).toEqual(['batch[1].body: renumbered-reference']);
  });

  it('leave alone what is no reference to a number that changes', () => {
    const batch = [
      { ...POST, id: '1', headers: { 'If-Match': '"$colour"' } },
      {
        ...POST,
        id: 'colour',
        body: { a: '$1', b: '$colours', c: '$5', d: 'x $colour', e: 'say "$colour/x"', $colour: 1 },
      },
      { ...POST, headers: { 'If-Match': '$1', 'X-A': '$colour' }, body: 'text $colour' },
      { ...POST, body: '"$colour" is no JSON', headers: { 'Content-Type': 'text/plain' } },
    ];
    expect(planned(batch)).toHaveLength(4);
  });

  it('have their results by number, and in them their own ids', () => {
    const request = encode([
      { ...POST, id: 'b' },
      { ...POST, id: 'a' },
      [
        { ...POST, id: '1' },
        { ...POST, id: 'x' },
      ],
    ]);
    const part = (id: string, text: string) =>
      `Content-Type: application/http\r\nContent-ID: ${id}\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n${text}\r\n`;
    const body =
      `--r\r\n${part('2', 'second')}--r\r\nContent-Type: multipart/mixed; boundary=s\r\n\r\n` +
      `--s\r\n${part('4', 'fourth')}--s\r\n${part('3', 'third')}--s--\r\n--r\r\n${part('1', 'first')}--r--\r\n`;
    const results = decodeBatchResponse({ contentType: 'multipart/mixed; boundary=r', body }, { request });
    expect(results.flat().map((result) => [result.id, result.ok && result.value])).toEqual([
      ['b', 'first'],
      ['a', 'second'],
      ['1', 'third'],
      ['x', 'fourth'],
    ]);
  });

  it('are numbered whatever the caller asks for', () => {
    const options = { service, contentId: 'none' } as const;
    expect(issuesOf(() => encodeBatchRequest([POST], options))).toEqual([
      'options.contentId: invalid-option',
    ]);
    expect(encodeBatchRequest([{ ...POST, id: 'a' }], { contentId: 'numbered' }).plan.items).toMatchObject([
      { id: 'a', wireId: '1' },
    ]);
  });

  it('can not have a Content-ID of their own among their headers', () => {
    const headers = { 'Content-ID': 'colour' };
    expect(issuesOf(() => encode([{ ...POST, id: 'colour', headers }]))).toEqual([
      'batch[0].headers.Content-ID: invalid-content-id',
    ]);
  });
});
