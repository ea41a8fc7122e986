import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createBatchHandler, toNodeListener } from 'odata-batch-codec/server';
import { answerProductRequest } from './product-service.ts';
import type { ProductStore } from './product-store.ts';

/** A running service. */
export interface RunningService {
  /** With a slash at its end. */
  readonly serviceRoot: string;
  stop(): Promise<void>;
}

/** Serves products on loopback, on a free port: `$batch`, and each resource by itself. */
export async function serveProducts(store: ProductStore): Promise<RunningService> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const serviceRoot = `http://127.0.0.1:${(server.address() as AddressInfo).port}/odata/`;

  const answer = (request: Request) => answerProductRequest(store, request, serviceRoot);
  const answerBatch = createBatchHandler({
    serviceRoot,
    fetch: answer,
    transaction: (run) => store.transaction(run),
  });
  server.on(
    'request',
    toNodeListener((request) =>
      request.url.split('?')[0] === `${serviceRoot}$batch` ? answerBatch(request) : answer(request),
    ),
  );

  return {
    serviceRoot,
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped());
        server.closeAllConnections();
      }),
  };
}
