import {
  decodeBatchRequest,
  encodeBatchRequest,
  encodeBatchResponse,
  readBatchResponse,
  valuesOf,
} from 'odata-batch-codec';

/** A fetch for tests: every GET is answered, everything else is refused. */
async function fakeFetch(
  _url: string,
  init: { headers: Record<string, string>; body: Uint8Array },
): Promise<Response> {
  const request = decodeBatchRequest(init);
  const responses = request.map((item) =>
    'method' in item && item.method === 'GET'
      ? { status: 200, body: { asked: item.url } }
      : { status: 403, body: { error: { code: 'ReadOnly', message: 'This is a test.' } } },
  );
  const { status, headers, body } = encodeBatchResponse(responses, { request });
  return new Response(body, { status, headers });
}

const request = encodeBatchRequest([
  { method: 'GET', url: 'Products(1)' },
  { method: 'GET', url: "People('Ann')/Orders" },
]);
const response = await fakeFetch('https://shop.example/odata/$batch', request);
console.log(valuesOf(await readBatchResponse(response, { request }))[1]); // { asked: "People('Ann')/Orders" }
