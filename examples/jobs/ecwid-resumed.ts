import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ecwid, type JobTicket, resumeJob, runJob } from 'odata-batch-codec/jobs';

const file = join(tmpdir(), 'ecwid-job.json');
const store = ecwid({ storeId: 1003, token: 'secret_token' });
const operations = [
  { method: 'PUT', url: '/products/1', body: { price: 19.99 } },
  { method: 'POST', url: '/products', body: { sku: '0012199', name: 'New Product' } },
];

// Whatever ends this process, the next one goes on where it was; Ecwid knows the batch again by its key.
const ticket: JobTicket | undefined = await readFile(file, 'utf8').then(JSON.parse, () => undefined);
const options = { onTicket: (now: JobTicket) => writeFile(file, JSON.stringify(now)) };
const job = ticket ? resumeJob(store, ticket, operations, options) : runJob(store, operations, options);

const { state, results } = await job.done;
console.log(ticket?.parts[0]?.state, state); // sending done
for (const { index, outcome } of results) console.log(index, outcome);
// 0 succeeded
// 1 succeeded
await rm(file);
