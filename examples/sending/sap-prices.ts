import { uri } from 'odata-batch-codec';
import { csrfToken, type SentResult, sendBatch } from 'odata-batch-codec/client';
import { sapGatewayV2 } from 'odata-batch-codec/services';

/** Changes the prices of materials, however long that takes. */
export async function changePrices(
  serviceRoot: string,
  authorization: string,
  prices: ReadonlyMap<string, string>,
): Promise<SentResult[]> {
  const service = sapGatewayV2({ serviceRoot });
  const headers = csrfToken({ service, headers: { Authorization: authorization } });
  // In OData 2.0 a write stands in a change set; here each has one of its own.
  const changes = Array.from(prices, ([material, price]) => [
    { method: 'MERGE', url: uri`Materials(${material})`, body: { Price: price } },
  ]);
  const results = await sendBatch(changes, { service, headers });
  return results.flat();
}
