import { uri } from 'odata-batch-codec';
import { requestDigest, type SentResult, sendBatch } from 'odata-batch-codec/client';
import { sharePoint } from 'odata-batch-codec/services';

/** Renames items of a list, however long that takes. */
export async function renameItems(
  serviceRoot: string,
  cookie: string,
  list: string,
  titles: ReadonlyMap<number, string>,
): Promise<SentResult[]> {
  const service = sharePoint({ serviceRoot });
  const headers = requestDigest({ service, headers: { Cookie: cookie } });
  const changes = Array.from(titles, ([id, title]) => [
    {
      method: 'MERGE',
      url: uri`web/lists/getbytitle(${list})/items(${id})`,
      headers: { 'If-Match': '*' },
      body: { Title: title },
    },
  ]);
  const results = await sendBatch(changes, { service, headers });
  return results.flat();
}
