import { encodeBatchRequest, readBatchResponse } from 'odata-batch-codec';

const photo = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0xff);

const request = encodeBatchRequest([
  [{ method: 'PUT', url: 'Products(1)/Photo', headers: { 'Content-Type': 'image/png' }, body: photo }],
  { method: 'GET', url: 'Products(1)/Photo', headers: { Accept: 'image/png' } },
]);
const response = await fetch('https://shop.example/odata/$batch', request);
const [, read] = await readBatchResponse(response, { request });

if (read.ok) console.log(read.headers.get('content-type'), read.bytes.join()); // image/png 137,80,78,71,13,10,26,10,0,255
