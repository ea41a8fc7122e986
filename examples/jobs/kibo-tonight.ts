import { kibo, resumeJob, runJob } from 'odata-batch-codec/jobs';

const catalog = kibo({
  baseUrl: 'https://t1234-s5678.sandbox.mozu.com/api',
  headers: { Authorization: 'Bearer token' },
});
const prices = [
  { method: 'PUT', url: '/commerce/catalog/admin/products/P1', body: { price: { price: 19.99 } } },
  { method: 'PUT', url: '/commerce/catalog/admin/products/P2', body: { price: { price: 5 } } },
];
const tonight = new Date(Date.now() + 8 * 3_600_000).toISOString();

// In the evening: the job is filled and started, and waits for its date.
const leaving = new AbortController();
const evening = runJob(catalog, prices, {
  submit: { code: 'prices_0815', name: 'Prices', scheduledDate: tonight },
  signal: leaving.signal,
});
const ticket = JSON.stringify(await evening.started);
leaving.abort();

// Next morning, in another process: all that is needed is the ticket, and what was sent.
const morning = resumeJob(catalog, JSON.parse(ticket), prices);
const { state, results } = await morning.done;
console.log(state); // done
for (const { index, outcome, native } of results) console.log(index, outcome, native.status);
// 0 succeeded Completed
// 1 failed ValidationFailed
