import { encodeBatchRequest, readBatchResponse, uri } from 'odata-batch-codec';
import { z } from 'zod';

const Product = z.object({ id: z.number(), name: z.string(), price: z.number() });
const token = process.env.SHOP_TOKEN ?? '';

const request = encodeBatchRequest(
  [
    { method: 'GET', url: uri`Products(${1})`, schema: Product },
    { method: 'GET', url: 'Products', schema: z.object({ value: z.array(Product) }) },
    { method: 'GET', url: uri`Products(${999})`, schema: Product },
  ],
  { continueOnError: true, headers: { Authorization: `Bearer ${token}` } },
);

const response = await fetch('https://shop.example/odata/$batch', request);
const [assam, all, missing] = await readBatchResponse(response, { request });

if (assam.ok) console.log(assam.value.name); // Assam
if (all.ok) console.log(all.value.value.length); // 2
if (missing.outcome === 'failed') console.log(missing.status, missing.error.message); // 404 There is no product 999.
