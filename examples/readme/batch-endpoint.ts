import { encodeBatchRequest, readBatchResponse } from 'odata-batch-codec';
import { createBatchHandler } from 'odata-batch-codec/server';

let stock = new Map([
  ['Assam', 3],
  ['Darjeeling', 0],
]);

/** The service: any function from Request to Response. This one sells tea. */
async function sell(request: Request): Promise<Response> {
  const name = new URL(request.url).pathname.split('/').at(-1) ?? '';
  const left = stock.get(name) ?? 0;
  if (request.method === 'GET') return Response.json({ name, left });
  if (left === 0) return Response.json({ error: { code: 'SoldOut', message: name } }, { status: 409 });
  stock.set(name, left - 1);
  return new Response(null, { status: 204 });
}

const answerBatch = createBatchHandler({
  serviceRoot: 'https://shop.example/odata/',
  fetch: sell,
  async transaction(run) {
    const before = new Map(stock);
    try {
      return await run(); // rejects where an operation of the change set fails
    } catch (error) {
      stock = before;
      throw error;
    }
  },
});

// In Node: http.createServer(toNodeListener(answerBatch)).listen(8080)
const request = encodeBatchRequest(
  [
    [
      { method: 'POST', url: 'Assam' },
      { method: 'POST', url: 'Darjeeling' },
    ],
    { method: 'GET', url: 'Assam' },
  ],
  { continueOnError: true },
);
const response = await answerBatch(new Request('https://shop.example/odata/$batch', request));
const [[assam, darjeeling], read] = await readBatchResponse(response, { request });

console.log(assam.outcome, darjeeling.outcome); // rolled-back failed
if (read.ok) console.log(read.value); // { name: 'Assam', left: 3 }
