import { continueBatch, decodeBatchResponse, encodeBatchRequest } from 'odata-batch-codec';

const request = encodeBatchRequest(
  [
    { method: 'GET', url: 'Products(1)' },
    { method: 'GET', url: 'Products(2)' },
  ],
  { headers: { Prefer: 'respond-async' } },
);

// The service takes the batch and tells where its answer will be.
const accepted = {
  status: 202,
  headers: { Location: 'https://shop.example/odata/later/7', 'Retry-After': '5' },
  body: '',
};
const first = decodeBatchResponse(accepted, { request });
for (const result of first) if (result.outcome === 'pending') console.log(result.monitor, result.retryAfter);
// https://shop.example/odata/later/7 5
// https://shop.example/odata/later/7 5

// GET https://shop.example/odata/later/7, with Accept: application/http
const body = `HTTP/1.1 200 OK
Content-Type: multipart/mixed; boundary=r

--r
Content-Type: application/http

HTTP/1.1 200 OK
Content-Type: application/json

{"name":"Assam"}
--r
Content-Type: application/http

HTTP/1.1 202 Accepted
Location: /odata/later/8

--r--`;
const url = 'https://shop.example/odata/later/7';
const second = continueBatch(first, { url, contentType: 'application/http', body }, { request });
console.log(second.map((result) => (result.outcome === 'pending' ? result.monitor : result.outcome)));
// [ 'succeeded', 'https://shop.example/odata/later/8' ]
