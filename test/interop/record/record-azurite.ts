import assert from 'node:assert/strict';
import { encodeBatchRequest, type Operation } from '../../../src/index.ts';
import { sendWithDataTables, tableClient } from '../clients/data-tables.ts';
import { azuriteTable, read } from '../our-client/live-service.ts';
import { recordExchanges } from './record-exchanges.ts';
import type { Recordings } from './recordings.ts';

const AZURITE = 'Azurite Table 3.35.0';
const DATA_TABLES = '@azure/data-tables 13.3.2';

export async function recordAzurite(port: number, recordings: Recordings): Promise<void> {
  const recorder = await recordExchanges(port);
  try {
    const client = tableClient(recorder.origin, 'Items');
    const service = azuriteTable(Number(new URL(recorder.origin).port));
    const key = (rowKey: string): string => `Items(PartitionKey='p',RowKey='${rowKey}')`;
    const url = (rowKey: string): string => `http://127.0.0.1:10000/devtest/${key(rowKey)}`;
    await client.createTable();
    await client.createEntity({ partitionKey: 'p', rowKey: 'old', name: 'old' });
    await client.createEntity({ partitionKey: 'p', rowKey: 'older', name: 'older' });
    await recorder.take();

    const committed = await sendWithDataTables(client, [
      ['create', { partitionKey: 'p', rowKey: '1', name: 'Zoë · 自転車 · 🚲' }],
      ['upsert', { partitionKey: 'p', rowKey: '2', name: 'replaced' }, 'Replace'],
      ['upsert', { partitionKey: 'p', rowKey: '3', name: 'merged' }, 'Merge'],
      ['update', { partitionKey: 'p', rowKey: 'old', more: 1 }, 'Merge'],
      ['delete', { partitionKey: 'p', rowKey: 'older' }],
    ]);
    assert.deepEqual(
      committed.kind === 'accepted' && committed.answers.map(({ status }) => status),
      [204, 204, 204, 204, 204],
    );
    const [change] = await recorder.take();
    assert.ok(change);
    recordings.request(change, {
      name: 'data-tables-change-set',
      title: 'A transaction of @azure/data-tables: absolute URLs, no Content-IDs, empty lines before bodies.',
      rules: ['B-11', 'B-14', 'B-22', 'H-60'],
      between: `${DATA_TABLES} to ${AZURITE}`,
      version: '3.0',
      asked: [
        [
          'POST http://127.0.0.1:10000/devtest/Items',
          `PUT ${url('2')}`,
          `PATCH ${url('3')}`,
          `PATCH ${url('old')}`,
          `DELETE ${url('older')}`,
        ],
      ],
    });
    recordings.response(change, {
      name: 'azurite-change-set',
      title: 'Azurite commits the transaction of @azure/data-tables.',
      rules: ['P-02', 'H-66', 'X1'],
      between: `${AZURITE} to ${DATA_TABLES}`,
      version: '3.0',
      statuses: [[204, 204, 204, 204, 204]],
      outcomes: [['succeeded', 'succeeded', 'succeeded', 'succeeded', 'succeeded']],
    });

    const refused = await sendWithDataTables(client, [
      ['create', { partitionKey: 'p', rowKey: 'gone-again' }],
      ['create', { partitionKey: 'p', rowKey: '1' }],
      ['create', { partitionKey: 'p', rowKey: 'never-tried' }],
    ]);
    assert.deepEqual(refused.kind === 'refused' && refused.status, 409);
    const [failed] = await recorder.take();
    assert.ok(failed);
    assert.equal((await read(service, key('gone-again'))).status, 404);
    recordings.response(failed, {
      name: 'azurite-failed-change-set',
      title: 'Azurite nests the error of a failed change set, and names the operation by an id nobody sent.',
      rules: ['P-14', 'P-15', 'P-09'],
      between: `${AZURITE} to ${DATA_TABLES}`,
      version: '3.0',
      statuses: [[409]],
      // Its message begins with "1:", the place of the operation that failed.
      outcomes: [['rolled-back', 'failed', 'rolled-back']],
    });

    const send = async (batch: readonly (Operation | Operation[])[]) => {
      const request = encodeBatchRequest(batch, {
        ...service.plainOptions,
        boundary: ['batch_b', 'changeset_c'],
      });
      await recorder.take();
      await fetch(`${service.root}/$batch`, {
        ...request,
        headers: { ...request.headers, ...service.headers('$batch') },
      });
      const [exchange] = await recorder.take();
      assert.ok(exchange);
      return exchange;
    };
    recordings.refusedResponse(await send([{ method: 'GET', url: key('1') }]), {
      name: 'azurite-get-without-empty-line',
      title: 'Azurite answers a GET in a nest of its own, without the empty line between headers and body.',
      rules: ['H-60', 'P-02'],
      between: `${AZURITE} to odata-batch-codec`,
      version: '3.0',
      error: { code: 'invalid-header-name', path: 'parts[0].changeset[0]', at: /^\{"PartitionKey"/m },
    });
    const tooMany = Array.from({ length: 101 }, (_, index) => ({
      method: 'POST',
      url: 'Items',
      body: { PartitionKey: 'p', RowKey: `n${index}` },
    }));
    recordings.refusedResponse(await send([tooMany]), {
      name: 'azurite-stray-boundary',
      title: 'Azurite refuses 101 operations with a boundary astray before the status line.',
      rules: ['H-17', 'P-14'],
      between: `${AZURITE} to odata-batch-codec`,
      version: '3.0',
      error: { code: 'invalid-status-line', path: 'parts[0].changeset[0]', at: /^changesetresponse_c/m },
    });
  } finally {
    await recorder.stop();
  }
}
