import type { BatchError, HeaderList, Operation, ServiceError } from 'odata-batch-codec';
import {
  callService,
  ecwid,
  type JobTicket,
  type KiboItem,
  kibo,
  odataAsync,
  type QuartileResult,
  quartile,
  resumeJob,
  runJob,
} from 'odata-batch-codec/jobs';
import { check, type IsEqual, typeOf } from './assert.ts';

interface Row {
  asin: string;
  percACoS?: number;
}

const store = ecwid({ storeId: 1003, token: 'secret_token' });
const masterlist = quartile<Row>({ subscriptionKey: 'a', token: 'b', resource: 'masterlist' });
const catalog = kibo({ baseUrl: 'https://shop.example/api' });
const service = odataAsync({ url: 'https://shop.example/odata/$batch', format: 'json' });
declare const rows: AsyncIterable<Row>;
declare const operations: readonly Operation[];

// A CommonJS module has no `await` at its top.
export async function use(): Promise<void> {
  for await (const result of runJob(masterlist, rows)) {
    typeOf(result.item).is<Row>();
    typeOf(result.index).is<number>();
    if (result.ok) {
      typeOf(result.outcome).is<'succeeded'>();
      typeOf(result.value).is<QuartileResult<Row>>();
      typeOf(result.value.asin).is<string>();
      typeOf(result.value.status.process).is<string>();
    } else if (result.outcome === 'failed') {
      typeOf(result.error).is<ServiceError>();
      typeOf(result.value?.id).is<string | undefined>();
    } else if (result.outcome === 'unknown') {
      typeOf(result.cause).is<BatchError>();
    } else {
      typeOf(result.outcome).is<'not-executed' | 'cancelled' | 'pending'>();
    }
  }

  const { results } = await runJob(store, operations, { submit: { stopOnFirstFailure: false } }).done;
  for (const result of results) {
    typeOf(result.item).is<Operation>();
    if (!result.ok) continue;
    typeOf(result.value).is<unknown>();
    typeOf(result.headers).is<HeaderList | undefined>();
  }

  typeOf(await runJob(service, operations).started).is<JobTicket>();
  const [updated] = (await resumeJob(catalog, {} as JobTicket, operations).done).results;
  if (updated?.ok) typeOf(updated.value).is<KiboItem>();
  check<IsEqual<Awaited<ReturnType<typeof callService<number>>>, number>>();
  typeOf(await callService(store, store.cancelGroup('a'))).is<number>();
  typeOf(await callService(catalog, catalog.items('a'))).is<readonly KiboItem[]>();
}

// @ts-expect-error - an option of another service
runJob(store, operations, { submit: { code: 'a', name: 'b' } });
// @ts-expect-error - Kibo has to be told a code and a name
runJob(catalog, operations);
// @ts-expect-error - Kibo has to be told a code and a name
runJob(catalog, operations, { concurrency: 2 });
runJob(catalog, operations, { submit: { code: 'a', name: 'b' } });
// @ts-expect-error - rows of another shape
runJob(masterlist, [{ asin: 1 }]);
// @ts-expect-error - what the ticket knows already
resumeJob(store, {} as JobTicket, operations, { submit: {} });
