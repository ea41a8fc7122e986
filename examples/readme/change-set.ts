import {
  encodeBatchRequest,
  type Operation,
  readBatchResponse,
  reference,
  resultOf,
} from 'odata-batch-codec';

const tea = {
  method: 'POST',
  url: 'Products',
  body: { name: 'Darjeeling', price: 6 },
} as const satisfies Operation;

const request = encodeBatchRequest([
  [
    tea,
    { method: 'PATCH', url: reference(tea), body: { price: 6.75 } }, // what the POST created
    { method: 'POST', url: 'Products', body: { name: 'Assam', price: 4 } }, // there is one already
  ],
  { method: 'GET', url: 'Products' },
]);
const response = await fetch('https://shop.example/odata/$batch', request);
const [[created, patched, duplicate], read] = await readBatchResponse(response, { request });

console.log(created.outcome, patched.outcome, duplicate.outcome); // rolled-back rolled-back failed
console.log(read.outcome); // not-executed
const result = resultOf([[created, patched, duplicate], read], tea);
if (result.outcome === 'rolled-back') console.log(result.cause.error.message); // There is a product "Assam" already.
