import { convertBatch, encodeBatchRequest, readBatchResponse, reference } from 'odata-batch-codec';

const old = { method: 'PATCH', url: 'Products(999)', body: { name: 'Gunpowder' } } as const;
const tea = { method: 'POST', url: 'Products', body: { name: 'Darjeeling', price: 6 } } as const;

const request = encodeBatchRequest(
  [old, { method: 'GET', url: 'Products', dependsOn: [old] }, [tea, { method: 'GET', url: reference(tea) }]],
  { format: 'json', accept: 'as-given' },
);
console.log(JSON.parse(new TextDecoder().decode(request.body)).requests[1]);
// { id: '2', dependsOn: [ '1' ], method: 'GET', url: 'Products' }

const response = await fetch('https://shop.example/odata/$batch', request);
const results = await readBatchResponse(response, { request });
for (const { outcome } of results.flat()) console.log(outcome);
// failed
// not-executed
// succeeded
// succeeded

// The same operations for a service that speaks multipart only; what that has no words for is refused.
const json = encodeBatchRequest([{ method: 'GET', url: 'Products' }], { format: 'json' });
const multipart = convertBatch(json, { format: 'multipart' });
console.log(multipart.headers.Prefer); // odata.continue-on-error
