// The batch endpoint behind each of Node's servers.
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import { createBatchHandler, type NodeListener, toNodeListener } from 'odata-batch-codec/server';
import { typeOf } from '../assert.ts';

const handler = createBatchHandler({
  serviceRoot: 'https://shop.example/odata/',
  fetch: () => new Response(),
});
const listener = toNodeListener(handler, { onError: (error) => typeOf(error).is<unknown>() });
typeOf(listener).is<NodeListener>();

http.createServer(listener);
https.createServer({}, listener);
http2.createServer(listener);
http2.createSecureServer({ allowHTTP1: true }, listener);
http.createServer(async (request, response) => {
  await listener(request, response);
});
