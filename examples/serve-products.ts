import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerBatch, type BatchBackend, type EndpointAnswer } from './batch-endpoint.ts';
import { answerProductRequest } from './product-service.ts';
import type { ProductStore } from './product-store.ts';

/** A running service. */
export interface RunningService {
  /** With a slash at its end. */
  readonly serviceRoot: string;
  stop(): Promise<void>;
}

const ROOT = '/odata/';

/** Serves products on loopback, on a free port: `$batch`, and each resource by itself. */
export async function serveProducts(store: ProductStore): Promise<RunningService> {
  const server = createServer(async (request, response) => {
    try {
      const { status, headers, body } = await answerHttp(request, store, rootOf(server));
      response.writeHead(status, headers).end(body);
    } catch {
      response.writeHead(500).end();
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));

  return {
    serviceRoot: rootOf(server),
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped());
        server.closeAllConnections();
      }),
  };
}

function rootOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}${ROOT}`;
}

async function answerHttp(
  request: IncomingMessage,
  store: ProductStore,
  serviceRoot: string,
): Promise<EndpointAnswer> {
  const { method = 'GET', url = '/' } = request;
  const headers = new Headers(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  const body = await readBody(request);
  const target = decodeURI(url.startsWith(ROOT) ? url.slice(ROOT.length) : url);
  const backend: BatchBackend = {
    serviceRoot,
    answer: (inner) => answerProductRequest(store, inner),
    transaction: (run) => store.transaction(run),
  };
  if (target === '$batch' && method === 'POST') return answerBatch({ headers, body }, backend);

  const answer = answerProductRequest(store, { method, url: target, headers, body });
  const isBytes = answer.body instanceof Uint8Array;
  const answerHeaders = new Headers(answer.headers as HeadersInit);
  if (answer.body !== undefined && !isBytes) answerHeaders.set('Content-Type', 'application/json');
  return {
    status: answer.status,
    headers: Object.fromEntries(answerHeaders),
    body: isBytes
      ? new Uint8Array(answer.body as Uint8Array)
      : new TextEncoder().encode(answer.body === undefined ? '' : JSON.stringify(answer.body)),
  };
}

async function readBody(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return new Uint8Array(Buffer.concat(chunks));
}
