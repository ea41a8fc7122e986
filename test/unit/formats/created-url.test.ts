import { describe, expect, it } from 'vitest';
import type { EncodeBatchRequestOptions } from '../../../src/batch/encode-options.ts';
import type { OperationResult } from '../../../src/batch/result.ts';
import { createdUrl } from '../../../src/formats/created-url.ts';
import { decodeBatchResponse } from '../../../src/formats/decode-batch-response.ts';
import { encodeBatchRequest } from '../../../src/formats/encode-batch-request.ts';
import { type AnswerPart, buildAnswer } from '../build-answer.ts';
import { issuesOf } from '../catch-error.ts';

const ROOT = 'https://shop.example/odata/';
const BY_ROOT = { name: 'by root', serviceRoot: ROOT, locationBase: 'service-root' } as const;

function created(
  url: string,
  headers: readonly string[],
  options: EncodeBatchRequestOptions = { serviceRoot: ROOT },
  status = 201,
): string | null {
  const first = { method: 'POST', url: 'Orders', id: 'o', body: {} };
  const batch = [first, { method: 'POST', url, body: {} }];
  const request = encodeBatchRequest(batch, options);
  const answers: AnswerPart[] = [{ status: 201 }, { status, headers }];
  const [, result] = decodeBatchResponse(buildAnswer(answers), { request });
  return createdUrl(result as OperationResult, { request });
}

describe('createdUrl', () => {
  it.each<[string, string, string, EncodeBatchRequestOptions | undefined, string | null]>([
    ['Products', 'Location', 'https://other.example/P(1)', undefined, 'https://other.example/P(1)'],
    ['Products', 'Location', '/x/Products(1)', undefined, 'https://shop.example/x/Products(1)'],
    ['Products', 'Location', 'Products(1)', undefined, `${ROOT}Products(1)`],
    ['Products', 'OData-EntityId', 'Products(1)', undefined, `${ROOT}Products(1)`],
    ['Orders(1)/Items', 'Location', 'Items(2)', undefined, `${ROOT}Orders(1)/Items(2)`],
    ['Orders(1)/Items', 'Location', 'Items(2)', { service: BY_ROOT }, `${ROOT}Items(2)`],
    [
      'Orders(1)/Items',
      'Location',
      'Items(2)',
      { service: BY_ROOT, serviceRoot: 'http://h/s' },
      'http://h/s/Items(2)',
    ],
    ['/odata/Products', 'Location', 'Products(1)', undefined, `${ROOT}Products(1)`],
    [`${ROOT}Products`, 'Location', 'Products(1)', {}, `${ROOT}Products(1)`],
    ['$o/Items', 'Location', 'Items(2)', undefined, null],
    ['$o/Items', 'Location', 'Items(2)', { service: BY_ROOT }, `${ROOT}Items(2)`],
    ['$o/Items', 'Location', `${ROOT}Items(2)`, undefined, `${ROOT}Items(2)`],
    ['Products', 'Location', 'Products(1)', {}, null],
    ['Products', 'Location', 'Products(1)', { service: { name: 's', locationBase: 'service-root' } }, null],
    ['Products', 'Location', '$1', undefined, null],
    ['Products', 'X-Location', 'Products(1)', undefined, null],
  ])('%s, %s: %s (%j) is %s', (url, name, value, options, expected) => {
    expect(created(url, [`${name}: ${value}`], options)).toBe(expected);
  });

  it.each([202, 302, 404])('is null for status %i', (status) => {
    expect(created('Products', [`Location: ${ROOT}Products(1)`], undefined, status)).toBeNull();
  });

  it('is null for what has no answer of its own', () => {
    const request = encodeBatchRequest([
      { method: 'GET', url: 'A' },
      { method: 'GET', url: 'B' },
    ]);
    const [, skipped] = decodeBatchResponse(buildAnswer([{ status: 404 }]), { request });
    expect(skipped.outcome).toBe('not-executed');
    expect(createdUrl(skipped, { request })).toBeNull();
    expect(issuesOf(() => createdUrl(skipped, { request: {} as never }))).toEqual([
      'options.request: invalid-option',
    ]);
  });
});
