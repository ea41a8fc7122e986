import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type BatchHandlerOptions, createBatchHandler, toNodeListener } from 'odata-batch-codec/server';
import { answerRequest } from './answer-request.ts';
import type { ServedService } from './served-service.ts';

export interface BatchServer {
  readonly origin: string;
  stop(): Promise<void>;
}

/** The batch endpoint of a service behind a real socket, and nothing else of it. */
export async function startBatchServer(
  service: ServedService,
  options: Partial<BatchHandlerOptions> = {},
): Promise<BatchServer> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  // Clients may come by way of a recorder, under whose name the service then has to know itself.
  const handlers = new Map<string, ReturnType<typeof createBatchHandler>>();
  const handlerAt = (asked: string) => {
    const known = handlers.get(asked);
    if (known !== undefined) return known;
    const handler = createBatchHandler({
      serviceRoot: asked + service.root,
      fetch: (request) => answerRequest(request, service),
      transaction: (run) => service.store.transaction(run),
      failedChangeSet: service.failedChangeSet,
      urlScope: service.urlScope,
      ...options,
    });
    handlers.set(asked, handler);
    return handler;
  };
  server.on(
    'request',
    toNodeListener((request) => {
      const { origin: asked, pathname } = new URL(request.url);
      return pathname === `${service.root}$batch` && request.method === 'POST'
        ? handlerAt(asked)(request)
        : new Response(null, { status: 404 });
    }),
  );
  return {
    origin,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
