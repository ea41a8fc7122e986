import type { Batch, Operation, OperationResult, Service } from 'odata-batch-codec';
import { trusted, valuesOf } from 'odata-batch-codec';
import {
  type Budget,
  createBudget,
  csrfToken,
  estimate,
  type HeadersSource,
  isRepeatable,
  requestDigest,
  type SendOptions,
  type SentResult,
  sendBatch,
  sendBatchStream,
  splitBatch,
} from 'odata-batch-codec/client';
import { check, typeOf } from './assert.ts';

interface Product {
  readonly Sku: string;
}
declare const service: Service;

declare const updates: Operation[];
async function* reads() {
  yield { method: 'GET', url: 'Products(1)', schema: trusted<Product>() } as const;
}

export async function send(): Promise<void> {
  // One literal in, the same shape out, each value as its schema says.
  const [product, [label, count]] = await sendBatch(
    [
      { method: 'GET', url: 'Products(1)', schema: trusted<Product>() },
      [
        { method: 'DELETE', url: 'Products(1)' },
        { method: 'GET', url: 'x', schema: trusted<number>() },
      ],
    ],
    { service },
  );
  typeOf(product).is<SentResult<Product>>();
  typeOf(label).is<SentResult<unknown>>();
  typeOf(count).is<SentResult<number>>();
  typeOf(product.attempts).is<number>();
  if (product.ok) typeOf(product.value.Sku).is<string>();
  if (product.outcome === 'not-executed') typeOf(product.reason?.message).is<string | undefined>();
  check<typeof product extends OperationResult<Product> ? true : false>();

  // A batch of which only the length is not known.
  const results = await sendBatch(updates, { service });
  typeOf(results).is<SentResult[]>();
  valuesOf(results);

  // A stream of any operations, or of one kind.
  for await (const result of sendBatchStream(updates)) typeOf(result).is<SentResult>();
  for await (const result of sendBatchStream(reads(), { service })) {
    if (result.ok) typeOf(result.value).is<Product>();
  }
}

const parts = splitBatch(updates, { service, available: 100 });
typeOf(parts).is<Operation[][]>();
check<(typeof parts)[number] extends Batch ? true : false>();

const budget = createBudget(service.limits);
typeOf(budget).is<Budget>();
typeOf(estimate(40_000, service).minutes).is<number>();
isRepeatable({ method: 'GET', url: 'x' }, service.repeatable);

const options: SendOptions = {
  headers: ({ refresh, signal }) => ({ Authorization: refresh && !signal.aborted ? 'new' : 'old' }),
  orderBy: ({ operation, path }) => (operation.method === 'POST' ? undefined : path),
  onBatch: async ({ phase, operations, results: settled }) => {
    typeOf(phase).is<'sending' | 'settled'>();
    typeOf(operations[0]?.attempts).is<number | undefined>();
    typeOf(settled).is<readonly SentResult[]>();
  },
  onProgress: ({ settled, total, etaMs }) => {
    typeOf(settled).is<number>();
    typeOf(total).is<number | undefined>();
    typeOf(etaMs).is<number | undefined>();
  },
  budget,
};
void sendBatch(updates, options);

// @ts-expect-error - a typing error in an option
void sendBatch(updates, { budgt: budget });
// @ts-expect-error - neither one nor the other
void sendBatch(updates, { single: 'plain' });
// @ts-expect-error - a boundary for a batch that becomes many
void sendBatch(updates, { boundary: 'b' });

export async function withTokens(): Promise<void> {
  const headers = csrfToken({
    service,
    headers: ({ refresh }) => ({ Authorization: refresh ? 'new' : 'old' }),
  });
  typeOf(headers).is<HeadersSource>();
  await sendBatch(updates, {
    service,
    headers,
    credentialRefusals: [
      { status: 403, header: ['x-token', 'expired'] },
      { status: 400, codes: ['Expired'] },
    ],
  });
  await sendBatch(updates, { headers: requestDigest({ serviceRoot: 'https://h/_api/' }) });
  // @ts-expect-error the status of an answer
  await sendBatch(updates, { credentialRefusals: [{ header: ['x-token', 'expired'] }] });
  // @ts-expect-error a field and its value
  await sendBatch(updates, { credentialRefusals: [{ status: 403, header: 'x-token' }] });
}
