import { quartile, runJob } from 'odata-batch-codec/jobs';

interface Row {
  asin: string;
  countryCode: string;
  percACoS: number;
}
const masterlist = quartile<Row>({
  subscriptionKey: 'subscription-key',
  token: 'access-token',
  resource: 'masterlist',
});
const rows = Array.from({ length: 250 }, (_, place) => {
  return { asin: `B${place}`, countryCode: 'US', percACoS: 2.7 };
});

// Three parts, one after another, under one ticket.
const job = runJob(masterlist, rows);
const { results } = await job.done;
console.log(job.ticket.parts.map(({ from, to }) => `${from}-${to}`).join(' ')); // 0-100 100-200 200-250

const inserted = results.filter((result) => result.ok && result.value.status.process === 'INSERT');
console.log(inserted.length); // 249
for (const result of results)
  if (result.outcome === 'failed') console.log(result.item.asin, result.error.message);
// B107 no such product
