import { AzureNamedKeyCredential, RestError, TableClient, type TransactionAction } from '@azure/data-tables';
import { storageAccount } from '../servers/storage-account.ts';

/** What the client finds in the answer to one action; it looks for `ETag:` in just this spelling. */
export interface DataTablesAnswer {
  readonly status: number;
  readonly rowKey: string | undefined;
  readonly etag: string | undefined;
}

/** What the client itself makes of the answer to one transaction. */
export type DataTablesOutcome =
  | {
      readonly kind: 'accepted';
      readonly status: number;
      readonly answers: readonly DataTablesAnswer[];
    }
  | {
      readonly kind: 'refused';
      readonly status: number | undefined;
      readonly code: string | undefined;
      readonly message: string;
    };

export function tableClient(origin: string, table: string): TableClient {
  return new TableClient(
    `${origin}/${storageAccount.name}`,
    table,
    new AzureNamedKeyCredential(storageAccount.name, storageAccount.key),
    { allowInsecureConnection: true, retryOptions: { maxRetries: 0 } },
  );
}

/** A transaction is one change set; this client puts nothing else into a batch. */
export async function sendWithDataTables(
  client: TableClient,
  actions: readonly TransactionAction[],
): Promise<DataTablesOutcome> {
  try {
    const { status, subResponses } = await client.submitTransaction([...actions]);
    return {
      kind: 'accepted',
      status,
      answers: subResponses.map(({ status, rowKey, etag }) => ({ status, rowKey, etag })),
    };
  } catch (error) {
    if (!(error instanceof RestError)) throw error;
    return { kind: 'refused', status: error.statusCode, code: error.code, message: error.message };
  }
}
