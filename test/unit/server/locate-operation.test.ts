import { describe, expect, it } from 'vitest';
import { decodeBatchRequest } from '../../../src/index.ts';
import { locateOperation, type UrlRules } from '../../../src/server/locate-operation.ts';
import { ROOT, rawBatch } from '../send-to-handler.ts';

const RULES: UrlRules = {
  serviceRoot: ROOT,
  urlScope: 'service',
  batchPath: '/odata/$batch',
};
const LOCATIONS = new Map<string, string | null>([
  ['1', `${ROOT}Products(7)`],
  ['gone', null],
  ['away', 'https://elsewhere.example/x'],
]);

/** Where an operation goes, or the status and code of its answer. */
function located(
  target: string,
  host?: string,
  rules: Partial<UrlRules> = {},
  locations = LOCATIONS,
): string {
  const head = `GET ${target} HTTP/1.1\r\n${host === undefined ? '' : `Host: ${host}\r\n`}\r\n`;
  // The references point at operations that stand before it.
  const before = [...LOCATIONS.keys()].map(
    (id) => `--b\r\nContent-Type: application/http\r\nContent-ID: ${id}\r\n\r\nPOST x HTTP/1.1\r\n\r\n\r\n`,
  );
  const body = before.join('') + rawBatch(head).replace('Content-ID: 1\r\n', '');
  const message = { contentType: 'multipart/mixed; boundary=b', body };
  const operation = decodeBatchRequest(message).flat().at(-1);
  if (operation === undefined) throw new Error('expected an operation');
  const found = locateOperation(operation, { ...RULES, ...rules }, locations);
  return typeof found === 'string' ? found : `${found.status} ${found.code}`;
}

describe('locateOperation', () => {
  it.each([
    ['Products', `${ROOT}Products`],
    ['/odata/Products', `${ROOT}Products`],
    ['https://shop.example/odata/Products', `${ROOT}Products`],
    ['HTTPS://SHOP.EXAMPLE:443/odata/Products', `${ROOT}Products`],
    ['?$top=1', `${ROOT}?$top=1`],
    ['./a/../b', `${ROOT}b`],
    ['/odata', 'https://shop.example/odata'],
    ["Files('..%2Fx')", `${ROOT}Files('..%2Fx')`],
    ["Products('a%3Ab')?$filter=x%20eq%201", `${ROOT}Products('a%3Ab')?$filter=x%20eq%201`],
    ['Products(%zz)', `${ROOT}Products(%zz)`],
    ['$metadata', `${ROOT}$metadata`],
  ])('reads %s as all three forms of URL are read (H-30, H-31)', (target, url) => {
    expect(located(target)).toBe(url);
  });

  it.each([
    ['$1', `${ROOT}Products(7)`],
    ['$1/Orders?$top=1', `${ROOT}Products(7)/Orders?$top=1`],
    ['/$1/Orders', `${ROOT}Products(7)/Orders`],
    [`${ROOT}$1/Orders`, `${ROOT}Products(7)/Orders`],
    ['$gone/Orders', '424 failed-dependency'],
    ['$away', '403 url-outside-service-root'],
  ])('follows the reference %s (R-02, R-09)', (target, url) => {
    expect(located(target)).toBe(url);
  });

  it.each([
    'https://elsewhere.example/odata/Products',
    'http://shop.example/odata/Products',
    'https://shop.example:8443/odata/Products',
    'https://shop.example.elsewhere.example/odata/',
    'https://shop.example',
    '../Products',
    'a/../../Products',
    '%2e%2e/Products',
    '..%2fProducts',
    'a%2f..%2f..%5cProducts',
    'a%2f..%2f..%2fProducts%ff',
    '..%2fProducts(%zz)',
    '..;a=b/Products',
    'a/..%3bb/..%3b/Products',
    '/',
    '/odatax/Products',
    '/ODATA/Products',
    '//elsewhere.example/odata/Products',
    '..\\Products',
    'file:///odata/Products',
  ])('goes nowhere else: %s (H-35)', (target) => {
    expect(located(target)).toBe('403 url-outside-service-root');
  });

  it.each([
    ['Products', 'shop.example', `${ROOT}Products`],
    ['/odata/Products', 'Shop.Example:443', `${ROOT}Products`],
    ['/odata/Products', 'elsewhere.example', '403 url-outside-service-root'],
    ['Products', 'elsewhere.example', '403 url-outside-service-root'],
    [`${ROOT}Products`, 'elsewhere.example', '403 url-outside-service-root'],
    ['Products', 'shop.example:8443', '403 url-outside-service-root'],
    ['Products', 'shop.example/odata/x', `${ROOT}Products`],
    ['Products', 'a b', '403 url-outside-service-root'],
    ['Products', '', '403 url-outside-service-root'],
  ])('sends %s with the Host %j to %s (H-34, H-35)', (target, host, url) => {
    expect(located(target, host)).toBe(url);
  });

  it('reaches all of its host where it is told to', () => {
    const rules = { urlScope: 'origin' } as const;
    expect(located('/sites/dev/_api/web', undefined, rules)).toBe('https://shop.example/sites/dev/_api/web');
    expect(located('../x', undefined, rules)).toBe('https://shop.example/x');
    expect(located('https://elsewhere.example/', undefined, rules)).toBe('403 url-outside-service-root');
    expect(located('/x', 'elsewhere.example', rules)).toBe('403 url-outside-service-root');
  });

  it.each([
    'https://user:secret@shop.example/odata/x',
    'https://shop.example:99999/odata/',
    'https://[/odata/',
  ])('takes %s for none', (target) => {
    expect(located(target)).toBe('400 invalid-url');
  });

  // The decoder refuses `$batch` itself.
  it.each([
    './$BATCH',
    '/odata/$Batch/',
    '%24BATCH',
    './/$BATCH',
    './$Batch%2F',
    './$batch;a=1',
    './$batch%3Ba%ff',
    '%24batch;%zz/',
  ])('holds no batch, however a router would spell it: %s (H-06)', (target) => {
    expect(located(target)).toBe('400 nested-batch');
  });

  it('holds no batch behind a reference or under another name (H-06)', () => {
    const locations = new Map<string, string | null>([['1', `${ROOT}$batch`]]);
    expect(located('$1', undefined, {}, locations)).toBe('400 nested-batch');
    expect(located('bulk', undefined, { batchPath: '/odata/Bulk' })).toBe('400 nested-batch');
  });

  it.each([
    '$batch/x',
    '$batch//x?y',
    './$BATCH/x',
    '%24batch/x',
    './$batch%2Fx',
    './$batch;a=1/x;b',
    'v2/$batch/x',
    '/odata/./$batch/../$batch/x',
  ])('holds nothing below a batch, which a router may take for the batch: %s (H-06)', (target) => {
    expect(located(target)).toBe('400 nested-batch');
    expect(located(target, undefined, { urlScope: 'origin' })).toBe('400 nested-batch');
  });

  it('holds nothing below a batch of another name, or behind a reference (H-06)', () => {
    const bulk = { batchPath: '/odata/Bulk' };
    for (const target of ['bulk/x', 'BULK%2Fx', './Bulk/;a/x']) {
      expect(located(target, undefined, bulk)).toBe('400 nested-batch');
    }
    const locations = new Map<string, string | null>([['1', `${ROOT}$batch`]]);
    expect(located('$1/x', undefined, {}, locations)).toBe('400 nested-batch');
  });

  it.each([
    'x/$batches',
    "Products('$batch')",
    "Products('a/$batch/b')",
    'Products?$filter=x%20eq%20$batch/x',
    '$metadata',
    'Bulky',
  ])('is not for what only looks like a batch: %s (H-06)', (target) => {
    expect(located(target, undefined, { batchPath: '/odata/Bulk' })).toBe(
      `${ROOT}${target.replaceAll(' ', '%20')}`,
    );
  });

  it.each(['/odata/', '/odata', '/'])('is for a batch at the service root, or above it: %s', (batchPath) => {
    expect(located('Products', undefined, { batchPath })).toBe(`${ROOT}Products`);
    expect(located('$batch/x', undefined, { batchPath })).toBe('400 nested-batch');
  });
});
