import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { changePrices } from '../../examples/sending/sap-prices.ts';
import { renameItems } from '../../examples/sending/share-point-titles.ts';
import { type DecodedOperation, decodeBatchRequest, encodeBatchResponse } from '../../src/index.ts';
import type { ODataVersion } from '../../src/odata/version.ts';
import { type TokenKind, TokenService } from '../doubles/token-service.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A service on loopback whose tokens expire after five batches, and what it was told to do. */
async function openService(kind: TokenKind, version: ODataVersion, authorization?: string) {
  const operations: DecodedOperation[] = [];
  const service = new TokenService({
    kind,
    batchesPerToken: 5,
    ...(authorization !== undefined && { authorization: () => authorization }),
    work: (contentType, body) => {
      const request = decodeBatchRequest({ contentType, body }, { version });
      operations.push(...request.flat());
      const responses = request.map((item) =>
        Array.isArray(item) ? item.map(() => ({ status: 204 })) : { status: 204 },
      );
      const answer = encodeBatchResponse(responses, { request });
      const text = Buffer.from(answer.body).toString('latin1');
      return { status: answer.status, headers: Object.entries(answer.headers), body: text };
    },
  });
  const { url, close } = await service.listen();
  return { service, operations, serviceRoot: url + service.root, close };
}

describe('the programs of docs/guides/sending.md with tokens that expire', () => {
  it.each(['sap-prices.ts', 'share-point-titles.ts'])('%s stands there', (file) => {
    const program = readFileSync(`${ROOT}examples/sending/${file}`, 'utf8');
    const text = readFileSync(`${ROOT}docs/guides/sending.md`, 'utf8');
    expect(text).toContain(`<!-- examples/sending/${file} -->\n\`\`\`ts\n${program.trimEnd()}\n\`\`\`\n`);
  });

  it('SAP: a token and its cookies are fetched and fetched again, and every price is changed once', async () => {
    const { service, operations, serviceRoot, close } = await openService('sap', '2.0', 'Basic abc');
    try {
      const prices = new Map(Array.from({ length: 2_000 }, (_, index) => [`M-${index}`, `${index}.50`]));
      const results = await changePrices(serviceRoot, 'Basic abc', prices);
      expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(['succeeded']));
      const urls = operations.map(({ url }) => url);
      expect(urls.toSorted()).toEqual(
        [...prices.keys()].map((material) => `Materials('${material}')`).toSorted(),
      );
      // Twenty batches, five for each token.
      expect(service.tokens).toBe(4);
      expect(service.log.filter((line) => line === 'batch 202')).toHaveLength(20);
      expect(service.log).toContain('batch 403');
      expect(service.asked[0]?.headers).toMatchObject({
        authorization: 'Basic abc',
        'x-csrf-token': 'Fetch',
      });
    } finally {
      await close();
    }
  });

  it('SharePoint: a digest is fetched and fetched again, and every item is renamed once', async () => {
    const { service, operations, serviceRoot, close } = await openService('share-point', '3.0');
    try {
      const titles = new Map(Array.from({ length: 2_000 }, (_, index) => [index + 1, `Item ${index}`]));
      const results = await renameItems(serviceRoot, 'FedAuth=abc', 'Tasks', titles);
      expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(['succeeded']));
      expect(new Set(operations.map(({ url }) => url)).size).toBe(2_000);
      expect(operations).toHaveLength(2_000);
      expect(operations[0]?.url).toBe(`${serviceRoot}web/lists/getbytitle('Tasks')/items(1)`);
      expect(service.tokens).toBe(4);
      expect(service.asked[0]?.headers.cookie).toBe('FedAuth=abc');
    } finally {
      await close();
    }
  });
});
