import { odataAsync, runJob } from 'odata-batch-codec/jobs';

const service = odataAsync({ url: 'https://odata.example/service/$batch' });

const job = runJob(
  service,
  [
    { method: 'POST', url: 'Reports', body: { year: 2026 } },
    { method: 'DELETE', url: 'Reports(7)' },
  ],
  { submit: { continueOnError: true } },
);

console.log((await job.started).parts[0]?.id); // https://odata.example/service/monitors/0
for await (const result of job)
  console.log(result.operation?.url, result.outcome, 'status' in result && result.status);
// Reports succeeded 201
// Reports(7) failed 404
