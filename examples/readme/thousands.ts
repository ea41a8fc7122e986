import { sendBatch } from 'odata-batch-codec/client';

const updates = Array.from({ length: 4_000 }, (_, index) => ({
  method: 'PATCH' as const,
  url: `Products(${index + 1})`,
  body: { price: 1 + (index % 9) },
}));

let settled = 0;
const results = await sendBatch(updates, {
  serviceRoot: 'https://shop.example/odata/',
  headers: ({ refresh }) => ({ Authorization: `Bearer ${refresh ? 'a new token' : 'the token'}` }),
  batchLimits: { maxOperations: 100 },
  repeatable: [{ methods: ['GET', 'PUT', 'PATCH', 'DELETE'] }], // what does no harm when it is done twice
  onProgress: (progress) => {
    settled = progress.settled;
  },
});

console.log(results.length, settled); // 4000 4000
console.log(results.filter(({ ok }) => ok).length); // 4000
